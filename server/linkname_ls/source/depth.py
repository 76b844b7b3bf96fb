"""How deep a syntax tree may be for what it holds to be looked at.

People nest a dozen levels, generators some more. Whoever reads a tree goes down step by step, on Python's stack, and
finds the way back up by starting at the root each time (``ts_node_parent`` in tree-sitter's lib/src/node.c), so that
thousands of levels would cost minutes. What lies deeper counts as half-typed: nothing is said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MOST = 200
"""Levels of the syntax tree; ``a + b + c`` makes two of its own."""

MOST_UP = 3000
"""Levels that a single name is followed up, where it is asked for itself."""

_BODIES = frozenset({"block", "literal_value"})


def deep_end(root: Node, at: int, most: int = MOST) -> int | None:
    """Return where what lies too deep ends, of which the leaf at a byte offset is part; None when that is not deep."""
    cursor = root.walk()
    for _ in range(most):
        if cursor.goto_first_child_for_byte(at) is None:
            return None
    deep = cursor.node
    return deep.end_byte if deep is not None else None


def is_deep(node: Node) -> bool:
    """Whether a declaration, or an expression, is deeper than :data:`MOST`; bodies and braces of values left out."""
    level = [node]
    for _ in range(MOST):
        level = [child for one in level for child in one.named_children if child.type not in _BODIES]
        if not level:
            return False
    return True
