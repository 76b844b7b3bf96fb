"""Go to declaration: from a body to the bodyless declarations that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.definition import together
from linkname_ls.features.subject import subject_at
from linkname_ls.links.table import Role, Site, Table
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def declaration(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, list[Site]] | None:
    """Return what is under the cursor (its span) and what stands for its symbol elsewhere, today's build first.

    That are bodyless functions and bare variables. None where linking has no say, and where there is no other. Waits
    for the index: anyone can declare one.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset, wait=True)
    if subject is None or subject.place == "keyword":
        return None
    folder = source.folder
    found = [
        site for site in table.sites(subject.symbol, folder) if site.kind == "declaration" and site.role is Role.REFERS
    ]
    found = together(source, found) or found
    leads_on = any(site.key != (source.path, subject.span) for site in found)
    return (subject.span, found) if leads_on else None
