"""Which scanner this is, and where it keeps what it has found in a tree."""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls import __version__

if TYPE_CHECKING:
    from linkname_ls.links.tree import Tree

SCANNER = (
    "build/files.py",
    "build/reader.py",
    "links/beside.py",
    "links/cache.py",
    "links/other.py",
    "links/scan.py",
    "links/search.py",
    "links/served.py",
    "links/sites.py",
    "links/tree.py",
    "source/assembly.py",
    "source/certainty.py",
    "source/comments.py",
    "source/directives.py",
    "source/positions.py",
    "source/preprocessor.py",
)
"""The modules that decide what a search finds: all that links/scan.py and links/served.py import
(tests/links/test_cache.py)."""

FOLDER = "index-"
"""What the folders of all scanners are called, with the scanner behind it."""


@lru_cache(maxsize=1)
def scanner() -> str:
    """Return 8 hexadecimal digits that are others whenever a search could find something else."""
    check = zlib.crc32(__version__.encode())
    package = Path(__file__).parent.parent
    for name in SCANNER:
        # An installation without sources is a released one.
        with contextlib.suppress(OSError):
            check = zlib.crc32((package / name).read_bytes(), check)
    return f"{check:08x}"


def is_new(folder: Path) -> bool:
    """Whether nothing was ever kept below a folder for caches, by this scanner or another."""
    try:
        return not any(name.startswith(FOLDER) for name in os.listdir(folder))  # noqa: PTH208 - at every start
    except OSError:
        return True


def file_of(folder: Path, tree: Tree) -> Path:
    """Return where below the folder for caches the file of a tree is, or would be."""
    key = json.dumps(tree.key).encode()
    return folder / f"{FOLDER}{scanner()}" / f"{zlib.crc32(key):08x}{zlib.adler32(key):08x}.json"
