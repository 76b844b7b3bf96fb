"""The import paths that can begin a directive's second argument, spelled as link symbols spell them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.features.completion_item import Item
from linkname_ls.links.catalog import Entry, catalog, is_program
from linkname_ls.links.symbols import path_to_prefix

if TYPE_CHECKING:
    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot

_RANKS = {"main": 0, "none": 0, "std": 1, "vendored": 2, "dependency": 2}
_LABELS = {"main": "of this workspace", "std": "of the standard library"}


def complete_paths(snapshot: Snapshot, package: Package, typed: str) -> Iterator[Item]:
    """Yield the packages of the world whose path, or the end of it from some element on, begins as typed.

    Those that begin so come first, the workspace's before the Go tree's before the dependencies', internal and
    vendored ones later. As long as nothing is typed, those with many directives come before others.
    """
    own = snapshot.import_path(package.folder)
    if "main".startswith(typed.lower()) and (package.name == "main" or _has_programs(snapshot, package.folder)):
        yield Item("main", "main", "package", "the program's main package", filter="main")
    linked = _directives(snapshot, package.folder) if not typed else Counter[str]()
    found: list[tuple[tuple[bool, bool, int, int, bool, int, str], Entry, str]] = []
    for entry in catalog(snapshot, package.folder):
        match = _match(entry.path, typed)
        if match is not None:
            away = bool({"internal", "vendor"} & set(entry.path.split("/")))
            # What is typed without a slash is rather a short path: runtime, not runtime/internal/atomic.
            depth = entry.path.count("/") if typed else 0
            order = (
                match != 0,
                entry.path == own,
                _RANKS[entry.kind],
                -linked[entry.folder],
                away,
                depth,
                entry.path,
            )
            found.append((order, entry, _spelled(entry.path, typed)[match:]))
    for _, entry, filtered in sorted(found):
        if entry.kind == "std" or not is_program(entry):
            prefix = path_to_prefix(entry.path)
            yield Item(prefix, prefix, "package", _detail(entry), filter=filtered)


def _directives(snapshot: Snapshot, folder: Path) -> Counter[str]:
    """Return how many directives there are in each folder, as far as it is known."""
    counts: Counter[str] = Counter()
    for tree in snapshot.trees(folder):
        known = snapshot.index.peek(tree)
        for path, count in known.directive_counts.items() if known is not None else ():
            counts[os.path.dirname(path)] += count  # noqa: PTH120 - as the folders are spelled
    return counts


def _has_programs(snapshot: Snapshot, folder: Path) -> bool:
    """Whether the workspace is known to have a main package."""
    known = (snapshot.index.peek(tree) for tree in snapshot.trees(folder))
    return any(one is not None and one.mains for one in known) or any(
        source.package_name == "main" for source in snapshot.overlays.values()
    )


def _detail(entry: Entry) -> str:
    label = _LABELS.get(entry.kind, "of a dependency")
    plain = "" if path_to_prefix(entry.path) == entry.path else f" {entry.path}"
    return f"package{plain} {label}"


def _spelled(path: str, typed: str) -> str:
    """Return a path as it is typed: escaped, or still with plain dots."""
    prefix = path_to_prefix(path)
    return path if prefix != path and not _begins(prefix, typed) and _begins(path, typed) else prefix


def _match(path: str, typed: str) -> int | None:
    """Return where the element of a path begins from which on it begins as typed: 0 for its start; None for nowhere."""
    text = _spelled(path, typed)
    at = 0
    while not text[at:].lower().startswith(typed.lower()):
        at = text.find("/", at) + 1
        if not at:
            return None
    return at


def _begins(text: str, typed: str) -> bool:
    """Whether a path, from any of its elements on, begins as typed."""
    return f"/{text}".lower().find(f"/{typed}".lower()) >= 0
