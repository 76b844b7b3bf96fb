"""Link symbols by name: those that a file's directives name, and a search through all that are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.features.describe import short_path
from linkname_ls.links.packages import Bound
from linkname_ls.links.table import Direction, Table
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.sites import LinkSite
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

MOST = 200
"""How many symbols a search finds at most."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """One directive in a file's outline."""

    name: str
    """The symbol."""
    detail: str
    """Such as ``pulled as now``."""
    variable: bool
    span: Span
    """The whole directive."""
    selection: Span
    """The argument that names the symbol."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place that names a symbol."""

    name: str
    container: str
    """The file, as a Go developer names it."""
    source: Source
    span: Span


def outline(snapshot: Snapshot, source: Source) -> list[Outlined]:
    """Return the directives of a file that the compiler accepts, in the order of the text."""
    package = snapshot.package_of(source) if source.directives else None
    if package is None:
        return []
    table = Table(snapshot)
    words = {Direction.PULL: "pulled as", Direction.PUSH: "pushed by", Direction.MARK: "marked as"}
    found: list[Outlined] = []
    for directive in source.directives:
        bound = Bound(source, directive)
        symbol, local = table.directive_symbol(package, bound), directive.local
        if symbol is None or local is None or not directive.accepted:
            continue
        direction = table.direction(package, bound)
        declared = table.local_declarations(package, bound)
        variable = any(one.declaration.kind == "var" for one in declared)
        named = directive.target or local
        detail = f"{words[direction]} {local.text}" if direction is not Direction.MARK else "marked"
        found.append(Outlined(symbol, detail, variable, directive.span, named.span))
    return found


def search(snapshot: Snapshot, query: str) -> tuple[list[Found], int]:
    """Return the places in the workspace, the Go tree and the dependencies that name a symbol like ``query``.

    The :data:`MOST` best ones, and how many there are.

    A symbol is like it when it holds its letters in their order, whatever their case; those that hold it as it is come
    first, and the workspace before other trees. None for fewer than two letters: that is all of them.
    """
    if len(query) < 2:
        return [], 0
    wanted = query.lower()
    ranked: list[tuple[tuple[int, int, str], LinkSite]] = []
    for order, sites in enumerate(_trees(snapshot)):
        for symbol, links in sites:
            rank = _rank(wanted, symbol.lower())
            if rank is not None:
                ranked += [((rank, order, symbol), link) for link in links]
    ranked.sort(key=lambda one: (one[0], one[1].path, one[1].span))
    found: list[Found] = []
    for _, link in ranked[:MOST]:
        source = snapshot.source(link.path)
        if source is not None and link.span.end <= len(source.data):
            found.append(Found(link.symbol, short_path(snapshot, source.path), source, link.span))
    return found, len(ranked)


def _trees(snapshot: Snapshot) -> Iterator[list[tuple[str, tuple[LinkSite, ...]]]]:
    """Yield the symbols of each tree that is indexed, open documents left out, then those of the open documents."""
    yield [(site.symbol, (site,)) for site in snapshot.overlay_links()]
    done: set[object] = set()
    for world in snapshot.universe.worlds:
        for tree in snapshot.trees(world.root):
            known = snapshot.index.peek(tree) if tree not in done else None
            done.add(tree)
            if known is not None:
                yield [
                    (symbol, tuple(site for site in sites if site.path not in snapshot.overlays))
                    for symbol, sites in known.by_symbol.items()
                ]


def _rank(wanted: str, symbol: str) -> int | None:
    """Return how well a symbol fits, the lower the better; None when it does not."""
    at = symbol.find(wanted)
    if at >= 0:
        return 0 if at + len(wanted) == len(symbol) else 1
    letters = iter(symbol)
    return 2 if all(letter in letters for letter in wanted) else None
