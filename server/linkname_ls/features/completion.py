"""Completion inside a linkname directive: the local name, the target, and the directive itself as a word.

Anywhere else there is no answer, and nothing is read to find that out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.completion_item import Completion
from linkname_ls.features.completion_names import complete_keyword, complete_local
from linkname_ls.features.completion_place import place_at
from linkname_ls.features.completion_targets import complete_target

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def completion(snapshot: Snapshot, source: Source, offset: int, *, unchecked: bool = False) -> Completion | None:
    """Return what can stand at a byte offset; None outside of directives and in files without a package clause.

    ``unchecked`` says that the linker is told to let pass what it would refuse (``-checklinkname=0``).
    """
    place = place_at(source.data, offset) if source.language == "go" else None
    if place is None:
        return None
    if place.part == "keyword":
        return complete_keyword(source, place)
    package = snapshot.package_of(source)
    if package is None:
        return None
    if place.part == "local":
        return complete_local(snapshot, package, source, place)
    return complete_target(snapshot, package, source, place, unchecked=unchecked)
