"""The package that defines a target must be linked into the program.

    main.main: relocation target example.com/driver.open not defined

The symbol exists, but no import leads from the program to the package that defines it, so the linker does not see it.
The pulling package need not import it itself; any package of the program may, also as `import _ "example.com/driver"`.
In a library this says what a program that uses it has to import.

**Fix**: import the package for its symbols, where that makes no cycle and the release lets the reference pass.

Source: `reportUnresolved` in cmd/link/internal/ld.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Related, Severity
from linkname_ls.checks.linking import (
    Link,
    Reference,
    blank_import,
    defined_elsewhere,
    is_listed,
    references_of,
    refused_if_linked,
    surely_reached,
    worst,
)
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.linker import Standing
from linkname_ls.source.certainty import Certainty

CODE = "unlinked-target"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each reference to a function of a package that is not linked into a program."""
    yield from worst(unit, lambda link: references_of(unit, link), _judge)


def _judge(unit: Unit, link: Link, reference: Reference) -> Finding | None:
    if reference.variable or (link.member.std and not link.real):
        return None  # what the Go tree awaits is there when it is needed
    symbol = reference.symbol
    if (
        link.linker.standing(symbol, reference.abi) is not Standing.UNDEFINED
        or reference.certainty is Certainty.MAYBE  # what an #ifdef leaves out need not exist
    ):
        return None
    if is_listed(link, reference):
        return None
    platform = unit.snapshot.platform(unit.source.folder)
    sites = [site for site in defined_elsewhere(unit, symbol) if site.source.in_build(platform)]
    packages = [site.package for site in sites if site.package is not None]
    if not packages:
        return None
    package = packages[0]
    path = package.path
    certain = surely_reached(unit, link, reference) is not None
    if package.name == "main":
        why = "it stands in a main package of another program"
    elif any(site.source.is_test for site in sites[:1]):
        why = f"it stands in a test of {path}"
    else:
        why = f"package {path}, which defines it, is not linked into {link.name}"
    if certain:
        message = f"relocation target {symbol} not defined: {why}"
    elif link.real:
        message = f"relocation target {symbol} not defined as soon as {link.name} calls {reference.local}: {why}"
    else:
        message = f"a program that calls {reference.local} must import {path}, which defines {symbol}"
    refused = refused_if_linked(unit, link, reference, package)
    message += refused
    fixes = blank_import(unit, link, package) if not sites[0].source.is_test and not refused else ()
    severity: Severity = "error" if certain else "warning" if link.real else "information"
    related = (Related("the definition", sites[0].source, sites[0].span),)
    return Finding(CODE, severity, "link", message, reference.span, symbol, fixes, related)
