"""The tree-sitter parser for Go, made once a thread."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import tree_sitter

from linkname_ls.source.grammar import language
from linkname_ls.source.patience import Hopeless, Patience
from linkname_ls.source.readable import readable

if TYPE_CHECKING:
    from linkname_ls.source.around import Rest


@lru_cache(maxsize=1)
def _language() -> tree_sitter.Language:
    return tree_sitter.Language(language())


class _PerThread(threading.local):
    """A parser keeps state while it parses, so no two threads may share one."""

    def __init__(self) -> None:
        self.parser = Patience(tree_sitter.Parser(_language()))


_per_thread = _PerThread()


class Parsed(NamedTuple):
    """What the parser makes of a text."""

    tree: tree_sitter.Tree
    rest: Rest | None
    """What helps to parse the text after an edit, if it has an error then."""
    exact: bool = True
    """Whether the tree is one of just these bytes."""
    hopeless: bool = False
    """Whether the parser would not come to an end with them: the tree is that of :data:`UNREADABLE`."""


UNREADABLE = b"}"
"""What stands for a text that is not parsed: something that could be anything."""


def parse(data: bytes) -> tree_sitter.Tree:
    """Return the syntax tree of a Go file, right or half-typed."""
    return parse_again(data, None).tree


def parse_again(data: bytes, old: tree_sitter.Tree | None, rest: Rest | None = None) -> Parsed:
    """Return the syntax tree of a Go file, the same whatever is known of earlier texts.

    ``old`` is a tree of an earlier text to which the edits were told (``Tree.edit``); what they left alone is reused.
    What the parser cannot read it is given in another form, of which the edits know nothing.

    How the parser gets over an error depends on what it reuses, so that of a text with one only ``rest`` is.
    """
    try:
        return _parse_again(data, old, rest)
    except Hopeless:
        return Parsed(_per_thread.parser.parse(UNREADABLE), rest=None, exact=False, hopeless=True)


def _parse_again(data: bytes, old: tree_sitter.Tree | None, rest: Rest | None) -> Parsed:
    text, parser = readable(data), _per_thread.parser
    if text is not data:
        return Parsed(parser.parse(text), rest=None, exact=False)
    if rest is not None and (tree := rest.put(parser, text, parse_part)) is not None:
        return Parsed(tree, rest)
    tree = parser.parse(text, old)
    if not tree.root_node.has_error:
        return Parsed(tree, rest)
    # Imported late: most files are right.
    from linkname_ls.source.around import find_rest

    found = find_rest(parser, text, tree, parse_part)
    if found is not None and (around := found.put(parser, text, parse_part)) is not None:
        return Parsed(around, found)
    return Parsed(parser.parse(text) if old is not None else tree, rest)


def parse_part(data: bytes, start: int, end: int) -> tree_sitter.Tree:
    """Return the syntax tree of one stretch of a Go file. Byte offsets are the file's; lines and columns are not.

    Raises :class:`~linkname_ls.source.patience.Hopeless` where the parser would not come to an end.
    """
    patient = _per_thread.parser
    patient.parser.included_ranges = [tree_sitter.Range((0, start), (0, end), start, end)]
    try:
        return patient.parse(data)
    finally:
        patient.parser.included_ranges = []
