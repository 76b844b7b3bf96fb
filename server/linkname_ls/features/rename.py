"""Rename: a linked function or variable, or a symbol that nobody declares, with all that names it.

* A **declaration** is renamed for every platform, with its uses in its package and in the files of the workspace that
  import that, with the local arguments of its directives and with what comments call it. Where the symbol has its
  name, the targets of all directives and the assembly that name the symbol change along.
* A **target**, and a name in assembly, stand for the declaration under the symbol's own name. Where nobody declares it
  the symbol gets another name in all the places that have it.
* Only files of the workspace's main modules are changed. If one place would have to stay behind, nothing is renamed:
  :class:`Refused` says why.

Methods are left to gopls, which knows their types, and so is all that is not linked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.rename_checks import check_declaration, check_name, check_symbol
from linkname_ls.features.rename_places import add_declaration, add_symbol
from linkname_ls.features.rename_plan import LeftToGopls, Plan, Refused
from linkname_ls.features.subject import Subject, subject_at
from linkname_ls.links.table import Table
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

_METHOD = "Methods are renamed by gopls; change the directive afterwards."


def prepare(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, str] | None:
    """Return the name at the cursor that can be renamed, and where it is; None where linking has no say.

    Raises Refused, with a sentence, where something that is linked cannot be renamed. Waits for the index.
    """
    plan = _plan(snapshot, source, offset)
    return (plan.span, plan.old) if plan is not None else None


def rename(snapshot: Snapshot, source: Source, offset: int, new: str) -> list[tuple[Source, list[Edit]]] | None:
    """Return the changes to files that give what is at the cursor another name; None where linking has no say.

    Raises Refused where it cannot be renamed, or not to this. Empty when it has that name already.
    """
    plan = _plan(snapshot, source, offset)
    if plan is None:
        return None
    if new == plan.old:
        return []
    check_name(new)
    if plan.package is not None:
        check_declaration(plan, plan.package, new)
    if plan.symbol is not None:
        check_symbol(plan, plan.symbol, new)
    return [
        (place, [Edit(span, new) for span in sorted(spans)])
        for place, spans in sorted(plan.places.values(), key=lambda one: str(one[0].path))
    ]


def _plan(snapshot: Snapshot, source: Source, offset: int) -> Plan | None:
    table = Table(snapshot)
    subject = subject_at(table, source, offset, wait=True)
    if subject is None or subject.place == "keyword":
        return None
    if subject.place == "library":
        raise Refused(f"{subject.symbol} is a symbol of another linker's making, whose name is not Go's to change.")
    if subject.place in ("target", "assembly"):
        return _plan_symbol(table, subject)
    package = subject.package
    if package is None or not subject.declared:
        raise Refused(f"{source.text(subject.span)} is not declared in its package.")
    if any(one.declaration.kind == "method" for one in subject.declared):
        raise LeftToGopls(_METHOD)
    return _plan_declaration(table, subject, package, subject.declared[0].declaration.name)


def _plan_symbol(table: Table, subject: Subject) -> Plan:
    symbol, folder = subject.symbol, subject.source.folder
    sites = [
        site
        for site in table.natural(symbol, folder)
        if site.declaration is not None and (site.declaration.is_function or site.declaration.kind == "var")
    ]
    owners = {(site.package.folder, site.package.name): site.package for site in sites if site.package is not None}
    if any(site.declaration is not None and site.declaration.kind == "method" for site in sites):
        raise LeftToGopls(_METHOD)
    if len(owners) > 1 and subject.package in owners.values():
        owners = {key: package for key, package in owners.items() if package is subject.package}
    if len(owners) > 1:
        raise Refused(f"{symbol} is declared in several programs; rename it in one of them.")
    name = symbol.rpartition(".")[2]
    for package in owners.values():
        return _plan_declaration(table, subject, package, name)
    plan = Plan(table, _name_span(subject, name), name)
    add_symbol(plan, symbol, folder)
    return plan


def _plan_declaration(table: Table, subject: Subject, package: Package, name: str) -> Plan:
    plan = Plan(table, _name_span(subject, name), name)
    add_declaration(plan, package, remote=subject.place == "target")
    return plan


def _name_span(subject: Subject, name: str) -> Span:
    """Return where the plain name stands: behind the last dot of a symbol."""
    end = subject.span.end
    start = end - len(name.encode())
    if subject.source.data[start:end] != name.encode():
        raise Refused(f"{subject.symbol} does not end with a name here.")
    return Span(start, end)
