"""A pulled variable must lie in memory as the one that it stands for.

    types differ: x is struct{ a, b int64 }, but example.com/b.y is int32

The linker gives both names one address and compares nothing. Where the parts lie differently, each side reads what the
other never wrote. The end of a larger one is memory of something else before Go 1.23, which refuses to link some; since
Go 1.24 there is room behind the smaller one, which its side never fills.

Reported when the pulled variable is larger, or when what both have is of different sizes or kinds, `int` and `int64`
among them. A variable that is declared as the other one begins is taken as meant, and so are bytes, of which only the
address counts.

Source: `addSym` in cmd/link/internal/loader/loader.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.link_ends import Linked, linked_variables
from linkname_ls.checks.signature_mismatch import mismatch
from linkname_ls.checks.unit import Unit
from linkname_ls.links.signatures import End, Match, Signatures

CODE = "variable-type-mismatch"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive that links variables of different layouts."""
    signatures: Signatures | None = None
    for linked in linked_variables(unit):
        signatures = signatures or Signatures(unit.snapshot, unit.package.folder, unit.release)
        if all(_compare(signatures, linked, other) is Match.DIFFERENT for other in linked.others):
            yield mismatch(unit, linked, CODE, "types")


def _compare(signatures: Signatures, linked: Linked, other: End) -> Match:
    return signatures.variables(linked.local, other) if linked.pull else signatures.variables(other, linked.local)
