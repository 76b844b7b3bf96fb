"""A parser that gives up on what would take it forever.

tree-sitter follows several readings of a text with errors at once: 6 KB of ``,&`` take it 5 seconds, and twice as much
four times as long. While it parses bytes nothing else runs; while it parses what a function hands it, others do, and it
can be stopped. So a text with few words in some stretch is tried in that way first, and read from its bytes with
the tree that comes of that: where there is no error all of it is taken over.

Not every text: py-tree-sitter 0.26 never lets go of what a function has handed to the parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Parser, Point, Tree

_HARMLESS = 1 << 10
"""Bytes of a text that is parsed at once whatever it is."""
_PIECE = 256
_STEPS = 10_000
"""How often the parser may ask whether to go on, beside one time for so many bytes: of code it asks every 60, in tables
of numbers every 20. Counted, for the same text has to have the same end on any machine."""
_BYTES = 10
_STEPS_WITH_ERROR, _BYTES_WITH_ERROR = 5_000, 40
"""Where that has found an error: it would take several times as long."""
_MOST_STEPS = 150_000
"""As often as in 9 MB of code: more tokens would not fit into memory."""
_STRETCH, _FEWEST = 2 << 10, 1 << 9
"""Bytes that are looked at together, and how many of them are punctuation at least where that is much."""
_WORDS = bytes(one for one in range(256) if one >= 0x80 or chr(one).isalnum() or chr(one) in "_ \t\r\n")
_BLANKS = b" \t\r\n"


def _is_dense(data: bytes) -> bool:
    """Whether a third of what is to be seen in some stretch is punctuation: so it is in one of 35 files of Go's."""
    for at in range(0, len(data), _STRETCH):
        stretch = data[at : at + _STRETCH]
        marks = len(stretch.translate(None, _WORDS))
        if marks > _FEWEST and marks * 25 > len(stretch.translate(None, _BLANKS)) * 8:
            return True
    return False


class Hopeless(Exception):  # noqa: N818 - no fault of ours
    """The parser would not come to an end."""


class Patience(NamedTuple):
    """A parser, and how it is used."""

    parser: Parser

    def parse(self, data: bytes, old: Tree | None = None) -> Tree:
        """Return the syntax tree, with what can be reused of an older one. Raises :class:`Hopeless`."""
        if len(data) > _HARMLESS and _is_dense(data):
            tried, steps = self._try(data, old)
            if not tried.root_node.has_error:
                old = tried
            elif steps > _STEPS_WITH_ERROR + len(data) // _BYTES_WITH_ERROR:
                raise Hopeless
        return self.parser.parse(data, old) if old is not None else self.parser.parse(data)

    def _try(self, data: bytes, old: Tree | None) -> tuple[Tree, int]:
        """Return what the parser makes of a text, and how often it has asked whether to go on."""
        steps, most = 0, min(_STEPS + len(data) // _BYTES, _MOST_STEPS)
        # The parser does not keep what it is handed, but goes on reading it.
        pieces: dict[int, bytes] = {}

        def read(offset: int, _: Point) -> bytes:
            piece = pieces.get(offset)
            if piece is None:
                piece = pieces[offset] = data[offset : offset + _PIECE]
            return piece

        def enough(_: int, __: bool) -> bool:  # noqa: FBT001 - as the parser calls it
            nonlocal steps
            steps += 1
            return steps > most

        try:
            if old is not None:
                return self.parser.parse(read, old, progress_callback=enough), steps
            return self.parser.parse(read, progress_callback=enough), steps
        except ValueError:
            self.parser.reset()
            raise Hopeless from None
