"""Who imports whom: the direct imports of each folder's packages, as a platform builds them.

Read from the headers of the files alone, and kept: of folders that never change for good, of others until they are
said to have changed or the editor holds another text.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from linkname_ls.build.constraints import file_constraint, ignored_name
from linkname_ls.build.reader import read_bytes
from linkname_ls.links.packages import PackageStore
from linkname_ls.source.header import Import, read_header

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

T = TypeVar("T")


class Imports(NamedTuple):
    """The import paths that the files of one folder name, sorted; those of cgo's own making among them."""

    name: str
    """The name of the package that others import, "" where no file is built."""
    own: tuple[str, ...]
    """Of what ``go build`` compiles."""
    test: tuple[str, ...]
    """Of the package's own test files."""
    external: tuple[str, ...]
    """Of the external test package's files."""
    tested: bool
    """Whether ``go test`` has anything to build."""
    has_external: bool
    """Whether there is an external test package."""
    cgo: bool
    """Whether cgo makes a part of it."""


class _Entry(NamedTuple):
    imports: Imports
    overlays: tuple[Source, ...]
    """The texts of the editor that it was made from."""
    immutable: bool
    """Whether the folder's files on disk never change."""


class _Made(NamedTuple):
    """What was made from one folder's files."""

    value: object
    overlays: tuple[Source, ...]
    immutable: bool


class ImportGraph:
    """The imports of all folders that were asked for. Safe to use from several threads.

    ``version`` grows with each change, so that what was made from the graph can be kept as long as it stays the same.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[Path, Platform], _Entry] = {}
        self._kept: dict[Hashable, tuple[int, object]] = {}
        self._made: dict[tuple[Path, Hashable], _Made] = {}
        self.packages = PackageStore()
        """The packages, kept alongside: both hold for one set of modules and one platform."""
        self.version = 0

    def direct(self, snapshot: Snapshot, folder: Path, platform: Platform) -> Imports:
        """Return the imports of a folder's packages; empty ones for a folder that cannot be read."""
        key = folder, platform
        overlays = snapshot.overlays_in(folder)
        known = self._entries.get(key)
        if known is not None and known.overlays == overlays:
            return known.imports
        imports = _read(snapshot, folder, platform)
        module = snapshot.worlds(folder)[0].module_of(folder)
        immutable = module is not None and module.immutable
        with self._lock:
            if known is not None and known.imports != imports:
                self.version += 1
            self._entries[key] = _Entry(imports, overlays, immutable)
        return imports

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made from the graph under ``key``, made anew when the graph has changed since."""
        version = self.version
        known = self._kept.get(key)
        if known is not None and known[0] == version:
            return cast("T", known[1])
        made = make()
        with self._lock:
            self._kept[key] = version, made
        return made

    def made(self, snapshot: Snapshot, folder: Path, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made from a folder's files under ``key``, made anew when they have changed since."""
        overlays = snapshot.overlays_in(folder)
        known = self._made.get((folder, key))
        if known is not None and known.overlays == overlays:
            return cast("T", known.value)
        module = snapshot.worlds(folder)[0].module_of(folder)
        value = make()
        with self._lock:
            self._made[folder, key] = _Made(value, overlays, module is not None and module.immutable)
        return value

    def forget(self, folders: Iterable[Path] | None = None) -> None:
        """Read these folders again when next asked for; with None all that can change."""
        with self._lock:
            gone = None if folders is None else set(folders)
            for key, entry in list(self._entries.items()):
                if not entry.immutable if gone is None else key[0] in gone:
                    del self._entries[key]
            for place, made in list(self._made.items()):
                if not made.immutable if gone is None else place[0] in gone:
                    del self._made[place]
            self.packages.forget(gone)
            self.version += 1


class _Header(NamedTuple):
    """The top of a Go file that is built."""

    test: bool
    package: str
    imports: tuple[Import, ...]
    cgo: bool


def _read(snapshot: Snapshot, folder: Path, platform: Platform) -> Imports:
    built = list(_held(snapshot, folder, platform) if snapshot.overlays_in(folder) else _on_disk(folder, platform))
    names = [header.package for header in built if not header.test]
    if not names:
        names = [header.package.removesuffix("_test") for header in built]
    name = max(set(names), key=names.count) if names else ""
    own: set[str] = set()
    test: set[str] = set()
    external: set[str] = set()
    cgo = tested = has_external = False
    for header in built:
        if not header.test:
            paths = own
        elif header.package == f"{name}_test":
            paths, has_external = external, True
        else:
            paths = test
        tested = tested or header.test
        paths.update(one.path for one in header.imports)
        if header.cgo:
            # cmd/go/internal/load/pkg.go: what cgo's own code needs (cgoExclude, cgoSyscallExclude).
            cgo = True
            paths.update(("runtime/cgo", "syscall"))
    for paths in (own, test, external):
        paths.difference_update(("C", "unsafe"))
    return Imports(name, tuple(sorted(own)), tuple(sorted(test)), tuple(sorted(external)), tested, has_external, cgo)


def _held(snapshot: Snapshot, folder: Path, platform: Platform) -> Iterator[_Header]:
    """Yield the headers of a folder in which the editor holds files: its packages are there already."""
    for package in snapshot.packages(folder):
        for source in package.sources:
            if source.in_build(platform):
                yield _Header(source.is_test, source.package_name, source.imports, source.uses_cgo)


def _on_disk(folder: Path, platform: Platform) -> Iterator[_Header]:
    """Yield the headers of a folder of which nothing else may ever be of interest: no file of it is kept."""
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.name.endswith(".go") and one.is_file()]
    except (OSError, ValueError):
        return
    for name in names:
        data = read_bytes(f"{folder}{os.sep}{name}") if not ignored_name(name) else None
        if data is None or not file_constraint(name, data).holds(platform):
            continue
        package, imports = read_header(data)
        cgo = any(one.path == "C" for one in imports)
        if package and (platform.cgo or not cgo):
            yield _Header(name.endswith("_test.go"), package, imports, cgo)
