"""Conditions that the compiler folds, as far as their value can be read off.

Literals, ``!``, ``&&``, ``||`` and comparisons of literals and of constants whose value is known. The compiler's front
end drops what they rule out before anything is emitted (``staticBool`` in cmd/compile/internal/noder/writer.go;
cmd/compile/internal/deadcode in go1.21).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from linkname_ls.source.scopes import is_package_level

if TYPE_CHECKING:
    from tree_sitter import Node

Value = bool | int | str


@dataclass(frozen=True, slots=True)
class Known:
    """What a package-level name is."""

    kind: Literal["var", "const", "func", "type", "unknown"]
    value: Value | None = None
    """Of a constant: its value, None when it could not be read off."""
    type: str = ""
    """Of a variable: its type as it is written, "" when it is not.

    Of a function: the type of its only result. Of a type: what it is defined as.
    """
    returns: Value | None = None
    """Of a function: the constant that it does nothing but return."""
    std: bool = False
    """Of a function: whether the Go tree declares it."""


UNKNOWN = Known("unknown")


class Names(Protocol):
    """What the names in a file mean that stand outside of it: package-level ones and those of imports."""

    def lookup(self, name: str) -> Known:
        """Return what a name of the file's own package is."""
        ...

    def imported(self, qualifier: str, name: str) -> Known:
        """Return what ``qualifier.name`` is; unknown when the file imports nothing under that name."""
        ...


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


def text_of(node: Node) -> str:
    """Return the text of a node."""
    return node.text.decode("utf-8", "replace") if node.text is not None else ""


def bare(node: Node) -> Node:
    """Return an expression without the parentheses around it."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node


def meaning(node: Node, names: Names) -> Known | None:
    """Return what an identifier or ``qualifier.name`` at package level is; None for a local name or anything else."""
    if node.type == "identifier":
        return names.lookup(text_of(node)) if is_package_level(node, text_of(node)) else None
    parts = qualified(node)
    if parts is None:
        return None
    known = names.imported(*parts)
    # A field of a package-level variable has no meaning of its own.
    return None if known.kind == "unknown" and names.lookup(parts[0]).kind != "unknown" else known


def qualified(node: Node) -> tuple[str, str] | None:
    """Return the two names of a selector whose operand could be an import: ``p.f`` with a ``p`` not declared nearer."""
    if node.type != "selector_expression":
        return None
    operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if operand is None or field is None or operand.type != "identifier":
        return None
    return (text_of(operand), text_of(field)) if is_package_level(operand, text_of(operand)) else None


def evaluate(node: Node, names: Names) -> Value | None:
    """Return the value of a constant expression, None when it is none or cannot be read off."""
    node = bare(node)
    match node.type:
        case "true" | "false":
            return node.type == "true"
        case "int_literal":
            return _integer(text_of(node))
        case "interpreted_string_literal" | "raw_string_literal":
            return None if "\\" in text_of(node) else text_of(node)[1:-1]
        case "unary_expression":
            return _unary(node, names)
        case "binary_expression":
            return _binary(node, names)
        case _:
            known = meaning(node, names)
            return known.value if known is not None else None


def _integer(text: str) -> int | None:
    try:
        return int(text, 8) if text.isdigit() and text.startswith("0") else int(text, 0)
    except ValueError:
        return None


def _unary(node: Node, names: Names) -> Value | None:
    sign, operand = node.child_by_field_name("operator"), node.child_by_field_name("operand")
    value = evaluate(operand, names) if operand is not None else None
    if sign is None or value is None:
        return None
    if sign.type == "!" and isinstance(value, bool):
        return not value
    return -value if sign.type == "-" and isinstance(value, int) else None


def _binary(node: Node, names: Names) -> Value | None:
    parts = [node.child_by_field_name(field) for field in ("left", "operator", "right")]
    if parts[0] is None or parts[1] is None or parts[2] is None:
        return None
    left, sign, right = evaluate(parts[0], names), parts[1].type, evaluate(parts[2], names)
    if sign in ("&&", "||"):
        decides = sign == "||"
        if decides in (one for one in (left, right) if isinstance(one, bool)):
            return decides
        return None if left is None or right is None else not decides
    compare = _COMPARE.get(sign)
    if compare is None or left is None or right is None or type(left) is not type(right):
        return None
    return compare(left, right)
