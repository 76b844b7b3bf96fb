"""Where a file refers to a package-level function or variable, and what the compiler makes of that.

Demand-driven: a file that does not hold the name as bytes costs a search for bytes, and only the places where it
stands are looked at in the syntax tree.

What the compiler does, tried on go1.21, go1.26 and go1.27 (``tests/programs/forms``):

- Every function with a body is compiled, reached or not, methods too, but not one called ``_``. A generic one is
  compiled where it is instantiated, in the package that does so.
- A function value that the front end keeps is emitted even when it is assigned to ``_``; not so as the argument of a
  call that is inlined.
- ``var x = f`` is data: ``f`` is reached when ``x`` is. ``var _ = f`` is nothing at all. ``var x = f()`` and
  ``var _ = f()`` run before main. A map's initial values are put in by code, which goes for a large map only into the
  program when the map is reached; a struct with other parts that are computed is touched by the code that does so.
- A call is emitted only where the optimiser finds no proof that control never gets there; see ``flow``. A deferred
  call is dropped when the function can never end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import Names, meaning, text_of
from linkname_ls.source.depth import deep_end
from linkname_ls.source.functions import Function, arguments_call
from linkname_ls.source.generics import type_parameters
from linkname_ls.source.passing import Flow
from linkname_ls.source.positions import Span
from linkname_ls.source.scopes import Blocks, is_package_level
from linkname_ls.source.sinks import Sink, sink_of

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_WORDS = frozenset({"identifier", "type_identifier", "field_identifier"})
_ENDLESS = re.compile(rb"\bfor\s*(?:true\s*)?\{|\bselect\s*\{\s*\}|\bfor\s*;\s*;")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that refers to a package-level function or variable, or to a method."""

    span: Span
    """The name."""
    holder: str
    """The function that it stands in: ``f``, ``T.m`` or ``(*T).m``; "" in the initial value of a variable."""
    generic: bool
    """Whether the holder has type parameters, its own or its receiver's."""
    variables: tuple[str, ...]
    """The package-level variables that the value goes into, when it is data to them; () for what init runs."""
    called: bool
    """Whether it is called (with ``go`` and ``defer`` too), not taken as a value."""
    emitted: Certainty
    """Whether the object file refers to it, given that the holder is compiled."""
    live: Certainty
    """Whether the linker sees the reference when the holder runs (or the variables are reached)."""
    inlining: bool
    """``live`` holds for the holder as it stands alone; where it is inlined the optimiser may know more."""
    before: frozenset[str]
    """The functions and methods that the holder calls before it gets here, by their last name."""
    guards: frozenset[str]
    """The variables and parameters that decide whether it gets here."""
    eager: Certainty
    """Of data: whether init touches the variables in any case, since other parts of the value are computed."""


def uses(
    data: bytes, tree: Tree, name: str, names: Names, qualifier: str = "", functions: Functions | None = None
) -> Iterator[Use]:
    """Yield the uses of a package-level name, as ``name`` in its own package or ``qualifier.name`` where imported.

    A name that is declared nearer means something else, and its own declaration is no use. Who asks for many names of
    one tree hands in ``functions``, as for :func:`use_of`.
    """
    unsure = tree.root_node.has_error
    functions = functions if functions is not None else {}
    for node, expression in mentions(data, tree, name, qualifier):
        use = use_of(expression, node, data, names, functions)
        if use is not None:
            yield unsettled(use) if unsure else use


def mentions(data: bytes, tree: Tree, name: str, qualifier: str = "") -> Iterator[tuple[Node, Node]]:
    """Yield the identifiers that mean a package-level name, each with its expression (the selector of a qualified one).

    Its own declaration is not among them; see :func:`uses`.
    """
    blocks: Blocks = {}
    for node in places(data, tree, name):
        expression = _selected(node, qualifier, blocks) if qualifier else _unqualified(node, name, blocks)
        if expression is not None:
            yield node, expression


def places(data: bytes, tree: Tree, name: str) -> Iterator[Node]:
    """Yield the leaves of a file's tree that are this word, without those that lie deeper than people nest."""
    word, root = name.encode(), tree.root_node
    at = data.find(word)
    while at >= 0:
        end, deep = at + len(word), deep_end(root, at)
        if deep is not None:
            end = max(end, deep)
        else:
            node = root.descendant_for_byte_range(at, end)
            if node is not None and (node.start_byte, node.end_byte) == (at, end) and not node.named_child_count:
                yield node
        at = data.find(word, end)


def first_too_deep(data: bytes, tree: Tree, name: str) -> int | None:
    """Return the byte offset of the first of those that :func:`places` leaves out for their depth; None mostly."""
    word, root = name.encode(), tree.root_node
    at = data.find(word)
    while at >= 0:
        next_at, deep = at + len(word), deep_end(root, at)
        if deep is not None:
            whole = re.compile(rb"(?<![\w\x80-\xff])" + re.escape(word) + rb"(?![\w\x80-\xff])")
            for match in whole.finditer(data, at, deep):
                node = root.descendant_for_byte_range(*match.span())
                if node is not None and node.type in _WORDS and (node.start_byte, node.end_byte) == match.span():
                    return match.start()
            next_at = max(next_at, deep)
        at = data.find(word, next_at)
    return None


def _unqualified(node: Node, name: str, blocks: Blocks) -> Node | None:
    parent = node.parent
    if parent is None or node.type not in ("identifier", "type_identifier"):
        return None
    # The parser takes G[int](x) for a conversion to a type.
    if node.type == "type_identifier" and parent.type not in ("generic_type", "type_instantiation_expression"):
        return None
    declares = parent.type in ("function_declaration", "var_spec", "const_spec", "parameter_declaration", "type_spec")
    if declares and node in parent.children_by_field_name("name"):
        return None
    return node if is_package_level(node, name, blocks) else None


def _selected(node: Node, qualifier: str, blocks: Blocks) -> Node | None:
    parent = node.parent
    if parent is None or parent.type not in ("selector_expression", "qualified_type"):
        return None
    operand = parent.children[0]
    if operand == node or text_of(operand) != qualifier or not is_package_level(operand, qualifier, blocks):
        return None
    return parent


def unsettled(use: Use) -> Use:
    """Return a use of which nothing is sure: in a half-typed file the tree may mislead."""
    return replace(use, emitted=Certainty.MAYBE, live=Certainty.MAYBE, eager=Certainty.MAYBE)


Functions = dict[int, Function]
"""By the id of the node."""


def use_of(expression: Node, name: Node, data: bytes, names: Names, functions: Functions | None = None) -> Use | None:
    """Return what stands around an expression that refers to something; None outside of functions and variables.

    Who asks about many of one tree hands in ``functions``, empty at first, in which is kept what was read of them.
    """
    top = top_of(expression)
    if top is None:
        return None
    function = functions.get(top.id) if functions is not None else None
    if function is None:
        function = Function(top, data, names)
        if functions is not None:
            functions[top.id] = function
    try:
        return _use_in(function, expression, name, names)
    except RecursionError:
        # A condition of hundreds of levels stands in front.
        unread = Use(
            span=Span(name.start_byte, name.end_byte),
            holder=_holder(top),
            generic=_generic(top),
            variables=_variables(top, expression) if top.type == "var_spec" else (),
            called=False,
            emitted=Certainty.MAYBE,
            live=Certainty.MAYBE,
            inlining=True,
            before=frozenset(),
            guards=frozenset(),
            eager=Certainty.MAYBE,
        )
        return unread if unread.holder != "_" else None


def _use_in(function: Function, expression: Node, name: Node, names: Names) -> Use | None:
    top, reader = function.top, function.flow
    flow, sink = Flow(), sink_of(expression, top, names)
    flow.limit(sink.kept)
    if sink.called is not None:
        reader.evaluate(flow, sink.called.child_by_field_name("arguments"))
    if expression.type == "selector_expression":
        reader.asserted(flow, expression.named_children[0])
    emitted, inlining = Certainty.YES, sink.returned
    initialiser, closure, deferred = sink.initialiser, False, False
    child = expression
    while child != top and (parent := child.parent) is not None:
        reader.step(flow, child, parent)
        deferred = deferred or parent.type == "defer_statement"
        if parent.type == "func_literal":
            literal = sink_of(parent, top, names)
            if literal.called is None:
                if not closure and sink.called is not None:
                    emitted = min(emitted, _emitted(flow, sink))
                closure = True
                flow.limit(literal.kept)
                inlining = inlining or literal.returned
                initialiser = initialiser or literal.initialiser
        child = parent
    holder = _holder(top)
    emitted = min(emitted, flow.built if closure else _emitted(flow, sink))
    if holder == "_":
        return None
    if top.type == "var_spec":
        emitted = min(emitted, _emitted_initially(top, expression, sink, closure=closure))
        if flow.guards:
            flow.limit(Certainty.MAYBE)
    whole = closure or deferred
    if deferred and _ENDLESS.search(top.text or b""):
        flow.limit(Certainty.MAYBE)
    return Use(
        span=Span(name.start_byte, name.end_byte),
        holder=holder,
        generic=_generic(top),
        variables=_variables(top, expression) if initialiser is not None else (),
        called=sink.called is not None,
        emitted=emitted,
        live=flow.live,
        inlining=(inlining or bool(flow.guards)) and not function.never_inlined,
        before=frozenset([*function.calls(expression, name, whole=whole), *arguments_call(sink.called)]),
        guards=frozenset(flow.guards),
        eager=_eager(top, expression, names) if initialiser is not None else Certainty.NO,
    )


def top_of(node: Node) -> Node | None:
    """Return the function declaration, or package-level variable's spec, that a node stands in."""
    found: Node | None = None
    while (parent := node.parent) is not None:
        if parent.type in ("function_declaration", "method_declaration"):
            return parent
        if parent.type == "var_spec":
            found = parent
        node = parent
    return found


def _emitted(flow: Flow, sink: Sink) -> Certainty:
    if flow.built is Certainty.NO:
        return Certainty.NO
    if sink.called is not None:
        return max(flow.live, Certainty.MAYBE)
    return min(flow.built, Certainty.MAYBE) if sink.argument else flow.built


def _emitted_initially(spec: Node, expression: Node, sink: Sink, *, closure: bool) -> Certainty:
    """How surely a package-level initialiser is compiled where the expression stands."""
    if closure or sink.called is not None or any(name != "_" for name in _variables(spec, expression)):
        return Certainty.YES
    # A blank variable whose value has no effects is dropped.
    value, parent = spec.child_by_field_name("value"), expression.parent
    instance = parent is not None and parent.type in ("index_expression", "type_instantiation_expression")
    if value is None or instance or re.search(rb"\(|<-", value.text or b""):
        return Certainty.MAYBE
    return Certainty.NO


def _holder(top: Node) -> str:
    name = top.child_by_field_name("name")
    if top.type == "var_spec" or name is None:
        return ""
    if top.type != "method_declaration":
        return text_of(name)
    receiver = top.child_by_field_name("receiver")
    pointer, kind = receiver_type(receiver) if receiver is not None else (False, "")
    return f"(*{kind}).{text_of(name)}" if pointer else f"{kind}.{text_of(name)}"


def receiver_type(receiver: Node) -> tuple[bool, str]:
    """Return whether a receiver is a pointer, and its type's name; "" when it cannot be read."""
    for parameter in receiver.named_children:
        kind = parameter.child_by_field_name("type")
        pointer = False
        while kind is not None and kind.type in ("pointer_type", "parenthesized_type", "generic_type"):
            pointer = pointer or kind.type == "pointer_type"
            kind = kind.named_children[0] if kind.named_children else None
        if kind is not None:
            return pointer, text_of(kind)
    return False, ""


def _generic(top: Node) -> bool:
    receiver = top.child_by_field_name("receiver")
    own = top.child_by_field_name("type_parameters") is not None or type_parameters(top)
    return bool(own) or (receiver is not None and b"[" in (receiver.text or b""))


def _variables(spec: Node, expression: Node) -> tuple[str, ...]:
    """Return the names of a spec that an expression in its value is for."""
    names = [text_of(name) for name in spec.children_by_field_name("name")]
    value = spec.child_by_field_name("value")
    values = value.named_children if value is not None else []
    if len(values) == len(names):
        pairs = zip(names, values, strict=True)
        return tuple(name for name, one in pairs if one.start_byte <= expression.start_byte < one.end_byte)
    return tuple(names)


def _is_data(kind: Node | None, names: Names) -> bool:
    """Whether a composite literal of a type is laid out by the compiler: no map."""
    if kind is not None and kind.type == "type_identifier":
        return names.lookup(text_of(kind)).type.startswith(("struct", "["))
    return kind is not None and kind.type in ("slice_type", "array_type", "implicit_length_array_type", "struct_type")


def _eager(spec: Node, expression: Node, names: Names) -> Certainty:
    """Whether init touches a variable: NO when its value is data alone, as far as names and literals tell."""
    value = spec.child_by_field_name("value")
    stack = [value] if value is not None else []
    while stack:
        node = stack.pop()
        if node.type == "composite_literal":
            if not _is_data(node.child_by_field_name("type"), names):
                return Certainty.MAYBE
            body = node.child_by_field_name("body")
            stack.extend([body] if body is not None else [])
            continue
        if node.type in ("func_literal", "field_identifier") or node.type.endswith("_type") or node == expression:
            continue
        if node.type in ("call_expression", "type_conversion_expression", "binary_expression", "index_expression"):
            return Certainty.MAYBE
        known = meaning(node, names)
        if known is not None and known.kind not in ("func", "const", "type"):
            parent = node.parent
            address = parent is not None and parent.type == "unary_expression" and text_of(parent.children[0]) == "&"
            if not address:
                return Certainty.MAYBE
        if known is None:
            stack.extend(node.named_children)
    return Certainty.NO
