"""Go to definition: from any place that stands for a link symbol to where the symbol is defined.

* A local name (a bodyless declaration, a use of it, the first argument of a directive) leads to the body, on whatever
  platform: the ends that today's build takes come first.
* A directive's target leads to the declaration under the symbol's own name, as in gopls: the body of what is pulled,
  the bodyless function that awaits a push. Where no such declaration exists, to whoever defines the symbol, or, from
  a push, to whoever pulls it.
* What has a body leads to itself.

Ends in files that can never be in one build with the asking file are left out, unless there are no others.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.features.subject import Subject, subject_at
from linkname_ls.links.table import Direction, Role, Site, Table, declaration_site
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.directives import Argument


def definition(
    snapshot: Snapshot, source: Source, offset: int, *, without_gopls: bool = False
) -> tuple[Span, list[Site]] | None:
    """Return what is under the cursor (its span) and the sites that it leads to; None where linking has no say.

    ``without_gopls`` leaves out what gopls leads to as well; None when that is all.
    """
    table = Table(snapshot)
    if not without_gopls and (target := _accepted_target(source, offset)) is not None:
        # The symbol's own package is enough, mostly; that of the directive may be as large as runtime.
        named = table.named(target.text, source.path.parent)
        if named:
            return target.span, together(source, named) or named
    subject = subject_at(table, source, offset)
    if subject is None or subject.place == "keyword":
        return None
    found = ends(table, subject)
    if without_gopls:
        from linkname_ls.features.beside_gopls import Gopls

        gopls = Gopls(snapshot, subject, offset)
        found = [site for site in found if not gopls.leads_to(site)]
    return (subject.span, found) if found else None


def _accepted_target(source: Source, offset: int) -> Argument | None:
    """Return the target under the cursor, of a directive that means something; None when there is none."""
    for directive in source.directives if source.package_name else ():
        target = directive.target
        if target is not None and directive.accepted and target.span.holds(offset):
            return target
    return None


def ends(table: Table, subject: Subject) -> list[Site]:
    """Return the sites that a subject leads to, those in today's build first; empty when there are none."""
    folder = subject.source.folder
    if subject.place in ("target", "keyword"):
        found = target_ends(table, subject, folder)
    elif subject.place == "library":
        found = table.definers(subject.symbol, folder)
    elif subject.place == "assembly":
        found = assembly_ends(table, subject, folder)
    else:
        found = local_ends(table, subject, folder)
    return together(subject.source, found) or found


def local_ends(table: Table, subject: Subject, folder: Path) -> list[Site]:
    """Return where a local name leads: to its own declaration if that defines the symbol, else to who does."""
    own = own_sites(subject)
    defining = [site for site in own if site.role is Role.DEFINES]
    return defining or _definers_elsewhere(table, subject, folder, own) or own


def target_ends(table: Table, subject: Subject, folder: Path) -> list[Site]:
    """Return where a directive's target leads: the symbol's own declaration, else its definers, else its pulls."""
    named = table.named(subject.symbol, folder)
    if named:
        return named
    own = own_sites(subject)
    own_keys = {site.key for site in own}
    if (
        subject.package is not None
        and subject.bound is not None
        and table.direction(subject.package, subject.bound) is Direction.PUSH
    ):
        awaiting = [
            site
            for site in table.bound(subject.symbol, folder)
            if site.role is Role.REFERS and site.key not in own_keys
        ]
        return [site for site in awaiting if site.declaration is not None] or awaiting or own
    return _definers_elsewhere(table, subject, folder, own)


def assembly_ends(table: Table, subject: Subject, folder: Path) -> list[Site]:
    """Return where a symbol in assembly leads: from ``TEXT`` to the Go declarations of it, from a use to ``TEXT``."""
    here = (subject.source.path, subject.span)
    defines = any(site.span == subject.span and site.kind != "reference" for site in subject.source.assembly)
    if defines:
        declared = table.named(subject.symbol, folder) or [
            site for site in table.bound(subject.symbol, folder) if site.declaration is not None
        ]
        if declared:
            return declared
    definers = _definers(table, subject, folder)
    return [site for site in definers if site.key != here] or definers


def own_sites(subject: Subject) -> list[Site]:
    """Return the declarations that the subject means under its local name, as sites of its symbol."""
    sites: list[Site] = []
    if subject.package is None:
        return sites
    for declared in subject.declared:
        bound = subject.bound or subject.package.binding(declared)
        sites.append(declaration_site(subject.symbol, subject.package, declared, bound))
    return sites


def _definers_elsewhere(table: Table, subject: Subject, folder: Path, own: list[Site]) -> list[Site]:
    """Return who defines the subject's symbol but its own declarations."""
    own_keys = {site.key for site in own}
    found = [site for site in _definers(table, subject, folder) if site.key not in own_keys]
    if any(site.declaration is not None and site.declaration.kind == "var" for site in own):
        # A bare variable has storage of its own where nothing else that is built with it defines the symbol.
        return together(subject.source, found)
    return found


def _definers(table: Table, subject: Subject, folder: Path) -> list[Site]:
    today = subject.source.in_build(table.snapshot.platform(folder))
    return table.definers(subject.symbol, folder, early=today)


def together(source: Source, sites: list[Site]) -> list[Site]:
    """Leave out sites in files that can never be in one build with a file."""
    return [site for site in sites if not source.constraint.excludes(site.source.constraint)]
