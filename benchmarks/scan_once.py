"""Searches a tree for directives as the index does, in a process of its own, and prints what that took as JSON.

`python scan_once.py FOLDER`: files that hold a directive. `python scan_once.py --sites FOLDER`: their link sites too.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from linkname_ls.build.files import walk
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links.index import Index, Tree, scan_tree
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore, read_bytes
from linkname_ls.links.universe import Universe
from linkname_ls.source.directives import MARKERS


def main() -> None:
    *flags, folder = sys.argv[1:]
    root = Path(folder).resolve()
    snapshot = Snapshot(Universe([root], read_toolchain(os.environ)), {}, SourceStore(), Index())
    tree = next(tree for tree in snapshot.trees(root) if tree.root == root)
    began, used = time.perf_counter(), time.process_time()
    found = sites(tree) if "--sites" in flags else hits(tree)
    print(json.dumps({"wall": time.perf_counter() - began, "cpu": time.process_time() - used, "files": found}))


def hits(tree: Tree) -> list[str]:
    """Return the Go files of a tree that hold a directive, by a search for bytes."""
    found: list[str] = []
    for path in walk(tree.root, vendor=tree.vendor, keep_modules=tree.keep_modules):
        if path.endswith(".go"):
            data = read_bytes(path)
            if data is not None and any(marker in data for marker in MARKERS):
                found.append(path)
    return found


def sites(tree: Tree) -> list[str]:
    """Return the files of a tree that hold link sites, as the index has them."""
    return list(scan_tree(tree, lambda folder: folder.name).files)


if __name__ == "__main__":
    main()
