"""Times what a user waits for. Run: python benchmarks/run.py [--runs N]. Needs Go on PATH.

Each figure is the median (and the range) of several runs on this machine; compare figures of one run only.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from lsprotocol import types

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links.cache import VARIABLE, Cache
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from support.client import Editor
from support.txtar import write

SMALL = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    """


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    goroot = Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
    source = goroot / "src"
    with tempfile.TemporaryDirectory() as folder:
        small = write(Path(folder).resolve() / "small", SMALL).root
        # Servers find what the one before them has kept.
        os.environ[VARIABLE] = kept = f"{folder}/cache"
        rows: list[tuple[str, list[float]]] = [
            ("read every file of GOROOT/src (the floor)", measure(runs, lambda: read_all(source))),
            ("full index of GOROOT/src, nothing kept", measure(runs, lambda: index(source, Cache(None)))),
            ("full index of GOROOT/src, kept by the last run", measure(runs, lambda: index(source, Cache(Path(kept))))),
            ("spawn to initialize response", [start(small) for _ in range(runs)]),
            ("spawn to first definition, small module", [first(small, small / "a/a.go", 5, 5) for _ in range(runs)]),
            (
                "spawn to first definition, GOROOT/src, time.now",
                [
                    first(source, source / "time/time.go", *find(source / "time/time.go", "func now(", 5))
                    for _ in range(runs)
                ],
            ),
            ("edit to diagnostics, small file", edits(small, small / "a/a.go", runs * 5)),
            ("edit to diagnostics, runtime/proc.go", edits(source, source / "runtime/proc.go", runs * 5)),
        ]
    print(f"{'':52}{'median':>10}{'min':>10}{'max':>10}  (ms)")
    for name, seconds in rows:
        low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
        print(f"{name:52}{middle * 1000:10.1f}{low * 1000:10.1f}{high * 1000:10.1f}")


def measure(runs: int, work: Callable[[], object]) -> list[float]:
    """Time some work, after one run that does not count."""
    work()
    seconds: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


def read_all(source: Path) -> int:
    total = 0
    for folder, _, files in os.walk(source):
        for name in files:
            if name.endswith((".go", ".s")):
                total += len(Path(folder, name).read_bytes())
    return total


def index(source: Path, cache: Cache) -> int:
    universe = Universe([source], read_toolchain(os.environ))
    snapshot = Snapshot(universe, {}, SourceStore(), Index(cache), complete=True)
    return sum(tree.directives for tree in snapshot.searched_trees(source))


def start(root: Path) -> float:
    started = time.perf_counter()
    with Editor(root):
        return time.perf_counter() - started


def first(root: Path, path: Path, line: int, character: int) -> float:
    started = time.perf_counter()
    with Editor(root) as editor:
        editor.open(path)
        assert editor.definition(path, line, character)
        return time.perf_counter() - started


def find(path: Path, text: str, character: int) -> tuple[int, int]:
    return next(at for at, line in enumerate(path.read_text().split("\n")) if line.startswith(text)), character


def edits(root: Path, path: Path, runs: int) -> list[float]:
    """Time from a typed character to the diagnostics of that version, the index being ready."""
    seconds: list[float] = []
    here = types.Range(types.Position(0, 0), types.Position(0, 0))
    with Editor(root) as editor:
        editor.open(path)
        editor.diagnostics(path)
        editor.references(path, 5, 5)
        for _ in range(runs):
            started = time.perf_counter()
            editor.change(path, types.TextDocumentContentChangePartial(range=here, text="/"))
            editor.diagnostics(path)
            seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    main()
