"""What type an expression has, and what a selector means, by following types as they are written.

There is no type checker behind this: where a type is not written in reach, the answer is that it is not known. Pointers
are seen through, for selectors go through them (https://go.dev/ref/spec#Selectors).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from linkname_ls.source.constants import Names, bare, meaning, qualified, text_of
from linkname_ls.source.predeclared import TYPES
from linkname_ls.source.scopes import is_package_level, local_declaration

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH = 12
"""How many steps a type is followed through declarations, fields and results."""

_WRAPPERS = frozenset({"pointer_type", "parenthesized_type", "generic_type", "type_elem", "negated_type"})
_NAMES = frozenset({"type_identifier", "qualified_type", "identifier", "selector_expression"})
_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal", "function_type", "method_elem"})


class Scope(Names, Protocol):
    """What the names in one file mean, and where they are declared."""

    @property
    def package(self) -> str:
        """The import path of the file's package."""
        ...

    @property
    def texts(self) -> Iterable[bytes]:
        """The files of its package."""
        ...

    def declared(self, name: str, qualifier: str = "") -> Written | None:
        """Return the spec or function that declares a package-level name, here or in what is imported as ``qualifier``.

        None when it is not known or there is none.
        """
        ...

    def method(self, kind: Named, method: str) -> Written | None:
        """Return the declaration of a method that a type declares itself, or None."""
        ...


class Written(NamedTuple):
    """A piece of source, most often a type, and what names mean in it."""

    node: Node
    scope: Scope


class Named(NamedTuple):
    """A type that is declared at package level."""

    package: str
    name: str


class Found(NamedTuple):
    """What a selector means."""

    kind: Literal["field", "method", "interface"]
    """"interface" for a method that an interface demands."""
    owner: Named | None
    """The type that declares the method itself."""
    type: Written | None
    """The field's type or the method's declaration; None for what Go itself declares."""


class _Resolved(NamedTuple):
    """A type with its name taken off: what it is, in the end."""

    named: Named | None
    """Its name, that of an alias followed; in no package for a type that Go itself declares."""
    literal: Written | None
    """What it is defined as; None for a type that Go itself declares."""


def resolve(kind: Written, depth: int = DEPTH) -> _Resolved | None:
    """Return the type that a written type, or a pointer to it, is; None when it cannot be followed."""
    node, scope = kind
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    if node.type not in _NAMES:
        return _Resolved(None, Written(node, scope))
    if depth == 0:
        return None
    qualifier, _, name = text_of(node).rpartition(".")
    if not is_package_level(node.named_children[0] if qualifier else node, qualifier or name):
        return None
    spec = scope.declared(name, qualifier)
    if spec is None:
        predeclared = not qualifier and name in TYPES and scope.lookup(name).kind == "unknown"
        return _Resolved(Named("", name), None) if predeclared else None
    target = spec.node.child_by_field_name("type")
    if target is None or spec.node.type not in ("type_spec", "type_alias"):
        return None
    found = resolve(Written(target, spec.scope), depth - 1)
    if spec.node.type == "type_alias" or found is None:
        return found
    return _Resolved(Named(spec.scope.package, name), found.literal or Written(target, spec.scope))


def is_interface(kind: Written) -> bool:
    """Whether a type is surely an interface."""
    found = resolve(kind)
    if found is None or found.literal is None:
        return found is not None and found.named in (Named("", "error"), Named("", "any"))
    return found.literal.node.type == "interface_type" or text_of(found.literal.node) in ("error", "any")


def find(kind: Written, name: str, package: str) -> Found | None:
    """Return what ``.name`` means behind a value of a type, in a package; None when that is not known.

    Go's rule: of the fields and methods with this name, the one at the shallowest depth of embedding.
    """
    level, seen = [kind], set[Named]()
    while level:
        found: list[Found] = []
        deeper: list[Written] = []
        for one in level:  # grows by the interfaces in interfaces, which are at the same depth
            resolved = resolve(one)
            if resolved is None:
                return None
            named, literal = resolved
            visible = name[:1].isupper() or package in (named.package if named else package,)
            if named is not None and named not in seen:
                seen.add(named)
                method = literal.scope.method(named, name) if literal is not None and visible else None
                if method is not None:
                    found.append(Found("method", named, method))
            elif named is not None:
                continue
            if literal is None:
                if (named, name) == (Named("", "error"), "Error"):
                    found.append(Found("interface", None, None))
            elif literal.node.type == "interface_type":
                for element in literal.node.named_children:
                    if element.type == "method_elem" and text_of(element.named_children[0]) == name:
                        found.append(Found("interface", None, Written(element, literal.scope)))
                    elif element.type == "type_elem":
                        level.append(Written(element, literal.scope))
            elif literal.node.type == "struct_type":
                for field, inner, embedded in fields(literal):
                    if field == name and (name[:1].isupper() or literal.scope.package == package):
                        found.append(Found("field", None, inner))
                    elif embedded:
                        deeper.append(inner)
        if found:
            return found[0] if len(found) == 1 else None
        level = deeper
    return None


def fields(struct: Written) -> Iterable[tuple[str, Written, bool]]:
    """Yield the fields of a struct type in their order: name, type, and whether it is embedded."""
    for listed in struct.node.named_children:
        for declaration in listed.named_children:
            kind = declaration.child_by_field_name("type")
            if declaration.type != "field_declaration" or kind is None:
                continue
            written = Written(kind, struct.scope)
            names = declaration.children_by_field_name("name")
            if not names:
                spelled = text_of(kind).partition("[")[0].rpartition(".")[2]
                yield spelled.lstrip("*() "), written, True
            for name in names:
                yield text_of(name), written, False


def spelled(value: Node, scope: Scope) -> str:
    """Return the name of the type of a package-level variable's value, as its file spells it; "" when unknown."""
    kind = type_of(value, scope)
    if kind is None or kind.scope is not scope:
        return ""
    node = kind.node
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    return text_of(node) if node.type in _NAMES else ""


# -- expressions -------------------------------------------------------------------------------------------------------


def type_of(node: Node, scope: Scope, depth: int = DEPTH) -> Written | None:
    """Return the type of an expression or of what it points to; of a type's name, that type. None when unknown."""
    node = bare(node)
    if depth == 0:
        return None
    match node.type:
        case "identifier" | "type_identifier":
            return _of_name(node, scope, depth)
        case "unary_expression":
            operand, sign = node.child_by_field_name("operand"), text_of(node.children[0])
            kind = type_of(operand, scope, depth - 1) if operand is not None and sign in ("&", "*", "<-") else None
            return _element(kind, 0) if sign == "<-" else kind
        case "composite_literal" | "type_assertion_expression" | "type_conversion_expression":
            kind = node.child_by_field_name("type")
            return Written(kind, scope) if kind is not None else None
        case "index_expression" | "slice_expression":
            operand = node.child_by_field_name("operand")
            kind = type_of(operand, scope, depth - 1) if operand is not None else None
            return kind if node.type == "slice_expression" else _element(kind, 1)
        case "call_expression":
            return _of_call(node, scope, depth, 0)
        case "selector_expression":
            return _of_selector(node, scope, depth)
        case "func_literal":
            return Written(node, scope)
        case _:
            return None


def _of_name(node: Node, scope: Scope, depth: int) -> Written | None:
    if is_package_level(node, text_of(node)):
        return _declared(scope.declared(text_of(node)), node, scope, depth)
    declaration = local_declaration(node)
    return of_declaration(Written(declaration, scope), text_of(node), depth) if declaration is not None else None


def _declared(declaration: Written | None, node: Node, scope: Scope, depth: int) -> Written | None:
    """Return the type that a package-level name stands for: a type, or that of a variable, constant or function."""
    if declaration is None:
        return None
    if declaration.node.type in ("type_spec", "type_alias"):
        return Written(node, scope)
    if declaration.node.type in _FUNCTIONS:
        return declaration
    return of_declaration(declaration, text_of(node).rpartition(".")[2], depth)


def of_declaration(declaration: Written, name: str, depth: int = DEPTH) -> Written | None:
    """Return the type of a name by what declares it."""
    node, scope = declaration
    match node.type:
        case "parameter_declaration" | "var_spec" | "const_spec" if kind := node.child_by_field_name("type"):
            return Written(kind, scope)
        case "variadic_parameter_declaration":
            return declaration
        case "type_case":
            kinds = node.children_by_field_name("type")
            return Written(kinds[0], scope) if len(kinds) == 1 and text_of(kinds[0]) != "nil" else None
        case "range_clause":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            names = [text_of(one) for one in left.named_children] if left is not None else []
            kind = type_of(right, scope, depth - 1) if right is not None else None
            return _element(kind, names.index(name)) if name in names else None
        case _:
            at, value = initial(node, name)
            if value is None:
                return None
            return _of_call(value, scope, depth - 1, at) if at else type_of(value, scope, depth - 1)


def initial(declaration: Node, name: str) -> tuple[int, Node | None]:
    """Return the value that a spec or ``:=`` gives to a name, and which of the value's results when it has several."""
    left = declaration.child_by_field_name("left")
    names = left.named_children if left is not None else declaration.children_by_field_name("name")
    right = declaration.child_by_field_name("right" if left is not None else "value")
    values = right.named_children if right is not None else []
    at = next((at for at, one in enumerate(names) if text_of(one) == name), -1)
    if at < 0 or not values:
        return 0, None
    if len(values) == len(names):
        return 0, values[at]
    value = bare(values[0])
    # Of v, ok := m[k], x.(T) or <-c the first is what stands there.
    return (at, value) if len(values) == 1 and (at == 0 or value.type == "call_expression") else (0, None)


def _element(kind: Written | None, at: int) -> Written | None:
    """Return the type of what a range or index gives: the key (0; of a channel, its element) or the element (1)."""
    if kind is None:
        return None
    if kind.node.type == "variadic_parameter_declaration":
        inner = kind.node.child_by_field_name("type")
        return Written(inner, kind.scope) if inner is not None and at == 1 else None
    resolved = resolve(kind)
    if resolved is None or resolved.literal is None:
        return None
    node, scope = resolved.literal
    match node.type, at:
        case (("slice_type" | "array_type" | "implicit_length_array_type"), 1):
            inner = node.child_by_field_name("element")
        case "map_type", _:
            inner = node.child_by_field_name("value" if at else "key")
        case "channel_type", 0:
            inner = node.child_by_field_name("value")
        case _:
            inner = None
    return Written(inner, scope) if inner is not None else None


def _of_call(node: Node, scope: Scope, depth: int, at: int) -> Written | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or node.type != "call_expression":
        return None
    function = bare(function)
    if function.type == "unary_expression":  # (*T)(x)
        function = function.child_by_field_name("operand") or function
    if function.type == "identifier" and scope.lookup(text_of(function)).kind == "unknown":
        known = is_package_level(function, text_of(function)) and text_of(function)
        first = arguments.named_children[0] if arguments.named_children else None
        if known in ("new", "make") and first is not None:
            return Written(first, scope)
        if known == "append" and first is not None:
            return type_of(first, scope, depth - 1)
    if function.type in ("index_expression", "type_instantiation_expression"):  # G[int](x)
        operand = function.named_children[0]
        if meaning(operand, scope) is not None:
            function = operand
    kind = type_of(function, scope, depth - 1)
    if kind is None:
        return None
    callee = kind
    if kind.node.type in _NAMES | _WRAPPERS:
        known = meaning(function, scope)
        if known is not None and known.kind == "type":
            return kind
        resolved = resolve(kind)
        callee = resolved.literal if resolved is not None and resolved.literal is not None else kind
    return _result(callee, at) if callee.node.type in _FUNCTIONS else None


def _result(function: Written, at: int) -> Written | None:
    result = function.node.child_by_field_name("result")
    if result is None:
        return None
    if result.type != "parameter_list":
        return Written(result, function.scope) if at == 0 else None
    kinds: list[Node] = []
    for one in result.named_children:
        kind = one.child_by_field_name("type")
        if kind is None:
            return None
        kinds += [kind] * max(1, len(one.children_by_field_name("name")))
    return Written(kinds[at], function.scope) if at < len(kinds) else None


def _of_selector(node: Node, scope: Scope, depth: int) -> Written | None:
    parts = qualified(node)
    if parts is not None:
        declaration = scope.declared(parts[1], parts[0])
        if declaration is not None:
            return _declared(declaration, node, scope, depth)
    operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
    kind = type_of(operand, scope, depth - 1) if operand is not None else None
    found = find(kind, text_of(field), scope.package) if kind is not None and field is not None else None
    return found.type if found is not None else None
