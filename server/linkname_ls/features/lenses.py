"""Code lenses: above a function or variable, how many others link to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.features.subject import is_entry
from linkname_ls.links.packages import Declared
from linkname_ls.links.table import Role, Site, Table

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.positions import Span


@dataclass(frozen=True, slots=True)
class Lens:
    """What stands above one declaration."""

    span: Span
    """The declaration's name."""
    title: str
    """Such as ``3 pulls, 1 push``."""
    sites: tuple[Site, ...]
    """Who they are, today's build first."""


def lenses(snapshot: Snapshot, source: Source) -> list[Lens]:
    """Return a lens for each declaration of a file that others link to, as far as the index is known by now."""
    package = snapshot.package_of(source)
    if package is None or source.language != "go":
        return []
    table, folder = Table(snapshot), source.folder
    found: list[Lens] = []
    for declaration in source.go.declarations:
        if not (declaration.is_function or declaration.kind == "var") or declaration.generic or declaration.name == "_":
            continue
        declared = Declared(source, declaration)
        symbol = package.symbol_of(declared)
        if symbol != package.natural_symbol(declaration) or is_entry(package, (declared,)):
            continue  # it links to another, and says so itself
        links = list(snapshot.known_sites(symbol, folder))
        others = [
            site
            for site in (table.bound(symbol, folder, links) if links else ())
            if site.kind in ("declaration", "assembly") and site.key != (source.path, declaration.name_span)
        ]
        title = _title(others)
        if title:
            found.append(Lens(declaration.name_span, title, tuple(others)))
    return found


def _title(sites: list[Site]) -> str:
    counts = {"pull": 0, "push": 0, "assembly reference": 0}
    for site in sites:
        if site.kind == "assembly" and site.role is Role.REFERS:
            counts["assembly reference"] += 1
        else:
            counts["pull" if site.role is Role.REFERS else "push"] += 1
    plural = {"pull": "pulls", "push": "pushes", "assembly reference": "assembly references"}
    return ", ".join(f"{count} {name if count == 1 else plural[name]}" for name, count in counts.items() if count)
