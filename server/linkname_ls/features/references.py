"""References: every site of a link symbol in the whole universe: directives, declarations and assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.subject import subject_at
from linkname_ls.links.table import Site, Table

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def references(
    snapshot: Snapshot, source: Source, offset: int, *, include_declaration: bool = True
) -> list[Site] | None:
    """Return the sites of the symbol under the cursor, today's build first; None where linking has no say.

    Without ``include_declaration`` the declarations that define the symbol are left out.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset, wait=True)
    if subject is None:
        return None
    sites = table.sites(subject.symbol, source.path.parent)
    if not include_declaration:
        sites = [site for site in sites if site.kind != "declaration"]
    return sites
