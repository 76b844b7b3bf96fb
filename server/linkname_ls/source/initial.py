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
_BASIC = frozenset(
    b"bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint uint16 uint32 "
    b"uint64 uint8 uintptr".split()
)
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
    if value.type == "func_literal":
        return Content.LAID_DOWN
    if value.type == "composite_literal":
        return _composite(value, data)
    if value.type in ("call_expression", "type_conversion_expression"):
        return _call(value, data)
    return Content.UNKNOWN


def _call(value: Node, data: bytes) -> Content:
    """A conversion of a literal to a basic type is the literal; errors.New is worked out by the compiler."""
    function = value.child_by_field_name("function") or value.child_by_field_name("type")
    arguments = value.child_by_field_name("arguments") or value.child_by_field_name("operand")
    name = data[function.start_byte : function.end_byte] if function is not None else b""
    if name == b"errors.New":
        return Content.LAID_DOWN
    if name == b"make":
        return Content.NONE
    operands = arguments.named_children if arguments is not None else []
    if name in _BASIC and len(operands) == 1 and operands[0].type in _LITERALS:
        return _content(operands[0], data)
    return Content.UNKNOWN


def _composite(value: Node, data: bytes) -> Content:
    kind, body = value.child_by_field_name("type"), value.child_by_field_name("body")
    if kind is None or body is None:
        return Content.UNKNOWN
    if kind.type == "map_type":
        return Content.NONE  # filled by code
    if kind.type == "slice_type":
        return Content.LAID_DOWN
    if not body.named_children:
        # Of a named type it could be a slice, which is laid down, or a map.
        return Content.NONE if kind.type in ("array_type", "struct_type") else Content.UNKNOWN
    # One part that is laid down makes all of it data; of a named type only a map would not be.
    keyed = all(child.type == "keyed_element" for child in body.named_children)
    fields = keyed and all(_is_name(child) for child in body.named_children)
    if kind.type not in ("array_type", "struct_type") and not fields:
        return Content.UNKNOWN
    parts = [_content(_part(child), data) for child in body.named_children]
    if Content.LAID_DOWN in parts:
        return Content.LAID_DOWN
    return Content.UNKNOWN if Content.UNKNOWN in parts else Content.NONE


def _is_name(element: Node) -> bool:
    """Whether a keyed element's key is a name: of a field, then."""
    key = element.named_children[0]
    return key.type == "identifier" or (key.type == "literal_element" and key.named_children[0].type == "identifier")


def _part(element: Node) -> Node:
    """Return the value in an element of a composite literal."""
    while element.type in ("keyed_element", "literal_element") and element.named_children:
        element = element.named_children[-1]
    return element
