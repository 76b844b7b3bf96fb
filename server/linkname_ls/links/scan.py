"""The link sites of one tree: all its folders searched, or those again in which something has changed.

Whatever decides what a search finds is in the modules that this one imports: :mod:`linkname_ls.links.cache` keeps
results only as long as these are the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from linkname_ls.build.files import below, names_in, walk_folders
from linkname_ls.build.reader import Mark, look, marks_of
from linkname_ls.links.beside import search_all
from linkname_ls.links.search import Found, Progress, Search, now_and_then
from linkname_ls.links.sites import LinkSite
from linkname_ls.links.tree import Tree

if TYPE_CHECKING:
    from linkname_ls.links.early import Early
    from linkname_ls.links.other import Other


@dataclass(frozen=True)
class TreeIndex:
    """The link sites of one tree."""

    files: Mapping[str, tuple[LinkSite, ...]]
    """By path; only files that have any."""
    count: int
    """How many files were searched."""
    directive_counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """By path: how many directives a file has, marks included."""
    marks: Mapping[str, Mapping[str, Mark]] = field(default_factory=dict[str, "Mapping[str, Mark]"])
    """By folder and name: the state of each file when it was searched. Not kept of trees that do not change."""
    mains: frozenset[str] = frozenset()
    """Of a tree that can change: its files that could be of package main."""
    nested: frozenset[str] = frozenset()
    """Folders below with a go.mod of their own."""
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    """By folder: the symbol prefix that its assembly was read with."""

    @cached_property
    def by_symbol(self) -> Mapping[str, tuple[LinkSite, ...]]:
        """The sites by the symbol that they name."""
        table: dict[str, list[LinkSite]] = {}
        for sites in self.files.values():
            for site in sites:
                table.setdefault(site.symbol, []).append(site)
        return {symbol: tuple(sites) for symbol, sites in table.items()}

    @cached_property
    def main_folders(self) -> frozenset[Path]:
        """Of a tree that can change: its folders that could hold a main package."""
        return frozenset(map(Path, {_folder_of(path) for path in self.mains}))

    @cached_property
    def test_folders(self) -> frozenset[Path]:
        """Of a tree that can change: its folders with test files."""
        tested = (folder for folder, names in self.marks.items() if any(name.endswith("_test.go") for name in names))
        return frozenset(map(Path, tested))

    @property
    def directives(self) -> int:
        """How many linkname directives the tree has, those that the compiler would refuse left out."""
        return sum(self.directive_counts.values())


PrefixOf = Callable[[Path], str]
"""Gives the symbol prefix of the package in a folder."""

T = TypeVar("T")


def is_complete(tree: Tree) -> bool:
    """Whether a tree is all there: the go command may be extracting a module.

    While it is, a file ``.partial`` stands beside the zip file, made before the folder and removed when all is done
    (cmd/go/internal/modfetch/fetch.go ``unzip``).
    """
    if not tree.sealed:
        return True
    try:
        if not tree.root.is_dir():
            return False
        for above in tree.root.parents:
            downloads = above / "cache" / "download"
            if downloads.is_dir():
                path, _, version = tree.root.relative_to(above).as_posix().rpartition("@")
                return not (downloads / path / "@v" / f"{version}.partial").exists()
    except (OSError, ValueError):
        return False
    return True


def scan_tree(
    tree: Tree,
    prefix_of: PrefixOf,
    old: TreeIndex | None = None,
    progress: Progress | None = None,
    *,
    alone: bool = True,
    early: Early | None = None,
) -> TreeIndex:
    """Search a tree and return its link sites.

    With ``old``, only files that have changed since are read again. What cannot be read is left out. Unless ``alone``,
    a large tree is searched by two processes, or by this one and one that is at it already (``early``).
    """
    if old is not None and not same_prefixes(old, prefix_of):
        old = None
    scan, other = _Scan(tree, prefix_of, old), early.take(tree, kept=old is not None) if early is not None else None
    return scan.run(progress, alone=alone, other=other) if old is None else scan.compare(progress, other)


def scan_folders(tree: Tree, prefix_of: PrefixOf, old: TreeIndex, folders: Collection[str]) -> TreeIndex | None:
    """Return what is found in a tree of which only files in some folders have changed.

    None where that takes a search of the whole tree: a folder is new, or empty, or another module.
    """
    if not all(folder in old.marks for folder in folders) or not same_prefixes(old, prefix_of):
        return None
    return _Scan(tree, prefix_of, old).again(folders)


def same_prefixes(index: TreeIndex, prefix_of: PrefixOf) -> bool:
    """Whether the folders with assembly still are the packages that they were: another module line renames them."""
    return all(prefix_of(Path(folder)) == prefix for folder, prefix in index.prefixes.items())


class _Scan:
    """One search under way."""

    def __init__(self, tree: Tree, prefix_of: PrefixOf, old: TreeIndex | None) -> None:
        self._tree = tree
        self._prefix_of = prefix_of
        self._old = old
        self._files: dict[str, tuple[LinkSite, ...]] = {}
        self._counts: dict[str, int] = {}
        self._mains: set[str] = set()
        self._prefixes: dict[str, str] = {}
        self._nested: list[str] = []
        self._search = Search(**tree.how)

    def run(self, progress: Progress | None, *, alone: bool, other: Other | None) -> TreeIndex:
        """Search all folders."""
        walked = walk_folders(on_module=self._nested.append, **self._tree.walk)
        folders = ((folder, names) for folder, names in walked if names)
        marks: dict[str, dict[str, Mark]] = {}
        count = 0
        for job, found in search_all(self._search, folders, self._prefix_in, progress, alone=alone, other=other):
            self._take(job.folder, found)
            if not self._tree.sealed:
                marks.setdefault(job.folder, {}).update(found.marks)
            count += len(job.names)
        return self._result(count, marks)

    def compare(self, progress: Progress | None, other: Other | None) -> TreeIndex:
        """Look at all files, and search those that are not as they were."""
        old = self._old
        assert old is not None  # noqa: S101 - else there is nothing to compare with
        seen = None
        if other is not None:
            seen = other.answer()
            other.end()
        folders, self._nested = seen or look(**self._tree.walk)
        if old.nested == frozenset(self._nested) and _are_marks(old, folders):
            return old
        marks: dict[str, Mapping[str, Mark]] = {}
        count, tell = 0, now_and_then(progress)
        for folder, now in folders:
            marks[folder] = self._folder(folder, list(now), now)
            count += len(now)
            tell(count)
        return self._result(count, marks)

    def again(self, folders: Collection[str]) -> TreeIndex | None:
        """Search some folders, of which is known that no others have changed."""
        tree, old = self._tree, self._old
        assert old is not None  # noqa: S101 - else there was nothing to search again
        marks, count = dict(old.marks), old.count
        before = _by_folder(old.files)
        for folder in folders:
            names, is_module = names_in(folder, vendor=tree.vendor)
            if not names or (is_module and folder != str(tree.root) and folder not in tree.keep_modules):
                return None
            count += len(names) - len(marks[folder])
            marks[folder] = self._folder(folder, names, marks_of(folder, names))
        now = _by_folder(self._files)
        # In the order of a search of the whole tree.
        files = {
            path: sites for folder in marks for path, sites in (now if folder in folders else before).get(folder, ())
        }
        kept = (path for path in old.mains if _folder_of(path) not in folders)
        counts = {path: count for path, count in old.directive_counts.items() if _folder_of(path) not in folders}
        return TreeIndex(
            files,
            count,
            {**counts, **self._counts},
            marks,
            frozenset((*kept, *self._mains)),
            old.nested,
            {**old.prefixes, **self._prefixes},
        )

    def _result(self, count: int, marks: Mapping[str, Mapping[str, Mark]]) -> TreeIndex:
        mains, nested = frozenset(self._mains), frozenset(self._nested)
        return TreeIndex(self._files, count, self._counts, marks, mains, nested, self._prefixes)

    def _prefix_in(self, folder: str) -> str:
        return self._prefix_of(Path(folder))

    def _folder(self, folder: str, names: list[str], now: Mapping[str, Mark]) -> dict[str, Mark]:
        """Search those files of a folder that have changed and return the marks of all; ``now`` are those just seen."""
        old, start = self._old, below(folder)
        assert old is not None  # noqa: S101 - else none were known
        found = self._search.folder(folder, names, self._prefix_in, old.marks.get(folder), now)
        if found.same:
            same, prefix = set(found.same), found.prefix
            if prefix is None and any(name.endswith(".s") for name in same):
                prefix = old.prefixes.get(folder)
            found = Found(
                _merged(names, found.sites, {name: old.files.get(start + name, ()) for name in same}),
                _merged(names, found.directives, {name: old.directive_counts.get(start + name, 0) for name in same}),
                [*found.mains, *(name for name in same if start + name in old.mains)],
                found.marks,
                found.same,
                prefix,
            )
        self._take(folder, found)
        return found.marks

    def _take(self, folder: str, found: Found) -> None:
        start = below(folder)
        self._files.update((start + name, sites) for name, sites in found.sites.items())
        self._counts.update((start + name, count) for name, count in found.directives.items())
        self._mains.update(start + name for name in found.mains)
        if found.prefix is not None:
            self._prefixes[folder] = found.prefix


def _merged(names: Iterable[str], found: Mapping[str, T], kept: Mapping[str, T]) -> dict[str, T]:
    """Return what there is of files, in their order."""
    return {name: one for name in names if (one := kept[name] if name in kept else found.get(name))}


def _by_folder(files: Mapping[str, tuple[LinkSite, ...]]) -> dict[str, list[tuple[str, tuple[LinkSite, ...]]]]:
    found: dict[str, list[tuple[str, tuple[LinkSite, ...]]]] = {}
    for path, sites in files.items():
        found.setdefault(_folder_of(path), []).append((path, sites))
    return found


def _folder_of(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - one of many


def _are_marks(old: TreeIndex, folders: Sequence[tuple[str, Mapping[str, Mark]]]) -> bool:
    """Whether these folders are all that there was, and no file has changed."""
    now = dict(folders)
    return (
        now == old.marks
        and old.count == sum(map(len, now.values()))
        and all(all(marks.values()) for marks in now.values())
    )
