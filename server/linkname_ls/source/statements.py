"""How control leaves statements, as far as their form tells: exits, loops that do not end, cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.source.constants import bare, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_statement"})
_BREAKABLE = frozenset({"for_statement", "expression_switch_statement", "type_switch_statement", "select_statement"})
_IN_BREAKABLE, _IN_LOOP = 1, 2
"""What stands around a statement: something that ``break`` leaves, something that ``continue`` goes on with too."""


def panics(node: Node) -> bool:
    """Whether an expression is a call of panic."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    return function is not None and text_of(function) == "panic"


def walk(node: Node, stop: frozenset[str]) -> list[Node]:
    """Return a node and what is below it, without what is below the kinds of node to stop at."""
    found: list[Node] = []
    stack = [node]
    while stack:
        one = stack.pop()
        found.append(one)
        if one.type not in stop or one == node:
            stack.extend(one.named_children)
    return found


def may_exit(statement: Node) -> bool:
    """Whether control may leave a statement otherwise than at its end."""
    if statement.type in ("defer_statement", "go_statement"):
        return False
    for node, around in _walk_inside(statement, frozenset({"func_literal", "defer_statement", "go_statement"})):
        if node.type in ("return_statement", "goto_statement") or panics(node):
            return True
        if node.type == "func_literal" and re.search(rb"\bpanic\b|\bfor\s*\{|\bselect\s*\{\s*\}", node.text or b""):
            return True
        if node.type in ("break_statement", "continue_statement", "fallthrough_statement") and (
            node.named_children or around < (_IN_LOOP if node.type == "continue_statement" else _IN_BREAKABLE)
        ):
            return True
    return any(_endless(node) for node in walk(statement, frozenset({"func_literal"})) if node != statement)


def _endless(node: Node) -> bool:
    if node.type == "select_statement":
        return not node.named_children
    return node.type == "for_statement" and len(node.named_children) == 1


def leaves(body: Node) -> bool:
    """Whether control may come out of an endless loop's body to what follows the loop."""
    return any(
        node.type == "goto_statement"
        or (node.type == "break_statement" and (bool(node.named_children) or around < _IN_BREAKABLE))
        for node, around in _walk_inside(body, frozenset({"func_literal"}))
    )


def _walk_inside(outer: Node, stop: frozenset[str]) -> Iterator[tuple[Node, int]]:
    """Yield what :func:`walk` returns, each with what stands around it, ``outer`` included: nothing, or which kind."""
    stack = [(outer, 0)]
    while stack:
        node, around = stack.pop()
        yield node, around
        if node.type not in stop or node == outer:
            inside = _IN_LOOP if node.type in _LOOPS else _IN_BREAKABLE if node.type in _BREAKABLE else 0
            below = max(around, inside)
            stack.extend((child, below) for child in node.named_children)


def within(node: Node, outer: Node) -> bool:
    """Whether a node stands inside another or is it."""
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def has_labels(node: Node) -> bool:
    """Whether a statement holds a label."""
    return any(one.type == "labeled_statement" for one in walk(node, frozenset({"func_literal"})))


def loop_condition(loop: Node) -> Node | None:
    """Return the condition of a ``for`` statement."""
    header = loop.named_children[0]
    if header.type == "for_clause":
        return header.child_by_field_name("condition")
    return None if header.type in ("range_clause", "block") else header


def first_round(clause: Node, condition: Node) -> bool | Node | None:
    """Return whether ``for i := 0; i < n; ...`` turns once, or the ``n`` that decides it; None for other loops."""
    initializer = clause.child_by_field_name("initializer")
    left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
    sign = condition.child_by_field_name("operator")
    if initializer is None or initializer.type != "short_var_declaration" or left is None or right is None:
        return None
    names, values = initializer.child_by_field_name("left"), initializer.child_by_field_name("right")
    if names is None or values is None or len(values.named_children) != 1 or text_of(names) != text_of(left):
        return None
    start = values.named_children[0]
    if start.type != "int_literal" or sign is None or sign.type not in ("<", "<="):
        return None
    first = _integer_of(start)
    if right.type == "int_literal":
        last = _integer_of(right)
        return first < last if sign.type == "<" else first <= last
    return bare(right) if sign.type == "<" and 0 <= first <= 100 else None


def _integer_of(node: Node) -> int:
    digits = re.sub(r"\D", "", text_of(node))
    return int(digits or "0")


def case_values(case: Node) -> list[Node]:
    """Return the values of a case, none for ``default``."""
    values = case.child_by_field_name("value")
    return values.named_children if values is not None else []


def covers_all(cases: list[Node], case: Node) -> bool:
    """Whether a case of a type switch before this one may take every value."""
    return any(
        re.search(rb"\bany\b|\binterface\b", (one.text or b"").partition(b":")[0]) is not None
        for one in cases
        if one != case and (case.type == "default_case" or one.start_byte < case.start_byte)
    )
