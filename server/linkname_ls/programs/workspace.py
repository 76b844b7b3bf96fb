"""The programs of the workspace: what ``go build ./...`` and ``go test ./...`` would link."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.links.universe import tree_of
from linkname_ls.programs.linker import Linker
from linkname_ls.programs.program import Closure, Kind, Program, closure_of, closure_of_all
from linkname_ls.programs.reach import Reach

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.links.imports import Imports
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.member import Member


class Programs:
    """The programs of the workspace as one snapshot has them; each is worked out when something asks for it.

    ``wanted`` limits them to roots in some folders, ``tests`` says whether tests count, ``minor`` which Go 1.x builds
    them; with None the one in use.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        wanted: Callable[[Path], bool] = lambda _: True,
        *,
        tests: bool = True,
        minor: int | None = None,
    ) -> None:
        self.snapshot = snapshot
        self._wanted = wanted
        self._tests = tests
        self._minor = minor
        self._roots: list[tuple[Path, Kind]] | None = None
        self._made: dict[tuple[Path, Kind], Program] = {}
        self._linkers: dict[int, Linker] = {}
        self._reaches: dict[int, Reach] = {}

    def __iter__(self) -> Iterator[Program]:
        for folder, kind in self.roots:
            yield self._program(folder, kind)

    @property
    def roots(self) -> list[tuple[Path, Kind]]:
        """The folders of the programs: main packages first, then what has tests."""
        if self._roots is None:
            for source in self.snapshot.overlays.values():
                self._imports(source.folder)  # What the editor has changed makes the graph a new one.
            mains, tested = _candidates(self.snapshot)
            binaries = [one for one in sorted(filter(self._wanted, mains)) if self._imports(one).name == "main"]
            with_tests = [
                one for one in sorted(filter(self._wanted, tested)) if self._tests and self._imports(one).tested
            ]
            programs: list[tuple[Path, Kind]] = [(folder, "binary") for folder in binaries]
            tests: list[tuple[Path, Kind]] = [(folder, "test") for folder in with_tests]
            self._roots = programs + tests
        return self._roots

    def linking(self, source: Source) -> list[tuple[Program, Member]]:
        """Return the programs that a file is compiled into, and the package that it is a part of there."""
        found = ((program, program.compiles(source)) for program in self)
        return [(program, member) for program, member in found if member is not None]

    def library(self, folder: Path) -> Program:
        """Return what stands for a program that imports the package of a folder and nothing else."""
        return self._program(folder, "library")

    def test(self, folder: Path) -> Program:
        """Return the program that the tests of a folder's package are, whether there are any or not."""
        return self._program(folder, "test")

    def together(self, roots: Sequence[tuple[Path, Kind]]) -> Closure:
        """Return what programs of one world link, taken together: much faster than one after the other."""
        return closure_of_all(self.snapshot, roots, self._platform(roots[0][0]))

    def linker(self, program: Program) -> Linker:
        """Return the symbol table of a program."""
        known = self._linkers.get(id(program))
        if known is None:
            known = self._linkers[id(program)] = Linker(program)
        return known

    def reach(self, program: Program) -> Reach:
        """Return who refers to what in a program."""
        known = self._reaches.get(id(program))
        if known is None:
            known = self._reaches[id(program)] = Reach(program)
        return known

    def _imports(self, folder: Path) -> Imports:
        return self.snapshot.graph.direct(self.snapshot, folder, self._platform(folder))

    def _platform(self, folder: Path) -> Platform:
        platform = self.snapshot.platform(folder)
        return platform if self._minor is None else platform.of_release(self._minor)

    def _program(self, folder: Path, kind: Kind) -> Program:
        known = self._made.get((folder, kind))
        if known is None:
            platform = self._platform(folder)
            closure = self.snapshot.graph.kept(
                (folder, kind, platform), lambda: closure_of(self.snapshot, folder, kind, platform)
            )
            known = self._made[folder, kind] = Program(self.snapshot, folder, kind, platform, closure)
        return known


def _candidates(snapshot: Snapshot) -> tuple[set[Path], set[Path]]:
    """Return the folders of the workspace's modules that may hold a main package, and those with test files."""
    mains: set[Path] = set()
    tested: set[Path] = set()
    for world in snapshot.universe.worlds:
        for module in world.mains:
            if module.immutable:
                continue
            tree = snapshot.tree(tree_of(module))
            mains |= tree.main_folders
            tested |= tree.test_folders
    for path, source in snapshot.overlays.items():
        module = snapshot.worlds(source.folder)[0].module_of(source.folder)
        if module is None or module.kind not in ("main", "none"):
            continue
        if source.package_name == "main":
            mains.add(source.folder)
        if path.endswith("_test.go"):
            tested.add(source.folder)
    return mains, tested
