"""Document links: from a directive's target to the file that declares or defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.features.definition import together
from linkname_ls.links.table import Site, Table

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.positions import Span


class DocLink(NamedTuple):
    """A stretch of a file that leads elsewhere."""

    span: Span
    site: Site


def doclinks(snapshot: Snapshot, source: Source) -> list[DocLink]:
    """Return the targets of a file's directives that lead to another place, as far as is known without the index."""
    table, folder = Table(snapshot), source.folder
    found: list[DocLink] = []
    elsewhere: dict[str, Site | None] = {}
    """By target: thousands of directives may have the same."""
    for directive in source.directives:
        target = directive.target
        if target is None or not directive.accepted:
            continue
        if target.text not in elsewhere:
            sites = table.named(target.text, folder) or table.definers_at_hand(target.text, folder)
            others = (site for site in together(source, sites) if site.source.path != source.path)
            elsewhere[target.text] = next(others, None)
        site = elsewhere[target.text]
        if site is not None:
            found.append(DocLink(target.span, site))
    return found
