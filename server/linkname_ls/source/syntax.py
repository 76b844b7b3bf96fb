"""The tree-sitter parser for Go, made once a thread."""

from __future__ import annotations

import threading
from functools import lru_cache

import tree_sitter
import tree_sitter_go

from linkname_ls.source.readable import readable


@lru_cache(maxsize=1)
def _language() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_go.language())


class _PerThread(threading.local):
    """A parser keeps state while it parses, so no two threads may share one."""

    def __init__(self) -> None:
        self.parser = tree_sitter.Parser(_language())


_per_thread = _PerThread()


def parse(data: bytes) -> tree_sitter.Tree:
    """Return the syntax tree of a Go file, right or half-typed."""
    return parse_again(data, None)[0]


def parse_again(data: bytes, old: tree_sitter.Tree | None) -> tuple[tree_sitter.Tree, bool]:
    """Return the syntax tree of a Go file, and whether it is one of just these bytes.

    ``old`` is such a tree of an earlier text to which the edits were told (``Tree.edit``); what they left alone is
    reused. What the parser cannot read it is given in another form, of which the edits know nothing.

    How the parser gets over an error depends on what it reuses, so a text with one is parsed anew.
    """
    text = readable(data)
    if text is data and old is not None:
        tree = _per_thread.parser.parse(text, old)
        if not tree.root_node.has_error:
            return tree, True
    return _per_thread.parser.parse(text), text is data


def parse_part(data: bytes, start: int, end: int) -> tree_sitter.Tree:
    """Return the syntax tree of one stretch of a Go file. Byte offsets are the file's; lines and columns are not."""
    parser = _per_thread.parser
    parser.included_ranges = [tree_sitter.Range((0, start), (0, end), start, end)]
    try:
        return parser.parse(data)
    finally:
        parser.included_ranges = []
