"""Link sites: the places of one file that name a link symbol of (usually) another package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.source.assembly import AsmSite
    from linkname_ls.source.directives import CgoImport, Directive
    from linkname_ls.source.positions import Span

LinkKind = Literal["directive", "text", "globl", "reference", "cgo"]


class LinkSite(NamedTuple):
    """A place that names a link symbol of (usually) another package."""

    kind: LinkKind
    symbol: str
    path: str
    span: Span
    """The symbol's name in the file."""
    local: str
    """The local name of a directive, else ""."""


def link_sites(source: Source, own_prefix: str) -> tuple[LinkSite, ...]:
    """Return the link sites of one file.

    ``own_prefix`` is the symbol prefix of its package: assembly names of the package itself are left out, for they are
    found through the package.
    """
    path = str(source.path)
    return go_sites(path, source.directives, source.cgo_imports) + asm_sites(path, source.assembly, own_prefix)


def go_sites(path: str, directives: Iterable[Directive], imports: Iterable[CgoImport]) -> tuple[LinkSite, ...]:
    """Return the link sites among a Go file's pragmas."""
    sites = [
        LinkSite("directive", target.text, path, target.span, local.text)
        for directive in directives
        if directive.accepted and (local := directive.local) is not None and (target := directive.target) is not None
    ]
    sites += [LinkSite("cgo", cgo.local.text, path, cgo.local.span, "") for cgo in imports]
    return tuple(sites)


def asm_sites(path: str, found: Iterable[AsmSite], own_prefix: str) -> tuple[LinkSite, ...]:
    """Return the link sites among an assembly file's symbols; those of the package itself are none."""
    own = own_prefix + "."
    return tuple(
        LinkSite(site.kind, site.symbol, path, site.span, "")
        for site in found
        if not site.symbol.startswith(".") and not site.symbol.startswith(own)
    )
