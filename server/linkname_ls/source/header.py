"""The top of a Go file, its package clause and imports, read without parsing the file.

Import graphs are made of thousands of files of which nothing else is of interest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linkname_ls.source.positions import Span


class Import(NamedTuple):
    """One import spec."""

    name: str
    """The name given in front: ``_``, ``.``, an alias, or "" when there is none."""
    path: str
    span: Span
    """The spec: name and path."""


_GAPS = re.compile(rb"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
"""Blanks and comments."""
_ENDS = re.compile(rb"(?:[ \t\r\n;]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
"""Blanks, comments and semicolons."""
_CLAUSE = re.compile(rb"package(?![\w\x80-\xff])")
_CLAUSE_LINE = re.compile(rb"^package[ \t]", re.MULTILINE)
_NAME = re.compile(rb"(?!\d)[\w\x80-\xff]+")
_IMPORT = re.compile(rb"import(?![\w\x80-\xff])")
_PATH = re.compile(rb'"([^"\\\n]*)"|`([^`]*)`')
_BOM = b"\xef\xbb\xbf"


def package_name(data: bytes) -> str:
    """Return the name in a Go file's package clause; "" when there is none.

    Where something half-typed stands in front of the clause, the first line that begins like one is taken.
    """
    name = _package_name(data)
    return name[0].decode("utf-8", "replace") if name else ""


def header_imports(data: bytes) -> tuple[Import, ...]:
    """Return the imports of a Go file, as far as they can be read in front of its other declarations."""
    name = _package_name(data)
    return tuple(_imports(data, name.end())) if name else ()


def read_header(data: bytes) -> tuple[str, tuple[Import, ...]]:
    """Return both: the name of :func:`package_name`, and the imports of :func:`header_imports`."""
    name = _package_name(data)
    return (name[0].decode("utf-8", "replace"), tuple(_imports(data, name.end()))) if name else ("", ())


def _package_name(data: bytes) -> re.Match[bytes] | None:
    at = _end(_GAPS, data, len(_BOM) if data.startswith(_BOM) else 0)
    clause = _CLAUSE.match(data, at) or _CLAUSE_LINE.search(data, at)
    return _NAME.match(data, _end(_GAPS, data, clause.end())) if clause else None


def _imports(data: bytes, at: int) -> Iterator[Import]:
    while keyword := _IMPORT.match(data, at := _end(_ENDS, data, at)):
        at = _end(_GAPS, data, keyword.end())
        if data[at : at + 1] != b"(":
            found = _spec(data, at)
            if found is None:
                return
            yield found
            at = found.span.end
            continue
        at = _end(_ENDS, data, at + 1)
        while (found := _spec(data, at)) is not None:
            yield found
            at = _end(_ENDS, data, found.span.end)
        if data[at : at + 1] != b")":
            return
        at += 1


def _spec(data: bytes, at: int) -> Import | None:
    name = b"." if data[at : at + 1] == b"." else (match[0] if (match := _NAME.match(data, at)) else b"")
    path = _PATH.match(data, _end(_GAPS, data, at + len(name)))
    if path is None:
        return None
    text = path[1] if path[1] is not None else path[2]
    return Import(name.decode("utf-8", "replace"), text.decode("utf-8", "replace"), Span(at, path.end()))


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Return where what a pattern takes at ``at``, be it nothing, ends."""
    match = pattern.match(data, at)
    return match.end() if match is not None else at
