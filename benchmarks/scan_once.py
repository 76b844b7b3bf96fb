"""Searches a tree for link sites as the server does, in a process of its own, and prints what that took as JSON.

Run: python scan_once.py FOLDER [--list|--two]. "wall" and "cpu" are seconds of the search alone, with what it starts:
Python's start and the imports are not in them. "files" are those with a directive or another link site. With --list
they are only listed, Go files alone, as ripgrep does with -l: the server's own walk, reading and search as for a module
in the module cache, of which no time stamps are taken; nothing is read of what they find. With --two the same is done
by two processes, as the server does where there are so many files.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from pathlib import Path

from linkname_ls.build.files import walk_folders
from linkname_ls.build.reader import Reader
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links import other
from linkname_ls.links.beside import search_all
from linkname_ls.links.index import Index
from linkname_ls.links.search import Search
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.source.directives import has_marker


def list_files(root: Path) -> set[str]:
    """List the Go files of a tree that hold a mark, as the server's search does before it reads further."""
    reader, found = Reader(marking=False), set[str]()
    for folder, names in walk_folders(root, vendor=True, keep_modules=frozenset({str(root / "cmd")})):
        wanted = [name for name in names if name.endswith(".go")]
        for name, size in reader.read(folder, wanted, {}, {}):
            if size > 0 and has_marker(reader.data, size):
                found.add(f"{folder}/{name}")
    return found


LISTING = """
from linkname_ls.links import search
class Hit: accepted, local, target = True, None, None
search.scan_pragmas = lambda data: ((Hit,), ())
"""
"""Has a search take a file that holds a mark for one with a directive, without reading it."""


def list_by_two(root: Path) -> set[str]:
    """The same by two processes, where there are so many files that the server starts another one."""
    exec(LISTING, {})
    other.PROGRAM = other.PROGRAM.replace("; from", f"; exec({LISTING!r}, {{}}); from", 1)
    walked = walk_folders(root, vendor=True, keep_modules=frozenset({str(root / "cmd")}))
    wanted = ((folder, [name for name in names if name.endswith(".go")]) for folder, names in walked)
    search = Search(sealed=True, mains=False)
    found = search_all(search, (job for job in wanted if job[1]), lambda _: "", None, alone=False)
    return {f"{job.folder}/{name}" for job, one in found for name in one.directives}


def processor_time() -> float:
    """Return the seconds of processor time of this process and those that it has started and ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def main() -> None:
    root = Path(sys.argv[1]).resolve()
    # As in the server.
    sys.setswitchinterval(0.001)
    gc.freeze()
    if "--list" in sys.argv or "--two" in sys.argv:
        began, used = time.perf_counter(), processor_time()
        listed = list_files(root) if "--list" in sys.argv else list_by_two(root)
        wall, cpu = time.perf_counter() - began, processor_time() - used
        print(json.dumps({"wall": wall, "cpu": cpu, "files": sorted(listed)}))
        return
    snapshot = Snapshot(Universe([root], read_toolchain(os.environ)), {}, SourceStore(), Index())
    tree = next(tree for tree in snapshot.trees(root) if tree.root == root)
    began, used = time.perf_counter(), processor_time()
    found = snapshot.tree(tree)
    wall, cpu = time.perf_counter() - began, processor_time() - used
    print(json.dumps({"wall": wall, "cpu": cpu, "files": sorted({*found.files, *found.directive_counts})}))


if __name__ == "__main__":
    main()
