"""What another Go release makes of one link to its standard library, from the facts that are known of the release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.platform import has_register_abi
from linkname_ls.checks.ldflags import lets_refused_pass
from linkname_ls.links.signatures import End, Match, Signatures
from linkname_ls.programs.known_objects import known_object
from linkname_ls.releases.judge import compare, judge_facts
from linkname_ls.releases.wrappers import value_method
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.initial import Content, content_of
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.checks.settings import Settings
    from linkname_ls.links.packages import Declared, Package
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


class Elsewhere:
    """Judges the links of a file on one platform."""

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
        self.authority = authority
        self._snapshot = snapshot
        self._source = source
        self._package = package
        self._programs = programs
        self.platform = platform
        self._folder = source.folder
        self._signatures: dict[ReleaseId, Signatures] = {}
        self._references: dict[tuple[str, ReleaseId, bool, bool], Cell] = {}
        self._unchecked = bool(settings.ldflags) and lets_refused_pass(
            settings.ldflags or "", programs.library(self._folder)
        )

    def declared(self, declared: Declared, symbol: str, one: ReleaseId) -> Cell:
        """Judge a declaration that a directive links to a symbol: a pull, or a push."""
        declaration = declared.declaration
        if declaration.has_body or (declaration.kind == "var" and declaration.initialised):
            return self._pushed(declared, symbol, one)
        variable = declaration.kind == "var"
        cell = self.reference(symbol, one, variable=variable)
        if cell.verdict == "refused":
            program = self._programs.library(self._folder)
            known = known_object(program, program.root, symbol, declared.source, declaration)
            if known is not Certainty.NO:
                cell = Cell("links" if known is Certainty.YES else "unknown", "its receiver's type is known by itself")
        if cell.verdict != "links" or self.platform.goarch != self._snapshot.platform(self._folder).goarch:
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
        declaration, known = declared.declaration, self.authority.release(one)
        registers = has_register_abi(self.platform.goarch, one.language)
        native = "ABIInternal" if declaration.is_function else "ABI0"
        mine = content_of(declared.source.tree, declared.source.data, declaration)
        doubt = ""
        for fact in self._facts(symbol, one):
            if fact.made in ("bare", "nothing") or not self._is_linked(fact.definer, one):
                continue
            if registers and native != (fact.abi if fact.kind != "var" else "ABI0"):
                continue  # to the linker these are two symbols
            if (method := value_method(symbol)) and self.authority.facts(method, one):
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
        # One that the Go in use does not have: what imports lead to it in that release?
        return definer in self.authority.linked(one, frozenset(program.members))

    def reference(self, symbol: str, one: ReleaseId, *, assembly: bool = False, variable: bool = False) -> Cell:
        """Judge a reference to a symbol. Thousands of directives may name the same."""
        key = symbol, one, assembly, variable
        if key not in self._references:
            self._references[key] = self._reference(symbol, one, assembly=assembly, variable=variable)
        return self._references[key]

    def _reference(self, symbol: str, one: ReleaseId, *, assembly: bool, variable: bool) -> Cell:
        known = self.authority.release(one)
        if known is None:
            return Cell("unknown")
        path, name = self._package.path, self.platform.name
        everywhere = self.authority.facts(symbol, one)
        found = judge_facts(everywhere, known, symbol, name, path, assembly=assembly, variable=variable)
        made = self.definers(symbol, one)
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
            if made:
                return Cell("missing", f"only {'Go' if assembly else 'assembly'} can call it")
            return Cell("missing", f"it is not there on {name}" if everywhere else "")
        return Cell("links")

    def definers(self, symbol: str, one: ReleaseId) -> frozenset[str]:
        """Return the packages that define a symbol in a release."""
        return frozenset(fact.definer for fact in self._facts(symbol, one) if fact.made != "nothing")

    def _unlinked(self, symbol: str, one: ReleaseId, definers: frozenset[str]) -> str:
        """Return why no definition is linked in a release; "" where one is, or where none is in any release.

        What no import leads to in any release is for the program to import, and for other rules to say.
        """
        roots = self._roots
        if not definers or roots is None or self._source.is_test or definers & self.authority.linked(one, roots):
            return ""
        if not any(
            self.definers(symbol, other) & self.authority.linked(other, roots)
            for other in self.authority.newest_patches
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
                    elif self.authority.is_package(path):
                        found.add(path)
                    elif program.by_path(path) is None:
                        return None  # some other build imports it
        return frozenset(found)

    def _facts(self, symbol: str, one: ReleaseId) -> list[Fact]:
        """Return what a release says of a symbol on the platform."""
        return [fact for fact in self.authority.facts(symbol, one) if self.platform.name in fact.platforms]
