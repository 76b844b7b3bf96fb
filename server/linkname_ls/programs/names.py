"""What the names in a file of a program mean: constants with their values, variables and functions with their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.source.constants import UNKNOWN, Known, evaluate, text_of
from linkname_ls.source.receivers import initial_type

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
        node = source.tree.root_node.descendant_for_byte_range(*declaration.name_span)
        spec = node.parent if node is not None else None
        names = self.of(member, source)
        if node is None or spec is None or spec.has_error:
            return Known(declaration.kind)
        if declaration.kind == "func":
            return Known("func", type=_single_result(spec))
        kind = spec.child_by_field_name("type")
        if declaration.kind == "type":
            return Known("type", type=text_of(kind) if kind is not None else "")
        value = _initial_value(spec, node)
        if declaration.kind == "const":
            return Known("const", evaluate(value, names) if value is not None else None)
        written = text_of(kind) if kind is not None else initial_type(value, names) if value is not None else ""
        return Known("var", type=written)


class FileNames:
    """What the names in one file mean; see :class:`linkname_ls.source.receivers.Types`."""

    def __init__(self, names: ProgramNames, member: Member, source: Source) -> None:
        self._names = names
        self._member = member
        self._source = source

    def lookup(self, name: str) -> Known:
        """Return what a package-level name is."""
        return self._names.lookup(self._member, name)

    def imported(self, qualifier: str, name: str) -> Known:
        """Return what ``qualifier.name`` is."""
        member = self._import(qualifier)
        return self._names.lookup(member, name) if member is not None else UNKNOWN

    def has_method(self, kind: str, method: str) -> bool:
        """Whether a type declares a method itself."""
        qualifier, _, name = kind.rpartition(".")
        member = self._import(qualifier) if qualifier else self._member
        return member is not None and any(declarations(member, f"(*{name}).{method}"))

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


def _initial_value(spec: Node, name: Node) -> Node | None:
    """Return the value that a name of a var or const spec gets."""
    names, value = spec.children_by_field_name("name"), spec.child_by_field_name("value")
    values = value.named_children if value is not None else []
    return values[names.index(name)] if len(values) == len(names) and name in names else None
