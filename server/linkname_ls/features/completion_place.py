"""Where in a linkname directive a cursor is, told from the bytes of its line.

Everything else, and that is nearly every key that is pressed in an editor, must cost nothing.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from linkname_ls.source.comments import first_on_line, line_comments
from linkname_ls.source.directives import Directive, scan_pragmas
from linkname_ls.source.positions import Span

Part = Literal["keyword", "local", "target"]

KEYWORD = "//go:linkname"
_WORD = re.compile(rb"//go:\w*")
_DIRECTIVE = re.compile(rb"//go:linkname(?:std)? ")


class Place(NamedTuple):
    """A part of a directive in which something can be completed."""

    part: Part
    span: Span
    """The whole word or argument around the cursor: what a completion takes the place of."""
    typed: str
    """What stands of it in front of the cursor."""
    local: str
    """The first argument, where the cursor is in the second; else ""."""
    alone: bool
    """Whether nothing stands behind it on its line."""
    line: Span
    """The line, its end not included."""


def place_at(data: bytes, offset: int) -> Place | None:
    """Return which part of a directive a cursor at a byte offset is in, or would begin; None elsewhere.

    A half-typed word counts from ``//go:`` on. Strings, block comments and what the compiler refuses are elsewhere.
    """
    start = data.rfind(b"\n", 0, offset) + 1
    end = data.find(b"\n", offset)
    line = Span(start, len(data) if end < 0 else end)
    slash = data.find(b"//go:", line.start, line.end)
    if slash < 0 or offset < slash + len("//go:") or not first_on_line(data, slash):
        return None
    found = _DIRECTIVE.match(data, slash, line.end)
    place = (
        _argument(data, slash, offset, line) if found and offset >= found.end() else _word(data, slash, offset, line)
    )
    return place if place is not None and _is_comment(data, slash) else None


def _word(data: bytes, slash: int, offset: int, line: Span) -> Place | None:
    word = _WORD.match(data, slash, line.end)
    if word is None or offset > word.end():
        return None
    if not KEYWORD.startswith(word[0].decode("utf-8", "replace")):
        return None
    typed = data[slash:offset].decode()
    alone = not data[word.end() : line.end].strip()
    return Place("keyword", Span(slash, word.end()), typed, "", alone, line)


def _argument(data: bytes, slash: int, offset: int, line: Span) -> Place | None:
    (directives, _) = scan_pragmas(data[slash : line.end])
    if len(directives) != 1:
        return None
    arguments = _shifted(directives[0], slash)
    at = sum(span.end < offset for span in arguments)
    if at > 1:
        return None
    span = next((one for one in arguments if one.holds(offset)), Span(offset, offset))
    local = directives[0].arguments[0].text if at == 1 else ""
    typed = data[span.start : offset].decode("utf-8", "replace")
    alone = not any(one.start > span.end for one in arguments)
    return Place("target" if at else "local", span, typed, local, alone, line)


def _shifted(directive: Directive, by: int) -> list[Span]:
    return [Span(one.span.start + by, one.span.end + by) for one in directive.arguments]


def _is_comment(data: bytes, slash: int) -> bool:
    """Whether the two slashes begin a comment: they may be text in a raw string or a block comment."""
    if b"`" not in data and b"/*" not in data:
        return True
    return any(comment.start == slash for comment in line_comments(data))
