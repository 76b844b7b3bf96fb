"""Inlay hints: behind a bodyless function, where its body is, unless a directive of its own says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.features.definition import together
from linkname_ls.links.packages import Declared
from linkname_ls.links.table import Site, Table

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.positions import Span


@dataclass(frozen=True, slots=True)
class Inlay:
    """One hint."""

    offset: int
    """In bytes: the end of the declaration."""
    text: str
    """Such as ``= runtime.time_now``."""
    site: Site
    """The body."""


def inlays(snapshot: Snapshot, source: Source, span: Span) -> list[Inlay]:
    """Return the hints inside a stretch of a file, as far as they are known without waiting for the index."""
    package = snapshot.package_of(source)
    if package is None or source.language != "go":
        return []
    table, folder = Table(snapshot), source.folder
    found: list[Inlay] = []
    for declaration in source.go.declarations:
        if not declaration.bodyless or declaration.generic:
            continue
        if declaration.span.end < span.start or declaration.span.start > span.end:
            continue
        declared = Declared(source, declaration)
        binding = package.binding(declared)
        if binding is not None and binding.directive.target is not None:
            continue  # it says so itself
        symbol = package.symbol_of(declared)
        ends = together(source, table.definers_at_hand(symbol, folder))
        if ends:
            found.append(Inlay(declaration.span.end, f"= {_name(ends[0])}", ends[0]))
    return found


def _name(site: Site) -> str:
    if site.declaration is None or site.package is None:
        return site.source.name
    prefix = "main" if site.package.name == "main" else site.package.path
    return f"{prefix}.{site.declaration.member}"
