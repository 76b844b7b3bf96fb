"""A target that is not there on every platform that its directive is built for.

The directive's file is built where the file that defines the target is not. On such a platform the program does not
link, or a variable is a new one that is zero. Give the file the constraint that its target has.

Source: go/build, and the linker as for undefined-target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from linkname_ls.build.constraints import Constraint
from linkname_ls.build.platform import PORTS, default_platform
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.linking import where
from linkname_ls.checks.unit import Unit
from linkname_ls.links.packages import Bound
from linkname_ls.links.sources import Source
from linkname_ls.links.table import Direction, Role, Site
from linkname_ls.source.directives import Directive
from linkname_ls.source.positions import Span

CODE = "other-platform-target"

_GONE = frozenset({("linux", "sparc64"), ("openbsd", "mips64"), ("windows", "arm")})
"""Ports that Go lists but does not build any more."""


def check(unit: Unit) -> Iterator[Finding]:
    """Report each pull whose target is never built together with it."""
    table = unit.table
    for directive in unit.checked:
        # A name without a package may be that of a C function on other platforms.
        if directive.target is None or directive.local is None or "." not in directive.target.text:
            continue
        bound = Bound(unit.source, directive)
        if unit.binding(directive.local.text) != bound:
            continue
        if table.direction(unit.package, bound) is not Direction.PULL:
            continue
        sites = [
            site
            for site in table.definers(directive.target.text, unit.source.folder, early=False)
            if site.role is Role.DEFINES and not _pulled(site)
        ]
        if sites:
            yield from _judge(unit, directive, sites)


def _pulled(site: Site) -> bool:
    """Whether a site is a variable without a value that a directive binds: no definition to rely on."""
    return (
        site.declaration is not None
        and site.declaration.kind == "var"
        and site.bound is not None
        and site.bound.directive.target is not None
    )


def _judge(unit: Unit, directive: Directive, sites: Sequence[Site]) -> Iterator[Finding]:
    target = directive.target.text if directive.target is not None else ""
    there = where(sites)
    span = Span(directive.position, directive.span.end)
    if all(unit.source.constraint.excludes(site.source.constraint) for site in sites):
        message = f"{target} exists only where {there} holds, where this file is never built"
        yield Finding(CODE, "warning", "advice", message, span, target)
        return
    missing = _missing(unit.source, [site.source for site in sites]) if unit.source.constraint.text else []
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        message = f"{target} does not exist on {shown}, where this file is built too: it needs {there}"
        yield Finding(CODE, "hint", "advice", message, span, target)


def _missing(source: Source, others: Sequence[Source]) -> list[str]:
    """Return the ports that build a file and none of the others."""
    return sorted(_ports(source.constraint).difference(*(_ports(one.constraint) for one in others)))


@lru_cache(maxsize=1024)
def _ports(constraint: Constraint) -> frozenset[str]:
    """Return the ports on which a constraint holds: ``linux/amd64``."""
    platforms = (default_platform(goos, goarch) for goos, goarch in PORTS - _GONE)
    return frozenset(platform.name for platform in platforms if constraint.holds(platform))
