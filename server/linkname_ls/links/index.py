"""The reverse side of the table: which files name a link symbol that is not their own.

Made of *link sites*: directives with a target, assembly that crosses packages, symbols of shared libraries. They are
few, so they are found by a search for bytes over whole module trees, and only files that hit are read further. What
the packages declare is not in here; see :mod:`linkname_ls.links.packages`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from linkname_ls.links.tree import Tree

if TYPE_CHECKING:
    from linkname_ls.links.cache import Cache
    from linkname_ls.links.early import Early
    from linkname_ls.links.scan import PrefixOf, TreeIndex
    from linkname_ls.links.search import Progress
    from linkname_ls.links.sites import LinkSite


_MANY = 2_000
"""Files that take longer to look at than another process takes to start."""


class Index:
    """The link sites of all trees that were asked for, each searched once. Safe to use from several threads.

    With a cache, what an earlier run found is used as far as it still holds, and what is found is kept there.
    """

    def __init__(
        self, open_cache: Callable[[], Cache] | None = None, *, alone: bool = False, early: Early | None = None
    ) -> None:
        """Begin; ``alone``: no other process is started that searches with this one. ``early``: one may be already."""
        self._open_cache = open_cache
        self._alone = alone
        self._early = early
        self._lock = threading.Lock()
        self._trees: dict[Tree, TreeIndex] = {}
        self._busy: dict[Tree, threading.Lock] = {}
        self.awaited = 0
        """How many wait for a search that someone else is at."""
        self._unsaved: dict[Tree, TreeIndex] = {}
        """What is to be written to the cache; it stays here until that is done."""

    @cached_property
    def cache(self) -> Cache | None:
        """What an earlier run found, opened when it is first needed; None for an index without."""
        return self._open_cache() if self._open_cache is not None else None

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing is kept for the next start, in a sentence; nothing while all is well."""
        opened: Cache | None = self.__dict__.get("cache")
        return (opened.problem,) if opened is not None and opened.problem else ()

    def peek(self, tree: Tree) -> TreeIndex | None:
        """Return a tree's sites if they are known already."""
        with self._lock:
            return self._trees.get(tree)

    def get(self, tree: Tree, prefix_of: PrefixOf, progress: Progress | None = None) -> TreeIndex:
        """Return a tree's sites, searching it first if need be; two callers do not search it twice."""
        known = self.peek(tree)
        if known is not None:
            return known
        # Not before: the first answer needs no search.
        from linkname_ls.links.scan import is_complete, same_prefixes, scan_tree

        with self._awaiting(self._busy_with(tree)):
            known = self.peek(tree)
            if known is not None:
                return known
            old = self.cache.load(tree) if self.cache is not None else None
            if old is not None and tree.sealed and same_prefixes(old, prefix_of):
                found = old
            else:
                complete = is_complete(tree)
                if self._early is not None and not tree.vendor and old is not None and old.count > _MANY:
                    self._early.begin()
                found = scan_tree(tree, prefix_of, old, progress, alone=self._alone, early=self._early)
                # What is just being extracted is searched again when someone asks again.
                if not complete:
                    return found
            # What is never looked at again needs no marks.
            known = replace(found, marks={}) if tree.immutable else found
            changed = found != old
            with self._lock:
                self._trees[tree] = known
                if changed:
                    self._unsaved[tree] = found
        self._save(tree)
        return known

    def refresh(self, tree: Tree, prefix_of: PrefixOf, folders: Collection[str] | None = None) -> None:
        """Bring a tree that was searched before up to date with the disk; does nothing for one that cannot change.

        ``folders`` are those in which files have changed, None when that is not known.
        """
        known = self.peek(tree)
        if known is None or tree.immutable:
            return
        from linkname_ls.links.scan import scan_folders, scan_tree

        with self._busy_with(tree):
            fresh = scan_folders(tree, prefix_of, known, folders) if folders is not None else None
            fresh = fresh or scan_tree(tree, prefix_of, known)
            with self._lock:
                self._trees[tree] = fresh
                if fresh != known:
                    self._unsaved[tree] = fresh

    def keep(self, trees: Collection[Tree]) -> None:
        """Forget what was found in all other trees: nobody asks for them any more."""
        with self._lock:
            for tree in self._trees.keys() - trees:
                del self._trees[tree]
                self._busy.pop(tree, None)
                self._unsaved.pop(tree, None)

    def save(self) -> None:
        """Write to the cache what has changed since it was written last; returns when all of it is there.

        Who leaves when an answer has come must not be quicker than the thread that found it.
        """
        with self._lock:
            unsaved = list(self._unsaved)
        for tree in unsaved:
            self._save(tree)

    def _save(self, tree: Tree) -> None:
        """Write a tree to the cache if it has changed; waits for another thread that is at it."""
        with self._busy_with(tree):
            with self._lock:
                found = self._unsaved.get(tree)
            if found is None:
                return
            if self.cache is not None:
                self.cache.store(tree, found)
            with self._lock:
                self._unsaved.pop(tree, None)

    def _busy_with(self, tree: Tree) -> threading.Lock:
        with self._lock:
            return self._busy.setdefault(tree, threading.Lock())

    @contextmanager
    def _awaiting(self, lock: threading.Lock) -> Generator[None]:
        """Hold a lock, and say so while waiting for it."""
        if not lock.acquire(blocking=False):
            with self._lock:
                self.awaited += 1
            lock.acquire()
            with self._lock:
                self.awaited -= 1
        try:
            yield
        finally:
            lock.release()

    def known(self) -> dict[Tree, TreeIndex]:
        """Return all that has been searched so far."""
        with self._lock:
            return dict(self._trees)

    def sites(self, symbol: str, trees: Iterable[Tree]) -> Iterator[LinkSite]:
        """Yield the sites of a symbol in those of the trees that have been searched."""
        for tree in trees:
            known = self.peek(tree)
            if known is not None:
                yield from known.by_symbol.get(symbol, ())
