"""Whether a new name says the same as the old one everywhere; see :mod:`linkname_ls.features.rename`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.importers import importers
from linkname_ls.features.rename_plan import Plan, Refused, at, check_depth, check_readable
from linkname_ls.features.subject import dot_imports
from linkname_ls.source.identifiers import (
    KEYWORDS,
    PREDECLARED,
    at_package_level,
    is_exported,
    is_identifier,
    is_local,
)
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.packages import Package
    from linkname_ls.links.sources import Source


def check_name(new: str) -> None:
    """Refuse what no function or variable can be called."""
    if new in KEYWORDS:
        raise Refused(f"{new} is a keyword of Go.")
    if not is_identifier(new):
        raise Refused(f'"{new}" is not a Go identifier.')
    if new in ("_", "init"):
        raise Refused(f"Nothing that is linked can be called {new}.")
    if new in PREDECLARED:
        raise Refused(f"{new} is a name that Go itself declares.")


def check_declaration(plan: Plan, package: Package, new: str) -> None:
    """Refuse a name that is taken in the package, or that means something else where the old one is used."""
    if new == "main" and package.name == "main":
        raise Refused("main is where a program begins.")
    if is_exported(plan.old) and not is_exported(new) and plan.abroad:
        place = at(plan.snapshot, *plan.abroad[0])
        raise Refused(f"{plan.old} is used in another package at {place}, which could not see {new}.")
    _check_scope(plan, package, package.sources, new)
    for source, node in plan.uses:
        if is_local(node, new):
            place = at(plan.snapshot, source, Span(node.start_byte, node.end_byte))
            raise Refused(f"{new} is something else at {place}, where {plan.old} is used.")
    if is_exported(new):
        # A dot import puts the new name into the scope of another package's file.
        for source, qualifier in importers(plan.snapshot, package, plan.old, new):
            importer = plan.snapshot.package_of(source)
            if qualifier == "." and importer is not None:
                _check_scope(plan, importer, (source,), new, owner=package)


def _check_scope(
    plan: Plan, package: Package, sources: tuple[Source, ...], new: str, owner: Package | None = None
) -> None:
    """Refuse a name that is declared or imported in a package, or that its files use for something else."""
    snapshot = plan.snapshot
    for declared in package.find(new):
        place = at(snapshot, declared.source, declared.declaration.name_span)
        raise Refused(f"{new} is declared in package {package.name} already, at {place}.")
    names: dict[str, str] = {}
    for source in sources:
        for one in source.imports:
            if one.path not in names and not one.name:
                found = snapshot.import_packages(one.path, source.folder)
                names[one.path] = found[0].name if found else one.path.rpartition("/")[2]
            if (one.name or names[one.path]) == new:
                raise Refused(f"{new} is the name of an import at {at(snapshot, source, one.span)}.")
        for imported in dot_imports(snapshot, source):
            if imported is not owner and is_exported(new) and imported.find(new):
                raise Refused(f"{new} comes from {imported.path} in {source.name}.")
        if new.encode() not in source.data:
            continue
        check_readable(snapshot, source)
        check_depth(snapshot, source, new)
        for node, sure in at_package_level(source.data, source.tree, new):
            if sure:
                place = at(snapshot, source, Span(node.start_byte, node.end_byte))
                raise Refused(f"{new} is used at {place} and would mean something else.")


def check_symbol(plan: Plan, symbol: str, new: str) -> None:
    """Refuse a name under which others have a symbol already, where two would become one."""
    before, dot, _ = symbol.rpartition(".")
    renamed, table = f"{before}{dot}{new}", plan.table
    folder = next((path.parent for path in plan.places), None)
    if folder is None:
        return
    for link in plan.snapshot.link_sites(renamed, folder):
        source = plan.snapshot.source(link.path)
        if source is not None and (plan.package is not None or table.definers(symbol, folder)):
            raise Refused(f"{renamed} is linked already, at {at(plan.snapshot, source, link.span)}.")
    if plan.package is None and table.definers(symbol, folder) and table.natural(renamed, folder):
        raise Refused(f"{renamed} is declared already, and {symbol} is defined too.")
