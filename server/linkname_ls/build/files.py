"""The source files of a module, as ``go list ./...`` walks it.

Source: cmd/go/internal/modload/search.go ``matchPackages``, go/build/build.go ``Import``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_FILE_BYTES = 128 << 20
"""A larger file is taken as empty: nobody writes one, and a few of them would not fit into memory."""

_SKIPPED = frozenset({"testdata", "node_modules"})
"""Go skips ``testdata``. Nobody keeps packages in ``node_modules``, and its trees are huge."""


def walk(
    root: Path,
    *,
    vendor: bool = False,
    keep_modules: frozenset[str] = frozenset(),
    on_module: Callable[[str], None] | None = None,
    skip_dirs: Callable[[str], bool] | None = None,
    flat: bool = False,
) -> Iterator[str]:
    """The paths of the ``.go`` and ``.s`` files below ``root``, in a fixed order.

    Skips what the go command skips: folders named ``testdata`` or beginning with "_" or ".", ``vendor``
    folders (unless ``vendor``), nested modules (``on_module`` is told their paths), files that begin with
    "_" or "." and all that is not a regular file or a link to one. Linked folders are not entered.
    ``keep_modules`` are paths of nested modules to enter all the same, such as GOROOT/src/cmd;
    ``skip_dirs`` is asked about every other folder; ``flat`` skips all of them. Folders that cannot be read count as
    empty.
    """
    found = walk_folders(
        root, vendor=vendor, keep_modules=keep_modules, on_module=on_module, skip_dirs=skip_dirs, flat=flat
    )
    for folder, names in found:
        start = below(folder)
        for name in names:
            yield start + name


def below(folder: str) -> str:
    """Return what the paths of a folder's files begin with."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def walk_folders(
    root: Path | str,
    *,
    vendor: bool = False,
    keep_modules: frozenset[str] = frozenset(),
    on_module: Callable[[str], None] | None = None,
    skip_dirs: Callable[[str], bool] | None = None,
    flat: bool = False,
) -> Iterator[tuple[str, list[str]]]:
    """The folders that :func:`walk` goes through, and the names of the files in each; those without any too."""
    pending = [str(root)]
    first = True
    while pending:
        folder = pending.pop()
        files, folders, is_module = _read_folder(folder, vendor=vendor)
        if is_module and not first and folder not in keep_modules:
            if on_module is not None:
                on_module(folder)
            continue
        first = False
        yield folder, files
        if flat:
            return
        pending.extend(sub for sub in folders if skip_dirs is None or not skip_dirs(sub))


def names_in(folder: str, *, vendor: bool) -> tuple[list[str], bool]:
    """The names of the files that :func:`walk` finds in one folder, in its order, and whether it has a go.mod."""
    files, _, is_module = _read_folder(folder, vendor=vendor)
    return files, is_module


def _read_folder(folder: str, *, vendor: bool) -> tuple[list[str], list[str], bool]:
    """Names of files (sorted), paths of folders to enter (sorted for a stack: backwards), whether it is a module."""
    files: list[str] = []
    folders: list[str] = []
    is_module = False
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name[0] in "_.":
                    continue
                if name.endswith((".go", ".s")):
                    if entry.is_file():
                        files.append(name)
                        continue
                elif name == "go.mod":
                    is_module = entry.is_file()
                    continue
                elif name in _SKIPPED or (name == "vendor" and not vendor):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    except (OSError, ValueError):
        # Vanished or forbidden: what was read until then still counts.
        pass
    files.sort()
    folders.sort(reverse=True)
    return files, folders, is_module
