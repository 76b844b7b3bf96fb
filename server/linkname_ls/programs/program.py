"""A program: a main package, or the test of a package, with everything that is linked into it.

Source: cmd/go/internal/load/pkg.go (``LinkerDeps``, cgo's own imports) and test.go (``TestPackagesFor``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.links.symbols import split_symbol
from linkname_ls.programs.member import Member, Node
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

Kind = Literal["binary", "test", "library"]
"""A library is no program: it stands for one that imports the package and nothing else."""

_TEST_MAIN = ("os", "reflect", "testing", "testing/internal/testdeps")
"""What the main package that ``go test`` writes imports."""


@dataclass(frozen=True)
class Closure:
    """What a program is made of: each package with the one that first imports it (None for the root)."""

    importer: Mapping[Node, Node | None]
    imports: Mapping[Node, tuple[Node, ...]]
    missing: frozenset[str]
    """Import paths for which there is no package."""

    @cached_property
    def importers(self) -> Mapping[Node, tuple[Node, ...]]:
        """The other way round: who imports each package."""
        found: dict[Node, list[Node]] = {}
        for node, imports in self.imports.items():
            for one in imports:
                found.setdefault(one, []).append(node)
        return {node: tuple(nodes) for node, nodes in found.items()}


class Program:
    """One binary that ``go build`` or ``go test`` would link, as one snapshot has it."""

    def __init__(self, snapshot: Snapshot, folder: Path, kind: Kind, platform: Platform, closure: Closure) -> None:
        self.snapshot = snapshot
        self.folder = folder
        self.kind: Kind = kind
        self.platform = platform
        self._closure = closure
        self._world = snapshot.worlds(folder)[0]
        self._by_node: dict[Node, Member] = {}

    @property
    def complete(self) -> bool:
        """Whether every package that is imported has been found."""
        return not self._closure.missing

    @property
    def name(self) -> str:
        """What people call it: the import path of its main package or of the package that it tests."""
        return self.snapshot.import_path(self.folder) or self.folder.name

    @cached_property
    def root(self) -> Member:
        """Its main package, or the package under test."""
        return self._member(Node(self.folder))

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """All packages that are linked, by import path."""
        return {member.path: member for member in map(self._member, self._closure.importer)}

    def member_of(self, folder: Path, *, external: bool = False) -> Member | None:
        """Return the package of a folder if it is linked."""
        node = Node(folder, external)
        return self._member(node) if node in self._closure.importer else None

    def named(self, symbol: str) -> Member | None:
        """Return the member whose prefix a symbol has; None when no such package is linked."""
        parts = split_symbol(symbol)
        return self.by_path(parts[0]) if parts is not None else None

    def by_path(self, path: str) -> Member | None:
        """Return the member whose symbols begin with an import path, or with "main"."""
        if path == "main":
            return self.root if self.kind == "binary" else None
        for folder, external in self._places(path):
            member = self.member_of(folder, external=external)
            if member is not None and member.path == path and member.prefix != "main":
                return member
        return None

    def _places(self, path: str) -> Iterator[tuple[Path, bool]]:
        """Yield the folders that an import path may mean, and whether the external test package there."""
        for external, own in ((False, path), (True, path.removesuffix("_test"))):
            folder = self.snapshot.import_folder(own, self.folder)
            if folder is not None and (not external or own != path):
                yield folder, external
        # A package outside of any module goes by the name that the go command gives it.
        yield self.folder, False

    def compiles(self, source: Source) -> Member | None:
        """Return the package as part of which a file is compiled; None when it is not."""
        for external in (False, True):
            member = self.member_of(source.folder, external=external)
            if member is not None and member.holds(source):
                return member
        return None

    def importers(self, path: str) -> tuple[Member, ...]:
        """Return the members that import a member."""
        member = self.members.get(path)
        return tuple(map(self._member, self._closure.importers.get(member.node, ()))) if member is not None else ()

    def imported(self, path: str) -> tuple[Member, ...]:
        """Return the members that a member imports."""
        member = self.members.get(path)
        return tuple(map(self._member, self._closure.imports.get(member.node, ()))) if member is not None else ()

    def chain(self, member: Member) -> list[str]:
        """Return how the root comes to import a member: import paths, the root first."""
        found: list[str] = []
        node: Node | None = member.node
        while node is not None:
            found.append(self._member(node).path)
            node = self._closure.importer.get(node)
        return found[::-1]

    def _member(self, node: Node) -> Member:
        known = self._by_node.get(node)
        if known is not None:
            return known
        own = node.folder == self.folder
        path = self._world.import_path(node.folder) or self.snapshot.import_path(node.folder) or node.folder.name
        tested, main = own and self.kind == "test", own and self.kind == "binary"

        def make() -> Member:
            return Member(self.snapshot, node, path, self.platform, tested=tested, main=main)

        # Most packages are compiled in one way for all programs, and the same as before the last edit.
        key = node, path, self.platform, tested, main
        known = self.snapshot.graph.made(self.snapshot, node.folder, key, make)
        self._by_node[node] = known
        return known


def closure_of(snapshot: Snapshot, folder: Path, kind: Kind, platform: Platform) -> Closure:
    """Follow the imports of a program from its root, breadth first, to all that is linked."""
    return closure_of_all(snapshot, [(folder, kind)], platform)


def closure_of_all(snapshot: Snapshot, roots: Sequence[tuple[Path, Kind]], platform: Platform) -> Closure:
    """Follow the imports of some programs of one world together: a package's importer is the nearest to any root."""
    graph = snapshot.graph
    tested = {Node(folder): kind == "test" for folder, kind in sorted(roots, key=lambda one: one[1] == "test")}
    importer: dict[Node, Node | None] = dict.fromkeys(tested)
    for root in [
        root for root in tested if tested[root] and graph.direct(snapshot, root.folder, platform).has_external
    ]:
        importer[Node(root.folder, external=True)] = root
    pending = list(importer)
    imports: dict[Node, tuple[Node, ...]] = {}
    missing: set[str] = set()
    for node in pending:  # grows while it is walked
        direct = graph.direct(snapshot, node.folder, platform)
        paths = direct.external if node.external else direct.own
        if node in tested:
            # Every binary holds the runtime, whoever imports it, and what a sanitizer needs.
            sanitizers = [f"runtime/{one}" for one in ("race", "msan", "asan") if one in platform.tags]
            paths = (*paths, "runtime", *sanitizers, *((*direct.test, *_TEST_MAIN) if tested[node] else ()))
        found = [snapshot.import_folder(path, node.folder, roots[0][0]) for path in paths]
        missing.update(path for path, one in zip(paths, found, strict=True) if one is None)
        imports[node] = tuple(dict.fromkeys(Node(folder) for folder in found if folder is not None))
        for one in imports[node]:
            if one not in importer:
                importer[one] = node
                pending.append(one)
    return Closure(importer, imports, frozenset(missing))
