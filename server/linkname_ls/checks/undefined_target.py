"""What a function without a body is linked to must be defined in the program.

    main.main: relocation target example.com/lib.f not defined

The linker says so for each function of a program that can be reached from `main` and refers to the symbol, without a
file or line. It does not mind a reference that nothing reaches, so this is an error where a program of the workspace
reaches it today, and a warning elsewhere. A variable is never missing: it becomes a new one that is zero.

A symbol begins with the *import path* of its package, not with the package's name, and a dot in the last element of the
path is written `%2e` (`gopkg.in/yaml%2ev3.f`). Methods are `path.T.m` and `path.(*T).m`. Types, constants and generic
functions have no symbol. A function that a directive renames goes by its new name only. Functions in assembly can be
linked to when their package declares them in Go.

**Fix**: write the symbol that was meant; add what is missing at the other end.

Source: `relocsym` and `reportUnresolved` in cmd/link/internal/ld.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix, Related
from linkname_ls.checks.linking import (
    Link,
    Reference,
    defined_elsewhere,
    is_listed,
    links_of,
    references_of,
    surely_reached,
    where,
    worst,
)
from linkname_ls.checks.marking import mark
from linkname_ls.checks.suggest import suggestion
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.linker import Standing
from linkname_ls.programs.reach import Reached
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "undefined-target"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each reference to a function that nothing in a program defines."""
    yield from worst(unit, lambda link: references_of(unit, link), _judge)
    yield from _renamed_main(unit)


def _renamed_main(unit: Unit) -> Iterator[Finding]:
    """Report a directive that takes the name away which every program begins with."""
    for link in links_of(unit):
        bound = (
            link.member.binding("main") if link.program.kind == "binary" and link.member is link.program.root else None
        )
        target = bound.directive.target if bound is not None else None
        if bound is None or target is None or target.text == "main.main" or bound.source.path != unit.source.path:
            continue
        message = "function main is undeclared in the main package: this directive gives it another name"
        span = Span(bound.directive.position, bound.directive.span.end)
        yield Finding(CODE, "error", "link", message, span, target.text)


def _judge(unit: Unit, link: Link, reference: Reference) -> Finding | None:
    if reference.variable:
        return None
    standing = link.linker.standing(reference.symbol, reference.abi)
    if standing is Standing.WRONG_ABI and reference.assembly and link.member.naming(reference.symbol):
        return None  # a pull in the package that has the assembly makes the wrapper there
    if standing is Standing.DEFINED and link.linker.release == (1, 21):
        return _panic(unit, link, reference)
    if standing in (Standing.DEFINED, Standing.UNKNOWN) or reference.certainty is Certainty.MAYBE:
        return None  # what an #ifdef leaves out need not exist
    if not link.real and (reference.symbol.startswith("main.") or (link.member.std and reference.bound is None)):
        return None  # every program has a main; the compiler replaces functions of the Go tree by code of its own
    if is_listed(link, reference):
        return None
    others = [] if standing is Standing.WRONG_ABI else defined_elsewhere(unit, reference.symbol)
    platform = unit.snapshot.platform(unit.source.folder)
    if any(site.source.in_build(platform) for site in others):
        return None  # see unlinked_target
    reached = surely_reached(unit, link, reference)
    what = f"relocation target {reference.symbol} not defined"
    if standing is Standing.WRONG_ABI:
        what = f"{what} {_wrong_abi(link, reference)}"
    elif others:
        what = f"{what}: it exists only where {where(others)} holds"
    if reached is None and reference.symbol.startswith("//"):
        return None  # see comment_as_target
    meant = suggestion(unit, link, reference) if standing is Standing.UNDEFINED and not others else None
    message = what if reached is not None else f"{what} as soon as a program reaches {reference.local}"
    if meant is not None:
        message = f"{message}; {meant.text}"
    fixes: tuple[Fix, ...] = ()
    target = reference.bound.directive.target if reference.bound is not None else None
    if meant is not None and meant.symbol and target is not None:
        fixes = (Fix(f"Link to {meant.symbol}", (Edit(target.span, meant.symbol),)),)
    if standing is Standing.WRONG_ABI and reference.abi == "ABI0":
        fixes = tuple(_marks(unit, link, reference))
    severity = "error" if reached is not None else "warning"
    related = _callers(reached) if reached is not None else ()
    return Finding(CODE, severity, "link", message, reference.span, reference.symbol, fixes, related)


def _marks(unit: Unit, link: Link, reference: Reference) -> Iterator[Fix]:
    """Yield the fix that marks a Go function, so that assembly of other packages can call it."""
    for one in link.linker.definitions(reference.symbol):
        module = unit.snapshot.worlds(one.member.folder)[0].module_of(one.member.folder)
        edits = mark(one.source, one.declaration) if one.declaration is not None else ()
        inside = unit.snapshot.universe.is_inside(one.member.folder)
        if edits and module is not None and not module.immutable and inside:
            yield Fix(f"Mark {reference.symbol}", (), preferred=False, elsewhere=((one.source, edits),))


def _panic(unit: Unit, link: Link, reference: Reference) -> Finding | None:
    """Report what makes the linker of Go 1.21 panic: assembly that its own package declares under another name only."""
    symbol, member = reference.symbol, link.member
    if reference.assembly or member.package is None or not link.real:
        return None
    own = [one for one in link.linker.definitions(symbol) if one.member is member and one.declaration is None]
    natural = symbol.removeprefix(f"{member.prefix}.")
    if not own or natural in (symbol, reference.local) or member.package.find(natural):
        return None
    if unit.programs.reach(link.program).reaches(symbol).certainty is not Certainty.YES:
        return None
    message = f"the linker of Go 1.21 panics here: declare {natural} in Go, under the name that it has in assembly"
    return Finding(CODE, "error", "link", message, reference.span, symbol)


def _callers(reached: Reached) -> tuple[Related, ...]:
    """Return the place that the program reaches, with the way to it."""
    place = reached.reference
    if place is None:
        return ()
    return (Related(f"reached by {' -> '.join(reached.chain)}", place.source, place.span),)


def _wrong_abi(link: Link, reference: Reference) -> str:
    if reference.abi == "ABI0":
        return (
            "for ABI0 (but is defined for ABIInternal): "
            "a directive on it, such as a mark, makes it callable from assembly of other packages"
        )
    data = all(one.kind == "data" for one in link.linker.definitions(reference.symbol))
    why = "it is a variable" if data else "its package has it in assembly without declaring it in Go"
    return f"for ABIInternal (but is defined for ABI0): {why}"
