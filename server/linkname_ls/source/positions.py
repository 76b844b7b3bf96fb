"""The one module that converts positions.

Inside the project a position is a *byte offset* into the file's bytes (0-based), and a stretch of text is a
:class:`Span` of two of them. Editors speak of lines and characters (0-based; UTF-8, UTF-16 or UTF-32 units), the
Go compiler of lines and columns (1-based, columns in bytes).

A line ends at ``\\n``, and nowhere else: that is how the Go compiler counts (cmd/compile/internal/syntax/source.go),
and gopls, Neovim and Emacs with it. A form feed, a vertical tab, U+2028 or a lone ``\\r`` ends no line. The ``\\r``
of a CRLF belongs to the line's end, not to its text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

_BLOCK = 1 << 16
"""Bytes of a large file between two places whose lines are known."""

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class Span(NamedTuple):
    """A stretch of a file: byte offsets, 0-based, the end not included."""

    start: int
    end: int

    def holds(self, offset: int) -> bool:
        """Whether a cursor at this byte offset touches the span (at its very end counts, as editors do)."""
        return self.start <= offset <= self.end


class Position(NamedTuple):
    """A place as an editor names it: 0-based line, and units of the agreed encoding into it."""

    line: int
    character: int


class Lines:
    """Where the lines of one text begin, to convert between byte offsets and lines.

    Never raises: an offset or position beyond the text is clipped to its nearest end, as the LSP specification asks.
    """

    __slots__ = ("_by", "_moved", "_starts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        starts = [0]
        find = data.find
        at = find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        self._starts = starts
        self._moved, self._by = len(starts), 0
        """From which line on all have moved by how many bytes since the starts were noted."""

    def __len__(self) -> int:
        """Return the number of lines; a text that ends in a newline has an empty last one."""
        return len(self._starts)

    def line_span(self, line: int) -> Span:
        """Return the text of a 0-based line, without its line ending; clipped to the last line."""
        line = max(0, min(line, len(self) - 1))
        start = self._start(line)
        if line + 1 < len(self):
            end = self._start(line + 1) - 1
            if end > start and self.data[end - 1] == 0x0D:
                end -= 1
        else:
            end = len(self.data)
        return Span(start, end)

    def line_of(self, offset: int) -> int:
        """Return the 0-based line that holds a byte offset."""
        starts, moved = self._starts, self._moved
        if moved < len(starts) and offset >= starts[moved] + self._by:
            return bisect_right(starts, offset - self._by, moved) - 1
        return max(0, bisect_right(starts, offset, 0, moved) - 1)

    def _start(self, line: int) -> int:
        return self._starts[line] + (self._by if line >= self._moved else 0)

    def compiler(self, offset: int) -> tuple[int, int]:
        """Return (line, column) as the Go compiler prints them: both 1-based, the column in bytes."""
        offset = max(0, min(offset, len(self.data)))
        line = self.line_of(offset)
        return line + 1, offset - self._start(line) + 1

    def point(self, offset: int) -> tuple[int, int]:
        """Return (line, column) as tree-sitter counts them: both 0-based, the column in bytes."""
        line, column = self.compiler(offset)
        return line - 1, column - 1

    def edited(self, span: Span, data: bytes) -> Lines:
        """Return the lines of ``data``, which is this text with a stretch replaced; the rest is not searched again."""
        by = len(data) - len(self.data)
        first, last = self.line_of(span.start), self.line_of(span.end)
        lines = Lines.__new__(Lines)
        lines.data = data
        if first == last and data.find(b"\n", span.start, span.end + by) < 0 and self._moved in (last + 1, len(self)):
            # Who types on one line moves those behind it, again and again: they are not counted anew each time.
            lines._starts, lines._moved = self._starts, last + 1
            lines._by = self._by + by if lines._moved < len(self) else 0
            return lines
        between: list[int] = []
        at = data.find(b"\n", span.start, span.end + by)
        while at >= 0:
            between.append(at + 1)
            at = data.find(b"\n", at + 1, span.end + by)
        starts = [*self._starts[: self._moved], *[start + self._by for start in self._starts[self._moved :]]]
        behind = [start + by for start in starts[last + 1 :]] if by else starts[last + 1 :]
        lines._starts = [*starts[: first + 1], *between, *behind]
        lines._moved, lines._by = len(lines._starts), 0
        return lines

    def from_compiler(self, line: int, column: int) -> int:
        """Return the byte offset of a compiler position (1-based line, 1-based byte column)."""
        span = self.line_span(line - 1)
        if line > len(self):
            return len(self.data)
        return max(span.start, min(span.start + column - 1, span.end))

    def position(self, offset: int, encoding: Encoding) -> Position:
        """Return the editor's position of a byte offset, counted in units of ``encoding``.

        A place inside a character means its start, one inside a CRLF the end of the line's text.
        """
        offset = max(0, min(offset, len(self.data)))
        line = self.line_of(offset)
        start, end = self.line_span(line)
        return Position(line, _units(self.data[start:end], min(offset, end) - start, encoding))

    def offset(self, line: int, character: int, encoding: Encoding) -> int:
        """Return the byte offset of an editor's position; beyond the end of the line means that end."""
        if line < 0:
            return 0
        if line >= len(self):
            return len(self.data)
        start, end = self.line_span(line)
        return start + _advance(self.data[start:end], max(0, character), encoding)


class LargeLines(Lines):
    """The same for a text of which a list of all lines would take more memory than itself, and seconds to make."""

    __slots__ = ("_ahead",)

    def __init__(self, data: bytes) -> None:
        self.data = data
        blocks = (data.count(b"\n", at, at + _BLOCK) for at in range(0, len(data), _BLOCK))
        self._ahead = list(accumulate(blocks, initial=0))
        """How many lines end before each block, and in all."""

    def __len__(self) -> int:
        return self._ahead[-1] + 1

    def line_of(self, offset: int) -> int:
        """Return the 0-based line that holds a byte offset."""
        block = max(0, min(offset, len(self.data))) // _BLOCK
        return self._ahead[block] + self.data.count(b"\n", block * _BLOCK, max(0, offset))

    def _start(self, line: int) -> int:
        if line <= 0:
            return 0
        block = bisect_left(self._ahead, line) - 1
        at = block * _BLOCK
        for _ in range(line - self._ahead[block]):
            at = self.data.find(b"\n", at) + 1
        return at

    def edited(self, span: Span, data: bytes) -> LargeLines:  # noqa: ARG002
        """Return the lines of ``data``: to count them takes milliseconds."""
        return LargeLines(data)


def _units(text: bytes, at: int, encoding: Encoding) -> int:
    """Count the units of ``encoding`` in front of byte ``at`` of a line; inside a character means its start."""
    if text.isascii():
        return at
    units = 0
    for width, cost in _characters(text, encoding):
        at -= width
        if at < 0:
            break
        units += cost
    return units


def _advance(text: bytes, units: int, encoding: Encoding) -> int:
    """Return how many bytes of a line hold ``units`` units; inside a character means its start."""
    if text.isascii():
        return min(units, len(text))
    at = 0
    for width, cost in _characters(text, encoding):
        units -= cost
        if units < 0:
            break
        at += width
    return at


def _characters(text: bytes, encoding: Encoding) -> Iterator[tuple[int, int]]:
    """Yield (bytes, units) of each character of a line.

    Invalid bytes count as the U+FFFD that an editor puts in their place on loading; where positions count bytes, as
    the bytes that they are.
    """
    at = 0
    while at < len(text):
        first = text[at]
        width = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        cost = 2 if width == 4 and encoding == "utf-16" else 1
        if width > 1:
            try:
                text[at : at + width].decode("utf-8")
            except UnicodeDecodeError as error:
                # One U+FFFD for the longest start of a character (https://encoding.spec.whatwg.org/#utf-8-decoder).
                width, cost = error.end, 1
        yield width, width if encoding == "utf-8" else cost
        at += width
