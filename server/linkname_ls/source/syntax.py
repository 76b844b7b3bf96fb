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


def parse(data: bytes, old: tree_sitter.Tree | None = None) -> tree_sitter.Tree:
    """Return the syntax tree of a Go file, right or half-typed.

    ``old`` is the tree of an earlier text to which the edits were told (``Tree.edit``); what they left alone is
    reused.
    """
    text = readable(data)
    # What has been made readable differs from what the edits say.
    reusable = old is not None and text is data
    return _per_thread.parser.parse(text, old) if reusable else _per_thread.parser.parse(text)


def parse_part(data: bytes, start: int, end: int) -> tree_sitter.Tree:
    """Return the syntax tree of one stretch of a Go file. Byte offsets are the file's; lines and columns are not."""
    parser = _per_thread.parser
    parser.included_ranges = [tree_sitter.Range((0, start), (0, end), start, end)]
    try:
        return parser.parse(data)
    finally:
        parser.included_ranges = []
