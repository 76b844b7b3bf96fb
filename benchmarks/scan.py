"""Goal 5: searching whole trees for directives, beside ripgrep; and the index from nothing and from its cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import modules
import servers
import trees
from modules import Module
from servers import KEPT
from session import Session
from startup import OUR_CACHE, THEIR_CACHE, all_modules, fill_caches
from table import Row, middle

RG = ("rg", "-l", "--no-ignore", "-g", "*.go", "go:linkname", ".")
"""What ripgrep is asked, in the tree."""

_CPU, _WALL = 1.2, 1.5
_SHARE = 1 / 4
_FROM_CACHE = 150.0
_MANY, _SOME = 100_000, 1_000


@dataclass
class Times:
    """What runs have taken, in seconds."""

    wall: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])


def rows(runs: int) -> Iterator[Row]:
    many = trees.workspace(_MANY, _SOME)
    for name, root in (("GOROOT/src", modules.std().root), (f"{_MANY:,} files", many)):
        yield from _scan(name, root, runs)
    yield from _indexes(runs)


def _scan(name: str, root: Path, runs: int) -> Iterator[Row]:
    inside, process, reading, whole, theirs = Times(), Times(), Times(), Times(), Times()
    two = Times()
    for run in range(runs + 1):
        # The first one is for the disk, and checks that both find the same files.
        count = run > 0
        listed = run_rg(root, theirs, count=count)
        for found in (
            run_ours(root, inside, process, "--list", count=count),
            run_ours(root, two, Times(), "--two", count=count),
            run_ours(root, reading, whole, count=count),
        ):
            missing = {one for one in listed - found if not _skipped(one)}
            # Ripgrep finds the word in the middle of a line too, and neither cgo's directives nor assembly.
            assert len(missing) < 0.1 * len(listed), sorted(missing)[:20]
    for kind, times, cpu, wall in (
        ("directive scan", inside, _CPU, _WALL),
        ("the same by two processes", two, _CPU, _WALL),
        ("directive scan, with the start of Python", process, None, None),
        ("by two processes, with stamps, and all link sites read, assembly too", reading, None, None),
    ):
        what = f"{kind}, {name}"
        yield Row("5", f"{what}, CPU", middle(times.cpu), "ms", "rg -l", middle(theirs.cpu), share=cpu)
        yield Row("5", f"{what}, wall", middle(times.wall), "ms", "rg -l", middle(theirs.wall), share=wall)


def _indexes(runs: int) -> Iterator[Row]:
    std = modules.std()
    for module in all_modules():
        fill_caches(module)
        made = [_ready(module, None, from_start=True) for _ in range(runs)]
        what = f"spawn to full index made, {module.name}"
        if module is std:
            # Neither has a cache then; with its own, which it has from earlier days, gopls is quicker.
            cold, kept = ([_first_of_gopls(module, empty=empty) for _ in range(2)] for empty in (True, False))
            yield Row("5", what, middle(made), "ms", "gopls's first answer", middle(cold), share=_SHARE)
            yield Row("5", what, middle(made), "ms", "gopls's from its cache", middle(kept))
        else:
            yield Row("5", what, middle(made), "ms")
        kept = [_ready(module, OUR_CACHE, from_start=False) for _ in range(runs)]
        what = f"initialize response to full index, from the cache, {module.name}"
        yield Row("5", what, middle(kept), "ms", limit=_FROM_CACHE)


def _ready(module: Module, cache: Path | None, *, from_start: bool) -> float:
    """Return the seconds until a server says that its index is ready; no document is open."""
    with Session(servers.ours(cache), module.root) as session:
        return session.indexed() - (session.began if from_start else session.greeted)


def _first_of_gopls(module: Module, *, empty: bool) -> float:
    with (
        tempfile.TemporaryDirectory(dir=KEPT, ignore_cleanup_errors=True) as folder,
        Session(servers.gopls(Path(folder) if empty else THEIR_CACHE), module.root) as session,
    ):
        return module.first(session) - session.began


def ripgrep() -> str:
    """Return ripgrep's program, which is in the dependency group `bench`. Raises SystemExit when it is missing."""
    program = Path(sys.executable).with_name("rg")
    if not program.exists():
        raise SystemExit("ripgrep is missing: python -m pip install --group bench")
    return str(program)


def run_rg(root: Path, times: Times, *, count: bool = True) -> set[str]:
    """Have ripgrep list the files of a tree, as it does from the command line; returns them."""
    output = _run((ripgrep(), *RG[1:]), root, times, count=count)
    return {str(root / line) for line in output.splitlines()}


def run_ours(root: Path, inside: Times, process: Times, *how: str, count: bool = True) -> set[str]:
    """Scan a tree in a new process; times within it, without the imports, and of it as a whole; returns the files."""
    script = str(Path(__file__).with_name("scan_once.py"))
    told = json.loads(_run((sys.executable, script, str(root), *how), root, process, count=count))
    if count:
        inside.wall.append(told["wall"])
        inside.cpu.append(told["cpu"])
    return set(told["files"])


def _run(command: tuple[str, ...], folder: Path, times: Times, *, count: bool) -> str:
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=servers.environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    ended = time.perf_counter()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    if count:
        times.wall.append(ended - began)
        times.cpu.append(used.ru_utime + used.ru_stime)
    return output


def _skipped(path: str) -> bool:
    """Whether the go command does not look at a file, and so we do not."""
    return any(part == "testdata" or part.startswith(("_", ".")) for part in Path(path).parts)
