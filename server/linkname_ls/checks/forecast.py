"""What other Go releases make of a file's links to the standard library, from the facts that are known of each.

A link is judged as if something used it, in the build of each release: with its ``go1.N`` tags, so that code which has
gated itself is left out where it would not be built. Links that nothing uses are not looked at.

Where today's platform never builds a file, or never has the symbol, the first platform that does stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.build.platform import Platform
from linkname_ls.checks.ldflags import lets_refused_pass
from linkname_ls.links.effective import effective, imports_unsafe, reads
from linkname_ls.links.packages import Declared
from linkname_ls.links.signatures import End, Match, Signatures
from linkname_ls.programs.known_objects import known_object
from linkname_ls.releases.judge import compare, judge_facts
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.identifiers import is_exported
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import mentions

if TYPE_CHECKING:
    from linkname_ls.checks.settings import Settings
    from linkname_ls.links.packages import Bound, Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.workspace import Programs
    from linkname_ls.releases.authority import Authority
    from linkname_ls.releases.facts import Fact, ReleaseId

Verdict = Literal["links", "refused", "missing", "signature", "defined", "left out", "unknown"]
"""``missing``: the release has no such symbol on the platform; ``signature``: of another type; ``defined``: what is
pushed has a body there already; ``left out``: not built for the release; ``unknown``: nothing can be said."""

PROBLEMS: frozenset[Verdict] = frozenset({"refused", "missing", "signature", "defined"})

# What the compiler makes has names that no table holds.
_MADE = re.compile(r"\.(?:func|gowrap|deferwrap|init\.)\d|\.init$|-fm$|\[|\.\.")


class Cell(NamedTuple):
    """What one release makes of a link."""

    verdict: Verdict
    why: str = ""
    """A clause that says more; "" when there is nothing to say."""


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

    @property
    def exists(self) -> bool:
        """Whether any of the releases has the symbol on the platform."""
        return any(cell.verdict not in ("missing", "left out") for cell in self.cells.values())

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
    world = snapshot.worlds(source.path.parent)[0]
    module = world.module_of(source.path.parent)
    if package is None or (module is not None and module.kind == "std"):
        return []
    found: dict[Span, Row] = {}
    for platform in _platforms(snapshot, source, releases, authority):
        judged = _Judged(snapshot, source, package, settings, programs, platform, authority)
        for row in judged.assembly(releases) if source.language == "asm" else judged.directives(releases):
            known = found.get(row.span)
            # What is on no release of one platform may be there for another.
            if known is None or (not known.exists and row.exists):
                found[row.span] = row
        if all(row.exists for row in found.values()):
            break
    return [found[span] for span in sorted(found)]


def _at(platform: Platform, release: ReleaseId) -> Platform:
    """Return a platform as a release has it."""
    return platform.of_release(release.minor)


def _platforms(
    snapshot: Snapshot, source: Source, releases: Sequence[ReleaseId], authority: Authority
) -> Iterator[Platform]:
    """Return the platforms on which any release builds the file: today's first, then those of its architecture."""
    today = snapshot.platform(source.path.parent)
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


class _Judged:
    """A file on one platform."""

    def __init__(
        self,
        snapshot: Snapshot,
        source: Source,
        package: Package,
        settings: Settings,
        programs: Programs,
        platform: Platform,
        authority: Authority,
    ) -> None:
        self._authority = authority
        self._snapshot = snapshot
        self._source = source
        self._package = package
        self._programs = programs
        self._platform = platform
        self._folder = source.path.parent
        self._signatures: dict[ReleaseId, Signatures] = {}
        self._unchecked = bool(settings.ldflags) and lets_refused_pass(
            settings.ldflags or "", programs.library(self._folder)
        )

    def directives(self, releases: Sequence[ReleaseId]) -> Iterator[Row]:
        """Yield the rows of a Go file."""
        if not imports_unsafe(self._source):
            return
        for directive in self._source.directives:
            local, target = directive.local, directive.target
            if local is None or target is None or not directive.accepted or not self._authority.is_std(target.text):
                continue
            cells: dict[ReleaseId, Cell] = {}
            variable = False
            users = self._users(local.text)
            for one in releases:
                bound, declared = self._bound(local.text, one)
                if not self._has_port(one):
                    cells[one] = Cell("left out", f"it has no {self._platform.name}")
                elif bound is None or declared is None or bound.directive is not directive:
                    cells[one] = Cell("left out")
                elif _is_pulled(declared) and not self._is_used(local.text, users, one):
                    cells[one] = Cell("left out", "what uses it is not built")
                else:
                    variable = variable or declared.declaration.kind == "var"
                    cells[one] = self._cell(declared, target.text, one)
            # The linker looks at a variable that nobody reads too.
            if variable or users or is_exported(local.text):
                span = Span(directive.position, directive.span.end)
                yield Row(self._source, span, target.text, self._platform.name, cells)

    def assembly(self, releases: Sequence[ReleaseId]) -> Iterator[Row]:
        """Yield the rows of an assembly file, one for each symbol."""
        seen: set[str] = set()
        for site in self._source.assembly:
            symbol = site.symbol
            if site.kind != "reference" or symbol in seen or symbol.startswith("."):
                continue
            if not self._authority.is_std(symbol):
                continue
            seen.add(symbol)
            cells: dict[ReleaseId, Cell] = {}
            for one in releases:
                platform = _at(self._platform, one)
                if not self._has_port(one):
                    cells[one] = Cell("left out", f"it has no {self._platform.name}")
                elif not self._source.in_build(platform) or assembled(site.conditions, platform) is not Certainty.YES:
                    cells[one] = Cell("left out")
                else:
                    cells[one] = self._verdict(symbol, one, assembly=True)
            yield Row(self._source, site.span, symbol, self._platform.name, cells)

    def _has_port(self, one: ReleaseId) -> bool:
        """Whether a release builds for the platform: openbsd/riscv64 came with Go 1.23."""
        known = self._authority.release(one)
        return known is None or self._platform.name in known.ports

    def _bound(self, local: str, one: ReleaseId) -> tuple[Bound | None, Declared | None]:
        """Return the directive that counts for a local name in a release, and what it binds."""
        platform = _at(self._platform, one)

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

    def _cell(self, declared: Declared, symbol: str, one: ReleaseId) -> Cell:
        declaration = declared.declaration
        if declaration.has_body or (declaration.kind == "var" and declaration.initialised):
            return self._pushed(symbol, one)
        variable = declaration.kind == "var"
        cell = self._verdict(symbol, one, variable=variable)
        if cell.verdict == "refused":
            program = self._programs.library(self._folder)
            known = known_object(program, program.root, symbol, declared.source, declaration)
            if known is not Certainty.NO:
                cell = Cell("links" if known is Certainty.YES else "unknown", "its receiver's type is known by itself")
        if cell.verdict != "links" or self._platform.goarch != self._snapshot.platform(self._folder).goarch:
            return cell
        signatures = self._signatures.get(one)
        if signatures is None:
            signatures = self._signatures[one] = Signatures(self._snapshot, self._folder, one.language)
        for fact in self._facts(symbol, one):
            if compare(signatures, End(self._package, declared), fact) is Match.DIFFERENT:
                return Cell("signature", f"it is {fact.text} there" if fact.text else "")
        return cell

    def _pushed(self, symbol: str, one: ReleaseId) -> Cell:
        """Judge what the file gives a body: the release may have one."""
        program = self._programs.library(self._folder)
        for fact in self._facts(symbol, one):
            if fact.made in ("go", "text", "globl", "data") and program.by_path(fact.definer) is not None:
                return Cell("defined", f"package {fact.definer} defines it there")
        return Cell("links")

    def _verdict(self, symbol: str, one: ReleaseId, *, assembly: bool = False, variable: bool = False) -> Cell:
        known = self._authority.release(one)
        if known is None:
            return Cell("unknown")
        path, name = self._package.path, self._platform.name
        everywhere = self._authority.facts(symbol, one)
        found = judge_facts(everywhere, known, symbol, name, path, assembly=assembly, variable=variable)
        made = self._definers(symbol, one)
        lost = self._unlinked(symbol, one, made)
        # What is on the list is refused, defined or not.
        if found.refusal is not None and (not lost or found.refusal.reason == "listed"):
            return Cell("links") if self._unchecked else Cell("refused", found.refusal.why(one.language))
        if variable and (not made or lost):
            return Cell("missing", f"{lost}{'; ' if lost else ''}the variable would be one of its own, and zero")
        if lost:
            return Cell("missing", lost)
        if found.verdict == "undefined":
            if _MADE.search(symbol):
                return Cell("unknown")
            return Cell("missing", f"it is not there on {name}" if everywhere else "")
        return Cell("links")

    def _definers(self, symbol: str, one: ReleaseId) -> frozenset[str]:
        """Return the packages that define a symbol in a release."""
        return frozenset(fact.definer for fact in self._facts(symbol, one) if fact.made != "nothing")

    def _unlinked(self, symbol: str, one: ReleaseId, definers: frozenset[str]) -> str:
        """Return why no definition is linked in a release; "" where one is, or where none is in any release.

        What no import leads to in any release is for the program to import, and for other rules to say.
        """
        roots = self._roots
        if not definers or roots is None or self._source.is_test or definers & self._authority.linked(one, roots):
            return ""
        if not any(
            self._definers(symbol, other) & self._authority.linked(other, roots)
            for other in self._authority.newest_patches
        ):
            return ""
        return f"no import leads to package {min(definers)}, which defines it there"

    @cached_property
    def _roots(self) -> frozenset[str] | None:
        """What the package, and what it imports, import of the standard library, in any of its builds.

        None where that cannot be told.
        """
        program = self._programs.library(self._folder)
        if not program.complete:
            return None
        found: set[str] = set()
        for member in program.members.values():
            if member.std or member.package is None:
                continue
            for source in member.package.sources:
                for path in () if source.is_test else {one.path for one in source.imports}:
                    if path == "C":
                        found |= {"runtime/cgo", "syscall"}
                    elif self._authority.is_package(path):
                        found.add(path)
                    elif program.by_path(path) is None:
                        return None  # some other build imports it
        return frozenset(found)

    def _facts(self, symbol: str, one: ReleaseId) -> list[Fact]:
        """Return what a release says of a symbol on the platform."""
        return [fact for fact in self._authority.facts(symbol, one) if self._platform.name in fact.platforms]

    def _users(self, local: str) -> list[Source]:
        """Return the files of the package that mention a local name, built or not."""
        word = local.encode()
        return [
            source
            for source in self._package.sources
            if word in source.data and next(iter(mentions(source.data, source.tree, local)), None) is not None
        ] + [source for source in self._package.asm if word in source.data]

    def _is_used(self, local: str, users: Sequence[Source], one: ReleaseId) -> bool:
        """Whether what a release builds of the package, or another package, could use a local name."""
        return is_exported(local) or any(source.in_build(_at(self._platform, one)) for source in users)


def _is_pulled(declared: Declared) -> bool:
    """Whether a function has its body elsewhere, so that the linker asks for it only where something uses it."""
    return declared.declaration.kind == "func" and not declared.declaration.has_body
