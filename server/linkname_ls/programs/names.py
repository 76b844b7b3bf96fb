"""What the names in a file of a program mean: constants with their values, variables and functions with their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.source.constants import UNKNOWN, Known, evaluate, text_of
from linkname_ls.source.types import Named, Written, spelled

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Declared
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Member, Program


def declarations(member: Member, name: str) -> Iterator[Declared]:
    """Yield the declarations of a name (``f``, ``T.m``) that a program compiles as part of a member."""
    if member.package is not None:
        for declared in member.package.find(name):
            if any(declared.source is source for source in member.sources):
                yield declared


def imports_as(source: Source, member: Member) -> Iterator[str]:
    """Yield the names by which a file imports a member: an alias, the package's name, "." for a dot import."""
    for one in source.imports:
        # The Go tree's own dependencies are imported without the vendor/ that their symbols have.
        if member.path in (one.path, f"vendor/{one.path}") and one.name != "_":
            yield one.name or (member.package.name if member.package is not None else "")


class ProgramNames:
    """The package-level names of a program's members, each looked up once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._known: dict[tuple[str, str], Known] = {}
        self._declared: dict[tuple[str, str], Written | None] = {}

    def of(self, member: Member, source: Source) -> FileNames:
        """Return what the names in a file of a member mean."""
        return FileNames(self, member, source)

    def lookup(self, member: Member, name: str) -> Known:
        """Return what a package-level name of a member is."""
        key = member.path, name
        known = self._known.get(key)
        if known is None:
            self._known[key] = UNKNOWN  # for one that is declared by way of itself
            known = self._known[key] = self._find(member, name)
        return known

    def declared(self, member: Member, name: str) -> Written | None:
        """Return the only spec or function that declares a package-level name or method (``(*T).m``) of a member."""
        key = member.path, name
        if key not in self._declared:
            found = list(declarations(member, name))
            source, declaration = found[0] if len(found) == 1 else (None, None)
            written: Written | None = None
            if source is not None and declaration is not None:
                source.reads.functions.add(declaration.name)
                node = source.tree.root_node.descendant_for_byte_range(*declaration.name_span)
                spec = node.parent if node is not None else None
                if spec is not None and not spec.has_error:
                    written = Written(spec, self.of(member, source))
            self._declared[key] = written
        return self._declared[key]

    def _find(self, member: Member, name: str) -> Known:
        if member.path == "runtime" and name in ("GOOS", "GOARCH"):
            platform = self.program.platform
            return Known("const", platform.goos if name == "GOOS" else platform.goarch)
        found = list(declarations(member, name))
        if len(found) != 1:
            return UNKNOWN
        source, declaration = found[0]
        if declaration.kind == "method":
            return UNKNOWN
        source.reads.functions.add(declaration.name)
        node = source.tree.root_node.descendant_for_byte_range(*declaration.name_span)
        spec = node.parent if node is not None else None
        names = self.of(member, source)
        if node is None or spec is None or spec.has_error:
            return Known(declaration.kind)
        if declaration.kind == "func":
            value = _returned(spec)
            returns = evaluate(value, names) if value is not None else None
            return Known("func", type=_single_result(spec), returns=returns, std=member.std)
        kind = spec.child_by_field_name("type")
        if declaration.kind == "type":
            return Known("type", type=text_of(kind) if kind is not None else "")
        value = _initial_value(spec, node)
        if declaration.kind == "const":
            return Known("const", evaluate(value, names) if value is not None else None)
        written = text_of(kind) if kind is not None else spelled(value, names) if value is not None else ""
        return Known("var", type=written)


class FileNames:
    """What the names in one file mean; see :class:`linkname_ls.source.types.Scope`."""

    def __init__(self, names: ProgramNames, member: Member, source: Source) -> None:
        self._names = names
        self._member = member
        self._source = source

    @property
    def package(self) -> str:
        """The import path of the file's package."""
        return self._member.path

    @property
    def texts(self) -> Iterator[bytes]:
        """The files of its package."""
        for source in self._member.sources:
            source.reads.all = True
            yield source.data

    def lookup(self, name: str) -> Known:
        """Return what a package-level name is."""
        return self._names.lookup(self._member, name)

    def imported(self, qualifier: str, name: str) -> Known:
        """Return what ``qualifier.name`` is."""
        member = self._import(qualifier)
        return self._names.lookup(member, name) if member is not None else UNKNOWN

    def declared(self, name: str, qualifier: str = "") -> Written | None:
        """Return what declares a package-level name; None when it is not known or there is none."""
        member = self._import(qualifier) if qualifier else self._member
        return self._names.declared(member, name) if member is not None else None

    def method(self, kind: Named, method: str) -> Written | None:
        """Return the declaration of a method that a type declares itself, or None."""
        member = self._names.program.members.get(kind.package)
        return self._names.declared(member, f"(*{kind.name}).{method}") if member is not None else None

    def _import(self, qualifier: str) -> Member | None:
        for one in self._source.imports:
            if one.name not in ("", qualifier):
                continue
            member = self._names.program.members.get(one.path)
            if member is not None and qualifier in imports_as(self._source, member):
                return member
        return None


def _single_result(function: Node) -> str:
    """Return the type of a function's only result, "" when it has none or several."""
    result = function.child_by_field_name("result")
    if result is None or result.type != "parameter_list":
        return text_of(result) if result is not None else ""
    only = result.named_children[0] if len(result.named_children) == 1 else None
    kind = only.child_by_field_name("type") if only is not None else None
    return text_of(kind) if kind is not None else ""


def _returned(function: Node) -> Node | None:
    """Return what a function of a single statement returns, None when that is no ``return`` of one value."""
    body = function.child_by_field_name("body")
    statements = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    while len(statements) == 1 and statements[0].type in ("statement_list", "return_statement", "expression_list"):
        if statements[0].type == "expression_list":
            values = statements[0].named_children
            return values[0] if len(values) == 1 else None
        statements = [one for one in statements[0].named_children if one.type != "comment"]
    return None


def _initial_value(spec: Node, name: Node) -> Node | None:
    """Return the value that a name of a var or const spec gets."""
    names, value = spec.children_by_field_name("name"), spec.child_by_field_name("value")
    values = value.named_children if value is not None else []
    return values[names.index(name)] if len(values) == len(names) and name in names else None
