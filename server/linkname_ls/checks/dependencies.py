"""The files of dependencies that take part in links and are linked into the workspace's programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.links.catalog import catalog
from linkname_ls.links.universe import tree_of
from linkname_ls.programs.member import Node

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Closure, Kind
    from linkname_ls.programs.workspace import Programs
    from linkname_ls.releases.facts import ReleaseId


class Dependency(NamedTuple):
    """A file of a dependency, and how the workspace comes to it."""

    source: Source
    module: Module
    path: tuple[str, ...]
    """The packages from one of the workspace down to the file's, each importing the next."""
    releases: tuple[ReleaseId, ...]
    """Those that link it: what a package imports can depend on the release."""

    @property
    def name(self) -> str:
        """The module with its version, as people write it."""
        return f"{self.module.path}@{self.module.version}" if self.module.version else self.module.path

    @property
    def chain(self) -> str:
        """The imports in words."""
        first, *others = self.path
        return f"{first} imports {', which imports '.join(others)}" if others else first


def dependency_files(snapshot: Snapshot, main: Module) -> Iterator[str]:
    """Yield the files of a main module's dependencies that have link sites."""
    world = snapshot.worlds(main.dir)[0]
    trees = dict.fromkeys(tree_of(module) for module in world.modules() if module.kind in ("dependency", "vendored"))
    for tree in trees:
        index = snapshot.tree(tree)
        yield from dict.fromkeys([*index.files, *index.directive_counts])


def linked_files(snapshot: Snapshot, programs: Mapping[ReleaseId, Programs]) -> Iterator[Dependency]:
    """Yield the files of dependencies that have link sites and that a program of the workspace, or a library, links.

    ``programs`` has those of each release; the path is that of the last one that links the file.
    """
    seen: set[str] = set()
    for world in snapshot.universe.worlds:
        for main in world.mains:
            closures: dict[ReleaseId, Closure] = {}
            for one, each in programs.items():
                if roots := _roots(snapshot, each, main):
                    closures[one] = each.together(roots)
            for file in dependency_files(snapshot, main):
                source = snapshot.source(file) if file not in seen else None
                module = world.module_of(source.folder) if source is not None else None
                if source is None or module is None or source.is_test:
                    continue
                seen.add(file)
                node = Node(source.folder)
                releases = sorted(one for one, closure in closures.items() if node in closure.importer)
                if releases:
                    path = _path(snapshot, closures[releases[-1]], node)
                    yield Dependency(source, module, path, tuple(releases))


def _path(snapshot: Snapshot, closure: Closure, node: Node) -> tuple[str, ...]:
    """Return how a root comes to import a package: import paths, the root first."""
    found: list[str] = []
    following: Node | None = node
    while following is not None:
        found.append(snapshot.import_path(following.folder) or following.folder.name)
        following = closure.importer.get(following)
    return tuple(dict.fromkeys(reversed(found)))


def _roots(snapshot: Snapshot, programs: Programs, main: Module) -> list[tuple[Path, Kind]]:
    """Return the programs of a main module, then what stands for those that import its packages."""
    world = snapshot.worlds(main.dir)[0]
    packages = [Path(entry.folder) for entry in catalog(snapshot, main.dir) if entry.kind == "main"]
    roots: list[tuple[Path, Kind]] = [*programs.roots, *((folder, "library") for folder in packages)]
    return [one for one in roots if world.module_of(one[0]) == main]
