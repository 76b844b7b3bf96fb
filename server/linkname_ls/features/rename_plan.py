"""What a renaming changes, as it is put together; see :mod:`linkname_ls.features.rename`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.features.describe import short_path
from linkname_ls.features.importers import in_workspace
from linkname_ls.source.depth import MOST
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import first_too_deep

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.links.table import Table


class Refused(Exception):  # noqa: N818 - it is an answer
    """Why something is not renamed, in one sentence."""


class LeftToGopls(Refused):
    """What only gopls can rename, since it knows types."""


@dataclass
class Plan:
    """The places of a name that is to be another one."""

    table: Table
    span: Span
    """The name under the cursor."""
    old: str
    package: Package | None = None
    """Whose declaration is renamed; None when only a symbol is."""
    symbol: str | None = None
    """The symbol that gets another name; None when the declaration goes by another's symbol anyway."""
    places: dict[Path, tuple[Source, set[Span]]] = field(default_factory=dict[Path, "tuple[Source, set[Span]]"])
    """All names to change, by file."""
    uses: list[tuple[Source, Node]] = field(default_factory=list["tuple[Source, Node]"])
    """Those that scopes decide about: names without a qualifier in Go code."""
    abroad: list[tuple[Source, Span]] = field(default_factory=list["tuple[Source, Span]"])
    """Uses in files of other packages."""

    @property
    def snapshot(self) -> Snapshot:
        """The state of everything."""
        return self.table.snapshot

    def add(self, source: Source, span: Span) -> None:
        """Take a place in; refuses one that is not ours to change."""
        if source.path not in self.places:
            where = unchangeable(self.snapshot, source.folder)
            if where:
                raise Refused(f"{self.symbol or self.old} is named at {at(self.snapshot, source, span)} too, {where}.")
            check_readable(self.snapshot, source)
        self.places.setdefault(source.path, (source, set()))[1].add(span)


def check_readable(snapshot: Snapshot, source: Source) -> None:
    """Refuse a Go file with a syntax error, in which no scope is sure."""
    if source.language == "go" and source.tree.root_node.has_error:
        raise Refused(f"{short_path(snapshot, source.path)} has a syntax error; mend that first.")


def check_depth(snapshot: Snapshot, source: Source, name: str) -> None:
    """Refuse a Go file in which a name stands deeper than anything is read; it may be one to change."""
    offset = first_too_deep(source.data, source.tree, name)
    if offset is not None:
        place = at(snapshot, source, Span(offset, offset))
        raise Refused(f"{name} at {place} is nested more than {MOST} levels deep, where nothing is read.")


def at(snapshot: Snapshot, source: Source, span: Span) -> str:
    """Return ``file:line`` for a message, the line 1-based."""
    return f"{short_path(snapshot, source.path)}:{source.lines.line_of(span.start) + 1}"


def unchangeable(snapshot: Snapshot, folder: Path) -> str:
    """Return why the files of a folder are not ours to change, for the end of a sentence; "" when they are."""
    module = snapshot.worlds(folder)[0].module_of(folder)
    if module is not None and module.kind == "std" and module.immutable:
        return "in the Go tree, which cannot be changed"
    if module is not None and module.kind == "vendored":
        return "in a vendor folder, which the go command fills"
    if module is not None and module.immutable:
        return "in the module cache, which cannot be changed"
    if in_workspace(snapshot, folder):
        return "" if snapshot.universe.is_inside(folder) else f"in {folder}, which is not open"
    return f"in {module.path if module is not None and module.path else folder}, which is no part of the workspace"
