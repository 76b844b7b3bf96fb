"""The one module that converts positions.

Inside the project a position is a *byte offset* into the file's bytes (0-based), and a stretch of text is a
:class:`Span` of two of them. Editors speak of lines and characters (0-based; UTF-8, UTF-16 or UTF-32 units), the
Go compiler of lines and columns (1-based, columns in bytes).

A line ends at ``\\n``, and nowhere else: that is how the Go compiler counts (cmd/compile/internal/syntax/source.go),
and gopls, Neovim and Emacs with it. A form feed, a vertical tab, U+2028 or a lone ``\\r`` ends no line. The ``\\r``
of a CRLF belongs to the line's end, not to its text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class Span(NamedTuple):
    """A stretch of a file: byte offsets, 0-based, the end not included."""

    start: int
    end: int

    def holds(self, offset: int) -> bool:
        """Whether a cursor at this byte offset touches the span (at its very end counts, as editors do)."""
        return self.start <= offset <= self.end


@dataclass(frozen=True, slots=True)
class Position:
    """A place as an editor names it: 0-based line, and units of the agreed encoding into it."""

    line: int
    character: int


class Lines:
    """Where the lines of one text begin, to convert between byte offsets and lines.

    Never raises: an offset or position beyond the text is clipped to its nearest end, as the LSP specification asks.
    """

    __slots__ = ("_starts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        starts = [0]
        find = data.find
        at = find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        self._starts = starts

    def __len__(self) -> int:
        """Return the number of lines; a text that ends in a newline has an empty last one."""
        return len(self._starts)

    def line_span(self, line: int) -> Span:
        """Return the text of a 0-based line, without its line ending; clipped to the last line."""
        line = max(0, min(line, len(self._starts) - 1))
        start = self._starts[line]
        if line + 1 < len(self._starts):
            end = self._starts[line + 1] - 1
            if end > start and self.data[end - 1] == 0x0D:
                end -= 1
        else:
            end = len(self.data)
        return Span(start, end)

    def line_of(self, offset: int) -> int:
        """Return the 0-based line that holds a byte offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def compiler(self, offset: int) -> tuple[int, int]:
        """Return (line, column) as the Go compiler prints them: both 1-based, the column in bytes."""
        offset = max(0, min(offset, len(self.data)))
        line = self.line_of(offset)
        return line + 1, offset - self._starts[line] + 1

    def from_compiler(self, line: int, column: int) -> int:
        """Return the byte offset of a compiler position (1-based line, 1-based byte column)."""
        span = self.line_span(line - 1)
        if line > len(self._starts):
            return len(self.data)
        return max(span.start, min(span.start + column - 1, span.end))

    def position(self, offset: int, encoding: Encoding) -> Position:
        """Return the editor's position of a byte offset, counted in units of ``encoding``."""
        offset = max(0, min(offset, len(self.data)))
        line = self.line_of(offset)
        return Position(line, _units(self.data[self._starts[line] : offset], encoding))

    def offset(self, line: int, character: int, encoding: Encoding) -> int:
        """Return the byte offset of an editor's position; beyond the end of the line means that end."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.data)
        span = self.line_span(line)
        text = self.data[span.start : span.end]
        return span.start + _advance(text, max(0, character), encoding)


def _units(text: bytes, encoding: Encoding) -> int:
    """Count the units of ``encoding`` in a piece of a line."""
    if encoding == "utf-8" or text.isascii():
        return len(text)
    decoded = text.decode("utf-8", "replace")
    if encoding == "utf-32":
        return len(decoded)
    return len(decoded) + sum(ch > "\uffff" for ch in decoded)


def _advance(text: bytes, units: int, encoding: Encoding) -> int:
    """Return how many bytes of ``text`` hold ``units`` units; a place inside a character means its start."""
    if text.isascii():
        return min(units, len(text))
    if encoding == "utf-8":
        at = min(units, len(text))
        while at > 0 and at < len(text) and text[at] & 0xC0 == 0x80:
            at -= 1
        return at
    at = 0
    for width, cost in _characters(text, encoding):
        if cost > units:
            break
        units -= cost
        at += width
    return at


def _characters(text: bytes, encoding: Encoding) -> list[tuple[int, int]]:
    """Return (bytes, units) of each character; a run of invalid bytes is replaced as an editor does on loading."""
    result: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        first = text[at]
        width = 1 if first < 0x80 else 2 if first >> 5 == 6 else 3 if first >> 4 == 14 else 4 if first >> 3 == 30 else 0
        piece = text[at : at + width]
        try:
            valid = width > 0 and len(piece.decode("utf-8")) == 1
        except UnicodeDecodeError:
            valid = False
        if not valid:
            # Replaced by U+FFFD: as many bytes as the decoder takes for one replacement character.
            width = _invalid_width(text, at)
        result.append((width, 2 if valid and width == 4 and encoding == "utf-16" else 1))
        at += width
    return result


def _invalid_width(text: bytes, at: int) -> int:
    """Return how many bytes from ``at`` Python's decoder replaces by one U+FFFD."""
    try:
        text[at : at + 4].decode("utf-8")
    except UnicodeDecodeError as error:
        return max(1, error.end - error.start) if error.start == 0 else 1
    return 1
