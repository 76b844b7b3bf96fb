"""What the server knows between requests: the universe, the index, and how they are kept true. No LSP types."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.toolchain import Toolchain, read_toolchain, read_toolchain_from_disk
from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.settings import FILE_NAME, Settings
from linkname_ls.links.imports import ImportGraph
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source, SourceStore, stamp_of
from linkname_ls.links.tree import Tree
from linkname_ls.links.universe import Universe

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding
    from linkname_ls.links.cache import Cache
    from linkname_ls.links.early import Early
    from linkname_ls.programs.workspace import Programs

_REFRESH_SECONDS = 2.0
"""How old the view of the disk may be when the editor does not tell of changes."""

_BUILD_FILES = ("go.mod", "go.work", "modules.txt", FILE_NAME)


class Stopped(Exception):  # noqa: N818 - no fault
    """The client has left while something was being searched."""


def _cache() -> Cache:
    from linkname_ls.links.cache import open_cache

    return open_cache(os.environ)


class State:
    """The universe of the workspace and its index. Methods may block on disk and subprocess: call them off the loop."""

    def __init__(
        self, first: Future[Toolchain] | None = None, *, run_go: bool = True, early: Early | None = None
    ) -> None:
        """Begin. Without ``run_go`` no command is run: what the Go tree is has to be told from files.

        ``first`` is the toolchain as the environment has it, when someone is asking for it already, and ``early`` what
        looks at its Go tree.
        """
        self._first = first
        self._read_toolchain = read_toolchain if run_go else read_toolchain_from_disk
        self._lock = threading.Lock()
        self._toolchain: Toolchain | None = None
        self._universe: Universe | None = None
        self._folders: list[Path] = []
        self._opened: list[Path] = []
        """Folders of documents outside of all workspace folders; their worlds count as the workspace's too."""
        self._store = SourceStore()
        self._index = Index(_cache, alone=not run_go, early=early)
        self._graph = ImportGraph()
        self._noting = threading.Lock()
        """Held while what was noted is looked at: who asks meanwhile waits for it."""
        self._noted: set[Path] = set()
        self._watched = False
        self._stopped = False
        self._looked = 0.0
        self._stamps: dict[str, object] = {}
        self._platform: tuple[str | None, str | None] = (None, None)
        self._configuration = Configuration()
        self._generation = 0
        self._last_programs: Programs | None = None

    def configure(self, given: Settings, goos: str | None, goarch: str | None) -> bool:
        """Take the editor's settings, and another platform than the environment's; returns whether they are new."""
        with self._lock:
            if (given, goos, goarch) == (self._configuration.given, *self._platform):
                return False
            if (given.tags, goos, goarch) != (self._configuration.given.tags, *self._platform):
                self._toolchain = None
            self._platform = (goos, goarch)
            self._configuration = Configuration(given)
            self._universe = None
            self._generation += 1
            return True

    def check(self, snapshot: Snapshot, source: Source) -> list[Finding]:
        """Return what is wrong with a file, as the settings for its folder have it reported."""
        from linkname_ls.checks.rules import check_source, concerns

        if not concerns(source):
            return []
        return check_source(snapshot, source, self.settings(snapshot, source.folder), self._programs(snapshot))

    def check_modules(self, snapshot: Snapshot) -> list[tuple[Source, list[Finding]]]:
        """Return the go.mod files of the workspace with what their dependencies break; none before the index is there.

        Takes long in a large module: every dependency that has link sites is checked.
        """
        mains = (module for world in snapshot.universe.worlds for module in world.mains)
        modules = [module for module in mains if not module.immutable and snapshot.indexed(module.dir)]
        if not modules:
            return []
        from linkname_ls.checks.rules import check_module

        programs = self._programs(snapshot)
        broken = (check_module(snapshot, module, self.settings(snapshot, module.dir), programs) for module in modules)
        return [one for one in broken if one is not None]

    def _programs(self, snapshot: Snapshot) -> Programs:
        """Return the programs of a snapshot, made once for all questions to it."""
        from linkname_ls.programs.workspace import Programs

        known = self._last_programs
        if known is None or known.snapshot is not snapshot:
            known = self._last_programs = Programs(snapshot)
        return known

    def settings(self, snapshot: Snapshot, folder: Path) -> Settings:
        """Return the settings for the files of a folder."""
        return self._configuration.of(snapshot, folder)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with settings files and the cache, and which files are too large, in sentences."""
        return (*self._configuration.problems, *self._store.problems, *self._index.problems)

    @property
    def awaited(self) -> bool:
        """Whether a question waits for the search of a tree to end."""
        return self._index.awaited > 0

    def set_folders(self, folders: Sequence[Path]) -> None:
        """Take these folders as the workspace."""
        with self._lock:
            self._folders = list(dict.fromkeys(folders))
            self._universe = None
            self._generation += 1

    @property
    def generation(self) -> tuple[int, int, bool]:
        """What is the same as before only when nothing that is known has changed, nor could have on disk."""
        stale = 0 if self._watched else int(time.monotonic() / _REFRESH_SECONDS)
        return self._generation, stale, bool(self._noted)

    def note_change(self, path: Path) -> None:
        """Note that a file has changed on disk: it is looked at before the next question is answered."""
        with self._noting:
            self._noted.add(path)

    def set_watched(self) -> None:
        """Note that the editor tells of changes on disk."""
        self._watched = True

    def folders(self) -> list[Path]:
        """Return the workspace's folders."""
        with self._lock:
            return list(self._folders)

    def _load_toolchain(self) -> Toolchain:
        if self._toolchain is None:
            tags, first, self._first = self._configuration.given.tags or (), self._first, None
            if first is not None and not tags and self._platform == (None, None):
                self._toolchain = first.result()
            else:
                self._toolchain = self._read_toolchain(os.environ, tags, *self._platform)
        return self._toolchain

    def universe(self) -> Universe:
        """Return the universe, read now if it is not there yet."""
        with self._lock:
            if self._universe is None:
                self._universe = Universe(self._folders, self._load_toolchain(), self._configuration.tags_of)
                self._graph = ImportGraph()
                for folder in self._opened:
                    self._universe.add(folder)
                self._stamps = self._build_stamps(self._universe)
            return self._universe

    def snapshot(self, overlays: Mapping[str, Source]) -> Snapshot:
        """Return the state of everything for one question."""
        self.look()
        return Snapshot(self.universe(), overlays, self._store, self._index, self._graph)

    def look(self) -> None:
        """Look at the disk where something is known to have changed, or may have."""
        with self._noting:
            noted = list(self._noted)
            if noted:
                self.refresh(noted)
                self._noted.difference_update(noted)
        if not self._watched and time.monotonic() - self._looked > _REFRESH_SECONDS:
            self.refresh()

    def open_folder(self, folder: Path) -> bool:
        """Take the world of an opened file into the workspace when no workspace folder holds it.

        Returns whether that is new. Files of the Go tree and the module cache, where editors jump to, stay outside
        unless there is no workspace at all.
        """
        universe = self.universe()
        if any(folder == root or root in folder.parents for root in universe.folders):
            return False
        before = len(universe.worlds)
        module = universe.worlds_of(folder)[0].module_of(folder)
        if not universe.folders or module is None or not module.immutable:
            universe.add(folder)
            with self._lock:
                if folder not in self._opened:
                    self._opened.append(folder)
                    self._generation += 1
        return len(universe.worlds) > before

    def refresh(self, paths: Iterable[Path] | None = None) -> bool:
        """Bring what is known up to date with the disk; returns whether go.mod files and the like have changed.

        ``paths`` are those that changed, None when that is not known.
        """
        self._looked = time.monotonic()
        universe = self.universe()
        if paths is None:
            changed = self._build_stamps(universe) != self._stamps
        else:
            paths = list(paths)
            changed = any(path.name in _BUILD_FILES for path in paths)
        if changed:
            with self._lock:
                self._universe = None
            universe = self.universe()
        snapshot = Snapshot(universe, {}, self._store, self._index, self._graph)
        self._graph.forget(None if paths is None else {path.parent for path in paths})
        for tree in self._index.known():
            inside = None if paths is None else {str(path.parent) for path in paths if tree.root in path.parents}
            if inside is None or inside:
                self._index.refresh(tree, snapshot.prefix_of, None if changed else inside)
        with self._lock:
            self._generation += 1
        return changed

    def stop(self) -> None:
        """End a search that is under way; nothing is searched from now on. What was found is kept for the next run."""
        self._stopped = True
        self._index.save()

    def index_all(self, progress: Callable[[str, int], None]) -> None:
        """Search all trees of the workspace, and modules nested in its folders, telling the name and count of files."""
        universe = self.universe()
        snapshot = Snapshot(universe, {}, self._store, self._index, self._graph)

        def searching(tree: Tree, count: int) -> None:
            if self._stopped:
                raise Stopped
            progress(tree.root.name, count)

        for world in universe.worlds:
            for _ in snapshot.searched_trees(world.root, searching):
                pass
        self._index.save()
        with self._lock:
            self._generation += 1
            if self._universe is universe:
                self._index.keep({tree for world in universe.worlds for tree in snapshot.trees(world.root)})

    def _build_stamps(self, universe: Universe) -> dict[str, object]:
        roots = {world.root for world in universe.worlds} | {
            module.dir for world in universe.worlds for module in world.mains
        }
        names = [str(root / name) for root in roots for name in ("go.mod", "go.work", "vendor/modules.txt", FILE_NAME)]
        return {name: stamp_of(name) for name in names}
