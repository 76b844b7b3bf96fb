"""Who uses a linked method in its own package, and which methods code calls, as far as written types tell.

What is not sure is left out; gopls, which has a type checker, knows the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.programs.names import ProgramNames, declarations
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.constants import bare, qualified, text_of
from linkname_ls.source.receivers import selected, selections
from linkname_ls.source.statements import walk
from linkname_ls.source.types import Named

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Declared, Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.member import Member
    from linkname_ls.source.gofile import Declaration


def method_uses(snapshot: Snapshot, package: Package, declaration: Declaration) -> Iterator[tuple[Source, Node]]:
    """Yield the names in the files of a package that surely mean a method of it, every platform's files and tests."""
    names, member = _inside(snapshot, package)
    if member is None:
        return
    owner, word = Named(member.path, declaration.receiver), declaration.name.encode()
    for source in package.sources:
        if word not in source.data:
            continue
        scope = names.of(member, source)
        for operand, node in selections(source.data, source.tree, declaration.name, scope):
            found = selected(operand, declaration.name, scope)
            if found is not None and found.kind == "method" and found.owner == owner:
                yield source, node


def called_methods(
    snapshot: Snapshot, package: Package, source: Source, part: Node
) -> Iterator[tuple[Node, Package, Declared]]:
    """Yield the calls of methods below a node, with the name that is called and what surely declares it."""
    names, member = _inside(snapshot, package)
    if member is None:
        return
    scope = names.of(member, source)
    for call in walk(part, frozenset()):
        function = call.child_by_field_name("function") if call.type == "call_expression" else None
        function = bare(function) if function is not None else None
        name = function.child_by_field_name("field") if function is not None else None
        operand = function.child_by_field_name("operand") if function is not None else None
        if name is None or operand is None or function is None or function.type != "selector_expression":
            continue
        parts = qualified(function)
        if parts is not None and scope.imported(*parts).kind != "unknown":
            continue  # a function of another package
        found = selected(operand, text_of(name), scope)
        owner = (
            names.program.members.get(found.owner.package) if found is not None and found.owner is not None else None
        )
        if found is None or found.owner is None or found.kind != "method" or owner is None or owner.package is None:
            continue
        for declared in declarations(owner, f"(*{found.owner.name}).{text_of(name)}"):
            yield name, owner.package, declared


def _inside(snapshot: Snapshot, package: Package) -> tuple[ProgramNames, Member | None]:
    """Return what names mean in a package and its tests, and the package there; None when it is gone."""
    program = Programs(snapshot).test(package.folder)
    return ProgramNames(program), program.member_of(package.folder, external=package.external)
