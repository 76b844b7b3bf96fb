"""Which packages there are to link to, by the folders alone: nothing is read of their files but the package clause."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build.files import walk_folders
from linkname_ls.build.modules import ModuleKind
from linkname_ls.build.reader import read_bytes
from linkname_ls.source.header import package_name

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.build.world import World
    from linkname_ls.links.snapshot import Snapshot

_NO_SYMBOLS = frozenset(("unsafe", "builtin"))
"""Packages that are documentation: the compiler has them built in."""
_HEAD = 16 << 10
"""How many bytes of a file are read for its package clause; one that comes later is not looked for."""


class Entry(NamedTuple):
    """A package that could be linked."""

    path: str
    """Its import path."""
    folder: str
    kind: ModuleKind
    """Of its module."""
    immutable: bool
    """Whether its files never change."""


def catalog(snapshot: Snapshot, folder: Path) -> tuple[Entry, ...]:
    """Return every package of the world that a folder is built in: its modules', the dependencies', the Go tree's.

    Internal ones too: a directive may name them all. The go command's own packages are left out for all but
    themselves, and so are those outside of modules. Kept until folders are said to have changed.
    """
    world = snapshot.worlds(folder)[0]
    own = snapshot.import_path(folder) or ""
    commands = own.startswith("cmd/")
    return snapshot.graph.kept(("catalog", world, commands), lambda: _catalog(world, commands=commands))


def _catalog(world: World, *, commands: bool) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for module in world.modules():
        if module.kind != "none":
            list_module = _kept if module.immutable else _listed
            for path, folder in list_module(module, commands):
                found.setdefault(path, Entry(path, folder, module.kind, module.immutable))
    return tuple(found.values())


def _listed(module: Module, commands: bool) -> tuple[tuple[str, str], ...]:  # noqa: FBT001 - as lru_cache wants it
    """Return the packages of a module: import paths and folders."""
    std = module.kind == "std"
    root = str(module.dir)
    cmd = os.path.join(root, "cmd")  # noqa: PTH118 - the fast path of large trees
    folders = walk_folders(
        module.dir,
        vendor=std,
        keep_modules=frozenset({cmd}) if std else frozenset(),
        skip_dirs=lambda folder: std and folder == cmd and not commands,
    )
    prefix = "" if std else module.path
    found: list[tuple[str, str]] = []
    for folder, names in folders:
        if not any(name.endswith(".go") and not name.endswith("_test.go") for name in names):
            continue
        below = os.path.relpath(folder, root).replace(os.sep, "/") if folder != root else ""
        path = "/".join(part for part in (prefix, below) if part)
        if path and not (std and path in _NO_SYMBOLS):
            found.append((path, folder))
    return tuple(found)


_kept = lru_cache(maxsize=2048)(_listed)


def is_program(entry: Entry) -> bool:
    """Whether a folder holds nothing but a main package: its symbols do not begin with its import path."""
    return _kept_program(entry.folder) if entry.immutable else _holds_program(entry.folder)


def _holds_program(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            paths = [one.path for one in entries if one.name.endswith(".go") and not one.name.endswith("_test.go")]
        return bool(paths) and all(_clause(path) == "main" for path in paths)
    except (OSError, ValueError):
        return False


_kept_program = lru_cache(maxsize=16384)(_holds_program)


def _clause(path: str) -> str:
    return package_name(read_bytes(path, _HEAD) or b"")
