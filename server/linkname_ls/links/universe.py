"""All that the workspace's programs are made of: its modules, what they depend on, and the Go tree behind them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from linkname_ls.build.modules import Module
from linkname_ls.build.spelling import Spelling
from linkname_ls.build.toolchain import Toolchain, with_tags
from linkname_ls.build.world import World, find_world
from linkname_ls.links.tree import Tree, go_tree


class Universe:
    """The worlds of the workspace's folders, and on demand that of any other file.

    Safe to use from several threads. When a go.mod, go.work or modules.txt changes, make a new one.

    ``tags_of`` gives the build tags that are set for the programs of a folder with a go.mod or go.work; none leaves
    the toolchain's.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        toolchain: Toolchain,
        tags_of: Callable[[Path], Sequence[str]] | None = None,
    ) -> None:
        self.spelling = Spelling(folders)
        """How the files of the workspace are called."""
        self.folders = tuple(dict.fromkeys(map(self.spelling.folder, folders)))
        self.toolchain = toolchain
        self._tags_of = tags_of
        self._lock = threading.Lock()
        self._worlds: dict[Path, World] = {}
        self._by_folder: dict[Path, World] = {}
        self._workspace: list[World] = []
        self._trees: dict[tuple[World, ...], tuple[Tree, ...]] = {}
        for folder in self.folders:
            self.add(folder)

    def add(self, folder: Path) -> World:
        """Take the world of a folder into the workspace and return it."""
        world = self._find(folder)
        with self._lock:
            if world not in self._workspace:
                self._workspace.append(world)
        return world

    @property
    def worlds(self) -> tuple[World, ...]:
        """The worlds of the workspace."""
        with self._lock:
            return tuple(self._workspace)

    def _find(self, folder: Path) -> World:
        with self._lock:
            known = self._by_folder.get(folder)
        if known is not None:
            return known
        # Below a file in /tmp, or at home, all that there is would be searched, though nobody has opened it.
        flat = set(self.folders).isdisjoint((folder, *folder.parents))
        world = find_world(folder, self.toolchain, self.spelling, flat=flat)
        if self._tags_of is not None and any(main.kind in ("main", "none") for main in world.mains):
            tags = self._tags_of(world.root)
            if tags:
                world = find_world(folder, with_tags(self.toolchain, tags), self.spelling, flat=flat)
        with self._lock:
            # Two folders of one module are built in one world.
            world = self._worlds.setdefault(world.root, world) if world.mains else world
            for module in _used(world):
                self._by_folder.setdefault(module, world)
            return self._by_folder.setdefault(folder, world)

    def is_inside(self, folder: Path) -> bool:
        """Whether a folder lies below one that is open, or below the go.mod or go.work that one of them is built by.

        What a ``replace`` or ``use`` with ".." leads to does not: nobody has opened that.
        """
        roots = {*self.folders, *(world.root for world in self.worlds)}
        return folder in roots or not roots.isdisjoint(folder.parents)

    def worlds_of(self, folder: Path) -> tuple[World, ...]:
        """Return the worlds that matter to a file in ``folder``, its own first, then the rest of the workspace.

        A dependency's file belongs to the workspace's worlds that it is part of; a file of no such world has one of
        its own.
        """
        worlds = self.worlds
        found = [(world, module) for world in worlds if (module := world.module_of(folder)) is not None]
        mains = [world for world, module in found if module in world.mains]
        mine = [*mains, *(world for world, _ in found)]
        if not mains:
            own = self._find(folder)
            if not mine or (own.mains and own.mains[0].kind in ("main", "none")):
                mine.insert(0, own)
        return tuple(dict.fromkeys([*mine, *worlds]))

    def trees(self, worlds: tuple[World, ...]) -> tuple[Tree, ...]:
        """Return the trees of several worlds, each once."""
        found = self._trees.get(worlds)
        if found is None:
            found = self._trees[worlds] = tuple(dict.fromkeys(tree for world in worlds for tree in trees_of(world)))
        return found

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing, in sentences, each once."""
        found = [self.toolchain.problem] if self.toolchain.problem else []
        for world in self.worlds:
            found.extend(world.problems)
        return tuple(dict.fromkeys(found))


def _used(world: World) -> Iterator[Path]:
    """Yield the folders below a go.work file whose modules it surely uses: no other such file is nearer to them.

    There may be thousands, for each of which the file and all modules that it uses would be read.
    """
    if len(world.mains) < 2 or not (world.root / "go.work").is_file():
        return
    tree, cache = world.toolchain.goroot, world.toolchain.gomodcache
    for module in world.mains:
        folder = module.dir
        between = [above for above in (folder, *folder.parents) if above.is_relative_to(world.root)]
        foreign = any(tree_root in folder.parents for tree_root in (tree, cache) if tree_root is not None)
        if (
            between
            and not foreign
            and not any((above / "go.work").is_file() for above in between if above != world.root)
        ):
            yield folder


def trees_of(world: World) -> tuple[Tree, ...]:
    """Return the trees of a world, its own modules first, then the Go tree, then its dependencies."""
    modules = world.modules()
    ordered: list[Module] = [module for module in modules if module in world.mains]
    ordered += [module for module in modules if module.kind == "std" and module not in ordered]
    ordered += [module for module in modules if module not in ordered]
    return tuple(dict.fromkeys(tree_of(module) for module in ordered))


def tree_of(module: Module) -> Tree:
    """Return the tree of one module; vendored modules share their vendor folder."""
    if module.path == "std":
        return go_tree(module.dir, immutable=module.immutable)
    root = module.dir
    if module.kind == "vendored":
        for _ in module.path.split("/"):
            root = root.parent
    return Tree(root, module.immutable, vendor=False, flat=module.flat)
