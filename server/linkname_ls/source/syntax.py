"""The tree-sitter parser for Go, made once a thread."""

from __future__ import annotations

import threading
from functools import lru_cache

import tree_sitter
import tree_sitter_go


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
    return _per_thread.parser.parse(data, old) if old is not None else _per_thread.parser.parse(data)


def node_span(node: tree_sitter.Node) -> tuple[int, int]:
    """Return the byte offsets of a node."""
    return node.start_byte, node.end_byte
