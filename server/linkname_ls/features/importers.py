"""The files of the workspace that import a package, found by a search for bytes before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.files import walk
from linkname_ls.build.reader import read_bytes
from linkname_ls.links.universe import tree_of

if TYPE_CHECKING:
    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


def importers(snapshot: Snapshot, package: Package, *names: str) -> Iterator[tuple[Source, str]]:
    """Yield the Go files that import a package and hold one of the names, and what each calls the package.

    That is "." for a dot import. Of every platform, with tests and the package's own external ones; of the main modules
    of the workspace only. None for package main, which nobody imports.
    """
    if package.name == "main" or package.external:
        return
    words = [name.encode() for name in names]
    # An import spells the path to its end, whatever the package calls itself.
    last = package.path.rpartition("/")[2].encode()
    for path in _files(snapshot):
        overlay = snapshot.overlays.get(path)
        data = overlay.data if overlay is not None else read_bytes(path)
        if data is None or last not in data or not any(word in data for word in words):
            continue
        source = snapshot.source(path)
        if source is None or (source.folder == package.folder and source.package_name == package.name):
            continue
        for one in source.imports:
            if one.name == "_" or last not in one.path.encode():
                continue
            if snapshot.import_folder(one.path, source.folder) == package.folder:
                yield source, one.name or package.name


def _files(snapshot: Snapshot) -> Iterator[str]:
    """Yield the Go files of the workspace's main modules, those that only the editor holds too."""
    seen: set[str] = set()
    roots = {tree_of(module): module for world in snapshot.universe.worlds for module in world.mains}
    for tree, module in roots.items():
        files = walk(module.dir, vendor=tree.vendor, keep_modules=tree.keep_modules, flat=tree.flat)
        for path in files:
            if path.endswith(".go") and path not in seen:
                seen.add(path)
                yield path
    for path in snapshot.overlays:
        if path.endswith(".go") and path not in seen and in_workspace(snapshot, Path(path).parent):
            yield path


def in_workspace(snapshot: Snapshot, folder: Path) -> bool:
    """Whether a folder belongs to a main module of the workspace; a Go tree's cmd is a part of that tree."""
    for world in snapshot.universe.worlds:
        module = world.module_of(folder)
        if module is not None and any(module == main or module.kind == main.kind == "std" for main in world.mains):
            return True
    return False
