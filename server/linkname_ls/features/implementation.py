"""Go to implementation: from a bodyless function, a pulled variable or a directive to whatever defines the symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.definition import together
from linkname_ls.features.subject import subject_at
from linkname_ls.links.table import Site, Table
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def implementation(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, list[Site]] | None:
    """Return what is under the cursor (its span) and what defines its symbol, today's build first.

    That are bodies, variables and assembly. None where linking has no say, and where the cursor is on the only one.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset)
    if subject is None or subject.place == "keyword":
        return None
    folder = source.folder
    today = source.in_build(snapshot.platform(folder))
    found = table.definers(subject.symbol, folder, early=today)
    found = together(source, found) or found
    leads_on = any(site.key != (source.path, subject.span) for site in found)
    return (subject.span, found) if leads_on else None
