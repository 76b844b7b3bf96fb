"""The local name of a directive must not be a generic function.

A generic function has no symbol, only its instantiations have. The compiler does not refuse the directive: it crashes
as soon as the package itself instantiates the function (`internal compiler error`; since Go 1.27 `symbol NAME
redeclared`). Until then the directive does nothing.

Link to a function that is not generic and calls the generic one.

Source: tried on Go 1.21 to 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.linking import declared_as, links_of
from linkname_ls.checks.unit import Unit
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.positions import Span

CODE = "generic-local"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive for a generic function that has a body."""
    for directive in unit.checked:
        local = directive.local
        declaration = declared_as(unit, local.text) if local is not None else None
        if local is None or declaration is None or not declaration.generic or declaration.bodyless:
            continue
        links = links_of(unit)[:1]
        crashes = any(
            unit.programs.reach(link.program).instantiated(link.member, local.text) is Certainty.YES for link in links
        )
        said = f"{local.text} is generic, which //go:{directive.keyword} has no use for"
        yield Finding(
            CODE,
            "error" if crashes else "warning",
            "compile",
            f"{said}: the compiler crashes where the package instantiates it",
            Span(directive.position, directive.span.end),
            unit.symbol(directive),
        )
