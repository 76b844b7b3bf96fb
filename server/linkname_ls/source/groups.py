"""Groups of constants or variables that end on the line of their last member, which the parser cannot read.

``const (a = iota; b)`` is Go, though gofmt writes each member on a line of its own; the parser wants a line's end or a
semicolon behind the last one. So ``var (a = 1; b = 2 )`` is parsed as ``var (a = 1; b = 2;)``, and a group of one as
``var  a = 1 ``: offsets stay true. A group of several with no room for the semicolon stays as it is.
"""

from __future__ import annotations

import re

from linkname_ls.source.comments import OPAQUE, Opaque

# Two patterns, for each begins with a word that can be searched for quickly.
_GROUPS = tuple(re.compile(rb"%b[ \t]*\([ \t]*(?=[\w\x80-\xff])" % word) for word in (b"var", b"const"))
_WORD = re.compile(rb"[\w\x80-\xff]")
_MOST_READ = 4
"""How many times the length of a file is read to find the ends of its groups: those without any would take forever."""
_INSIDE = re.compile(OPAQUE + rb"|[\[\](){};\n]", re.DOTALL)


def terminated(data: bytes) -> bytes:
    """Return a Go file whose groups the parser can read, of the same length; the same object without such groups."""
    groups = [
        match
        for pattern in _GROUPS
        for match in pattern.finditer(data)
        if _WORD.match(data[match.start() - 1 : match.start()]) is None
    ]
    if not groups:
        return data
    opaque = Opaque(data)
    found = bytearray(data)
    left = _MOST_READ * len(data)
    for group in groups:
        if left > 0 and not opaque.holds(group.start()):
            start = data.index(b"(", group.start())
            left -= _terminate(found, start) - start
    text = bytes(found)
    return text if text != data else data


def _terminate(data: bytearray, start: int) -> int:
    """End the last member of the group whose parenthesis is at ``start``, if it has no end; returns the group's end."""
    depth, member = 0, start + 1
    alone = True
    for match in _INSIDE.finditer(data, start):
        if match[0] in (b"(", b"[", b"{"):
            depth += 1
        elif match[0] in (b")", b"]", b"}"):
            depth -= 1
            if depth == 0:
                if match[0] == b")" and data[member : match.start()].strip():
                    _close(data, start, match.start(), alone=alone)
                return match.end()
        elif depth == 1 and match[0] in (b";", b"\n"):
            member, alone = match.end(), False
    return len(data)


def _close(data: bytearray, start: int, end: int, *, alone: bool) -> None:
    if alone:
        data[start : start + 1] = data[end : end + 1] = b" "
    elif data[end - 1] in b" \t":
        data[end - 1 : end] = b";"
