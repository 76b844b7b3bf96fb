"""The local name must be a function or variable that the package declares.

    //go:linkname must refer to declared function or variable

Types, constants, methods, imports, `init`, names inside functions, and names that only files outside of this build
declare are none. The directive may stand in another file than the declaration. Modules whose go.mod says `go 1.17` or
less, or has no go line, are not checked: there the compiler ignores the directive.

**Fix**: when the arguments are swapped, swap them.

Source: `collectDecls` in cmd/compile/internal/noder/writer.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.unit import Unit
from linkname_ls.links.effective import instantiates
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "undeclared-local"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive whose local name the package, as it is built, does not declare."""
    if unit.language < (1, 18):
        return
    for directive in unit.checked:
        local, target = directive.local, directive.target
        if local is None or instantiates(directive, unit.release):
            continue
        if unit.declares(local.text) or unit.may_declare(local.text):
            continue
        fixes: tuple[Fix, ...] = ()
        if target is not None and unit.declares(target.text):
            swap = (Edit(local.span, target.text), Edit(target.span, local.text))
            fixes = (Fix("Swap the arguments", swap),)
        yield Finding(
            CODE,
            "error",
            "compile",
            f"//go:{directive.keyword} must refer to declared function or variable",
            Span(directive.position, directive.span.end),
            unit.symbol(directive),
            fixes,
        )
