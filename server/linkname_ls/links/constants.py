"""The value of a constant expression, as far as the length of an array needs it: whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from linkname_ls.source.signature import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_BITS = 64

_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "|": lambda left, right: left | right,
    "&": lambda left, right: left & right,
    "^": lambda left, right: left ^ right,
    "&^": lambda left, right: left & ~right,
    "<<": lambda left, right: left << min(right, _MOST_BITS),
    ">>": lambda left, right: left >> min(right, _MOST_BITS),
    "/": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}


def whole_number(node: Node, named: Callable[[Node], int | None]) -> int | None:
    """Return the value of an expression of whole numbers that are not negative; None for everything else.

    ``named`` gives the value of an identifier or qualified name. Conversions and ``unsafe.Sizeof`` are not followed.
    """
    if node.type == "int_literal":
        return _literal(text_of(node))
    if node.type in ("identifier", "selector_expression", "type_identifier", "qualified_type"):
        return named(node)
    if node.type == "parenthesized_expression" and len(node.named_children) == 1:
        return whole_number(node.named_children[0], named)
    if node.type != "binary_expression":
        return None
    parts = [node.child_by_field_name(field) for field in ("left", "operator", "right")]
    left, sign, right = parts
    if left is None or sign is None or right is None:
        return None
    one, other, operate = whole_number(left, named), whole_number(right, named), _OPERATORS.get(text_of(sign))
    if one is None or other is None or operate is None or (other == 0 and text_of(sign) in "/%"):
        return None
    value = operate(one, other)
    # A negative value would have to be divided as Go does; no length is made of one.
    return value if 0 <= value < 1 << _MOST_BITS else None


def _literal(text: str) -> int | None:
    digits = text.replace("_", "").lower()
    try:
        if digits.startswith("0") and digits.isdigit():
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        return None
