"""Whether a program reaches a reference to a symbol, as its linker judges undefined ones.

The linker (cmd/link/internal/ld/deadcode.go) starts at the program's entry and keeps what is referred to from there. We
walk the same graph backwards, by name: from the symbol to the functions that refer to it, and on to those that run in
any case: ``main.main``, the ``init`` functions and initialisers of every package, the tests of a test binary.

A method that is called through an interface is surely reached only where the value in it is seen (``source/dispatch``).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.programs.names import declarations
from linkname_ls.programs.quiet import Quiet
from linkname_ls.programs.references import Reference, References
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.comments import first_on_line, line_comments
from linkname_ls.source.positions import Lines, Span

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Member, Program

_LIMIT = 2000
"""How many symbols are walked to before the answer is that it is not known."""

_TEST = re.compile(r"(?:Test|Benchmark|Fuzz|Example)(.?)")
_OUTPUT = re.compile(rb"//\s*(?:unordered )?output:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a program reaches a symbol."""

    certainty: Certainty
    chain: tuple[str, ...] = ()
    """When it surely does: the symbols from one that runs in any case to the one that holds the reference."""
    reference: Reference | None = None
    """When it surely does: the reference at the chain's end."""


class _Step(NamedTuple):
    """One way to come to a symbol: from the function or variable that holds a reference to it."""

    source: str
    """The holder's symbol; "" when the reference runs in any case."""
    name: str
    """What the holder is called in a chain."""
    certainty: Certainty


class Reach:
    """Questions about one program; remembers what it has found."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.references = References(program)
        self._quiet = Quiet(program)
        self._reached: dict[str, Reached] = {}

    def reaches(self, symbol: str) -> Reached:
        """Return whether the program reaches a reference to a symbol.

        NO is sure: no code that the linker keeps refers to it.
        """
        found = self._reached.get(symbol)
        if found is None:
            found = self._reached[symbol] = self._walk(symbol, self.references.to_undefined(symbol))
        return found

    def reaches_variable(self, member: Member, symbol: str) -> Reached:
        """Return whether the program reaches a mention of a member's own variable with this symbol, in that member."""
        return self._walk(symbol, self.references.inside(member, symbol))

    def emitted(self, member: Member, symbol: str) -> Certainty:
        """Return whether a member's object file refers to a symbol in a way that the linker judges (since Go 1.23).

        Only references in the package that has the directive count, reached or not: its importers refer to what it
        exports like to any of its functions, also where they compile a generic or an inlined body of it
        (``checkLinkname`` in cmd/link/internal/loader looks at the marks that the compiler makes for directives).
        """
        found = Certainty.NO
        for reference in self.references.inside(member, symbol):
            use = reference.use
            if use is None:
                continue
            emitted = use.emitted
            if use.called:
                emitted = self._trusted(reference, emitted)
            if use.generic:
                emitted = min(emitted, self.instantiated(member, use.holder, frozenset()))
            found = max(found, emitted)
        return found

    # -- the walk ------------------------------------------------------------------------------------------------

    def _walk(self, symbol: str, references: Iterable[Reference]) -> Reached:
        """Search from some references to a symbol, along what is sure first, then along all that may be."""
        came_from: dict[str, tuple[str, Reference]] = {}
        sure, open_ways = deque([symbol]), deque[str]()
        seen = {symbol}
        while sure:
            at = sure.popleft()
            for reference in references if at == symbol else self.references.to(at):
                for step in self._steps(reference):
                    if step.certainty is Certainty.MAYBE:
                        open_ways.append(step.source)
                    elif not step.source:
                        return self._chain(step.name, at, reference, came_from)
                    elif step.source not in seen:
                        seen.add(step.source)
                        came_from[step.source] = at, reference
                        sure.append(step.source)
            if len(seen) > _LIMIT:
                return Reached(Certainty.MAYBE)
        while open_ways:
            at = open_ways.popleft()
            if not at or len(seen) > _LIMIT:
                return Reached(Certainty.MAYBE)
            if at in seen:
                continue
            seen.add(at)
            open_ways.extend(step.source for reference in self.references.to(at) for step in self._steps(reference))
        return Reached(Certainty.NO)

    def _chain(self, root: str, at: str, reference: Reference, came_from: dict[str, tuple[str, Reference]]) -> Reached:
        chain = [root]
        while at in came_from:
            chain.append(at)
            at, reference = came_from[at]
        return Reached(Certainty.YES, tuple(chain), reference)

    def _steps(self, reference: Reference) -> Iterator[_Step]:
        """Yield the ways to a reference; none for one that nothing keeps."""
        live, use, member = reference.live, reference.use, reference.member
        if live is Certainty.NO:
            return
        if use is None:
            yield _Step(reference.holder, reference.holder, live)
            return
        live = self._trusted(reference, live)
        if use.variables:
            for name in use.variables:
                if name != "_":
                    symbol = self.references.symbol(member, name, reference.source)
                    yield _Step(symbol, symbol, live)
            if use.eager is not Certainty.NO:
                yield _Step("", "", Certainty.MAYBE)
            return
        if not use.holder:
            yield _Step("", f"{member.prefix}.init", live)
            return
        root = self._runs(member, use.holder, reference.source)
        if root is not Certainty.NO:
            yield _Step("", reference.holder, min(root, live))
        if root is not Certainty.YES:
            yield _Step(reference.holder, reference.holder, min(live, Certainty.MAYBE) if use.inlining else live)

    def _trusted(self, reference: Reference, live: Certainty) -> Certainty:
        """Return ``live``, if no function that is called before could end the program or settle a condition."""
        use = reference.use
        if live is not Certainty.YES or use is None:
            return live
        if not self._quiet.all(reference.member, use.before, use.guards):
            return Certainty.MAYBE
        return self._trusted(reference.inner, live) if reference.inner is not None else live

    def _runs(self, member: Member, holder: str, source: Source) -> Certainty:
        """Return whether a function runs in any case."""
        if holder == "init":
            return Certainty.YES
        program = self.program
        if holder == "main" and member is program.root and program.kind == "binary":
            return Certainty.YES
        if program.kind == "test" and member.tested and source.is_test and self._is_test(member, holder, source):
            return Certainty.YES
        # Called from C or the host, or by std in ways that are out of sight.
        exported = rb"^//(?:export|go:wasmexport) " + re.escape(holder.encode()) + rb"(?![\w\x80-\xff])"
        out_of_sight = member.std or re.search(exported, source.data, re.MULTILINE) is not None
        return Certainty.MAYBE if out_of_sight else Certainty.NO

    def _is_test(self, member: Member, holder: str, source: Source) -> bool:
        match = _TEST.match(holder)
        if match is None or match[1].islower():
            return False
        if not holder.startswith("Example"):
            return True
        source.reads.functions.add(holder)
        spans = [one.declaration.span for one in declarations(member, holder) if one.source is source]
        return any(_has_output(source.data[span.start : span.end]) for span in spans)

    # -- generic functions ---------------------------------------------------------------------------------------

    def instantiated(self, member: Member, holder: str, seen: frozenset[str] = frozenset()) -> Certainty:
        """Return whether a package itself compiles an instance of one of its generic functions."""
        if "." in holder:
            return Certainty.MAYBE  # with the type, wherever that is mentioned
        found = Certainty.NO
        for reference in self.references.to(f"{member.prefix}.{holder}"):
            use = reference.use
            if use is None or reference.member is not member or use.emitted is Certainty.NO:
                continue
            if not use.generic:
                found = max(found, use.emitted)
            elif use.holder not in seen | {holder}:
                found = max(found, min(use.emitted, self.instantiated(member, use.holder, seen | {holder})))
        return found


def _has_output(function: bytes) -> bool:
    """Whether an example is run: the last comment in it says what it prints (go/doc, ``exampleOutput``)."""
    lines = Lines(function)
    first: Span | None = None
    before = -2
    for comment in line_comments(function):
        line = lines.line_of(comment.start)
        if line != before + 1 or not first_on_line(function, comment.start):
            first = comment
        before = line
    return first is not None and _OUTPUT.match(function, first.start) is not None
