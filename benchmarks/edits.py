"""Goal 4: from a typed character to the diagnostics of what is there then, the index being ready."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import modules
import servers
import trees
from session import Session
from startup import OUR_CACHE, THEIR_CACHE
from table import Row, late, middle

_TYPED = "n := len(name) // why\n"
_BURST = 200
_SETTLED = 100.0

Diagnose = Callable[[Session, Path, tuple[int, int], str], None]
"""Types something at a place and waits for the diagnostics."""


def pushed(session: Session, path: Path, at: tuple[int, int], text: str) -> None:
    """As an editor that is sent diagnostics, which is what a minimal client is."""
    session.diagnosed(path, session.change(path, at, at, text))


def pulled(session: Session, path: Path, at: tuple[int, int], text: str) -> None:
    """As an editor that asks for them, which VS Code does."""
    session.change(path, at, at, text)
    session.ask("textDocument/diagnostic", _about(path))


WAYS: tuple[tuple[str, str, Diagnose], ...] = (("sent", "minimal", pushed), ("asked for", "vscode", pulled))


def rows(runs: int) -> Iterator[Row]:
    root, stubs = trees.stubs()
    std = modules.std()
    places = (
        (f"{trees.STUBS}-line file", root, stubs, r"^func Grow3\(.*\n", 5.0),
        ("runtime/proc.go", std.root, std.document, r"^func schedule\(.*\n", 15.0),
    )
    for name, folder, document, pattern, limit in places:
        line = line_below(document, pattern)
        theirs = _gopls(folder, document, line)
        for way, editor, diagnose in WAYS:
            with Session(servers.ours(OUR_CACHE), folder, editor) as session:
                _begin(session, document, diagnose)
                seconds = typed(session, document, line, diagnose, runs)
                what = f"edit to diagnostics {way}, {name}"
                whose = "gopls's, no delay"
                yield Row("4", what, middle(seconds), "ms", whose, middle(theirs), limit=limit)
                yield Row("4", f"{what}, 99 of 100", late(seconds), "ms")
                target = place_in_target(document)
                seconds = _in_target(session, document, target, diagnose, runs)
                yield Row("4", f"{what}, in a directive's target", middle(seconds), "ms")
                bursts = [_burst(session, document, line, asks=editor == "vscode") for _ in range(max(3, runs))]
                what = f"{_BURST} edits to the last diagnostics {way}, {name}"
                yield Row("4", what, middle(bursts), "ms", limit=_SETTLED)


def typed(session: Session, path: Path, line: int, diagnose: Diagnose, runs: int, text: str = _TYPED) -> list[float]:
    """Type a line of code above another one, character by character, and take it away again; all that, some times."""
    seconds: list[float] = []
    for _ in range(runs):
        for column, letter in enumerate(text):
            began = time.perf_counter()
            diagnose(session, path, (line, column), letter)
            seconds.append(time.perf_counter() - began)
        session.change(path, (line, 0), (line + 1, 0), "")
        diagnose(session, path, (line, 0), "")
    return seconds


def line_below(path: Path, pattern: str) -> int:
    """Return the number of the line below the first match of a pattern."""
    text = path.read_text()
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None, f"{path} has no {pattern}"
    return text.count("\n", 0, match.end())


def place_in_target(path: Path) -> tuple[int, int]:
    """Return a place in the target of the third directive that has one."""
    text = path.read_text()
    match = list(re.finditer(r"^//go:linkname \w+ \w+[./]\w", text, re.MULTILINE))[2]
    return text.count("\n", 0, match.end()), match.end() - match.start()


def _begin(session: Session, document: Path, diagnose: Diagnose) -> None:
    session.open(document)
    session.indexed()
    for _ in range(5):
        diagnose(session, document, (0, 0), "")
    session.settle()


def _in_target(session: Session, path: Path, at: tuple[int, int], diagnose: Diagnose, runs: int) -> list[float]:
    seconds: list[float] = []
    for _ in range(4 * runs):
        began = time.perf_counter()
        diagnose(session, path, at, "x")
        seconds.append(time.perf_counter() - began)
        session.change(path, at, (at[0], at[1] + 1), "")
        diagnose(session, path, at, "")
    return seconds


def _burst(session: Session, path: Path, line: int, *, asks: bool) -> float:
    """Send many edits at once; returns the seconds from the last one to its diagnostics."""
    request, version = 0, 0
    for column in range(_BURST):
        version = session.change(path, (line, column), (line, column), "x" if column > 1 else "/")
        if asks:
            # An editor takes back the question that an edit has made pointless.
            if request:
                session.tell("$/cancelRequest", {"id": request})
            request = session.request("textDocument/diagnostic", _about(path))
    began = time.perf_counter()
    ended = began + session.answer(request, began).seconds if asks else session.diagnosed(path, version)
    session.change(path, (line, 0), (line, _BURST), "")
    session.settle(0.5)
    return ended - began


def _gopls(root: Path, document: Path, line: int) -> list[float]:
    """The same with gopls, told not to wait for a pause in typing. It looks for other things than linknames.

    Few letters are typed: it checks all that imports package runtime for each.
    """
    server = servers.gopls(THEIR_CACHE, {"diagnosticsDelay": "0s"})
    with Session(server, root) as session:
        session.open(document)
        session.settle()
        return typed(session, document, line, pushed, 1, "n := 1\n")


def _about(path: Path) -> dict[str, object]:
    return {"textDocument": {"uri": path.as_uri()}}
