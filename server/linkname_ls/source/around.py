"""The syntax tree of a file in which one declaration is half-typed: that of the rest, and the declaration put into it.

How the parser gets over an error depends on what it reuses of an older tree, so what it makes of a text with one must
not depend on what the text was before. The text without its one broken declaration, parsed anew, depends on nothing
else; it stays the same as long as that declaration is being typed, and spares the parser all but that.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.readable import readable
from linkname_ls.source.recovery import piece_starts

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from linkname_ls.source.patience import Patience

_LARGEST = 1 << 20
"""Bytes of the largest text that is looked at: one that is opened half-typed is parsed three times."""
_MOST_PIECES = 10_000


_Part = Callable[[bytes, int, int], "Tree"]
"""What parses a stretch of a text."""


class Rest(NamedTuple):
    """A file without one of its pieces, which holds no error."""

    start: int
    """Where the piece was."""
    data: bytes
    tree: Tree

    def put(self, parser: Patience, data: bytes, part: _Part) -> Tree | None:
        """Return the tree of a text with the piece back in its place, and in error; None for any other text."""
        start, end = self.start, self.start + len(data) - len(self.data)
        if end <= start or data[:start] != self.data[:start] or data[end:] != self.data[start:]:
            return None
        # The end counts as one only if what the piece leaves open does not reach over it.
        found = next((at for at in piece_starts(data, start, len(data)) if at > start), len(data))
        if found != end or not part(data, start, end).root_node.has_error:
            return None
        basis = self.tree.copy()
        here, there = _point(data, start), _point(data, end)
        basis.edit(start, start, end, here, here, there)
        return parser.parse(data, basis)


def find_rest(parser: Patience, data: bytes, hint: Tree, part: _Part) -> Rest | None:
    """Return a readable text without the one piece that is in error; None when there is none, or not only one.

    ``hint`` is any tree of the text: it saves time, and changes nothing in what is returned.
    """
    if len(data) > _LARGEST:
        return None
    starts = [*dict.fromkeys((0, *piece_starts(data, 0, len(data)))), len(data)]
    if len(starts) > _MOST_PIECES:
        return None
    at = _broken(data, starts, hint.root_node, part)
    return _without(parser, data, starts, at) if at is not None else None


def _broken(data: bytes, starts: list[int], root: Node, part: _Part) -> int | None:
    """Return which piece alone has an error by itself; None when none has, or several have."""

    def is_broken(at: int) -> bool:
        return part(data, starts[at], starts[at + 1]).root_node.has_error

    errors = {min(bisect_right(starts, one.start_byte) - 1, len(starts) - 2) for one in root.children if one.has_error}
    found: set[int] = set()
    # Where the errors of a tree begin, there most likely are the pieces; one of which there is no doubt will do.
    for at in sorted(errors):
        if is_broken(at):
            found.add(at)
        if len(found) > 1:
            return None
    if not found:
        for at in range(len(starts) - 1):
            if at not in errors and is_broken(at):
                found.add(at)
            if len(found) > 1:
                return None
    return next(iter(found), None)


def _without(parser: Patience, data: bytes, starts: list[int], at: int) -> Rest | None:
    """Return a text without one of its pieces, each of the others being whole declarations; None when they are not.

    Then no other piece has an error by itself, and the one is the only one that could be left out.
    """
    start, end = starts[at], starts[at + 1]
    text = data[:start] + data[end:]
    if readable(text) is not text:
        return None
    tree = parser.parse(text)
    if tree.root_node.has_error:
        return None
    children = tree.root_node.children
    begins = [one.start_byte for one in children]
    for other in starts[:at] + starts[at + 1 : -1]:
        moved = other - (end - start) if other > start else other
        behind = bisect_left(begins, moved)
        if behind and children[behind - 1].end_byte > moved:
            return None
    return Rest(start, text, tree)


def _point(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset), offset - data.rfind(b"\n", 0, offset) - 1
