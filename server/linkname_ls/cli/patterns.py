"""What the arguments of ``linkname-ls check`` mean: files, folders and package patterns, as ``go build`` takes them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.files import walk
from linkname_ls.build.patterns import matcher, split_pattern
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.cli.session import UsageError, absolute
from linkname_ls.links.sources import language_of
from linkname_ls.links.universe import Universe

if TYPE_CHECKING:
    from linkname_ls.build.world import World
    from linkname_ls.links.snapshot import Snapshot


def resolve(text: str) -> list[Path]:
    """Return the files and folders that an argument means; with a folder goes all that is below it.

    A path goes before an import path of the same spelling. Raises UsageError for what is neither, and for a pattern
    that matches nothing.
    """
    front, rest = split_pattern(text)
    if rest in ("", "..."):
        return [_resolve_one(front or ".", text)]
    found = sorted(set(_matching(front, rest) if text.startswith((".", "/")) else _matching_packages(text)))
    topmost = [folder for folder in found if not any(above in found for above in folder.parents)]
    if not topmost:
        raise UsageError(f"{text} matches no package.")
    return topmost


def _resolve_one(path: str, text: str) -> Path:
    place = absolute(path)
    if place.is_file() and language_of(place.name) != "go":
        raise UsageError(f"{text} is not a .go file.")
    if place.exists():
        return place
    found = None if path.startswith((".", "/")) else _package_folder(path.rstrip("/"))
    if found is None:
        raise UsageError(f"{text} is neither a file or folder nor a package.")
    return found


def _world() -> World:
    return Universe([Path.cwd()], read_toolchain(os.environ)).worlds[0]


def _package_folder(path: str) -> Path | None:
    """Return the folder of a package or module by its import path, as the current folder sees it; None for neither.

    "std" and "cmd" are the folders of the Go tree that hold those packages.
    """
    world = _world()
    roots = {module.kind if module.kind == "std" else module.path: module.dir for module in world.modules()}
    if path == "cmd" and "std" in roots:
        return roots["std"] / "cmd"
    return world.package_dir(path) or roots.get(path)


def _matching(front: str, rest: str) -> Iterator[Path]:
    """Yield the folders with Go files below one whose relative path matches a pattern."""
    start = absolute(front)
    matches = matcher(rest)
    for folder in _folders(start):
        if matches(folder.relative_to(start).as_posix()):
            yield folder


def _matching_packages(pattern: str) -> Iterator[Path]:
    """Yield the folders of the packages whose import paths match a pattern."""
    world = _world()
    matches = matcher(pattern)
    for module in world.modules():
        if module.kind in ("main", "std"):
            for folder in _folders(module.dir):
                path = world.import_path(folder)
                if path is not None and matches(path):
                    yield folder


def _folders(root: Path) -> set[Path]:
    return {Path(path).parent for path in walk(root)}


def source_files(snapshot: Snapshot, paths: Sequence[Path]) -> Iterator[str]:
    """Yield the Go and assembly files of the arguments, each once, those of nested modules too."""
    seen: set[str] = set()
    for start in paths:
        if start.is_file():
            if str(start) not in seen:
                seen.add(str(start))
                yield str(start)
            continue
        pending = [start]
        while pending:
            root = pending.pop()
            module = snapshot.worlds(root)[0].module_of(root)
            std = module is not None and module.kind == "std"
            nested: list[str] = []
            for path in walk(root, vendor=std, on_module=nested.append):
                if path not in seen:
                    seen.add(path)
                    yield path
            pending.extend(Path(folder) for folder in sorted(nested, reverse=True))
