"""A day's work in minutes: 100,000 messages about GOROOT/src and a module, and what memory, answers and files do.

Run: python benchmarks/soak.py [--messages 100000] [--seed 1] [--editor vscode] [--json FILE]. See benchmarks/README.md.
Linux only. Ends with status 1 when something grows that should not, or an answer is not that of a fresh server.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import modules
import servers
import trees
from day import Buffer, Day, answers
from session import Session

_SAMPLES = 20
_WARM = 0.2
"""Of the messages: what is kept is filled then."""
_MEMORY = 1.10
_LATE = 1.5
_QUIET = 0.3
_PACKAGES = ("runtime", "time", "sync", "sync/atomic", "reflect", "syscall", "os", "net", "internal/poll", "os/signal")
_PER_PACKAGE = 6


class Sample(NamedTuple):
    """What the server's process was like after some messages, and how long the answers since the last sample took."""

    messages: int
    memory: float
    """In MB (10^6 bytes)."""
    descriptors: int
    threads: int
    seconds: Sequence[float]

    def late(self) -> float:
        return percentile(self.seconds, 0.99)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--editor", choices=("vscode", "minimal"), default="vscode")
    parser.add_argument("--json", type=Path, help="also write the samples to a file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder).resolve() / "encoder"
        shutil.copytree(trees.stubs()[0], mine)
        samples, slowest, wrong = soak(mine, arguments.messages, arguments.seed, arguments.editor)
    for one in samples:
        print(*_cells(one))
    print("The longest answers:", ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in slowest))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps([one._asdict() for one in samples]) + "\n")
    sys.exit(0 if all([*_verdicts(samples), not wrong]) else 1)


def soak(mine: Path, messages: int, seed: int, editor: str) -> tuple[list[Sample], list[tuple[str, float]], bool]:
    """Work for so many messages; returns the samples, the longest answers, and whether one is wrong in the end."""
    std = modules.goroot() / "src"
    pulls = editor == "vscode"
    samples: list[Sample] = []
    slowest: dict[str, float] = {}
    began = time.perf_counter()
    with Session(servers.ours(), mine, editor) as session:
        _take_in(session, std)
        day = Day(session, seed, _files(std), sorted(mine.rglob("*.go")), pulls=pulls)
        while len(samples) < _SAMPLES:
            while day.messages < messages * (len(samples) + 1) / _SAMPLES:
                day.some()
            session.settle(_QUIET)
            samples.append(_sample(session.process.pid, day))
            for name, seconds in day.seconds:
                slowest[name] = max(seconds, slowest.get(name, 0.0))
            day.seconds.clear()
            print(f"{time.perf_counter() - began:5.0f} s:", *_cells(samples[-1]), file=sys.stderr, flush=True)
        buffers = list(day.open.values())
        wrong = _differs(session, buffers, mine, std, editor)
    return samples, sorted(slowest.items(), key=lambda one: -one[1]), wrong


def _take_in(session: Session, folder: Path) -> None:
    """Have a second folder in the workspace, and wait until all is known."""
    event = {"added": [{"uri": folder.as_uri(), "name": folder.name}], "removed": []}
    session.tell("workspace/didChangeWorkspaceFolders", {"event": event})
    session.indexed()
    session.settle()


def _files(std: Path) -> list[Path]:
    """Return files to work on: those with directives first, runtime/proc.go among them."""
    found = [std / "runtime" / "proc.go"]
    for package in _PACKAGES:
        files = sorted(
            (std / package).glob("*.go"), key=lambda path: (b"//go:linkname " not in path.read_bytes(), path)
        )
        found += [path for path in files[:_PER_PACKAGE] if path not in found]
    return found


def _differs(session: Session, buffers: Sequence[Buffer], mine: Path, std: Path, editor: str) -> bool:
    """Whether a server that is told of the texts only now says something else of them."""
    with Session(servers.ours(), mine, editor) as fresh:
        _take_in(fresh, std)
        for buffer in buffers:
            item = {"uri": buffer.path.as_uri(), "languageId": "go", "version": buffer.version, "text": buffer.text}
            fresh.tell("textDocument/didOpen", {"textDocument": item})
        fresh.settle(_QUIET)
        wanted = dict(answers(fresh, buffers, pulls=editor == "vscode"))
    found = dict(answers(session, buffers, pulls=editor == "vscode"))
    other = [name for name, value in wanted.items() if found[name] != value]
    for name in other:
        print(f"{name}:\n  {found[name]}\nA fresh server:\n  {wanted[name]}")
    print(
        f"{len(wanted) - len(other)} of {len(wanted)} answers about {len(buffers)} texts are those of a fresh server."
    )
    return bool(other)


def _sample(process: int, day: Day) -> Sample:
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    memory, threads = int(status["VmRSS"].split()[0]) * 1024 / 1e6, int(status["Threads"])
    descriptors = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    return Sample(day.messages, memory, descriptors, threads, [seconds for _, seconds in day.seconds])


def _verdicts(samples: Sequence[Sample]) -> list[bool]:
    """Say whether memory, the time of the latest answers and the open files stayed as they were; all that hold."""
    warm = samples[int(len(samples) * _WARM) :]
    third = len(warm) // 3
    before, after = (
        percentile([each for one in some for each in one.seconds], 0.99) for some in (warm[:third], warm[-third:])
    )
    most = max(one.memory for one in warm)
    files = {one.descriptors for one in warm}
    held = [most <= _MEMORY * warm[0].memory, after <= _LATE * before, len(files) == 1]
    said = (
        f"memory after the warm-up: {warm[0].memory:.0f} MB, at most {most:.0f}, at the end {warm[-1].memory:.0f}",
        f"99 of 100 answers: within {1000 * before:.1f} ms in the first third, {1000 * after:.1f} in the last",
        f"open files: {', '.join(map(str, sorted(files)))}",
    )
    for well, what in zip(held, said, strict=True):
        print("flat:" if well else "NOT FLAT:", what)
    return held


def _cells(one: Sample) -> tuple[str, ...]:
    return (
        f"{one.messages:7,} messages",
        f"{one.memory:6.1f} MB",
        f"{one.descriptors} files",
        f"{one.threads} threads",
        f"p50 {1000 * percentile(one.seconds, 0.5):.2f} ms",
        f"p99 {1000 * one.late():.1f} ms",
    )


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return what a share of some figures is not above; 0 for none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


if __name__ == "__main__":
    main()
