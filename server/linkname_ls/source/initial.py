"""What a variable holds in the object file, as far as its initial value shows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from linkname_ls.source.gofile import Declaration


class Content(Enum):
    """Whether the compiler lays down a value, which makes the variable data to the linker."""

    NONE = "none"
    """Zero, or set by code when the program starts."""
    LAID_DOWN = "laid down"
    UNKNOWN = "unknown"


_ZEROES = frozenset({b"0", b'""', b"``", b"false", b"nil", b"0.0"})
_LITERALS = frozenset(
    {
        "int_literal",
        "float_literal",
        "imaginary_literal",
        "rune_literal",
        "interpreted_string_literal",
        "raw_string_literal",
        "true",
        "false",
        "nil",
    }
)


def content_of(tree: Tree, data: bytes, declaration: Declaration) -> Content:
    """Return what a package-level variable holds from the start.

    Source: cmd/compile/internal/staticinit and walk/complit.go.
    """
    if not declaration.initialised:
        return Content.NONE
    name = tree.root_node.descendant_for_byte_range(declaration.name_span.start, declaration.name_span.end)
    spec = name.parent if name is not None else None
    values = spec.child_by_field_name("value") if spec is not None else None
    if spec is None or values is None:
        return Content.UNKNOWN
    names = [node.start_byte for node in spec.children_by_field_name("name") if node.type == "identifier"]
    at = names.index(declaration.name_span.start) if declaration.name_span.start in names else 0
    nodes = values.named_children
    if len(nodes) != len(names):
        return Content.NONE  # one call for all of them
    return _content(nodes[at], data)


def _content(value: Node, data: bytes) -> Content:
    text = data[value.start_byte : value.end_byte]
    if value.type in _LITERALS:
        return Content.NONE if text in _ZEROES else Content.LAID_DOWN
    if value.type == "parenthesized_expression" and value.named_children:
        return _content(value.named_children[0], data)
    if value.type == "unary_expression":
        operand = value.child_by_field_name("operand")
        if operand is not None and operand.type in _LITERALS:
            return _content(operand, data)
        return Content.LAID_DOWN if text.startswith(b"&") and b"(" not in text else Content.UNKNOWN
    if value.type == "composite_literal":
        return _composite(value)
    return Content.UNKNOWN


def _composite(value: Node) -> Content:
    kind, body = value.child_by_field_name("type"), value.child_by_field_name("body")
    if kind is None or body is None:
        return Content.UNKNOWN
    if kind.type == "map_type":
        return Content.NONE  # filled by code
    if kind.type == "slice_type":
        return Content.LAID_DOWN
    if not body.named_children:
        return Content.NONE if kind.type in ("array_type", "struct_type") else Content.UNKNOWN
    return Content.UNKNOWN
