"""The link symbols under one package's prefix: those that exist, and those that await a body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.links.packages import Declared
from linkname_ls.links.sites import link_sites
from linkname_ls.links.symbols import split_member
from linkname_ls.programs.member import ABIS, Definition, Member
from linkname_ls.programs.program import Node

if TYPE_CHECKING:
    from pathlib import Path

    from linkname_ls.links.packages import Package
    from linkname_ls.links.sites import LinkSite
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.source.gofile import Declaration


@dataclass(frozen=True, slots=True)
class Named:
    """A symbol of today's build."""

    symbol: str
    package: Package | None
    """The package of the declaration."""
    declared: Declared | None
    """The declaration that says what it is: that of its body, or the bodyless one that assembly implements."""
    definition: Definition | None
    """What defines it; None for one that awaits a body."""
    pushed: bool = False
    """Whether another package defines it."""


def member_of(snapshot: Snapshot, package: Package) -> Member:
    """Return a package as programs compile it, without its tests."""
    folder = package.folder
    path = snapshot.import_path(folder) or folder.name
    node = Node(folder, package.external)
    return Member(snapshot, node, path, snapshot.platform(folder), tested=package.external, main=package.name == "main")


def symbols_of(snapshot: Snapshot, member: Member, asker: Path) -> Iterator[Named]:
    """Yield the symbols that begin with a package's prefix, each once: its own, then those that others push there.

    What is generic, or renamed by a directive, has none. Pushes are those that the index holds by now.
    """
    own = {one.symbol: one for one in _own(member)}
    pushed = {one.symbol: one for one in _pushed(snapshot, member, asker, own)}
    for symbol, one in own.items():
        yield pushed.pop(symbol, one) if one.definition is None else one
    yield from pushed.values()


def _own(member: Member) -> Iterator[Named]:
    package = member.package
    if package is None:
        return
    generic = {
        one.name for source in member.sources for one in source.go.declarations if one.kind == "type" and one.generic
    }
    assembled: dict[str, Definition] | None = None
    for source in member.sources:
        for declaration in source.go.declarations:
            if not _has_symbol(declaration) or declaration.receiver in generic:
                continue
            symbol = f"{member.prefix}.{declaration.member}"
            bound = member.binding(declaration.name) if declaration.kind != "method" else None
            if bound is not None and bound.directive.target is not None and bound.directive.target.text != symbol:
                continue
            definition: Definition | None = None
            if declaration.bodyless:
                assembled = assembled if assembled is not None else _assembled(member)
                definition = assembled.get(symbol)
            else:
                kind = "data" if declaration.kind == "var" else "text"
                definition = Definition(
                    kind, member, source, declaration.name_span, ABIS, declaration=declaration, bound=bound
                )
            yield Named(symbol, package, Declared(source, declaration), definition)


def _has_symbol(declaration: Declaration) -> bool:
    return (
        declaration.kind in ("func", "method", "var")
        and not declaration.generic
        and declaration.name != "_"
        and (declaration.kind != "func" or declaration.name != "init")
    )


def _assembled(member: Member) -> dict[str, Definition]:
    """Return the functions that a package's assembly defines, by symbol."""
    found: dict[str, Definition] = {}
    for source in member.assembly:
        for site in source.assembly:
            if site.kind == "text":
                symbol = f"{member.prefix}{site.symbol}" if site.symbol.startswith(".") else site.symbol
                found.setdefault(symbol, Definition("text", member, source, site.span, ABIS))
    return found


def _pushed(snapshot: Snapshot, member: Member, asker: Path, own: dict[str, Named]) -> Iterator[Named]:
    """Yield the symbols under a package's prefix that other packages define in today's build."""
    start = f"{member.prefix}."
    members: dict[Path, Member] = {}
    seen: set[str] = set()
    for site in known_sites(snapshot, start, asker):
        known = own.get(site.symbol)
        if site.symbol in seen or (known is not None and known.definition is not None):
            continue
        if split_member(site.symbol[len(start) :]) is None:
            continue
        source = snapshot.source(site.path)
        package = snapshot.package_of(source) if source is not None else None
        if source is None or package is None or source.is_test or not source.in_build(snapshot.platform(asker)):
            continue
        if package.folder not in members:
            members[package.folder] = member_of(snapshot, package)
        pusher = members[package.folder]
        declared = known.declared if known is not None else None
        if site.kind == "text" and declared is not None:
            seen.add(site.symbol)
            definition = Definition("text", pusher, source, site.span, ABIS)
            yield Named(site.symbol, known.package if known else None, declared, definition, pushed=True)
        elif site.kind == "directive" and (found := _pushing(pusher, package, site)) is not None:
            seen.add(site.symbol)
            yield Named(site.symbol, package, Declared(*found), _definition(pusher, site, found), pushed=True)


def _definition(pusher: Member, site: LinkSite, found: Declared) -> Definition:
    kind = "data" if found.declaration.kind == "var" else "text"
    bound = pusher.binding(site.local)
    declaration = found.declaration
    return Definition(kind, pusher, found.source, declaration.name_span, ABIS, declaration=declaration, bound=bound)


def _pushing(pusher: Member, package: Package, site: LinkSite) -> Declared | None:
    """Return the declaration that a directive gives the symbol of another package; None for a pull."""
    bound = pusher.binding(site.local)
    if bound is None or bound.directive.target is None or bound.directive.target.text != site.symbol:
        return None
    for one in package.find(site.local):
        declaration = one.declaration
        if pusher.holds(one.source) and not declaration.generic:
            if declaration.kind == "func" and declaration.has_body:
                return one
            if declaration.kind == "var" and declaration.initialised:
                return one
    return None


def known_sites(snapshot: Snapshot, start: str, asker: Path) -> Iterator[LinkSite]:
    """Yield the link sites whose symbols begin with ``start``, as far as they are known, unsaved text winning."""
    for tree in snapshot.trees(asker):
        known = snapshot.index.peek(tree)
        for symbol, sites in known.by_symbol.items() if known is not None else ():
            if symbol.startswith(start):
                yield from (site for site in sites if site.path not in snapshot.overlays)
    for source in snapshot.overlays.values():
        if start.encode() in source.data or source.language == "asm":
            for site in link_sites(source, snapshot.prefix_of(source.folder)):
                if site.symbol.startswith(start):
                    yield site


def awaited(snapshot: Snapshot, member: Member, asker: Path) -> Iterator[Named]:
    """Yield the symbols under a package's prefix that are referred to and that nothing defines, each once.

    Bodyless functions of the package itself first, then what others pull by that name.
    """
    if member.std and not snapshot.indexed(asker):
        return  # package runtime pushes most of them, and that is not known yet
    named = {one.symbol: one for one in symbols_of(snapshot, member, asker)}
    yield from (one for one in named.values() if one.definition is None)
    start = f"{member.prefix}."
    seen = set(named)
    for site in known_sites(snapshot, start, asker):
        if site.kind != "directive" or site.symbol in seen or split_member(site.symbol[len(start) :]) is None:
            continue
        source = snapshot.source(site.path)
        package = snapshot.package_of(source) if source is not None else None
        if source is None or package is None or not source.in_build(snapshot.platform(asker)):
            continue
        found = next((one for one in package.find(site.local) if one.declaration.bodyless), None)
        if found is not None:
            seen.add(site.symbol)
            yield Named(site.symbol, package, found, None)
