"""What is indexed as one: a module, or the Go tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple


class Tree(NamedTuple):
    """A folder to index: a module's root, or GOROOT/src."""

    root: Path
    immutable: bool
    vendor: bool
    """Whether ``vendor`` folders below it belong to it."""
    keep_modules: frozenset[str] = frozenset()
    """Folders with a go.mod of their own that belong to it all the same (GOROOT/src/cmd)."""
    flat: bool = False
    """Whether only the folder itself belongs to it."""

    @property
    def sealed(self) -> bool:
        """Whether Go itself has checked every file: a module version in the module cache.

        A released Go tree counts as immutable, but people do try things in theirs.
        """
        return self.immutable and not self.vendor

    @property
    def key(self) -> list[object]:
        """What tells it from other trees, in types that JSON knows."""
        return [str(self.root), self.immutable, self.vendor, sorted(self.keep_modules), self.flat]

    @property
    def walk(self) -> dict[str, Any]:
        """How its folders are found: arguments for ``build/files.py`` ``walk_folders``."""
        return {"root": str(self.root), "vendor": self.vendor, "keep_modules": self.keep_modules, "flat": self.flat}

    @property
    def how(self) -> dict[str, bool]:
        """How its folders are searched: arguments for ``links/search.py`` ``Search``."""
        return {"sealed": self.sealed, "mains": not self.immutable}


def go_tree(source: Path, *, immutable: bool) -> Tree:
    """Return GOROOT/src as a tree, with the packages of the commands and those that are vendored."""
    return Tree(source, immutable, vendor=True, keep_modules=frozenset({str(source / "cmd")}))
