"""A pulled variable that nothing else defines is a new variable, and zero.

To the linker a variable without a value is a definition, not a reference: two of one symbol share storage, and one
alone is not missed. So a misspelled target, a variable that has gone with a new release, or a package that is not
linked into the program all build without a word, and the program reads zeroes.

The package that declares the variable must be linked in; `import _ "example.com/lib"` is enough.

**Fix**: import the package for its symbols, where that makes no cycle and the release lets the reference pass; write
the symbol that was meant.

Source: `addSym` in cmd/link/internal/loader/loader.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix, Related, Severity
from linkname_ls.checks.linking import Link, Reference, blank_import, links_of, references_of, refused_if_linked
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.member import Member

CODE = "unlinked-variable"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each pulled variable that is a variable of its own in some program."""
    reported: set[int] = set()
    for link in links_of(unit):
        if link.member.std and not link.real:
            continue  # what the Go tree shares is there when it is needed
        for reference in references_of(unit, link):
            if reference.variable and reference.span.start not in reported and _alone(link, reference):
                reported.add(reference.span.start)
                yield _finding(unit, link, reference)


def _alone(link: Link, reference: Reference) -> bool:
    """Whether every definition of a symbol in a program is a variable without a value that some directive pulls."""
    if "." not in reference.symbol or link.linker.may_be_made(reference.symbol):
        return False
    own: Member | None = link.program.named(reference.symbol)
    return not any(
        one.kind != "data" or one.declaration is None or one.declaration.initialised or one.member is own
        for one in link.linker.definitions(reference.symbol)
    )


def _finding(unit: Unit, link: Link, reference: Reference) -> Finding:
    symbol = reference.symbol
    sites = unit.table.natural(symbol, unit.source.folder)
    sites = [site for site in sites if site.declaration is not None and site.declaration.kind == "var"]
    package = sites[0].package if sites else None
    fixes: tuple[Fix, ...] = ()
    related = tuple(Related("the variable that is meant", site.source, site.span) for site in sites[:1])
    severity: Severity = "warning"
    if package is None:
        message = f"nothing defines {symbol}: {reference.local} is a new variable that is zero"
    elif link.real:
        message = f"{reference.local} is a new variable that is zero: {package.path} is not linked into {link.name}"
    else:
        severity = "information"
        message = f"{reference.local} is a new variable that is zero in a program that does not import {package.path}"
    if package is not None:
        refused = refused_if_linked(unit, link, reference, package)
        message += refused
        fixes = blank_import(unit, link, package) if not refused else ()
    return Finding(CODE, severity, "advice", message, reference.span, symbol, fixes, related)
