"""Goal 7: how times and memory grow with the workspace. Writes a JSON file and docs/images/growth.svg.

Run: python benchmarks/growth.py [--files 1000,10000,100000] [--directives 10,1000,10000] [--json FILE] [--svg FILE]
With --draw FILE only the picture is made, of figures that were written before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import servers
import trees
from edits import pulled, typed
from growth_picture import draw
from modules import Place, place_of
from run import machine
from scan import Times, run_rg
from servers import KEPT, ROOT
from session import Session

Figures = dict[str, float]
_ASKED = 40
_MOST_EDITS = 20.0
"""Seconds; then those that were made have to do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", default="1000,10000,100000")
    parser.add_argument("--directives", default="10,1000,10000")
    parser.add_argument("--json", type=Path, default=KEPT / "growth.json")
    parser.add_argument("--svg", type=Path, default=ROOT / "docs" / "images" / "growth.svg")
    parser.add_argument("--draw", type=Path, help="a file of figures to draw, instead of measuring")
    arguments = parser.parse_args()
    if arguments.draw is not None:
        draw(json.loads(arguments.draw.read_text())["figures"], arguments.svg)
        return
    found: list[Figures] = []
    for files in map(int, arguments.files.split(",")):
        for directives in map(int, arguments.directives.split(",")):
            figures = measure(files, directives)
            found.append(figures)
            print(", ".join(f"{key} {value:,.4g}" for key, value in figures.items()), file=sys.stderr, flush=True)
            arguments.json.write_text(json.dumps({"machine": machine(), "figures": found}, indent=1) + "\n")
    draw(found, arguments.svg)


def measure(files: int, directives: int) -> Figures:
    """Return the figures of one workspace: seconds, and MB for the memory."""
    root = trees.workspace(files, directives)
    rg = Times()
    for _ in range(4):
        run_rg(root, rg)
    document = trees.carrier(root, files, directives)
    place = first_place(document, trees.leads_to(root, document, files))
    line, character = place.line, place.character
    with Session(servers.ours(), root, "vscode") as session:
        session.open(document)
        answer = session.at("definition", document, line, character)
        first = time.perf_counter() - session.began
        place.check(answer.value)
        index = session.indexed() - session.began
        session.settle()
        warm = [session.at("definition", document, line, character).seconds for _ in range(_ASKED)]
        more = {"context": {"includeDeclaration": True}}
        references = [session.at("references", document, line, character, **more).seconds for _ in range(_ASKED)]
        below = document.read_text().count("\n")
        # The first one has the server find out which programs there are.
        first_edit = max(typed(session, document, below, pulled, 1, "/"))
        until = time.perf_counter() + _MOST_EDITS
        edits = typed(session, document, below, pulled, 1, "// why\n")
        while time.perf_counter() < until and len(edits) < _ASKED:
            edits += typed(session, document, below, pulled, 1, "// why\n")
        peak = session.peak
    cache = KEPT / "growth-cache"
    with Session(servers.ours(cache), root) as session:
        session.indexed()
    with Session(servers.ours(cache), root) as session:
        kept = session.indexed() - session.began
    return {
        "files": files,
        "directives": directives,
        "first": first,
        "index": index,
        "index_kept": kept,
        "rg": statistics.median(rg.wall[1:]),
        "definition": statistics.median(warm),
        "references": statistics.median(references),
        "first_edit": first_edit,
        "edit": statistics.median(edits),
        "memory": peak,
    }


def first_place(path: Path, leads_to: Path) -> Place:
    """Return the place of the first directive's target in a file, which leads to a line of another one."""
    directive = next(line for line in path.read_text().splitlines() if line.startswith("//go:linkname"))
    target = directive.split()[2]
    return place_of(path, target, leads_to, rf"^func {target.rpartition('.')[2]}\(")


if __name__ == "__main__":
    main()
