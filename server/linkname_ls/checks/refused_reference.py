"""Since Go 1.23 the linker lets others refer only to marked symbols of std.

    link: main: invalid reference to net.zoneCache

A symbol of the standard library may be pulled when its declaration carries a linkname directive: a mark, as
`runtime.nanotime` has, or a push. A few symbols are on a list and may be pulled by the packages named there only. Since
Go 1.27 functions in assembly need a mark too, and what is marked `//go:linknamestd` is for the standard library alone.

A reference counts as soon as the compiler emits it, in code that never runs too; a pull that nothing mentions does
not. It is the release that builds that decides, not the go line of go.mod. In a library this is a warning: the programs
that import it will not link.

`-ldflags=-checklinkname=0` switches this off for one build. Better ways are to ask for the symbol to be marked
(golang/go#67401), or to do without it.

Source: `checkLinkname` and `blockedLinknames` in cmd/link/internal/loader/loader.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Related
from linkname_ls.checks.ldflags import lets_refused_pass
from linkname_ls.checks.linking import Link, Reference, references_of, worst
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.known_objects import known_object
from linkname_ls.programs.linker import Linker, Standing
from linkname_ls.programs.refused import Refusal, refusal
from linkname_ls.source.certainty import Certainty

CODE = "refused-reference"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each reference to a symbol of the standard library that the release does not let the package make."""
    yield from worst(unit, lambda link: references_of(unit, link), _judge)


def _judge(unit: Unit, link: Link, reference: Reference) -> Finding | None:
    if link.member.std:
        return None
    symbol = reference.symbol
    refused = refusal(link.linker, symbol, link.member, assembly=reference.assembly, variable=reference.variable)
    if refused is None or not _exists(link.linker, refused, reference):
        return None
    source, declaration = unit.source, reference.declaration
    known = Certainty.NO
    if declaration is not None:
        known = known_object(link.program, link.member, symbol, source, declaration)
    if known is Certainty.YES:
        return None
    certainty = Certainty.YES
    if reference.assembly:
        certainty = reference.certainty
    elif not reference.variable:
        certainty = unit.programs.reach(link.program).emitted(link.member, symbol)
    certain = link.real and certainty is Certainty.YES and known is Certainty.NO
    said = f"invalid reference to {symbol}"
    why = refused.why(link.linker.release)
    related = tuple(
        Related("the definition", one.source, one.span) for one in link.linker.definitions(symbol)[:1] if one.member.std
    )
    if lets_refused_pass(unit.settings.ldflags or "", link.program):
        message = f"{said} without -checklinkname=0: {why}"
        return Finding(CODE, "hint", "link", message, reference.span, symbol, related=related)
    if certain:
        message = f"{said}: {why}"
    elif not link.real:
        message = f"{said} in every program that imports this package: {why}"
        if certainty is Certainty.NO:
            message = f"{said} as soon as something uses {reference.local}: {why}"
    else:
        message = f"{said} as soon as something uses {reference.local}: {why}"
    severity = "error" if certain else "warning"
    return Finding(CODE, severity, "link", message, reference.span, symbol, related=related)


def _exists(linker: Linker, refused: Refusal, reference: Reference) -> bool:
    """Whether the linker gets as far as refusing: what is not defined at all fails, or is a new variable."""
    if refused.reason == "listed":
        return True
    if not reference.variable:
        return linker.standing(reference.symbol, reference.abi) is Standing.DEFINED
    return "." in reference.symbol
