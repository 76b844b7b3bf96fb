"""``linkname-ls graph``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.settings import Settings
from linkname_ls.cli.session import Progress, UsageError, absolute, complain, given_tags, index_all, open_snapshot
from linkname_ls.features.graph import Graph, graph_of
from linkname_ls.features.graphpage import page
from linkname_ls.features.graphpicture import svg
from linkname_ls.features.graphtext import dot, mermaid

if TYPE_CHECKING:
    import argparse

_ENDINGS = {
    ".mmd": "mermaid",
    ".md": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".html": "html",
    ".json": "json",
}


def run(arguments: argparse.Namespace) -> int:
    """Print who links to whom, or write it to a file; returns the exit status. Raises UsageError for bad input."""
    output: str | None = arguments.output
    ending = Path(output).suffix if output is not None else ""
    shape: str | None = arguments.format or (_ENDINGS.get(ending) if output is not None else "mermaid")
    if shape is None:
        raise UsageError(f"{output}: say with --format what to write; the name ends in none of {', '.join(_ENDINGS)}.")
    configuration = Configuration(Settings(tags=given_tags(arguments.tags)))
    here = absolute(".")
    snapshot = open_snapshot([here], configuration)
    progress = Progress()
    index_all(snapshot, here, progress)
    progress.show("reading packages")
    graph, name = graph_of(snapshot, here, arguments.patterns, every_build=arguments.all)
    progress.clear()
    if not graph.edges:
        complain([f"There are no links from or to {name}." if arguments.patterns else f"There are no links in {name}."])
    text = render(graph, f"Links of {name}", shape)
    if ending == ".md":
        text = f"```mermaid\n{text}```\n"
    if output is None:
        sys.stdout.write(text)
    else:
        absolute(output).write_text(text, "utf-8")
        links = f"{graph.links} link{'' if graph.links == 1 else 's'}"
        print(f"Wrote {output}: {links} between {len(graph.nodes)} packages.")
    return 0


def render(graph: Graph, title: str, shape: str) -> str:
    """Return a graph in one of the forms that ``--format`` names."""
    match shape:
        case "mermaid":
            return mermaid(graph)
        case "dot":
            return dot(graph)
        case "svg":
            return svg(graph, title)
        case "html":
            return page(graph, title)
        case _:
            return json.dumps(graph.as_json(), indent=2, ensure_ascii=False) + "\n"
