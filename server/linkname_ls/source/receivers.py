"""Whose method a selector means, as far as that can be told from written types; see ``types`` and ``dispatch``.

A method that is called through an interface stays MAYBE, but where the value in it is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.conditions import Conditions
from linkname_ls.source.constants import qualified
from linkname_ls.source.dispatch import Parameter, origin
from linkname_ls.source.statements import walk
from linkname_ls.source.types import Found, Named, Scope, find, resolve, type_of
from linkname_ls.source.uses import Functions, Use, places, top_of, unsettled, use_of

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


def method_uses(data: bytes, tree: Tree, method: str, owner: Named, scope: Scope) -> Iterator[Use]:
    """Yield the uses of a type's method: calls, method values and method expressions, promoted ones too.

    Selectors that surely mean something else are left out; where it is open, nothing of the use is sure.
    """
    functions: Functions = {}
    for operand, node in selections(data, tree, method, scope):
        found = selected(operand, method, scope)
        through = found is not None and found.kind == "interface"
        if through:
            held = origin(operand, scope)
            found = find(held, method, scope.package) if held is not None and not isinstance(held, Parameter) else None
        elif found is not None and found.owner != owner:
            continue
        use = _use(operand, node, data, scope, functions)
        if use is not None:
            sure = found is not None and found.owner == owner and not tree.root_node.has_error
            yield use if sure else unsettled(use)


def parameter_uses(data: bytes, tree: Tree, method: str, scope: Scope) -> Iterator[tuple[Use, Parameter]]:
    """Yield the uses of an interface's method on what a function is given, with the parameter that it comes by."""
    functions: Functions = {}
    for operand, node in selections(data, tree, method, scope):
        found = selected(operand, method, scope)
        held = origin(operand, scope) if found is not None and found.kind == "interface" else None
        use = _use(operand, node, data, scope, functions) if isinstance(held, Parameter) else None
        if use is not None and isinstance(held, Parameter) and not tree.root_node.has_error:
            yield use, held


def selected(operand: Node, name: str, scope: Scope) -> Found | None:
    """Return what ``.name`` means behind an expression; None when that is not known."""
    kind = type_of(operand, scope)
    return find(kind, name, scope.package) if kind is not None else None


def selections(data: bytes, tree: Tree, name: str, scope: Scope) -> Iterator[tuple[Node, Node]]:
    """Yield the operand and name of the selectors in a file that are no names of other packages."""
    for node in places(data, tree, name):
        selector = node.parent
        if node.type != "field_identifier" or selector is None or selector.type != "selector_expression":
            continue
        operand, parts = selector.child_by_field_name("operand"), qualified(selector)
        if operand is None or operand == node or (parts is not None and scope.imported(*parts).kind != "unknown"):
            continue
        yield operand, node


def _use(operand: Node, name: Node, data: bytes, scope: Scope, functions: Functions) -> Use | None:
    """Return the use that a selector is: no surer than that its operand can be had."""
    selector, top = operand.parent, top_of(operand)
    use = use_of(selector, name, data, scope, functions) if selector is not None and top is not None else None
    if use is None or top is None or use.live is not Certainty.YES:
        return use
    conditions = Conditions(top, scope)
    faults = any(
        conditions.faults(one) and not _in_map(one, scope) for one in walk(operand, frozenset({"func_literal"}))
    )
    return replace(use, live=Certainty.MAYBE) if faults else use


def _in_map(node: Node, scope: Scope) -> bool:
    """Whether an index expression is one of a map, which has a value for every key."""
    operand = node.child_by_field_name("operand") if node.type == "index_expression" else None
    kind = type_of(operand, scope) if operand is not None else None
    found = resolve(kind) if kind is not None else None
    return found is not None and found.literal is not None and found.literal.node.type == "map_type"
