"""References: every site of a link symbol in the whole universe, and the uses of each end in its own package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.beside_gopls import Gopls
from linkname_ls.features.subject import subject_at
from linkname_ls.features.uses import own_uses
from linkname_ls.links.table import Site, Table, unique

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def references(
    snapshot: Snapshot, source: Source, offset: int, *, include_declaration: bool = True, without_gopls: bool = False
) -> list[Site] | None:
    """Return the sites of the symbol under the cursor and their uses, today's build first.

    Sites are directives, declarations and assembly. Without ``include_declaration`` the declarations are left out;
    ``without_gopls`` leaves out what gopls finds as well.
    None where linking has no say.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset, wait=True)
    if subject is None:
        return None
    folder = source.folder
    sites = table.sites(subject.symbol, folder)
    uses = own_uses(snapshot, (site for site in sites if site.kind == "declaration"))
    if not include_declaration:
        sites = [site for site in sites if site.kind != "declaration"]
    found = table.sorted(unique((*sites, *uses)), folder)
    if not without_gopls:
        return found
    gopls = Gopls(snapshot, subject, offset)
    return [site for site in found if not gopls.refers_to(site)]
