"""What one package of a Go tree says of link symbols, on all platforms at once.

The rules are those of :mod:`linkname_ls.programs.member`, which asks them for one program on one platform.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.links.effective import effective
from linkname_ls.links.packages import Declared
from linkname_ls.releases.ports import bits
from linkname_ls.releases.shame import hall_of_shame
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.gofile import has_wasm_import

if TYPE_CHECKING:
    from linkname_ls.links.packages import Bound, Package
    from linkname_ls.links.sources import Source
    from linkname_ls.releases.facts import Abi, Kind, Made
    from linkname_ls.releases.reading import Reading
    from linkname_ls.source.assembly import AsmSite


class Claim(NamedTuple):
    """One way in which a package declares or defines a symbol."""

    symbol: str
    kind: Kind
    made: Made
    abi: Abi = "ABI0"
    wrapped: bool = False
    """Of a function: whether it can be called by either convention."""
    text: str = ""
    shape: str = ""


class Naming(NamedTuple):
    """That directives which count name a symbol."""

    symbol: str
    keywords: frozenset[str]
    shame: tuple[str, ...]


class Unit(NamedTuple):
    """What one package says."""

    path: str
    imports: tuple[str, ...]
    claims: dict[Claim, int]
    """With the builds (see :class:`~linkname_ls.releases.ports.Ports`) in which each is made."""
    namings: dict[Naming, int]
    read: frozenset[str]
    """The files of other packages that shapes were read from."""


def unit_of(reading: Reading, package: Package, prefix: str = "") -> Unit:
    """Return what a package of a Go tree says, of symbols that begin with ``prefix``."""
    ports = reading.ports
    sources = [one for one in package.sources if not one.is_test]
    masks = {source: ports.mask(source) for source in (*sources, *package.asm)}
    conditional = any(site.conditions for source in package.asm for site in source.assembly)
    groups: dict[tuple[object, ...], int] = defaultdict(int)
    for at, build in enumerate(ports.builds):
        built = tuple(source for source, mask in masks.items() if mask >> at & 1)
        # Assembly may look at platforms for itself; on wasm the host has functions.
        more = build.name if conditional else build.goarch == "wasm"
        groups[built, more] |= 1 << at
    claims: dict[Claim, int] = defaultdict(int)
    namings: dict[Naming, int] = defaultdict(int)
    reading.start()
    for mask in groups.values():
        built = [source for source in masks if masks[source] & mask]
        if built:
            build = _Build(reading, package, built, mask)
            for claim, where in build.claims(prefix):
                claims[claim] |= where
            for naming in build.namings():
                namings[naming] |= mask
    return Unit(package.path, imports_of(reading, package), dict(claims), dict(namings), reading.read(package))


def imports_of(reading: Reading, package: Package) -> tuple[str, ...]:
    """Return what a package of a Go tree imports on any platform, sorted; cgo's own imports too."""
    found: set[str] = set()
    for source in package.sources:
        if not source.is_test and reading.ports.mask(source):
            found.update(one.path for one in source.imports)
            found.update(("runtime/cgo", "syscall") if source.uses_cgo else ())
    found -= {"C", "unsafe", package.path}
    return tuple(sorted(reading.spelled(package, path) for path in found))


class _Build:
    """A package as some builds compile it, all alike."""

    def __init__(self, reading: Reading, package: Package, built: list[Source], mask: int) -> None:
        self._reading = reading
        self._package = package
        self._mask = mask
        self._platform = reading.ports.builds[bits(mask)[0]]
        self._sources = [source for source in built if source.language == "go"]
        paths = {source.path for source in self._sources}
        release = reading.release.language
        self._bindings: dict[str, Bound] = {}
        for local in package.by_local:
            bound = effective(package, local, lambda source: source.path in paths, release)
            if bound is not None:
                self._bindings[local] = bound
        self._named: dict[str, list[Bound]] = defaultdict(list)
        for local, bound in self._bindings.items():
            target = bound.directive.target
            self._named[target.text if target is not None else f"{package.prefix}.{local}"].append(bound)
        self._sites: dict[str, list[tuple[AsmSite, Certainty]]] = defaultdict(list)
        for source in built:
            for site in source.assembly:
                certainty = assembled(site.conditions, self._platform) if site.conditions else Certainty.YES
                if certainty is not Certainty.NO:
                    symbol = f"{package.prefix}{site.symbol}" if site.symbol.startswith(".") else site.symbol
                    self._sites[symbol].append((site, certainty))

    def namings(self) -> Iterator[Naming]:
        """Yield which symbols directives name, and how."""
        for symbol, bounds in self._named.items():
            shame: dict[str, None] = {}
            for bound in bounds:
                shame.update(dict.fromkeys(hall_of_shame(bound.source.data, bound.directive.span.start)))
            yield Naming(symbol, frozenset(bound.directive.keyword for bound in bounds), tuple(shame))

    def claims(self, prefix: str) -> Iterator[tuple[Claim, int]]:
        """Yield the claims with the builds in which they are made, on symbols that begin with ``prefix``."""
        generic = {
            one.name for source in self._sources for one in source.go.declarations if one.kind == "type" and one.generic
        }
        bodyless: dict[str, Declared] = {}
        for source in self._sources:
            for one in source.go.declarations:
                if one.kind not in ("func", "method", "var") or one.generic or one.receiver in generic:
                    continue
                if one.name in ("_", "init") and one.kind != "method":
                    continue
                declared = Declared(source, one)
                symbol = self._symbol(declared)
                if not symbol.startswith(prefix):
                    continue
                if one.bodyless and not self._has_host_body(declared):
                    bodyless[symbol] = declared
                elif one.kind == "var":
                    made = "data" if one.initialised else "bare"
                    yield from self._shaped(declared, Claim(symbol, "var", made))
                else:
                    yield from self._shaped(declared, self._function(symbol, one.kind))
                through = f"{self._package.prefix}.(*{one.receiver}).{one.name}"
                if one.kind == "method" and not one.pointer and through in self._named:
                    yield from self._shaped(declared, self._function(through, one.kind), pointer=True)
        yield from self._assembled(bodyless, prefix)
        for symbol, declared in bodyless.items():
            if symbol.startswith(f"{self._package.prefix}.") and not self._defined_in_assembly(symbol):
                kind = "method" if declared.declaration.kind == "method" else "func"
                yield from self._shaped(declared, Claim(symbol, kind, "nothing"))

    def _function(self, symbol: str, kind: Kind) -> Claim:
        # cmd/compile/internal/ssagen/abi.go: one with a directive, or that its own assembly names, has both.
        wrapped = symbol in self._named or symbol in self._sites
        return Claim(symbol, kind, "go", "ABIInternal", wrapped=wrapped)

    def _assembled(self, bodyless: dict[str, Declared], prefix: str) -> Iterator[tuple[Claim, int]]:
        for symbol, sites in self._sites.items():
            defining = [one for one in sites if one[0].kind != "reference" and symbol.startswith(prefix)]
            for site, _ in defining[:1]:
                if site.kind == "globl":
                    yield Claim(symbol, "var", "globl"), self._mask
                    continue
                native: Abi = "ABIInternal" if site.abi == "ABIInternal" else "ABI0"
                called = any(one.kind == "reference" and one.abi != "ABIInternal" for one, _ in sites)
                wrapped = native == "ABI0" or symbol in self._named or called
                declared = bodyless.get(symbol)
                claim = Claim(symbol, "func", "text", native, wrapped=wrapped and declared is not None)
                if declared is None:
                    yield claim, self._mask
                else:
                    yield from self._shaped(declared, claim)

    def _defined_in_assembly(self, symbol: str) -> bool:
        return any(site.kind == "text" for site, _ in self._sites.get(symbol, ()))

    def _symbol(self, declared: Declared) -> str:
        declaration = declared.declaration
        bound = self._bindings.get(declaration.name) if declaration.kind != "method" else None
        if bound is not None and bound.directive.target is not None:
            return bound.directive.target.text
        return self._package.natural_symbol(declaration)

    def _has_host_body(self, declared: Declared) -> bool:
        return self._platform.goarch == "wasm" and has_wasm_import(
            declared.source.data, declared.declaration.span.start
        )

    def _shaped(self, declared: Declared, claim: Claim, *, pointer: bool = False) -> Iterator[tuple[Claim, int]]:
        """Yield a claim with the type of a declaration, which may be another on each platform."""
        text = self._reading.text(self._package, declared, pointer=pointer)
        left = self._mask
        for shape, mask in self._reading.shapes(self._package, declared, pointer=pointer):
            if left & mask:
                yield claim._replace(text=text, shape=shape), left & mask
                left &= ~mask
        if left:
            yield claim._replace(text=text), left
