"""What other Go releases make of a file's links to the standard library, from the facts that are known of each.

A link is judged as if something used it, in the build of each release: with its ``go1.N`` tags, so that code which has
gated itself is left out where it would not be built. Links that nothing uses are not looked at.

Where today's platform never builds a file, or never has the symbol, the first platform that does stands in.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.build.platform import Platform
from linkname_ls.checks.elsewhere import PROBLEMS, Cell, Elsewhere
from linkname_ls.links.effective import effective, imports_unsafe, reads
from linkname_ls.links.packages import Declared
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.identifiers import is_exported
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.checks.settings import Settings
    from linkname_ls.links.packages import Bound, Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.workspace import Programs
    from linkname_ls.releases.authority import Authority
    from linkname_ls.releases.facts import ReleaseId
    from linkname_ls.source.directives import Argument, Directive


@dataclass(frozen=True, slots=True)
class Row:
    """A link of a file to the standard library, in several releases."""

    source: Source
    span: Span
    """The directive, or the name in assembly."""
    symbol: str
    platform: str
    """The one that it is judged on: ``linux/amd64``."""
    cells: dict[ReleaseId, Cell]
    exists: bool
    """Whether any of the releases has the symbol on the platform."""

    @property
    def breaks(self) -> bool:
        """Whether any of the releases has a problem with it."""
        return any(cell.verdict in PROBLEMS for cell in self.cells.values())


def forecast(
    snapshot: Snapshot,
    source: Source,
    releases: Sequence[ReleaseId],
    settings: Settings,
    programs: Programs,
    authority: Authority,
) -> list[Row]:
    """Return the links of a file to the standard library, in the order of its text, each with a cell for each release.

    ``authority`` says what is known of releases. None for files of the Go tree, which comes with the release.
    """
    package = snapshot.package_of(source)
    world = snapshot.worlds(source.folder)[0]
    module = world.module_of(source.folder)
    if package is None or (module is not None and module.kind == "std"):
        return []
    rows, builds = _Rows(releases, authority), _Builds(source, package)
    linked = [] if source.language == "asm" else [*_linked(source, authority)]
    for platform in _platforms(snapshot, source, releases, authority):
        judge = Elsewhere(snapshot, source, package, settings, programs, platform, authority)
        judged = _Judged(source, judge, builds, rows)
        if source.language == "asm":
            judged.assembly(releases)
        else:
            judged.directives(linked, releases)
        if all(row.exists for row in rows.found.values()):
            break
    return [rows.found[span] for span in sorted(rows.found)]


def _at(platform: Platform, release: ReleaseId) -> Platform:
    """Return a platform as a release has it."""
    return platform.of_release(release.minor)


def _platforms(
    snapshot: Snapshot, source: Source, releases: Sequence[ReleaseId], authority: Authority
) -> Iterator[Platform]:
    """Return the platforms on which any release builds the file: today's first, then those of its architecture."""
    today = snapshot.platform(source.folder)
    if any(source.in_build(_at(today, one)) for one in releases):
        yield today
    ports = dict.fromkeys(
        port for one in reversed(releases) if (known := authority.release(one)) for port in known.ports
    )
    # The same architecture first: then types can be compared too.
    for port in sorted(ports, key=lambda one: not one.endswith(f"/{today.goarch}")):
        goos, _, goarch = port.partition("/")
        other = replace(today, goos=goos, goarch=goarch)
        if other != today and any(source.in_build(_at(other, one)) for one in releases):
            yield other


class _Link(NamedTuple):
    """A directive of a file for a symbol of the standard library."""

    directive: Directive
    local: Argument
    target: Argument


def _linked(source: Source, authority: Authority) -> Iterator[_Link]:
    if not imports_unsafe(source):
        return
    for directive in source.directives:
        local, target = directive.local, directive.target
        if local is not None and target is not None and directive.accepted and authority.is_std(target.text):
            yield _Link(directive, local, target)


class _Rows:
    """The rows of a file, as far as they are known."""

    def __init__(self, releases: Sequence[ReleaseId], authority: Authority) -> None:
        self.found: dict[Span, Row] = {}
        self._releases = releases
        self._authority = authority
        self._silent: dict[str, bool] = {}
        """Whether no release says anything of a symbol."""
        self._judged: dict[Hashable, set[Span]] = {}
        """The links that have been judged, by what is built."""

    def wanted(self, span: Span, symbol: str, built: Hashable) -> bool:
        """Whether a link is still to be judged, on a platform for which so much of the package is built.

        What is on no release of one platform may be there for another; what no release has on any is the same for all
        that build the same.
        """
        known = self.found.get(span)
        if known is not None and known.exists:
            return False
        silent = self._silent.get(symbol)
        if silent is None:
            silent = not any(self._authority.facts(symbol, one) for one in self._releases)
            self._silent[symbol] = silent
        judged = self._judged.setdefault(built, set())
        if silent and span in judged:
            return False
        judged.add(span)
        return True

    def add(self, row: Row) -> None:
        """Take in what one platform makes of a link."""
        known = self.found.get(row.span)
        if known is None or (not known.exists and row.exists):
            self.found[row.span] = row


class _Builds:
    """What a file's package makes of local names; the same on all platforms for which the same files are built."""

    def __init__(self, source: Source, package: Package) -> None:
        self._source = source
        self._package = package
        self._files = (*package.sources, *package.asm)
        self._numbers: dict[tuple[bool, ...], int] = {}
        self._bound: dict[tuple[str, int, tuple[int, int]], tuple[Bound | None, Declared | None]] = {}
        self._users: dict[str, list[Source]] = {}
        self._used: dict[tuple[str, int], bool] = {}

    def number(self, platform: Platform) -> int:
        """Return a number for the files that are built for a platform."""
        return self._numbers.setdefault(tuple(one.in_build(platform) for one in self._files), len(self._numbers))

    def bound(
        self, local: str, platform: Platform, number: int, one: ReleaseId
    ) -> tuple[Bound | None, Declared | None]:
        """Return the directive that counts for a local name in a release, and what it binds."""
        key = local, number, one.language
        if key not in self._bound:
            self._bound[key] = self._find(local, platform, one)
        return self._bound[key]

    def _find(self, local: str, platform: Platform, one: ReleaseId) -> tuple[Bound | None, Declared | None]:
        def holds(source: Source) -> bool:
            return source.in_build(platform) and (self._source.is_test or not source.is_test)

        bound = effective(self._package, local, holds, one.language)
        if bound is None or not reads(bound.directive, one.language):
            return None, None
        found = [
            declared
            for declared in self._package.find(local)
            if declared.declaration.kind in ("func", "var") and holds(declared.source)
        ]
        return bound, found[0] if len(found) == 1 and not found[0].declaration.generic else None

    def users(self, local: str) -> list[Source]:
        """Return the files of the package that mention a local name, built or not."""
        if local not in self._users:
            self._users[local] = [source for source in self._package.sources if source.names(local)] + [
                source for source in self._package.asm if source.mentions(local)
            ]
        return self._users[local]

    def is_used(self, local: str, platform: Platform, number: int) -> bool:
        """Whether what is built of the package, or another package, could use a local name."""
        key = local, number
        if key not in self._used:
            self._used[key] = is_exported(local) or any(source.in_build(platform) for source in self.users(local))
        return self._used[key]


class _Judged:
    """A file on one platform."""

    def __init__(self, source: Source, judge: Elsewhere, builds: _Builds, rows: _Rows) -> None:
        self._source = source
        self._judge = judge
        self._platform = judge.platform
        self._authority = judge.authority
        self._builds = builds
        self._rows = rows

    def directives(self, linked: Sequence[_Link], releases: Sequence[ReleaseId]) -> None:
        """Add the rows of a Go file with such links."""
        builds = [(one, at := _at(self._platform, one), self._builds.number(at)) for one in releases]
        lacking = {one for one in releases if not self._has_port(one)}
        built = tuple(-1 if one in lacking else number for one, _, number in builds)
        for directive, local, target in linked:
            span = Span(directive.position, directive.span.end)
            if not self._rows.wanted(span, target.text, built):
                continue
            cells: dict[ReleaseId, Cell] = {}
            variable = False
            for one, platform, number in builds:
                bound, declared = self._builds.bound(local.text, platform, number, one)
                if one in lacking:
                    cells[one] = Cell("left out", f"it has no {self._platform.name}")
                elif bound is None or declared is None or bound.directive is not directive:
                    cells[one] = Cell("left out")
                elif _is_pulled(declared) and not self._builds.is_used(local.text, platform, number):
                    cells[one] = Cell("left out", "what uses it is not built")
                else:
                    variable = variable or declared.declaration.kind == "var"
                    cells[one] = self._judge.declared(declared, target.text, one)
            # The linker looks at a variable that nobody reads too.
            if variable or self._builds.users(local.text) or is_exported(local.text):
                self._rows.add(self._row(span, target.text, cells))

    def assembly(self, releases: Sequence[ReleaseId]) -> None:
        """Add the rows of an assembly file, one for each symbol."""
        seen: set[str] = set()
        builds = [(one, _at(self._platform, one), self._has_port(one)) for one in releases]
        for site in self._source.assembly:
            symbol = site.symbol
            if site.kind != "reference" or symbol in seen or symbol.startswith("."):
                continue
            if not self._authority.is_std(symbol):
                continue
            seen.add(symbol)
            built = tuple(
                port and self._source.in_build(platform) and assembled(site.conditions, platform) is Certainty.YES
                for _, platform, port in builds
            )
            if not self._rows.wanted(site.span, symbol, built):
                continue
            cells: dict[ReleaseId, Cell] = {}
            for (one, _, port), taken in zip(builds, built, strict=True):
                if not port:
                    cells[one] = Cell("left out", f"it has no {self._platform.name}")
                elif not taken:
                    cells[one] = Cell("left out")
                else:
                    cells[one] = self._judge.reference(symbol, one, assembly=True)
            self._rows.add(self._row(site.span, symbol, cells))

    def _row(self, span: Span, symbol: str, cells: dict[ReleaseId, Cell]) -> Row:
        exists = any(
            cell.verdict not in ("missing", "left out")
            or (cell.verdict == "missing" and bool(self._judge.definers(symbol, one)))
            for one, cell in cells.items()
        )
        return Row(self._source, span, symbol, self._platform.name, cells, exists)

    def _has_port(self, one: ReleaseId) -> bool:
        """Whether a release builds for the platform: openbsd/riscv64 came with Go 1.23."""
        known = self._authority.release(one)
        return known is None or self._platform.name in known.ports


def _is_pulled(declared: Declared) -> bool:
    """Whether a function has its body elsewhere, so that the linker asks for it only where something uses it."""
    return declared.declaration.kind == "func" and not declared.declaration.has_body
