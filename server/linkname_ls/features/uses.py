"""Where Go code uses what carries a link symbol, by its name in its own package.

Read from syntax and scopes, without types: uses of methods are left to gopls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from linkname_ls.links.table import Role, Site
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import mentions

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source


def own_uses(declarations: Iterable[Site]) -> Iterator[Site]:
    """Yield the uses of declared functions and variables inside their packages, the files of every platform.

    Each place once: what several files declare for several platforms is used by one name.
    """
    names: dict[tuple[str, str], Site] = {}
    for site in declarations:
        if site.package is not None and site.declaration is not None and site.declaration.kind in ("func", "var"):
            names.setdefault((site.package.path, site.declaration.name), site)
    for site in names.values():
        for source in site.package.sources if site.package is not None else ():
            yield from _uses(site, source)


def _uses(site: Site, source: Source) -> Iterator[Site]:
    declaration = site.declaration
    if declaration is None or declaration.name.encode() not in source.data:
        return
    for node, _ in mentions(source.data, source.tree, declaration.name):
        span = Span(node.start_byte, node.end_byte)
        yield Site(site.symbol, Role.REFERS, "use", source, span, site.package, declaration, site.bound)
