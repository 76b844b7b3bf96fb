"""How long answers take in a workspace of 100,000 files while the server works on its own: the longest of each kind.

Run: python benchmarks/large.py [--files 100000] [--directives 10000]. It asks without a pause, about one open file that
is edited in between, and prints a table for docs/reliability.md. Ends with status 1 when an answer took a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import servers
import trees
from edits import pulled
from growth import first_place
from modules import Place
from servers import KEPT
from session import Session

_TOO_LONG = 1.0
_EDIT = "an edit to its diagnostics"
"""Once in a session they read the imports of all files, which keeps nobody else waiting: told by itself."""

_TASKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("the whole workspace is checked", "workspace/diagnostic", {"previousResultIds": []}),
    ("the link graph is drawn", "workspace/executeCommand", {"command": "linkname.graph"}),
)


class Asking:
    """A session that asks about one file until something has happened."""

    def __init__(self, session: Session, document: Path, place: Place) -> None:
        self._session = session
        self._document = document
        self._place = place
        self._line = document.read_text().count("\n")
        self.taken: dict[str, list[float]] = {}
        """Seconds, by what was asked, since it was cleared."""

    def until(self, happened: Callable[[], bool]) -> float:
        """Ask everything in turn; returns the seconds that it took."""
        began = time.perf_counter()
        while True:
            for kind, ask in (
                ("definition", self._definition),
                ("hover", self._hover),
                ("document symbols", self._symbols),
                (_EDIT, self.edit),
            ):
                asked = time.perf_counter()
                ask()
                self.taken.setdefault(kind, []).append(time.perf_counter() - asked)
                if happened():
                    return time.perf_counter() - began

    def _definition(self) -> None:
        place = self._place
        place.check(self._session.at("definition", self._document, place.line, place.character).value)

    def _hover(self) -> None:
        assert self._session.at("hover", self._document, self._place.line, self._place.character).value

    def _symbols(self) -> None:
        about = {"textDocument": {"uri": self._document.as_uri()}}
        assert self._session.ask("textDocument/documentSymbol", about).value

    def edit(self) -> float:
        """Edit the file; returns the seconds until its diagnostics were there."""
        began = time.perf_counter()
        pulled(self._session, self._document, (self._line, 0), "// more\n")
        return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--directives", type=int, default=10_000)
    arguments = parser.parse_args()
    root = trees.workspace(arguments.files, arguments.directives)
    document = trees.carrier(root, arguments.files, arguments.directives)
    place = first_place(document, trees.leads_to(root, document, arguments.files))
    worst: list[float] = []
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        for what in ("the index is made", "the index is read from the cache"):
            with Session(servers.ours(Path(folder)), root, "vscode") as session:
                session.open(document)
                # By then it has also said what it can answer.
                session.ask("textDocument/diagnostic", {"textDocument": {"uri": document.as_uri()}})
                asking = Asking(session, document, place)

                def indexed(session: Session = session) -> bool:
                    return any(how == "linkname/status" and not one["busy"] for _, how, one in session.notices)

                seconds = asking.until(indexed)
                # One of them may have been the first that needs the index.
                *asking.taken[_EDIT], once = sorted(asking.taken[_EDIT])
                worst.append(tell(asking, what, seconds))
                if what == "the index is made":
                    continue
                once = max(once, asking.edit())
                for task, method, params in _TASKS:
                    asking.taken.clear()
                    number = session.request(method, params)
                    seconds = asking.until(lambda number=number, session=session: number in session.ended)
                    worst.append(tell(asking, task, seconds))
                print(f"The first diagnostics with the index: {once:.1f} s. Peak memory: {session.peak:.0f} MB.")
    return int(max(worst) > _TOO_LONG)


def tell(asking: Asking, what: str, seconds: float) -> float:
    """Print a line of the table; returns the longest time in it, in seconds."""
    longest = {kind: max(taken) for kind, taken in asking.taken.items()}
    told = ", ".join(f"{kind} {most * 1000:.0f} ms" for kind, most in longest.items())
    print(f"| {what}, {seconds:.1f} s | {told} |", flush=True)
    return max(longest.values())


if __name__ == "__main__":
    sys.exit(main())
