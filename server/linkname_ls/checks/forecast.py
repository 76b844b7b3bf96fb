"""What other Go releases make of a file's links to the standard library, from the facts that are known of each.

A link is judged as if something used it, in the build of each release: with its ``go1.N`` tags, so that code which has
gated itself is left out where it would not be built. Links that nothing uses are not looked at.

Where today's platform never builds a file, or never has the symbol, the first platform that does stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.build.platform import Platform, has_register_abi, release_tags
from linkname_ls.checks.ldflags import lets_refused_pass
from linkname_ls.links.effective import effective, imports_unsafe, reads
from linkname_ls.links.packages import Declared
from linkname_ls.links.signatures import End, Match, Signatures
from linkname_ls.programs.known_objects import known_object
from linkname_ls.releases.judge import compare, judge
from linkname_ls.releases.table import facts, imports, is_std, release
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.identifiers import is_exported
from linkname_ls.source.initial import Content, content_of
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import mentions

if TYPE_CHECKING:
    from linkname_ls.checks.settings import Settings
    from linkname_ls.links.packages import Bound, Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.workspace import Programs
    from linkname_ls.releases.facts import Fact, ReleaseId

Verdict = Literal["links", "refused", "missing", "signature", "defined", "left out", "unknown"]
"""``missing``: the release has no such symbol on the platform; ``signature``: of another type; ``defined``: what is
pushed has a body there already; ``left out``: not built for the release; ``unknown``: nothing can be said."""

PROBLEMS: frozenset[Verdict] = frozenset({"refused", "missing", "signature", "defined"})

_THROUGH_POINTER = re.compile(r"(.*)\.\(\*(\w+)\)\.(\w+)")
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
    exists: bool
    """Whether any of the releases has the symbol on the platform."""

    @property
    def breaks(self) -> bool:
        """Whether any of the releases has a problem with it."""
        return any(cell.verdict in PROBLEMS for cell in self.cells.values())


def forecast(
    snapshot: Snapshot, source: Source, releases: Sequence[ReleaseId], settings: Settings, programs: Programs
) -> list[Row]:
    """Return the links of a file to the standard library, in the order of its text, each with a cell for each release.

    None for files of the Go tree, which comes with the release.
    """
    package = snapshot.package_of(source)
    world = snapshot.worlds(source.path.parent)[0]
    module = world.module_of(source.path.parent)
    if package is None or (module is not None and module.kind == "std"):
        return []
    found: dict[Span, Row] = {}
    for platform in _platforms(snapshot, source, releases):
        judged = _Judged(snapshot, source, package, settings, programs, platform)
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
    others = {tag for tag in platform.tags if not re.fullmatch(r"go1\.\d+", tag)}
    return replace(platform, tags=release_tags(release.minor) | others)


def _platforms(snapshot: Snapshot, source: Source, releases: Sequence[ReleaseId]) -> Iterator[Platform]:
    """Return the platforms on which any release builds the file: today's first, then those of its architecture."""
    today = snapshot.platform(source.path.parent)
    if any(source.in_build(_at(today, one)) for one in releases):
        yield today
    ports = dict.fromkeys(port for one in reversed(releases) if (known := release(one)) for port in known.ports)
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
    ) -> None:
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
            if local is None or target is None or not directive.accepted or not is_std(target.text):
                continue
            cells: dict[ReleaseId, Cell] = {}
            variable = False
            for one in releases:
                bound, declared = self._bound(local.text, one)
                if bound is None or declared is None or bound.directive is not directive:
                    cells[one] = Cell("left out")
                else:
                    variable = variable or declared.declaration.kind == "var"
                    cells[one] = self._cell(declared, target.text, one)
            # The linker looks at a variable that nobody reads too.
            if variable or self._is_used(local.text):
                span = Span(directive.position, directive.span.end)
                yield self._row(span, target.text, cells)

    def assembly(self, releases: Sequence[ReleaseId]) -> Iterator[Row]:
        """Yield the rows of an assembly file, one for each symbol."""
        seen: set[str] = set()
        for site in self._source.assembly:
            symbol = site.symbol
            if site.kind != "reference" or symbol in seen or symbol.startswith(".") or not is_std(symbol):
                continue
            seen.add(symbol)
            cells: dict[ReleaseId, Cell] = {}
            for one in releases:
                platform = _at(self._platform, one)
                if not self._source.in_build(platform) or assembled(site.conditions, platform) is not Certainty.YES:
                    cells[one] = Cell("left out")
                else:
                    cells[one] = self._verdict(symbol, one, assembly=True)
            yield self._row(site.span, symbol, cells)

    def _row(self, span: Span, symbol: str, cells: dict[ReleaseId, Cell]) -> Row:
        exists = any(
            cell.verdict not in ("missing", "left out") or (cell.verdict == "missing" and self._is_defined(symbol, one))
            for one, cell in cells.items()
        )
        return Row(self._source, span, symbol, self._platform.name, cells, exists)

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
            return self._pushed(declared, symbol, one)
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

    def _pushed(self, declared: Declared, symbol: str, one: ReleaseId) -> Cell:
        """Judge what the file gives a body or a value: the release may have one.

        The rules are those of :mod:`linkname_ls.checks.duplicate_symbol`.
        """
        declaration, known = declared.declaration, release(one)
        registers = has_register_abi(self._platform.goarch, one.language)
        native = "ABIInternal" if declaration.is_function else "ABI0"
        mine = content_of(declared.source.tree, declared.source.data, declaration)
        doubt = ""
        for fact in self._facts(symbol, one):
            if fact.made in ("bare", "nothing") or not self._is_linked(fact.definer, one):
                continue
            if registers and native != (fact.abi if fact.kind != "var" else "ABI0"):
                continue  # to the linker these are two symbols
            method = _THROUGH_POINTER.fullmatch(symbol)
            if method is not None and facts(f"{method[1]}.{method[2]}.{method[3]}", one):
                continue  # the compiler's wrapper of a value method gives way
            if declaration.is_function and fact.kind != "var":
                if one.language >= (1, 23) or known is None or symbol not in known.builtins:
                    return Cell("defined", f"package {fact.definer} defines it there")
                doubt = "the linker may miss that the runtime defines it, for the compiler knows it by itself"
            elif declaration.is_function or mine is not Content.NONE:
                doubt = (
                    f"package {fact.definer} defines it there, maybe with a value that is set when the program starts"
                )
        return Cell("unknown", doubt) if doubt else Cell("links")

    def _is_linked(self, definer: str, one: ReleaseId) -> bool:
        """Whether the package that defines a symbol in a release is in the program there."""
        program = self._programs.library(self._folder)
        if program.by_path(definer) is not None:
            return True
        if self._snapshot.import_folder(definer, self._folder) is not None:
            return False
        # One that the Go in use does not have: what imports leads to it in that release?
        graph, seen, pending = imports(one), set[str](), ["runtime", *program.members]
        while pending:
            path = pending.pop()
            if path not in seen:
                seen.add(path)
                pending += graph.get(path, ())
        return definer in seen

    def _verdict(self, symbol: str, one: ReleaseId, *, assembly: bool = False, variable: bool = False) -> Cell:
        path = self._package.path
        found = judge(symbol, one, self._platform.name, path=path, assembly=assembly, variable=variable)
        if found.verdict == "refused" and found.refusal is not None:
            return Cell("links") if self._unchecked else Cell("refused", found.refusal.why(one.language))
        there = self._is_defined(symbol, one)
        if found.verdict == "links" and variable and not there:
            return Cell("missing", "the variable would be one of its own, and zero")
        if found.verdict == "undefined":
            if _MADE.search(symbol):
                return Cell("unknown")
            if there:
                return Cell("missing", f"only {'Go' if assembly else 'assembly'} can call it")
            elsewhere = facts(symbol, one)
            return Cell("missing", f"it is not there on {self._platform.name}" if elsewhere else "")
        return Cell("links") if found.verdict == "links" else Cell("unknown")

    def _is_defined(self, symbol: str, one: ReleaseId) -> bool:
        """Whether a release defines a symbol on the platform."""
        return any(fact.made != "nothing" for fact in self._facts(symbol, one))

    def _facts(self, symbol: str, one: ReleaseId) -> list[Fact]:
        """Return what a release says of a symbol on the platform."""
        return [fact for fact in facts(symbol, one) if self._platform.name in fact.platforms]

    def _is_used(self, local: str) -> bool:
        """Whether the package, or another one, could use a local name."""
        if is_exported(local):
            return True
        word = local.encode()
        return any(
            word in source.data and next(iter(mentions(source.data, source.tree, local)), None) is not None
            for source in self._package.sources
        ) or any(word in source.data for source in self._package.asm)
