"""A symbol of another module is pulled that its own module does not offer.

Nothing but a comment holds such a link together: the other module may rename, change or remove the function in any
release, and its authors cannot see that someone needs it. Where both ends carry a directive (a *handshake*) they can:
the other end is marked with `//go:linkname name`, as the standard library has been since Go 1.23.

Ask for a mark, or for an exported function.

**Fix**: write the mark, where the other module is in the workspace.

Source: golang/go#67401.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix, Related
from linkname_ls.checks.marking import mark
from linkname_ls.checks.unit import Unit
from linkname_ls.links.packages import Bound
from linkname_ls.links.table import Direction, Site
from linkname_ls.source.positions import Span

CODE = "missing-handshake"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each pull of a symbol that another module declares without a mark."""
    if unit.module is None or unit.module.kind == "std":
        return
    table = unit.table
    folder = unit.source.folder
    for directive in unit.checked:
        target = directive.target
        if target is None or directive.local is None:
            continue
        if table.direction(unit.package, Bound(unit.source, directive)) is not Direction.PULL:
            continue
        sites = table.natural(target.text, folder)
        module = unit.snapshot.worlds(folder)[0].module_of(sites[0].source.folder) if sites else None
        if module is None or module.kind not in ("main", "dependency", "vendored") or module == unit.module:
            continue
        if table.marks(target.text, folder) or table.helpers(target.text, folder):
            continue
        version = f" {module.version}" if module.version else ""
        inside = unit.snapshot.universe.is_inside(sites[0].source.folder)
        own = inside and not module.immutable and module.kind != "vendored"
        message = f"{module.path}{version} does not mark {target.text} for others: it may change without notice"
        yield Finding(
            CODE,
            "hint",
            "advice",
            message,
            Span(directive.position, directive.span.end),
            target.text,
            _marks(sites[0]) if own else (),
            (Related("the definition", sites[0].source, sites[0].span),),
        )


def _marks(site: Site) -> tuple[Fix, ...]:
    edits = mark(site.source, site.declaration) if site.declaration is not None else ()
    return (Fix(f"Mark {site.symbol}", (), preferred=False, elsewhere=((site.source, edits),)),) if edits else ()
