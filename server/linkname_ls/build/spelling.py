"""One spelling for each file: a symbolic link may lead to what the workspace holds under another name.

Two names of one file would be two files with two declarations of everything, and a change made twice. The spelling of
the workspace's own folders is the one to answer in; what lies elsewhere is left as it is spelled.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build import paths

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spelling:
    """How the files of some folders are spelled."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        known: dict[str, str] = {}
        for folder in folders:
            known.setdefault(paths.real(str(folder)), str(folder))
        # Of folders inside each other the innermost says it.
        self._roots = sorted(known.items(), key=lambda one: -len(one[0]))
        self._folder = lru_cache(maxsize=4096)(self._find)

    def folder(self, folder: Path) -> Path:
        """Return a folder as the workspace spells it; as it is when it lies outside."""
        return self._folder(folder) if self._roots else folder

    def file(self, path: Path) -> Path:
        """Return a file in such a folder; a link to a file is a file of its own, as it is for the go command."""
        folder = self.folder(path.parent)
        return path if folder is path.parent or folder == path.parent else folder / path.name

    def _find(self, folder: Path) -> Path:
        real = paths.real(str(folder))
        for root, spelled in self._roots:
            below = paths.relative(real, root)
            if below is not None:
                return Path(spelled, below) if below else Path(spelled)
        return folder
