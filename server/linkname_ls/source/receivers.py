"""Whose method a selector means, as far as that can be told from written types, without a type checker.

A method that is called through an interface, or promoted from an embedded field, stays MAYBE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from linkname_ls.source.constants import Known, Names, bare, meaning, qualified, text_of
from linkname_ls.source.scopes import is_package_level
from linkname_ls.source.uses import Use, places, unsettled, use_of

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_NAMED = re.compile(r"(?:\w+\.)?[^\W\d]\w*")
_DEPTH = 8
"""How many steps a type is followed through fields and results."""


class Types(Names, Protocol):
    """What is known of the types that a file names."""

    def has_method(self, kind: str, method: str) -> bool:
        """Whether a type, spelled as in the file (``T``, ``p.T``), declares a method itself."""
        ...


def method_uses(
    data: bytes, tree: Tree, method: str, receiver: str, types: Types, qualifier: str = ""
) -> Iterator[Use]:
    """Yield the uses of a type's method: calls, method values and method expressions.

    ``receiver`` is the type's name, in its own package, or with ``qualifier`` in a file that imports it. Selectors
    that surely mean something else are left out; where it is open, nothing of the use is sure.
    """
    wanted = f"{qualifier}.{receiver}" if qualifier else receiver
    unsure = tree.root_node.has_error
    for node in places(data, tree, method):
        selector = node.parent
        if node.type != "field_identifier" or selector is None or selector.type != "selector_expression":
            continue
        operand = selector.child_by_field_name("operand")
        if operand is None or operand == node:
            continue
        parts = qualified(selector)
        if parts is not None and types.imported(*parts).kind != "unknown":
            continue  # a function or variable of another package
        kind = _type_of(operand, types, _DEPTH)
        if kind is not None and kind != wanted and types.has_method(kind, method):
            continue
        use = use_of(selector, node, data, types)
        if use is not None:
            yield use if kind == wanted and not unsure else unsettled(use)


def _type_of(node: Node, types: Types, depth: int) -> str | None:
    """Return the named type of an expression, or of what it points to, as the file spells it; None when unknown."""
    node = bare(node)
    if depth == 0:
        return None
    match node.type:
        case "identifier":
            return _of_identifier(node, types, depth)
        case "unary_expression":
            operand = node.child_by_field_name("operand")
            sign = text_of(node.children[0])
            return _type_of(operand, types, depth - 1) if operand is not None and sign in ("&", "*") else None
        case "composite_literal":
            return _named(node.child_by_field_name("type"), types)
        case "type_assertion_expression":
            return _named(node.child_by_field_name("type"), types)
        case "type_conversion_expression":
            return _named(node.child_by_field_name("type"), types)
        case "index_expression":
            # A method expression of an instantiated type, or an element of something.
            return None
        case "call_expression":
            return _of_call(node, types)
        case "selector_expression":
            return _of_selector(node, types, depth)
        case _:
            return None


def _of_identifier(node: Node, types: Types, depth: int) -> str | None:
    name = text_of(node)
    if is_package_level(node, name):
        known = types.lookup(name)
        return name if known.kind == "type" else _spelled(known.type) if known.kind == "var" else None
    return _of_local(node, name, types, depth)


def _of_call(node: Node, types: Types) -> str | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None:
        return None
    function = bare(function)
    if function.type == "unary_expression":  # (*T)(x)
        function = function.child_by_field_name("operand") or function
    known = meaning(function, types)
    if known is None:
        return None
    if known.kind == "type":
        return text_of(function)
    if text_of(function) == "new" and known.kind == "unknown" and arguments is not None and arguments.named_children:
        return _named(arguments.named_children[0], types)
    return _foreign(known, function) if known.kind == "func" else None


def _of_selector(node: Node, types: Types, depth: int) -> str | None:
    known = meaning(node, types)
    if known is not None and known.kind != "unknown":
        return text_of(node) if known.kind == "type" else _foreign(known, node) if known.kind == "var" else None
    operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
    owner = _type_of(operand, types, depth - 1) if operand is not None else None
    if owner is None or field is None or "." in owner:
        return None
    body = types.lookup(owner).type
    if not body.startswith("struct"):
        return None
    name = re.escape(text_of(field))
    found = re.search(rf"(?:[{{;\n]|^)\s*(?:\w+\s*,\s*)*{name}(?:\s*,\s*\w+)*[ \t]+([^\n;`/}}]+)", body)
    return _spelled(found[1].strip()) if found else None


def _foreign(known: Known, node: Node) -> str | None:
    """Return a type that another package's function or variable has, as this file spells it."""
    kind = _spelled(known.type)
    parts = qualified(node)
    if kind is None or parts is None:
        return kind
    return None if "." in kind else f"{parts[0]}.{kind}"


def _spelled(kind: str) -> str | None:
    """Return the named type that a written type is, or points to."""
    kind = kind.strip().lstrip("*").partition("[")[0] if not kind.startswith("[") else ""
    return kind if _NAMED.fullmatch(kind) and kind not in ("struct", "interface", "func", "map", "chan") else None


def _named(kind: Node | None, types: Types) -> str | None:
    """Return the named type that a type's node is, or points to; None for one that a function declares itself."""
    while kind is not None and kind.type in ("pointer_type", "parenthesized_type", "generic_type", "unary_expression"):
        kind = kind.named_children[0] if kind.named_children else None
    if kind is None or kind.type not in ("type_identifier", "qualified_type", "identifier", "selector_expression"):
        return None
    text = text_of(kind)
    if "." not in text and (not is_package_level(kind, text) or types.lookup(text).kind != "type"):
        return None
    return text


def _of_local(node: Node, name: str, types: Types, depth: int) -> str | None:
    """Return the type of a local variable, parameter or receiver."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in ("statement_list", "block"):
            for statement in reversed(parent.named_children):
                if statement.start_byte < child.start_byte and _mentions(statement, name):
                    found = _declared(statement, name)
                    if found is not None:
                        return _from_declaration(found, name, types, depth)
        elif parent.type in ("if_statement", "for_clause", "expression_switch_statement"):
            header = parent.child_by_field_name("initializer")
            if header is not None and header.start_byte < child.start_byte:
                found = _declared(header, name)
                if found is not None:
                    return _from_declaration(found, name, types, depth)
        elif parent.type in ("for_statement", "type_switch_statement", "select_statement", "communication_case"):
            if any(_mentions(one, name) for one in parent.children if one.start_byte < child.start_byte):
                return None
        elif parent.type in ("func_literal", "function_declaration", "method_declaration"):
            for field in ("receiver", "parameters", "result"):
                parameters = parent.child_by_field_name(field)
                for one in parameters.named_children if parameters is not None else ():
                    if any(text_of(each) == name for each in one.children_by_field_name("name")):
                        variadic = one.type == "variadic_parameter_declaration"
                        return None if variadic else _named(one.child_by_field_name("type"), types)
        child, parent = parent, parent.parent
    return None


def _mentions(node: Node, name: str) -> bool:
    return name.encode() in (node.text or b"")


def _declared(statement: Node, name: str) -> Node | None:
    """Return the ``:=`` or ``var`` spec of a statement that declares a name."""
    if statement.type == "labeled_statement":
        return next((found for one in statement.named_children if (found := _declared(one, name))), None)
    if statement.type == "short_var_declaration":
        left = statement.child_by_field_name("left")
        names = left.named_children if left is not None else []
        return statement if any(text_of(one) == name for one in names) else None
    if statement.type in ("var_declaration", "var_spec_list"):
        return next((found for one in statement.named_children if (found := _declared(one, name))), None)
    if statement.type == "var_spec":
        names = statement.children_by_field_name("name")
        return statement if any(text_of(one) == name for one in names) else None
    return None


def _from_declaration(spec: Node, name: str, types: Types, depth: int) -> str | None:
    kind = spec.child_by_field_name("type")
    if kind is not None:
        return _named(kind, types)
    left = spec.child_by_field_name("left")
    names = left.named_children if left is not None else spec.children_by_field_name("name")
    right = spec.child_by_field_name("right" if left is not None else "value")
    values = right.named_children if right is not None else []
    at = next((at for at, one in enumerate(names) if text_of(one) == name), 0)
    # x, err := f() gives x a result of f's; only single results are followed.
    return _type_of(values[at], types, depth - 1) if len(values) == len(names) else None


def initial_type(value: Node, types: Types) -> str:
    """Return the named type of an initial value, "" when unknown."""
    return _type_of(value, types, _DEPTH) or ""
