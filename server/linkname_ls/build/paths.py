"""Folders as strings: this layer asks the file system often, and ``pathlib`` costs more than the question."""

# ruff: noqa: PTH100, PTH112, PTH113, PTH117, PTH118, PTH119, PTH120

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def absolute(path: Path | str) -> str:
    """The path without "..", absolute, its links not resolved."""
    try:
        return os.path.abspath(path)
    except (OSError, ValueError):
        return str(path)


def real(path: str) -> str:
    """The path with all links resolved; itself when that fails."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return path


def join(folder: str, *elements: str) -> str:
    """A path below a folder."""
    return os.path.join(folder, *elements)


def parent(path: str) -> str:
    """The folder above; the path itself at the file system's root."""
    return os.path.dirname(path)


def name(path: str) -> str:
    """The last element of a path."""
    return os.path.basename(path)


def is_absolute(path: str) -> bool:
    """Whether the path is absolute; False for ""."""
    return os.path.isabs(path)


def same(a: str, b: str) -> bool:
    """Whether two spellings name one folder."""
    return a == b or real(a) == real(b)


def ancestors(folder: str) -> Iterator[str]:
    """The folder itself, its parent and so on up to the file system's root."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def relative(folder: str, root: str) -> str | None:
    """The way from ``root`` down to ``folder``, with slashes, "" for itself; None when it is not below."""
    if folder == root:
        return ""
    prefix = root if root.endswith(os.sep) else root + os.sep
    return folder[len(prefix) :].replace(os.sep, "/") if folder.startswith(prefix) else None


def is_file(path: str) -> bool:
    """Whether this is a file, or a link to one."""
    try:
        return os.path.isfile(path)
    except ValueError:
        return False


def is_dir(path: str) -> bool:
    """Whether this is a folder, or a link to one."""
    try:
        return os.path.isdir(path)
    except ValueError:
        return False


def has_go_files(folder: str) -> bool:
    """Whether the folder could be a package: it has any ``.go`` file, built or not (fsys ``IsGoDir``)."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(".go") and entry.is_file() for entry in entries)
    except (OSError, ValueError):
        return False


def temp_dir() -> str:
    """The folder whose own go.mod Go does not believe in (os.TempDir); "" where that is not known."""
    return "" if sys.platform == "win32" else os.environ.get("TMPDIR") or "/tmp"  # noqa: S108


def import_prefixes(import_path: str) -> Iterator[tuple[str, str]]:
    """Every split of an import path into a module path and the rest, the longest module path first."""
    end = len(import_path)
    while end > 0:
        yield import_path[:end], import_path[end + 1 :]
        end = import_path.rfind("/", 0, end)


def is_import_path(path: str) -> bool:
    """Whether this can name a package: no empty, "." or ".." element, nothing that leaves a folder."""
    if not path or any(char in '\\:@"`*<>|?\0\n' for char in path):
        return False
    return all(element not in ("", ".", "..") for element in path.split("/"))


def program(name: str, folders: Iterable[str]) -> str | None:
    """The first program of a name in those of the folders that are absolute; None for none.

    A relative folder, and on Windows the working one that nobody names, may be a stranger's: as Go's os/exec, we run
    nothing from there.
    """
    endings = (".exe", ".cmd", ".bat", "") if sys.platform == "win32" else ("",)
    files = (join(folder, name + ending) for folder in folders if is_absolute(folder) for ending in endings)
    return next((file for file in files if is_file(file) and os.access(file, os.X_OK)), None)


def is_released_tree(src: str) -> bool:
    """Whether a Go tree, by its folder of packages, is one that nobody works on: it has VERSION, and no git."""
    goroot = parent(src)
    return is_file(join(goroot, "VERSION")) and not os.path.lexists(join(goroot, ".git"))
