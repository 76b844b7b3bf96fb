"""The comments of a Go file, found as the compiler's scanner finds them.

Directives are comments, so that what is a comment must be known exactly: not in a string, not in a block comment,
also in half-typed code. This is lexical in Go (cmd/compile/internal/syntax/scanner.go), so no parser is asked.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from linkname_ls.source.positions import Span

OPAQUE = (
    rb"//[^\n]*"
    rb"|/\*.*?(?:\*/|\Z)"
    rb'|"(?:[^"\\\n]+|\\[^\n])*"?'
    rb"|`[^`]*`?"
    rb"|'(?:[^'\\\n]+|\\[^\n])*'?"
)
"""A pattern (for ``re.DOTALL``) of what hides code: a line comment, block comment, string, raw string or rune.

An unfinished string or rune ends with its line and an unfinished block comment or raw string with the file, as in the
compiler's scanner. No alternative can fail once it has begun, and none repeats a group byte by byte: either would cost
much in a large or broken file.
"""

_OPAQUE = re.compile(OPAQUE, re.DOTALL)


class Opaque:
    """Where a file hides code, to ask about many of its places."""

    def __init__(self, data: bytes) -> None:
        self._spans = [match.span() for match in _OPAQUE.finditer(data)]

    def holds(self, offset: int) -> bool:
        """Whether a byte offset lies inside of a comment or string, behind its first mark."""
        at = bisect_left(self._spans, (offset,))
        return at > 0 and offset < self._spans[at - 1][1]

    def begins_within(self, start: int, end: int) -> bool:
        """Whether a comment or string begins between two byte offsets, neither of them included."""
        at = bisect_left(self._spans, (start + 1,))
        return at < len(self._spans) and self._spans[at][0] < end


def line_comments(data: bytes, stop: int = sys.maxsize, beginning: bytes = b"//") -> Iterator[Span]:
    """Yield every ``//`` comment that begins so, in the order of the text, from its first slash to its line's end.

    A ``\\r`` before the newline belongs to the line's end and is left out. ``stop`` is the byte offset of a line's end,
    behind which nothing is looked at.
    """
    for match in _OPAQUE.finditer(data, 0, stop):
        if data.startswith(beginning, match.start()):
            start, end = match.span()
            if data[end - 1] == 0x0D:
                end -= 1
            yield Span(start, end)


def block_comments(data: bytes) -> Iterator[Span]:
    """Yield every ``/* */`` comment in the order of the text, its marks included."""
    for match in _OPAQUE.finditer(data):
        if match[0].startswith(b"/*"):
            yield Span(*match.span())


def unfinished_block(data: bytes) -> int | None:
    """Return where the block comment begins that has no end; None in most files."""
    last = next(iter(deque(_OPAQUE.finditer(data), maxlen=1)), None)
    open_block = last is not None and last[0].startswith(b"/*") and not last[0].endswith(b"*/", 2)
    return last.start() if last is not None and open_block else None


def first_on_line(data: bytes, start: int) -> bool:
    """Whether only blanks stand before ``start`` on its line.

    Blanks are what the scanner skips: space, tab, carriage return, and a byte order mark at the start of the file. A
    form feed is none.
    """
    if start and data[start - 1] == 0x0A:
        return True
    line = data.rfind(b"\n", 0, start) + 1
    before = data[line:start]
    if line == 0 and before.startswith(b"\xef\xbb\xbf"):
        before = before[3:]
    return not before.strip(b" \t\r")
