"""``linkname-ls definition``, ``references`` and ``hover``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.settings import Settings
from linkname_ls.cli.session import (
    Progress,
    given_tags,
    index_all,
    open_snapshot,
    open_source,
    parse_position,
    shown_path,
)
from linkname_ls.features.definition import definition
from linkname_ls.features.describe import condition, what
from linkname_ls.features.hover import hover, plain
from linkname_ls.features.references import references
from linkname_ls.links.table import Site, Table

if TYPE_CHECKING:
    import argparse

    from linkname_ls.links.snapshot import Snapshot


def run(arguments: argparse.Namespace) -> int:
    """Answer one question; returns the exit status. Raises UsageError for bad input."""
    command: str = arguments.command
    path, line, column = parse_position(arguments.position)
    configuration = Configuration(Settings(tags=given_tags(arguments.tags)))
    snapshot = open_snapshot([path.parent], configuration)
    source, offset = open_source(snapshot, path, line, column)
    as_json = arguments.format == "json"
    if command == "hover":
        shown = hover(snapshot, source, offset)
        if shown is None:
            return _nothing(arguments.position, as_json, {"hover": None})
        if as_json:
            ends = [
                {
                    "file": shown_path(end.path),
                    "line": end.line + 1,
                    "what": end.what.replace("`", ""),
                    "constraint": end.condition,
                    "in_build": end.in_build,
                }
                for end in shown.ends
            ]
            answer = {
                "summary": shown.headline.replace("`", ""),
                "signature": shown.signature,
                "doc": shown.doc,
                "ends": ends,
                "notes": list(shown.notes),
            }
            print(json.dumps({"hover": answer}, indent=2, ensure_ascii=False))
        else:
            print(plain(shown))
        return 0
    if command == "definition":
        found = definition(snapshot, source, offset)
        sites = found[1] if found is not None else []
    else:
        progress = Progress()
        index_all(snapshot, path.parent, progress)
        sites = references(snapshot, source, offset) or []
    if not sites:
        return _nothing(arguments.position, as_json, {"locations": []})
    if as_json:
        print(json.dumps({"locations": [_location(snapshot, site) for site in sites]}, indent=2, ensure_ascii=False))
    else:
        for site in sites:
            print(_line(snapshot, site))
    return 0


def _nothing(position: str, as_json: bool, answer: object) -> int:  # noqa: FBT001
    print(json.dumps(answer, indent=2) if as_json else f"Nothing linked at {position}.")
    return 1


def _name(site: Site) -> str:
    return site.source.text(site.span)


def _line(snapshot: Snapshot, site: Site) -> str:
    line, column = site.source.lines.compiler(site.span.start)
    label = condition(site)
    if not Table(snapshot).in_build(site):
        label = f"{label}; not in this build" if label else "not in this build"
    suffix = f"  [{label}]" if label else ""
    return f"{shown_path(site.source.path)}:{line}:{column}: {what(site)} {_name(site)}{suffix}"


def _location(snapshot: Snapshot, site: Site) -> dict[str, object]:
    line, column = site.source.lines.compiler(site.span.start)
    end_line, end_column = site.source.lines.compiler(site.span.end)
    return {
        "file": shown_path(site.source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "name": _name(site),
        "what": what(site),
        "symbol": site.symbol,
        "role": site.role.value,
        "package": site.package.path if site.package is not None else "",
        "constraint": condition(site),
        "in_build": Table(snapshot).in_build(site),
    }
