"""A variable must not have the symbol of a function with a wrapper for assembly.

    link: error: non-function sym 29347/example.com/lib.f t=SNOPTRBSS passed to GetFuncDwarfAuxSyms

To take a function's address, some programs pull it as a variable and use the variable's address. Up to Go 1.26 the
function wins. Since Go 1.27 the variable takes the place of the wrapper through which assembly calls the function, and
the linker gives up, or panics without debug information. A function in Go has such a wrapper when a directive names it,
a mark or a push, or when assembly of its own package does; one in assembly when it is `<ABIInternal>` and declared in
Go. A function without one is not the variable's namesake at all: to the linker these are two symbols, and what the
variable holds is zero.

It fails where the program reaches the variable, or the wrapper. `-checklinkname=0` does not help.

**Fix**: pull the function as a function without a body, and take its address.

Source: `addSym` in cmd/link/internal/loader/loader.go; `makeABIWrapper` in cmd/compile/internal/ssagen/abi.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Related
from linkname_ls.checks.linking import Link, declared_as, worst
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.member import Definition
from linkname_ls.programs.references import Reference
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.directives import Directive
from linkname_ls.source.positions import Span

CODE = "aliased-function"

# What stores back what it has read is left out by the compiler: v = v, v |= 0.
_WRITTEN = re.compile(rb"[\w.\[\]]*[ \t]*(?:,[^=\n]*)?(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=)")


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive that gives a variable the symbol of a function with a wrapper."""
    yield from worst(unit, lambda _: unit.checked, _judge)


def _judge(unit: Unit, link: Link, directive: Directive) -> Finding | None:
    linker, member = link.linker, link.member
    if linker.release < (1, 27) or not linker.register_abi or directive.target is None or directive.local is None:
        return None
    declaration = declared_as(unit, directive.local.text)
    bound = member.binding(directive.local.text)
    if declaration is None or declaration.kind != "var" or bound is None:
        return None
    if bound.directive != directive or bound.source.path != unit.source.path:
        return None
    symbol = member.symbol(declaration)
    functions = [one for one in linker.definitions(symbol) if _has_wrapper(one, symbol)]
    if not functions:
        return None
    reached = unit.programs.reach(link.program).reaches_variable(member, symbol)
    sure = link.real and reached.certainty is Certainty.YES and not _is_written(reached.reference)
    message = f"non-function sym {symbol}: the variable takes the place of the function's wrapper for assembly"
    if not sure:
        message = f"{message} as soon as a program reaches {declaration.name}"
    related = (Related("the function", functions[0].source, functions[0].span),)
    span = Span(directive.position, directive.span.end)
    return Finding(CODE, "error" if sure else "warning", "link", message, span, symbol, related=related)


def _has_wrapper(definition: Definition, symbol: str) -> bool:
    """Whether a definition is a function in the Go ABI for which the compiler surely makes a wrapper for the other."""
    if definition.kind != "text" or not definition.certain or definition.native_abi != "ABIInternal":
        return False
    declaration = definition.declaration
    if declaration is not None and (declaration.kind == "method" or declaration.name == "init"):
        return False
    # A pull in the function's own package is no mark.
    marked = definition.declaration is None or definition.bound is not None or not definition.member.naming(symbol)
    return marked and "ABI0" in definition.abis


def _is_written(reference: Reference | None) -> bool:
    return reference is not None and _WRITTEN.match(reference.source.data, reference.span.end) is not None
