"""Where Go code uses what carries a link symbol, by its name in its own package.

Read from syntax and scopes. Of a method there are only the uses that written types tell for sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from linkname_ls.features.methods import method_uses
from linkname_ls.links.table import Role, Site
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot


def own_uses(snapshot: Snapshot, declarations: Iterable[Site]) -> Iterator[Site]:
    """Yield the uses of what is declared inside its package, in the files of every platform.

    Each place once: what several files declare for several platforms is used by one name.
    """
    names: dict[tuple[str, str], Site] = {}
    for site in declarations:
        if site.package is not None and site.declaration is not None:
            names.setdefault((site.package.path, site.declaration.member), site)
    for site in names.values():
        if site.declaration is not None and site.declaration.kind == "method":
            yield from _method_uses(snapshot, site)
        else:
            yield from _uses(site)


def _uses(site: Site) -> Iterator[Site]:
    package, declaration = site.package, site.declaration
    if package is None or declaration is None or declaration.kind not in ("func", "var"):
        return
    for source, span in package.uses(declaration.name):
        yield Site(site.symbol, Role.REFERS, "use", source, span, package, declaration, site.bound)


def _method_uses(snapshot: Snapshot, site: Site) -> Iterator[Site]:
    if site.package is None or site.declaration is None:
        return
    for source, node in method_uses(snapshot, site.package, site.declaration):
        span = Span(node.start_byte, node.end_byte)
        yield Site(site.symbol, Role.REFERS, "use", source, span, site.package, site.declaration, site.bound)
