"""Who uses a linked method in its own package, as far as written types tell.

What is not sure is left out; gopls, which has a type checker, knows the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.programs.names import ProgramNames
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.receivers import selected, selections
from linkname_ls.source.types import Named

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.gofile import Declaration


def method_uses(snapshot: Snapshot, package: Package, declaration: Declaration) -> Iterator[tuple[Source, Node]]:
    """Yield the names in the files of a package that surely mean a method of it, every platform's files and tests."""
    program = Programs(snapshot).test(package.folder)
    names, member = ProgramNames(program), program.member_of(package.folder, external=package.external)
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
