"""The files of dependencies that take part in links and are linked into the workspace's programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.links.catalog import catalog
from linkname_ls.links.universe import tree_of

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Program
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
            entries = {one: [*_programs(snapshot, each, main)] for one, each in programs.items()}
            for file in dependency_files(snapshot, main):
                source = snapshot.source(file) if file not in seen else None
                module = world.module_of(source.path.parent) if source is not None else None
                if source is None or module is None or source.is_test:
                    continue
                seen.add(file)
                paths = {one: path for one, each in entries.items() if (path := _path(each, source.path.parent))}
                if paths:
                    yield Dependency(source, module, paths[max(paths)], tuple(sorted(paths)))


def _path(programs: Iterable[Program], folder: Path) -> tuple[str, ...]:
    """Return how the first program that links a folder's package comes to it; empty when none does."""
    for program in programs:
        member = program.member_of(folder)
        if member is not None:
            return tuple(program.chain(member))
    return ()


def _programs(snapshot: Snapshot, programs: Programs, main: Module) -> Iterator[Program]:
    """Yield the programs of a main module, then what stands for those that import its packages."""
    world = snapshot.worlds(main.dir)[0]
    for program in programs:
        if world.module_of(program.folder) == main:
            yield program
    for entry in catalog(snapshot, main.dir):
        folder = Path(entry.folder)
        if entry.kind == "main" and world.module_of(folder) == main:
            yield programs.library(folder)
