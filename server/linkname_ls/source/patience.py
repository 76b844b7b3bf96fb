"""A parser that lets others run meanwhile, and gives up on what would take it forever.

tree-sitter follows several readings of a text with errors at once: 6 KB of ``,&`` take it 5 seconds, and twice as much
four times as long. While it parses bytes nothing else runs; while it parses what a function hands it, others do, and it
can be stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser, Point, Tree

_PIECE = 1 << 16
"""Bytes that the parser is handed at once."""
_PART = 1 << 6
"""Bytes of a node's text that are handed out first: most are names."""
_STEPS, _BYTES = 10_000, 10
"""How often the parser may ask whether to go on, beside one time for so many bytes: of code it asks every 60, in tables
of numbers every 20. Counted, for the same text has to have the same end on any machine."""
_STEPS_WITH_ERROR, _BYTES_WITH_ERROR, _MOST_WITH_ERROR = 6_000, 50, 60_000
"""The same where that has found an error, which is then looked at more closely: of 150,000 files of Go's
tree with something taken out or put in, the worst took 5,400 steps for 90 KB, 11,700 for 720 KB, 20,000 for 2 MB."""
_MOST_STEPS = 100_000
"""The densest files known, of protocols and of tables of letters, take 22,000 for 2 MB and 46,000 for 5 MB. Each takes
some 6 KB of memory."""
_OPENING, _MOST_OPENING = b"([{-+!^*&<:", 1_500_000
"""What the parser has to keep in mind until it sees what it belongs to, and how often that may stand in a text: each
takes a quarter of a kilobyte. Tables of pairs, which have most of it, have as many in 9 MB."""


class Hopeless(Exception):  # noqa: N818 - no fault of ours
    """The parser would not come to an end."""


class Patience:
    """A parser, and how it is used. Not for two threads at once."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self._memory = bytearray()

    def parse(self, data: bytes, old: Tree | None = None) -> Tree:
        """Return the syntax tree, with what can be reused of an older one. Raises :class:`Hopeless`."""
        if len(data) > _MOST_OPENING and len(data) - len(data.translate(None, _OPENING)) > _MOST_OPENING:
            raise Hopeless
        steps, most = 0, min(_STEPS + len(data) // _BYTES, _MOST_STEPS)

        def enough(_: int, __: bool) -> bool:  # noqa: FBT001 - as the parser calls it
            nonlocal steps
            steps += 1
            return steps > most

        text = _Text(data, self._memory)
        try:
            if old is not None:
                tree = self.parser.parse(text, old, progress_callback=enough)
            else:
                tree = self.parser.parse(text, progress_callback=enough)
        except ValueError:
            self.parser.reset()
            raise Hopeless from None
        finally:
            text.finish()
        most = min(_STEPS_WITH_ERROR + len(data) // _BYTES_WITH_ERROR, _MOST_WITH_ERROR)
        if steps > most and tree.root_node.has_error:
            raise Hopeless
        return tree


class _Text:
    """The text of a tree, as the parser reads it first, and nodes later."""

    __slots__ = ("_data", "_memory", "_next", "_part")

    def __init__(self, data: bytes, memory: bytearray) -> None:
        self._data = data
        # py-tree-sitter up to 0.26.1 never lets go of what it is handed while it parses (it does of what a node asks
        # for): so that is always the same object.
        self._memory: bytearray | None = memory
        self._next = self._part = 0

    def __call__(self, offset: int, _: Point) -> bytes | bytearray:
        """Return bytes from an offset on, b"" behind the end."""
        memory = self._memory
        if memory is not None:
            memory[:] = self._data[offset : offset + _PIECE]
            return memory
        # A node asks until it has enough, of which nothing is known here. Two threads may disturb each other, which
        # only costs time.
        part = self._part * 2 if offset and offset == self._next else _PART
        self._part, self._next = part, offset + part
        return self._data[offset : offset + part]

    def finish(self) -> None:
        """Have no part in the parser's memory any more."""
        self._memory = None
