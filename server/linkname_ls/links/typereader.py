"""Reads the types that a Go file writes, and says what their names mean.

Whatever is not sure is unreadable: half-typed text, a package that is not on this machine, a name that several files of
today's build declare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.links.constants import whole_number
from linkname_ls.links.gotypes import (
    UNSAFE_POINTER,
    Array,
    Basic,
    Chan,
    Func,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    Unreadable,
    word_size,
)
from linkname_ls.links.packages import Declared, Package, could_declare
from linkname_ls.source import predeclared
from linkname_ls.source.signature import FunctionSyntax, declaration_node, function_syntax, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.gofile import Import

_MOST_CONSTANTS = 20
"""How long a chain of constants is followed."""
_MOST_LOOKED_UP = 1000
"""How many constants make one length: each may name the next one twice."""
_MOST_NAMES = 50
"""How long a chain of types is followed, each declared as the next one."""
_MOST_ALIASES = 20
"""How long a chain of aliases is followed."""
_MOST_EXPANDED = 1000
"""How many aliases are written out in one type: each may name the next one twice."""


class Place(NamedTuple):
    """Where a type is written: what its names mean depends on it."""

    package: Package
    source: Source
    parameters: frozenset[str] = frozenset()
    """The type parameters in scope."""
    aliases: frozenset[tuple[str, str]] = frozenset()
    """The aliases (package, name) that led here."""


class Meaning(NamedTuple):
    """The package-level declaration that a name means."""

    package: Package
    declared: Declared


class Types:
    """Reads types, in today's build."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._underlying: dict[tuple[str, int], Type] = {}
        self._expanded = 0
        """How many aliases have been written out for the declaration that is being read."""
        self._followed = 0

    # -- which build

    def builds(self, source: Source, package: Package) -> bool:
        """Whether a file of a package is part of the build."""
        return source.in_build(self.snapshot.platform(package.folder))

    def goarch(self, package: Package) -> str:
        """Return the architecture that a package is built for."""
        return self.snapshot.platform(package.folder).goarch

    # -- of declarations

    def function(self, package: Package, declared: Declared, *, pointer: bool = False) -> Func | None:
        """Return the type of a function or method; None for a half-typed or generic one.

        ``pointer`` says that a value method is meant through the pointer (``(*T).m``).
        """
        syntax = syntax_of(declared)
        if syntax is None or declared.declaration.generic:
            return None
        receiver = syntax.receiver
        if receiver is not None and "generic_type" in (
            receiver.type.type,
            *(one.type for one in receiver.type.children),
        ):
            return None
        place = Place(package, declared.source)
        self._expanded = 0
        function = self._function(syntax, place)
        if receiver is None:
            return function
        first = self.read(receiver.type, place)
        return Func((Pointer(first) if pointer else first, *function.parameters), function.results, function.variadic)

    def variable(self, package: Package, declared: Declared) -> Type | None:
        """Return the written type of a variable; None where it has none, or is half-typed."""
        node = declaration_node(declared.source.tree, declared.declaration)
        kind = node.child_by_field_name("type") if node is not None else None
        self._expanded = 0
        return self.read(kind, Place(package, declared.source)) if kind is not None else None

    def underlying(self, named: Named) -> Type:
        """Return the underlying type of a declared one."""
        key = (str(named.declared.source.path), named.declared.declaration.span.start)
        known = self._underlying.get(key)
        if known is None:
            self._underlying[key] = Unreadable()  # a type that is declared as itself
            known = self._underlying[key] = self._resolve(named)
        return known

    def _resolve(self, named: Named) -> Type:
        declared = named.declared
        node = declaration_node(declared.source.tree, declared.declaration)
        kind = node.child_by_field_name("type") if node is not None else None
        if node is None or kind is None:
            return Unreadable()
        parameters = node.child_by_field_name("type_parameters")
        names = (
            text_of(name)
            for group in (parameters.named_children if parameters is not None else ())
            for name in group.children_by_field_name("name")
        )
        self._expanded = 0
        found = self.read(kind, Place(named.package, declared.source, frozenset(names)))
        if not isinstance(found, Named):
            return found
        self._followed += 1
        try:
            return self.underlying(found) if self._followed < _MOST_NAMES else Unreadable()
        finally:
            self._followed -= 1

    # -- of syntax

    def read(self, node: Node, place: Place) -> Type:
        """Return the type that a node means in its file."""
        parts = [child for child in node.named_children if child.type != "comment"]
        if node.has_error:
            return Unreadable()
        match node.type, parts:
            case "type_identifier" | "qualified_type", _:
                return self._named(node, place)
            case "parenthesized_type", [inner]:
                return self.read(inner, place)
            case "pointer_type", [element]:
                return Pointer(self.read(element, place))
            case "slice_type", [element]:
                return Slice(self.read(element, place))
            case "array_type", [length, element]:
                return Array(self.length(length, place), self.read(element, place))
            case "map_type", [key, value]:
                return Map(self.read(key, place), self.read(value, place))
            case "channel_type", [element]:
                direction = "".join(text_of(child) for child in node.children if not child.is_named)
                return Chan(direction, self.read(element, place))
            case "function_type", _:
                syntax = function_syntax(node)
                return self._function(syntax, place) if syntax is not None else Unreadable()
            case "struct_type", _:
                return Struct(tuple(self._fields(node, place)))
            case "interface_type", _:
                return self._interface(parts, place)
            case "generic_type", [name, arguments]:
                generic = self._named(name, place, generic=True)
                if not isinstance(generic, Named):
                    return Unreadable()
                given = tuple(self.read(one, place) for one in arguments.named_children)
                return Named(generic.path, generic.name, given, generic.package, generic.declared)
            case "type_elem", [only] if only.type != "negated_type":
                return self.read(only, place)
            case _:
                return Unreadable()

    def _function(self, syntax: FunctionSyntax, place: Place) -> Func:
        parameters = [self.read(one.type, place) for one in syntax.parameters]
        variadic = bool(syntax.parameters) and syntax.parameters[-1].variadic
        if variadic:
            parameters[-1] = Slice(parameters[-1])
        return Func(tuple(parameters), tuple(self.read(one.type, place) for one in syntax.results), variadic)

    def _fields(self, node: Node, place: Place) -> Iterator[tuple[str, Type, str]]:
        body = next((child for child in node.named_children if child.type == "field_declaration_list"), node)
        for one in body.named_children:
            kind = one.child_by_field_name("type")
            if one.type != "field_declaration" or kind is None:
                continue
            tag = one.child_by_field_name("tag")
            names = one.children_by_field_name("name")
            found = self.read(kind, place)
            if not names:
                starred = any(child.type == "*" for child in one.children)
                name = text_of(kind).rpartition(".")[2]
                yield f"&{_own(name, place)}", Pointer(found) if starred else found, text_of(tag) if tag else ""
            for name in names:
                yield _own(text_of(name), place), found, text_of(tag) if tag else ""

    def _interface(self, parts: list[Node], place: Place) -> Type:
        methods: set[tuple[str, Func]] = set()
        embedded: set[Type] = set()
        for one in parts:
            name, syntax = one.child_by_field_name("name"), function_syntax(one)
            if name is not None and syntax is not None:
                methods.add((_own(text_of(name), place), self._function(syntax, place)))
            else:
                embedded.add(self.read(one, place))
        return Interface(frozenset(methods), frozenset(embedded))

    def length(self, node: Node, place: Place) -> int | Unreadable:
        """Return the length that an expression gives an array."""
        looked_up: list[Meaning] = []
        try:
            value = whole_number(node, lambda name: self._constant(name, place, 0, looked_up))
        except RecursionError:  # sums of a hundred constants, each of which is one
            value = None
        return Unreadable() if value is None else value

    def _constant(self, node: Node, place: Place, depth: int, looked_up: list[Meaning]) -> int | None:
        followed = depth < _MOST_CONSTANTS and len(looked_up) < _MOST_LOOKED_UP
        found = self.meaning(node, place) if followed else None
        if found is None or found.declared.declaration.kind != "const":
            return None
        looked_up.append(found)
        declared = found.declared
        if found.package.path in ("internal/goarch", "runtime/internal/sys") and declared.declaration.name == "PtrSize":
            return word_size(self.goarch(place.package))
        spec = declaration_node(declared.source.tree, declared.declaration)
        values = spec.child_by_field_name("value") if spec is not None else None
        if spec is None or values is None:
            return None  # with iota, or the same as the one above
        names = [text_of(name) for name in spec.children_by_field_name("name")]
        given = [child for child in values.named_children if child.type != "comment"]
        if declared.declaration.name not in names or len(given) != len(names):
            return None
        home = Place(found.package, declared.source)
        value = given[names.index(declared.declaration.name)]
        return whole_number(value, lambda name: self._constant(name, home, depth + 1, looked_up))

    # -- of names

    def _named(self, node: Node, place: Place, *, generic: bool = False) -> Type:
        name = text_of(node)
        if node.type == "type_identifier" and name in place.parameters:
            return Unreadable()
        found = self.meaning(node, place)
        if found is None:
            return self._universe(node, place)
        declared = found.declared
        if declared.declaration.kind != "type" or declared.declaration.generic != generic:
            return Unreadable()
        key = (found.package.path, declared.declaration.name)
        if key == ("unsafe", "Pointer"):
            return UNSAFE_POINTER
        spec = declaration_node(declared.source.tree, declared.declaration)
        if spec is None:
            return Unreadable()
        if spec.type == "type_alias":
            kind = spec.child_by_field_name("type")
            self._expanded += 1
            endless = len(place.aliases) >= _MOST_ALIASES or self._expanded > _MOST_EXPANDED
            if kind is None or generic or key in place.aliases or endless:
                return Unreadable()
            return self.read(kind, Place(found.package, declared.source, aliases=place.aliases | {key}))
        return Named(*key, (), found.package, declared)

    def _universe(self, node: Node, place: Place) -> Type:
        """Return the type of a name that no package declares."""
        name = text_of(node)
        if name not in predeclared.TYPES or self.redeclared(name, place.package):
            return Unreadable()
        return Interface(frozenset(), frozenset()) if name == "any" else Basic(predeclared.ALIASES.get(name, name))

    def meaning(self, node: Node, place: Place) -> Meaning | None:
        """Return the package-level declaration that a name means in a file; None for a universe name, or in doubt.

        ``node`` is an identifier or a qualified one.
        """
        if node.type in ("qualified_type", "selector_expression"):
            qualifier, _, name = text_of(node).partition(".")
            found = self.imported(qualifier.strip(), place)
            packages = self.snapshot.import_packages(found.path, place.package.folder) if found is not None else ()
            return self._declared(packages[0], name.strip(), place) if packages else None
        name = text_of(node)
        if name in predeclared.TYPES and not self.redeclared(name, place.package):
            return None
        own = self._declared(place.package, name, place)
        if own is not None or not name[:1].isupper():
            return own
        dotted = [
            found
            for one in place.source.go.imports
            if one.name == "."
            for package in self.snapshot.import_packages(one.path, place.package.folder)[:1]
            if (found := self._declared(package, name, place)) is not None
        ]
        return dotted[0] if len(dotted) == 1 and not self._half_typed(place.package, name) else None

    def _declared(self, package: Package, name: str, place: Place) -> Meaning | None:
        """Return the one declaration of a name that today's build takes; None when there are none or several."""
        tests = place.source.is_test and package.folder == place.package.folder
        found = [
            one for one in package.find(name) if self.builds(one.source, package) and (tests or not one.source.is_test)
        ]
        return Meaning(package, found[0]) if len(found) == 1 else None

    def imported(self, name: str, place: Place) -> Import | None:
        """Return the import of a file that is called ``name`` in it; None when that cannot be told."""
        imports = place.source.go.imports
        for one in imports:
            if one.name == name:
                return one
        # Nearly always the path ends in the name, or begins with it: that one is asked first.
        unnamed = sorted((one for one in imports if not one.name), key=lambda one: name not in one.path)
        return next((one for one in unnamed if self.import_name(one, place) == name), None)

    def import_name(self, one: Import, place: Place) -> str:
        """Return what an import is called in its file, "" for a package that is not there."""
        if one.name:
            return one.name
        if one.path in ("unsafe", "C"):
            return one.path
        packages = self.snapshot.import_packages(one.path, place.package.folder)
        return packages[0].name if packages else ""

    def redeclared(self, name: str, package: Package) -> bool:
        """Whether a package declares, or half-typed might, a predeclared type itself."""
        return any(
            source.has_error or any(one.kind == "type" for one in source.go.named(name))
            for source in package.redeclared.get(name, ())
            if self.builds(source, package)
        )

    def _half_typed(self, package: Package, name: str) -> bool:
        return any(could_declare(one.data, name) and one.has_error for one in package.sources)


def syntax_of(declared: Declared) -> FunctionSyntax | None:
    """Return the syntax of a function or method; None for a half-typed one."""
    node = declaration_node(declared.source.tree, declared.declaration)
    return function_syntax(node) if node is not None else None


def _own(name: str, place: Place) -> str:
    """Return a field's or method's name, told apart by package where it is not exported."""
    return name if name[:1].isupper() else f"{place.package.path}.{name}"
