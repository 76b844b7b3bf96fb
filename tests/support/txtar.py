"""Fixtures that read like Go: a txtar text with markers inside the code.

    -- go.mod --
    module example.com/m
    -- a/a.go --
    package a
    ...
    //go:linkname f example.com/m/b.$0g
    -- b/b.go --
    func «g»() int { return 1 }

``$0`` is the cursor; ``«»`` stand around what is expected. Both are taken out before the files are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from linkname_ls.source.positions import Span

_HEADER = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
_MARKER = re.compile(r"«|»|\$0")


@dataclass
class Fixture:
    """Files on disk, the cursor, and what was marked in them."""

    root: Path
    files: dict[str, str] = field(default_factory=dict[str, str])
    cursor: tuple[str, int] | None = None
    """File and byte offset of ``$0``."""
    marked: list[tuple[str, Span]] = field(default_factory=list[tuple[str, Span]])
    """File and byte span of each ``«»``, in the order of the text."""

    def path(self, name: str) -> Path:
        """Return where a file of the fixture stands."""
        return self.root / name

    @property
    def cursor_path(self) -> Path:
        """The file that the cursor is in."""
        assert self.cursor is not None, "the fixture has no $0"
        return self.path(self.cursor[0])

    @property
    def offset(self) -> int:
        """The byte offset of the cursor."""
        assert self.cursor is not None, "the fixture has no $0"
        return self.cursor[1]


def parse(text: str) -> tuple[str, dict[str, str]]:
    """Split a txtar text into its comment and its files."""
    comment, *pieces = _HEADER.split(text)
    return comment, dict(zip(pieces[0::2], pieces[1::2], strict=True))


def write(root: Path, text: str) -> Fixture:
    """Write a fixture's files below ``root``; a module ``example.com/m`` is made when it has no go.mod."""
    fixture = Fixture(root)
    comment, files = parse(dedent(text).lstrip("\n"))
    assert not comment.strip(), "text before the first -- name -- line"
    for name, body in files.items():
        fixture.files[name] = _unmark(fixture, name, body)
    if not any(name.endswith(("go.mod", "go.work")) for name in fixture.files):
        fixture.files["go.mod"] = "module example.com/m\n\ngo 1.21\n"
    for name, body in fixture.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body.encode())
    return fixture


def _unmark(fixture: Fixture, name: str, body: str) -> str:
    clean, last, opened = "", 0, -1
    for match in _MARKER.finditer(body):
        clean += body[last : match.start()]
        last = match.end()
        here = len(clean.encode())
        if match[0] == "$0":
            assert fixture.cursor is None, "two cursors"
            fixture.cursor = (name, here)
        elif match[0] == "«":
            opened = here
        else:
            fixture.marked.append((name, Span(opened, here)))
    return clean + body[last:]
