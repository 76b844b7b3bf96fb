"""What an interface holds where a method is called through it, as far as that is seen.

A value is followed from the call back to where it is made: through locals and package-level variables to what they are
initialised with, through fields to composite literals, through functions to what they return. Then the method that is
called is that of its type, whether the compiler finds that out itself (cmd/compile/internal/devirtualize) or the linker
keeps the method, since it sees both the type go into an interface and the interface's method called
(``deadcode`` in cmd/link/internal/ld). A local that is assigned a second time, or a field that is assigned at all, is
not followed: the compiler may see that the first value is never called. Of a package-level variable the first value
stays in the object file. What may end before it gives a value, by a panic that is inlined, is not followed either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.constants import bare, meaning, text_of
from linkname_ls.source.scopes import is_package_level, local_declaration
from linkname_ls.source.statements import walk
from linkname_ls.source.types import DEPTH, Scope, Written, fields, initial, is_interface, resolve, type_of
from linkname_ls.source.uses import top_of

if TYPE_CHECKING:
    from tree_sitter import Node

Path = tuple[str, ...]
"""The fields that lead from a value to the one that is asked for, the outermost first."""

_DEPTH = 3
"""Through how many functions it is looked whether one returns."""
_DECLARATIONS = frozenset({"function_declaration", "method_declaration"})
_TURNS = frozenset(
    {
        "if_statement",
        "for_statement",
        "expression_switch_statement",
        "type_switch_statement",
        "select_statement",
        "labeled_statement",
        "goto_statement",
        "index_expression",
        "slice_expression",
        "type_assertion_expression",
        "send_statement",
    }
)
"""What may end a function before it returns, or may be known to panic."""
_THROUGH_POINTER = re.compile(rb"\*[^\s=;,{}:]+\s*(?:,[^;\n{}]*)?=(?!=)")


class Parameter(NamedTuple):
    """A function's parameter that a value comes by."""

    function: Node
    position: int
    """Its position, -1 for the receiver."""
    path: Path


def origin(node: Node, scope: Scope, path: Path = (), depth: int = DEPTH) -> Written | Parameter | None:
    """Return the type of what an expression of an interface type, or a field behind it, surely holds.

    A parameter when it depends on the callers of the function, None when it is not known.
    """
    node = bare(node)
    if depth == 0:
        return None
    if not path:
        kind = type_of(node, scope)
        if kind is None or not is_interface(kind):
            return kind
    depth -= 1
    match node.type:
        case "identifier":
            return _of_name(node, scope, path, depth)
        case "unary_expression" | "type_assertion_expression" | "type_conversion_expression":
            operand = node.child_by_field_name("operand")
            through = node.type != "unary_expression" or text_of(node.children[0]) == "&"
            # What is asserted may be of another type, with other fields.
            through = through and not (path and node.type == "type_assertion_expression")
            return origin(operand, scope, path, depth) if operand is not None and through else None
        case "composite_literal":
            value = _part(node, scope, path[0]) if path else None
            return origin(value, scope, path[1:], depth) if value is not None else None
        case "selector_expression":
            operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
            if operand is None or field is None or not _only_literals_set(text_of(field), scope):
                return None
            return origin(operand, scope, (text_of(field), *path), depth)
        case "call_expression":
            return _of_call(node, scope, path, depth)
        case _:
            return None


def _of_name(node: Node, scope: Scope, path: Path, depth: int) -> Written | Parameter | None:
    name = text_of(node)
    if is_package_level(node, name):
        # Its first value is data, which keeps the type whatever else is assigned.
        spec = scope.declared(name)
        at, value = initial(spec.node, name) if spec is not None and spec.node.type == "var_spec" else (0, None)
        if spec is None or value is None or at or not _is_quiet(value, spec.scope):
            return None
        return origin(value, spec.scope, path, depth)
    if path and _stores_through_pointers(scope):
        return None
    declaration, top = local_declaration(node), top_of(node)
    if declaration is None or top is None or _assigned(name, declaration, top):
        return None
    if declaration.type == "parameter_declaration":
        return _parameter(declaration, name, top, path)
    if declaration.type not in ("short_var_declaration", "var_spec"):
        return None
    at, value = initial(declaration, name)
    return origin(value, scope, path, depth) if value is not None and not at else None


def _parameter(declaration: Node, name: str, function: Node, path: Path) -> Parameter | None:
    listed = declaration.parent
    if listed is None or listed.parent != function or function.type not in _DECLARATIONS:
        return None
    if listed == function.child_by_field_name("receiver"):
        return Parameter(function, -1, path)
    if listed != function.child_by_field_name("parameters"):
        return None
    names = parameters(function)
    return Parameter(function, names.index(name), path) if name in names else None


def parameters(function: Node) -> list[str]:
    """Return the names of a function's parameters, in their order."""
    listed = function.child_by_field_name("parameters")
    found = listed.named_children if listed is not None else []
    return [text_of(name) for one in found for name in one.children_by_field_name("name")]


def argument(call: Node, position: int, function: Node) -> Node | None:
    """Return the argument that a call of a function gives to a parameter; None when it is not written singly."""
    listed = call.child_by_field_name("arguments")
    given = [one for one in listed.named_children if one.type != "comment"] if listed is not None else []
    return given[position] if position >= 0 and len(given) == len(parameters(function)) else None


def _of_call(call: Node, scope: Scope, path: Path, depth: int) -> Written | Parameter | None:
    callee, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or listed is None:
        return None
    known = meaning(bare(callee), scope)
    if known is not None and known.kind == "type":
        return origin(listed.named_children[0], scope, path, depth) if len(listed.named_children) == 1 else None
    function = type_of(callee, scope) if known is not None and known.kind == "func" else None
    if function is None or function.node.type != "function_declaration":
        return None
    value = _only_result(function)
    if value is None:
        return None
    found = origin(value, function.scope, path, depth)
    if not isinstance(found, Parameter):
        return found
    given = argument(call, found.position, found.function)
    return origin(given, scope, found.path, depth) if given is not None else None


def _only_result(function: Written) -> Node | None:
    """Return what a function with one unnamed result returns, if nothing can keep it from doing so."""
    result, body = function.node.child_by_field_name("result"), function.node.child_by_field_name("body")
    if result is None or body is None or result.type == "parameter_list":
        return None
    returns = [one for one in walk(body, frozenset({"func_literal"})) if one.type == "return_statement"]
    values = returns[0].named_children if len(returns) == 1 else []
    listed = values[0].named_children if values and values[0].type == "expression_list" else values
    return listed[0] if len(listed) == 1 and _is_quiet(body, function.scope) else None


def _is_quiet(node: Node, scope: Scope, depth: int = _DEPTH) -> bool:
    """Whether code surely comes to its end: no turns, no calls but of what makes something or is quiet itself."""
    for one in walk(node, frozenset({"func_literal"})):
        function = one.child_by_field_name("function") if one.type == "call_expression" else None
        if one.type in _TURNS or (one.type == "binary_expression" and one.children[1].type in ("/", "%", "<<", ">>")):
            return False
        if function is not None and not _calls_quietly(bare(function), scope, depth):
            return False
    return True


def _calls_quietly(function: Node, scope: Scope, depth: int) -> bool:
    known = meaning(function, scope)
    if known is None or known.kind == "type" or known.std:
        return known is not None
    if known.kind == "unknown":
        return text_of(function) in ("make", "new")
    declared = type_of(function, scope)
    body = declared.node.child_by_field_name("body") if declared is not None and depth > 0 else None
    return declared is not None and body is not None and _is_quiet(body, declared.scope, depth - 1)


def _part(literal: Node, scope: Scope, field: str) -> Node | None:
    """Return what a composite literal of a struct gives to a field."""
    kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
    resolved = resolve(Written(kind, scope)) if kind is not None else None
    struct = resolved.literal if resolved is not None else None
    if struct is None or struct.node.type != "struct_type" or body is None:
        return None
    names = [name for name, _, _ in fields(struct)]
    for at, one in enumerate(one for one in body.named_children if one.type != "comment"):
        key = one.child_by_field_name("key") if one.type == "keyed_element" else None
        if (text_of(key) if key is not None else names[at] if at < len(names) else "") == field:
            return one.named_children[-1].named_children[0] if key is not None else one.named_children[0]
    return None


def _assigned(name: str, declaration: Node, function: Node) -> bool:
    """Whether a local variable may get another value than what declares it gives, by the function's text."""
    word = rb"(?<![\w.\x80-\xff])" + re.escape(name.encode()) + rb"(?![\w\x80-\xff])"
    sets = re.compile(word + rb"[ \t)]*(?:,[^;\n{}=]*)?:?=(?!=)|(?<!&)&\s*\(*" + word + rb"(?!\s*[.{])")
    start = function.start_byte
    return any(
        not declaration.start_byte <= start + match.start() < declaration.end_byte
        for match in sets.finditer(function.text or b"")
    )


def _only_literals_set(field: str, scope: Scope) -> bool:
    """Whether a field, of whatever struct, gets its value in composite literals alone, by the text of its package."""
    if field[:1].isupper():
        return False
    word = re.escape(field.encode()) + rb"(?![\w\x80-\xff])"
    sets = re.compile(rb"\." + word + rb"[ \t)]*(?:,[^;\n{}=]*)?=(?!=)|&\s*[\w.()\[\]]*\." + word + rb"(?!\s*[.\[({])")
    return not any(sets.search(text) for text in scope.texts) and not _stores_through_pointers(scope)


def _stores_through_pointers(scope: Scope) -> bool:
    """Whether a package may set a whole variable that a pointer points to."""
    return any(_THROUGH_POINTER.search(text) for text in scope.texts)
