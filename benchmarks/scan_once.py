"""Searches a tree for link sites as the server does, in a process of its own, and prints what that took as JSON.

Run: python scan_once.py FOLDER. "wall" and "cpu" are seconds of the search alone: Python's start and the imports are
not in them. "files" are those with a directive or another link site.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe


def main() -> None:
    root = Path(sys.argv[1]).resolve()
    snapshot = Snapshot(Universe([root], read_toolchain(os.environ)), {}, SourceStore(), Index())
    tree = next(tree for tree in snapshot.trees(root) if tree.root == root)
    began, used = time.perf_counter(), time.process_time()
    found = snapshot.tree(tree)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    print(json.dumps({"wall": wall, "cpu": cpu, "files": sorted({*found.files, *found.directive_counts})}))


if __name__ == "__main__":
    main()
