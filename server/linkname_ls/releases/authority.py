"""Whose word counts for a release: its own sources where they are on this machine, else the table that is shipped.

For a tree that is the release that it says it is, both say the same (tests/releases/test_table.py), and the table is
quicker. So a tree is read when the table does not have its release, or when its files are others.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from linkname_ls.build.toolchain import tree_version
from linkname_ls.links.symbols import split_symbol
from linkname_ls.releases import table
from linkname_ls.releases.extract import facts_of, imported_by, release_at
from linkname_ls.releases.facts import Fact, Release, ReleaseId, owner, release_id
from linkname_ls.releases.fingerprint import fingerprint
from linkname_ls.releases.wrappers import value_method, wrapper


class Authority:
    """The releases that are known on a machine, and what each of them says. Nothing is read before it is asked for."""

    def __init__(self, trees: Iterable[Path] = ()) -> None:
        """Take Go trees into account; those of no release since the table's first are left alone."""
        self._given = tuple(trees)
        self._read: dict[ReleaseId, Path | None] = {}
        self._closures: dict[tuple[ReleaseId, frozenset[str]], frozenset[str]] = {}

    @cached_property
    def _trees(self) -> dict[ReleaseId, Path]:
        """The trees by release; the first that was given of each."""
        oldest = table.releases()[0]
        found = [(version, tree) for tree in self._given if (version := release_id(tree_version(tree))) is not None]
        return {version: tree for version, tree in reversed(found) if version.language >= oldest.language}

    @cached_property
    def releases(self) -> tuple[ReleaseId, ...]:
        """All that are known, oldest first."""
        return tuple(sorted({*table.releases(), *self._trees}))

    @cached_property
    def newest_patches(self) -> tuple[ReleaseId, ...]:
        """The newest known patch of each release, oldest release first."""
        return table.newest_of(self.releases)

    def nearest(self, version: str) -> ReleaseId | None:
        """Return the known release that stands for a version; see :func:`linkname_ls.releases.table.nearest`."""
        return table.nearest_of(self.releases, version)

    def release(self, release: ReleaseId) -> Release | None:
        """Return what a release says beside its packages; None for one of an unknown minor release."""
        tree = self._tree(release)
        return release_at(tree) if tree is not None else table.release(release)

    def facts(self, symbol: str, release: ReleaseId) -> tuple[Fact, ...]:
        """Return what a release says of a symbol; () where it does not exist, or the release is not known."""
        tree = self._tree(release)
        if tree is None:
            return table.facts(symbol, release)
        known = facts_of(tree, owner(symbol))
        return known.get(symbol) or tuple(map(wrapper, known.get(value_method(symbol), ())))

    def is_std(self, symbol: str) -> bool:
        """Whether a symbol begins with the path of a package that any known release has."""
        if table.is_std(symbol):
            return True
        parts = split_symbol(symbol)
        return parts is not None and self._has(parts[0])

    def is_package(self, path: str) -> bool:
        """Whether any known release has a package with an import path, if only one of types."""
        return path == "unsafe" or table.is_package(path) or self._has(path)

    def _has(self, path: str) -> bool:
        """Whether one of the trees that are read has a package."""
        return any((tree := self._tree(one)) is not None and imported_by(tree, path) is not None for one in self._trees)

    def linked(self, release: ReleaseId, roots: frozenset[str]) -> frozenset[str]:
        """Return the packages of the standard library that are linked with some of them, on any platform.

        The runtime, which is in every program, and what it imports are among them.
        """
        key = release, roots
        known = self._closures.get(key)
        if known is None:
            tree = self._tree(release)
            graph = table.imports(release)
            found: set[str] = set()
            pending = ["runtime", *roots]
            while pending:
                path = pending.pop()
                if path not in found:
                    found.add(path)
                    pending += (imported_by(tree, path) if tree is not None else graph.get(path)) or ()
            known = self._closures[key] = frozenset(found)
        return known

    def _tree(self, release: ReleaseId) -> Path | None:
        """Return the tree that is to be asked about a release; None where the table is."""
        if release not in self._read:
            tree = self._trees.get(release)
            known = table.release(release)
            if (
                tree is not None
                and known is not None
                and known.id == release
                and known.fingerprint == fingerprint(tree)
            ):
                tree = None
            self._read[release] = tree
        return self._read[release]
