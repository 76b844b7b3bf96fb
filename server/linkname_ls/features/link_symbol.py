"""The link symbol of what stands at a place: what somebody else would write into a directive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.subject import subject_at
from linkname_ls.links.packages import Declared
from linkname_ls.links.table import Table

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def link_symbol(snapshot: Snapshot, source: Source, offset: int) -> str | None:
    """Return the symbol of a linked thing, or of the function, method or variable that is declared there.

    ``offset`` is in bytes. None where nothing has a symbol: generic functions have one for each instance.
    """
    subject = subject_at(Table(snapshot), source, offset)
    if subject is not None:
        return subject.symbol
    package = snapshot.package_of(source)
    if package is None or source.language != "go":
        return None
    for one in source.go.declarations:
        named = one.kind in ("func", "method", "var") and not one.generic and one.name != "_"
        if named and (one.name_span.holds(offset) or one.header.holds(offset)):
            return package.symbol_of(Declared(source, one))
    return None
