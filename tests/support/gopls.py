"""gopls, Go's own language server, beside ours: both are asked the same."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.links.sources import Source
from linkname_ls.source.directives import Directive
from support.client import Editor
from support.trees import CACHE

VERSION = "v0.23.0"
"""The newest that Go 1.26 builds."""


def gopls() -> Path:
    """Return the gopls binary, built when it is missing."""
    folder = CACHE / f"gopls-{VERSION}"
    binary = folder / ("gopls.exe" if os.name == "nt" else "gopls")
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"gopls-{VERSION}.lock").open("w") as lock:
        # Several test processes may want it at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "", "GOWORK": "off"}
            done = subprocess.run(
                ["go", "install", f"golang.org/x/tools/gopls@{VERSION}"],
                cwd=CACHE,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
    return binary


class Gopls(Editor):
    """An editor session with gopls, which has a cache of its own."""

    def __init__(self, root: Path, cache: Path) -> None:
        environment = {"GOPLSCACHE": str(cache), "GOFLAGS": "", "GOWORK": "off"}
        # Diagnostics are not asked for, and would take most of the time.
        options = {"diagnosticsTrigger": "Save"}
        super().__init__(root, command=[str(gopls())], env=environment, options=options)

    def definition(self, path: Path, line: int, character: int) -> list[types.Location]:
        """Return the locations of a definition request; what gopls cannot find is an error to it."""
        try:
            return super().definition(path, line, character)
        except JsonRpcException as error:
            reasons = "find linkname: ", "no identifier found", "no object found", "can't find non-Go definition"
            assert error.message.startswith(reasons), error
            return []

    def references(
        self, path: Path, line: int, character: int, *, include_declaration: bool = True
    ) -> list[types.Location]:
        """Return the locations of a references request, none for what gopls refuses."""
        try:
            return super().references(path, line, character, include_declaration=include_declaration)
        except JsonRpcException as error:
            assert error.message.startswith(("no identifier found", "no object found")), error
            return []

    async def _stop(self) -> int | None:
        # Asked to leave, it first makes the diagnostics of the whole workspace.
        process = self.client._server  # pyright: ignore[reportPrivateUsage]
        assert process is not None
        process.kill()
        await process.wait()
        await self.client.stop()
        return process.returncode


class Asked(NamedTuple):
    """A directive, and where its last argument leads in both servers."""

    source: Source
    directive: Directive
    gopls: list[types.Location]
    ours: list[types.Location]

    def __str__(self) -> str:
        line, _ = self.source.lines.compiler(self.directive.span.start)
        return f"{self.source.path.name}:{line} {self.source.text(self.directive.span)}"


def ask_both(root: Path, cache: Path, directives: Iterable[tuple[Source, Directive]]) -> list[Asked]:
    """Open the same workspace in both servers and ask for the definition of each directive's last argument."""
    places = list(directives)
    with Gopls(root, cache) as editor:
        theirs = _ask(editor, places)
    with Editor(root) as editor:
        ours = _ask(editor, places)
    return [Asked(*place, *answers) for place, answers in zip(places, zip(theirs, ours, strict=True), strict=True)]


def _ask(editor: Editor, places: list[tuple[Source, Directive]]) -> list[list[types.Location]]:
    # All are opened first: to gopls every opened file is a new state of the workspace.
    for path in dict.fromkeys(source.path for source, _ in places):
        editor.open(path)
    answers: list[list[types.Location]] = []
    for source, directive in places:
        # Not at the first letter: gopls counts the line's end as part of the target and so begins it one byte late.
        here = source.lines.position(directive.arguments[-1].span.start + 1, "utf-16")
        answers.append(editor.definition(source.path, here.line, here.character))
    return answers
