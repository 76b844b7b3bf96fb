"""The two ends of a link must have the same signature.

    signatures differ: f is func(int) int, but example.com/b.g is func(string) int

No Go tool compares them. A call puts its arguments where its own end says, and the other end looks for them where that
says: values are garbage, results are never set, memory is overwritten.

Reported when a parameter or result lies elsewhere, or is of another size, for one end than for the other; and when it
is a number for both, but not the same, as `uint64` for `int64`, or `int` for it, which is shorter on other platforms.
Else types that lie alike are taken as meant: `unsafe.Pointer` or `uintptr` for a pointer, a copy of a struct for the
struct, `int32` for a named type that is an `int32`. Nothing is said where a type cannot be told, as with those of C
code.

**Fix**: copy the signature of the end that has the body.

Source: src/cmd/compile/abi-internal.md; `tryAllocRegs` in cmd/compile/internal/abi/abiutils.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.copied_signature import copied_signature
from linkname_ls.checks.finding import Finding, Fix, Related
from linkname_ls.checks.link_ends import Linked, linked_functions
from linkname_ls.checks.unit import Unit
from linkname_ls.links.signatures import Match, Signatures
from linkname_ls.source.positions import Span

CODE = "signature-mismatch"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive that links functions of different signatures."""
    signatures: Signatures | None = None
    for linked in linked_functions(unit):
        signatures = signatures or Signatures(unit.snapshot, unit.package.folder, unit.release)
        if any(signatures.functions(linked.local, other) is not Match.DIFFERENT for other in linked.others):
            continue
        fix = copied_signature(unit, signatures.types, linked.local, linked.others[0]) if linked.pull else None
        yield mismatch(unit, linked, CODE, "signatures", (fix,) if fix is not None else ())


def mismatch(unit: Unit, linked: Linked, code: str, what: str, fixes: tuple[Fix, ...] = ()) -> Finding:
    """Return the finding that says how both ends are written."""
    directive, local, other = linked.directive, linked.local, linked.others[0]
    name = local.declared.declaration.name
    if local.text == other.text:
        difference = f"{name} and {other.name} are both {local.text}, but types of that name differ in memory"
    else:
        difference = f"{name} is {local.text}, but {other.name} is {other.text}"
    there = other.declared
    return Finding(
        code,
        "warning",
        "advice",
        f"{what} differ: {difference}",
        Span(directive.position, directive.span.end),
        unit.symbol(directive),
        fixes,
        (Related(f"{other.name} is declared here", there.source, there.declaration.name_span),),
    )
