"""The table: symbol name -> the sites that define it, refer to it and mark it.

Every feature is a question to this. A question about a symbol costs its own package; who else pushes or pulls it comes
from the index.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.links.initializers import init_functions, init_number
from linkname_ls.links.packages import Bound, Declared, Package
from linkname_ls.links.symbols import split_symbol
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.sites import LinkSite
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.gofile import Declaration


class Role(Enum):
    """What a site is to its symbol."""

    DEFINES = "defines"
    """A body, a variable with storage of its own, assembly ``TEXT`` or ``GLOBL``, a symbol of a shared library."""
    REFERS = "refers"
    """A bodyless function, a variable bound to another's symbol, an assembly reference."""
    NAMES = "names"
    """A directive: it binds or marks a declaration, which is a site of its own."""


_DOT = "·".encode()

SiteKind = Literal["declaration", "directive", "assembly", "cgo", "use"]


class Site(NamedTuple):
    """A place in source that takes part in a symbol."""

    symbol: str
    role: Role
    kind: SiteKind
    source: Source
    span: Span
    """The identifier: a declaration's name or a use of it, a directive's argument, the name in assembly."""
    package: Package | None
    declaration: Declaration | None = None
    """Of kind declaration: what is declared; of kind use: what is used."""
    bound: Bound | None = None
    """The directive that binds the declaration to the symbol, or that this site is; None under its natural name."""

    @property
    def key(self) -> tuple[Path, Span]:
        """What makes a site the same place."""
        return self.source.path, self.span

    @property
    def name(self) -> Span:
        """The name alone, where a jump leads: of assembly what is behind the last ``·``, as in gopls.

        Source: gopls/internal/golang/definition.go ``nonGoDefinition``.
        """
        at = self.source.data.rfind(_DOT, *self.span) if self.kind == "assembly" else -1
        return self.span if at < 0 else Span(at + len(_DOT), self.span.end)

    @property
    def carried(self) -> bool:
        """Whether a declaration carries the symbol, under its own name or by its directive."""
        # A generic function has symbols for its instantiations only.
        if self.declaration is None or self.package is None or self.declaration.generic:
            return False
        target = self.bound.directive.target if self.bound is not None else None
        own = target.text if target is not None else self.package.natural_symbol(self.declaration)
        # A value method can be had through the pointer too.
        return own == self.symbol or (target is None and self.declaration.kind == "method")


class Direction(Enum):
    """What a directive does to its local name."""

    PULL = "pull"
    """Someone else's symbol is used under the local name."""
    PUSH = "push"
    """The local definition is published under someone else's symbol."""
    MARK = "mark"
    """The symbol stays what it is: others may pull it, or it awaits a push."""


class Table:
    """Questions about symbols, for one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        # By symbol and asker, for thousands of directives may have the same target:
        self._bound: dict[tuple[str, Path], tuple[Site, ...]] = {}
        self._definers: dict[tuple[str, Path, bool], tuple[Site, ...]] = {}
        self._at_hand: dict[tuple[str, Path], tuple[Site, ...]] = {}

    # -- from a place to its symbol ------------------------------------------------------------------------------

    def directive_symbol(self, package: Package, bound: Bound) -> str | None:
        """Return the symbol that a directive names: its target, else its local name's natural symbol."""
        directive = bound.directive
        if directive.target is not None:
            return directive.target.text
        return f"{package.prefix}.{directive.local.text}" if directive.local is not None else None

    def direction(self, package: Package, bound: Bound) -> Direction:
        """Return what a directive does. One whose local name is not declared counts as a pull."""
        local, target = bound.directive.local, bound.directive.target
        if local is None or target is None or target.text == f"{package.prefix}.{local.text}":
            return Direction.MARK
        declared = self.local_declarations(package, bound)
        if any(one.declaration.kind == "var" for one in declared):
            if any(one.declaration.initialised for one in declared):
                return Direction.PUSH
            return Direction.PULL
        return Direction.PUSH if any(one.declaration.has_body for one in declared) else Direction.PULL

    def local_declarations(self, package: Package, bound: Bound) -> tuple[Declared, ...]:
        """Return the functions and variables that a directive's local name means, those in its own file first."""
        local = bound.directive.local
        if local is None:
            return ()
        found = [one for one in package.find(local.text) if one.declaration.kind in ("func", "var")]
        same_file = [one for one in found if one.source.path == bound.source.path]
        return tuple(same_file or [one for one in found if self._goes_with(one, bound)])

    def _goes_with(self, declared: Declared, bound: Bound) -> bool:
        return not declared.source.constraint.excludes(bound.source.constraint)

    # -- from a symbol to its sites ------------------------------------------------------------------------------

    def natural(self, symbol: str, asker: Path) -> list[Site]:
        """Return the declarations that carry a symbol by their own name; costs their package."""
        # One that is renamed away does not carry it: the natural symbol does not exist.
        return [site for site in self.named(symbol, asker) if site.carried]

    def named(self, symbol: str, asker: Path) -> list[Site]:
        """Return the declarations under a symbol's own name, even when a directive renames them or they are types."""
        sites = [
            declaration_site(symbol, package, declared, package.binding(declared))
            for package, member in self._packages(symbol, asker)
            for declared in package.find(member) or self._initialising(package, member)
        ]
        return self.sorted(sites, asker)

    def _initialising(self, package: Package, member: str) -> tuple[Declared, ...]:
        """Return the init function that ``init.N`` means in today's build, or in its test; maybe none."""
        number = init_number(member)
        if number is None:
            return ()
        platform = self.snapshot.platform(package.folder)
        tested = [source for source in package.sources if source.in_build(platform)]
        plain = [source for source in tested if not source.is_test]
        return init_functions(plain)[number : number + 1] or init_functions(tested)[number : number + 1]

    def _packages(self, symbol: str, asker: Path) -> Iterator[tuple[Package, str]]:
        """Yield the packages that a symbol's prefix means, and what the symbol is called in them."""
        parts = split_symbol(symbol)
        if parts is not None:
            for package in self.snapshot.symbol_packages(parts[0], asker):
                yield package, parts[1]

    def bound(self, symbol: str, asker: Path, sites: Iterable[LinkSite] | None = None) -> list[Site]:
        """Return the declarations bound to a symbol by a directive with that target, and everything else linked to it.

        That is: directives, their declarations, assembly of other packages, symbols of shared libraries. ``sites``
        limits the search to these link sites; without it the whole index is asked.
        """
        if sites is not None:
            return self._find_bound(symbol, asker, sites)
        known = self._bound.get((symbol, asker))
        if known is None:
            links = self.snapshot.link_sites(symbol, asker)
            known = self._bound[symbol, asker] = tuple(self._find_bound(symbol, asker, links))
        return list(known)

    def _find_bound(self, symbol: str, asker: Path, sites: Iterable[LinkSite]) -> list[Site]:
        found: list[Site] = []
        for link in sites:
            source = self.snapshot.source(link.path)
            if source is None:
                continue
            package = self.snapshot.package_of(source)
            if link.kind == "directive":
                found.extend(self._directive_sites(symbol, source, package, link))
            elif link.kind == "cgo":
                if any(cgo.local.span == link.span and cgo.local.text == symbol for cgo in source.cgo_imports):
                    found.append(Site(symbol, Role.DEFINES, "cgo", source, link.span, package))
            elif any(site.span == link.span and site.symbol == symbol for site in source.assembly):
                defines = link.kind != "reference"
                found.append(_assembly_site(symbol, source, link.span, package, defines=defines))
        return self.sorted(found, asker)

    def _directive_sites(self, symbol: str, source: Source, package: Package | None, link: LinkSite) -> Iterator[Site]:
        """Yield a directive and the declarations that it binds; nothing when the file no longer says so."""
        at = bisect_right(source.directives, link.span.start, key=lambda one: one.span.start) - 1
        for directive in source.directives[at : at + 1] if at >= 0 else ():
            target = directive.target
            if target is None or target.span != link.span or target.text != symbol:
                continue
            bound = Bound(source, directive)
            yield Site(symbol, Role.NAMES, "directive", source, target.span, package, bound=bound)
            if package is None:
                return
            for declared in self.local_declarations(package, bound):
                if package.binding(declared) in (bound, None) or declared.source.path == source.path:
                    yield declaration_site(symbol, package, declared, bound)

    def marks(self, symbol: str, asker: Path) -> list[Site]:
        """Return the one-argument directives of the symbol's own package that name it."""
        sites = [
            Site(symbol, Role.NAMES, "directive", bound.source, local.span, package, bound=bound)
            for package, member in self._packages(symbol, asker)
            for bound in package.directives_for(member)
            if bound.directive.target is None and (local := bound.directive.local) is not None
        ]
        return self.sorted(sites, asker)

    def helpers(self, symbol: str, asker: Path) -> list[Site]:
        """Return the two-argument directives of the symbol's own package that name it: how std marks its methods."""
        sites = [
            Site(symbol, Role.NAMES, "directive", bound.source, target.span, package, bound=bound)
            for package, _ in self._packages(symbol, asker)
            for bound in package.directives
            if (target := bound.directive.target) is not None and target.text == symbol and bound.directive.accepted
        ]
        return self.sorted(sites, asker)

    def own_assembly(self, symbol: str, asker: Path) -> list[Site]:
        """Return a symbol's sites in the assembly of its own package."""
        sites = [
            _assembly_site(symbol, source, site.span, package, defines=site.kind != "reference")
            for package, _ in self._packages(symbol, asker)
            for source, site in package.assembly(symbol)
        ]
        return self.sorted(sites, asker)

    def sites(self, symbol: str, asker: Path) -> list[Site]:
        """Return every site of a symbol in the whole universe."""
        found = [
            *self.natural(symbol, asker),
            *self.marks(symbol, asker),
            *self.own_assembly(symbol, asker),
            *self.bound(symbol, asker),
        ]
        return settle_variables(self.sorted(unique(found), asker))

    def definers(self, symbol: str, asker: Path, *, early: bool = True) -> list[Site]:
        """Return the sites that define a symbol: those in today's build first, then other platforms' ends.

        While the index is still being made, the answer comes from the packages nearest to the question as soon as one
        of them holds an end that today's build takes: the linker allows no second one in a program. Without ``early``
        it waits for the index, as it must for a question from a file of another platform.
        """
        known = self._definers.get((symbol, asker, early))
        if known is None:
            known = tuple(self._find_definers(symbol, asker, early=early))
            self._definers[symbol, asker, early] = known
        return list(known)

    def _find_definers(self, symbol: str, asker: Path, *, early: bool) -> list[Site]:
        near = [*self.natural(symbol, asker), *self.own_assembly(symbol, asker)]
        snapshot = self.snapshot
        if early and not snapshot.complete and not snapshot.indexed(asker):
            near += self.bound(symbol, asker, snapshot.near_sites(symbol, self._near_folders(symbol, asker)))
            found = _defining(near)
            if any(self.in_build(site) for site in found):
                return self.sorted(found, asker)
        near += self.bound(symbol, asker)
        return self.sorted(_own_library(_defining(near), asker), asker)

    def definers_at_hand(self, symbol: str, asker: Path) -> list[Site]:
        """Return the definers of a symbol that can be told without waiting for the index, as :meth:`definers` does.

        When its own package holds one that today's build takes, that is all; else what the index holds by now, and
        for a complete snapshot the whole of it.
        """
        known = self._at_hand.get((symbol, asker))
        if known is None:
            known = self._at_hand[symbol, asker] = tuple(self._find_definers_at_hand(symbol, asker))
        return list(known)

    def _find_definers_at_hand(self, symbol: str, asker: Path) -> list[Site]:
        near = [*self.natural(symbol, asker), *self.own_assembly(symbol, asker)]
        found = _defining(near)
        if any(self.in_build(site) for site in found):
            return self.sorted(found, asker)
        known = None if self.snapshot.complete else self.snapshot.known_sites(symbol, asker)
        near += self.bound(symbol, asker, known)
        return self.sorted(_own_library(_defining(near), asker), asker)

    def _near_folders(self, symbol: str, asker: Path) -> list[Path]:
        """Return where a symbol is most likely pushed from: the asker's package, the symbol's, and package runtime."""
        folders = [asker]
        folders += [package.folder for package, _ in self._packages(symbol, asker)]
        folders += [package.folder for package in self.snapshot.import_packages("runtime", asker)]
        return folders

    # -- order ---------------------------------------------------------------------------------------------------

    def in_build(self, site: Site) -> bool:
        """Whether today's build takes the file that a site stands in, and in assembly the branch of ``#ifdef``."""
        platform = self.snapshot.platform(site.source.folder)
        if not site.source.in_build(platform):
            return False
        if site.kind != "assembly" or b"#" not in site.source.data:
            return True
        conditions = next((one.conditions for one in site.source.assembly if one.span == site.span), ())
        return assembled(conditions, platform) is not Certainty.NO

    def sorted(self, sites: Iterable[Site], asker: Path) -> list[Site]:
        """Return sites in order: today's build first, the asker's package first, tests last, then by path and place."""
        found = list(sites)
        if len(found) < 2:  # as nearly always
            return found
        return sorted(
            found,
            key=lambda site: (
                not self.in_build(site),
                site.source.is_test,
                site.source.folder != asker,
                str(site.source.path),
                site.span,
            ),
        )


def declaration_site(symbol: str, package: Package, declared: Declared, bound: Bound | None) -> Site:
    """Return a declaration as a site of a symbol that it carries by name or by directive."""
    declaration = declared.declaration
    if declaration.is_function:
        role = Role.DEFINES if declaration.has_body else Role.REFERS
    elif bound is not None and bound.directive.target is not None and not declaration.initialised:
        own = bound.directive.target.text == package.natural_symbol(declaration)
        role = Role.DEFINES if own else Role.REFERS
    else:
        role = Role.DEFINES
    return Site(symbol, role, "declaration", declared.source, declaration.name_span, package, declaration, bound)


def _assembly_site(symbol: str, source: Source, span: Span, package: Package | None, *, defines: bool) -> Site:
    return Site(symbol, Role.DEFINES if defines else Role.REFERS, "assembly", source, span, package)


def settle_variables(sites: list[Site]) -> list[Site]:
    """Say which variable holds the storage when only bare ones share a symbol: the first of them does.

    A pulled variable is a definition to the linker, a fresh zero one when nobody else defines the symbol.
    """
    if any(site.role is Role.DEFINES for site in sites):
        return sites
    for at, site in enumerate(sites):
        if site.declaration is not None and site.declaration.kind == "var":
            settled = Site(
                site.symbol,
                Role.DEFINES,
                site.kind,
                site.source,
                site.span,
                site.package,
                site.declaration,
                site.bound,
            )
            return [*sites[:at], settled, *sites[at + 1 :]]
    return sites


def _own_library(sites: list[Site], asker: Path) -> list[Site]:
    """Leave out other packages' imports of a shared library's symbol where the asker's package has one itself."""
    if not any(site.kind == "cgo" and site.source.folder == asker for site in sites):
        return sites
    return [site for site in sites if site.kind != "cgo" or site.source.folder == asker]


def _defining(sites: list[Site]) -> list[Site]:
    return [site for site in settle_variables(unique(sites)) if site.role is Role.DEFINES]


def unique(sites: Iterable[Site]) -> list[Site]:
    """Return the sites without those at a place that came before."""
    return list({site.key: site for site in reversed(list(sites))}.values())[::-1]
