"""How a function or variable is typed, as it is written: the nodes of its receiver, parameters, results or type.

What the names in there mean is not for this layer; see :mod:`linkname_ls.links.gotypes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.depth import is_deep
from linkname_ls.source.recovery import unfinished

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from linkname_ls.source.gofile import Declaration

_SPECS = {
    "func": "function_declaration",
    "method": "method_declaration",
    "var": "var_spec",
    "const": "const_spec",
    "type": "type_spec",
}


class Parameter(NamedTuple):
    """One parameter or result; those of a group ``a, b int`` are two."""

    name: str
    """"" when it has none."""
    type: Node
    variadic: bool


class FunctionSyntax(NamedTuple):
    """What a function declaration says of its types."""

    node: Node
    receiver: Parameter | None
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]


def declaration_node(tree: Tree, declaration: Declaration) -> Node | None:
    """Return the syntax of a declaration (of a grouped one, its spec); None for one that is half-typed or too deep."""
    name = declaration.name_span
    node = tree.root_node.descendant_for_byte_range(name.start, name.end)
    wanted = _SPECS[declaration.kind]
    while node is not None and node.type != wanted and not (wanted == "type_spec" and node.type == "type_alias"):
        node = node.parent
    return node if node is not None and not unfinished(node) and not is_deep(node) else None


def function_syntax(node: Node) -> FunctionSyntax | None:
    """Return the parts of a function's declaration, literal type or interface method; None when one is missing."""
    parameters = node.child_by_field_name("parameters")
    if parameters is None:
        return None
    receivers = node.child_by_field_name("receiver")
    receiver = _parameters(receivers) if receivers is not None else []
    result = node.child_by_field_name("result")
    if result is not None and result.type != "parameter_list":
        results: list[Parameter] | None = [Parameter("", result, variadic=False)]
    else:
        results = _parameters(result) if result is not None else []
    taken = _parameters(parameters)
    if taken is None or results is None or receiver is None or len(receiver) != (receivers is not None):
        return None
    return FunctionSyntax(node, receiver[0] if receiver else None, tuple(taken), tuple(results))


def _parameters(parameters: Node) -> list[Parameter] | None:
    """Return the parameters of a list; None where some have names and others do not."""
    found: list[Parameter] = []
    for one in parameters.named_children:
        kind = one.child_by_field_name("type")
        if kind is None:
            continue
        variadic = one.type == "variadic_parameter_declaration"
        names: list[Node | None] = [*one.children_by_field_name("name")]
        found += [Parameter(text_of(name) if name is not None else "", kind, variadic) for name in names or [None]]
    if not any(one.name for one in found):
        return found
    # The parser loses its way in long groups: it takes the first of ten names for types.
    for at in reversed(range(len(found))):
        one = found[at]
        if not one.name:
            if one.type.type != "type_identifier" or at + 1 == len(found):
                return None
            found[at] = Parameter(text_of(one.type), found[at + 1].type, found[at + 1].variadic)
    return found


def text_of(node: Node) -> str:
    """Return a node's text."""
    return (node.text or b"").decode("utf-8", "replace")


def type_text(node: Node) -> str:
    """Return a type on one line."""
    code = "".join(_without_comments(node))
    code = re.sub(r"\s*\n\s*", "; ", code)
    return re.sub(r"\s+", " ", code.replace("{; ", "{ ").replace("; }", " }").replace("(; ", "(").replace(",; ", ", "))


def _without_comments(node: Node) -> Iterator[str]:
    """Yield the pieces of a node's text between its comments."""
    text, start = node.text or b"", node.start_byte
    at = 0
    for comment in _comments(node):
        yield text[at : comment.start_byte - start].rstrip(b" \t").decode("utf-8", "replace")
        at = comment.end_byte - start
    yield text[at:].decode("utf-8", "replace")


def _comments(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.type == "comment":
            yield child
        else:
            yield from _comments(child)


def function_text(syntax: FunctionSyntax, *, pointer: bool = False) -> str:
    """Return a function's type as Go writes it, names left out and a receiver first: ``func(*T, int) error``.

    ``pointer`` adds a star to the receiver.
    """
    parameters = [("..." if one.variadic else "") + type_text(one.type) for one in syntax.parameters]
    if syntax.receiver is not None:
        parameters.insert(0, ("*" if pointer else "") + type_text(syntax.receiver.type))
    results = [type_text(one.type) for one in syntax.results]
    result = f" ({', '.join(results)})" if len(results) > 1 else f" {results[0]}" if results else ""
    return f"func({', '.join(parameters)}){result}"
