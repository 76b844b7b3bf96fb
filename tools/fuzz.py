"""Tries hostile texts on every parser, and hostile sessions on the whole server, for as long as is wanted.

    python tools/fuzz.py --target all --seconds 600
    python tools/fuzz.py --target directives --again .cache/fuzz/directives-1f2e3d4c

The targets of ``tests/support/properties.py`` are driven by atheris, which follows the branches that a text takes
(``pip install --group fuzz``; Linux, CPython 3.11 only). So is ``answers``: all that can be asked of a Go file in a
package. ``sessions`` edits real files through LSP (``tests/support/twins.py``) and needs no atheris.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
FOUND = ROOT / ".cache" / "fuzz"
PARSERS = (
    *("directives", "comments", "go-file", "scopes", "edited-go-file", "assembly", "module-files", "constraints"),
    *("settings", "positions", "answers"),
)
SESSIONS = "sessions"
_SLOW = 10
"""Seconds that no text may take."""
_MEGABYTES = 2048


def main() -> int:
    """Run what the arguments say; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=[*PARSERS, SESSIONS, "all"], default="all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the random numbers; another one each time by default"
    )
    parser.add_argument("--again", type=Path, help="a file with one text (or session) that failed: run that alone")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else int(time.time())
    targets = [*PARSERS, SESSIONS] if asked.target == "all" else [asked.target]
    if asked.again is not None:
        if len(targets) > 1:
            parser.error("--again needs the --target that the file is of")
        return again(targets[0], asked.again)
    if asked.worker:
        return follow_branches(targets[0], asked.seconds, seed)
    FOUND.mkdir(parents=True, exist_ok=True)
    failed = [one for one in targets if not (sessions if one == SESSIONS else in_child)(one, asked.seconds, seed)]
    return 1 if failed else 0


def check_of(target: str) -> tuple[Callable[[bytes], None], str]:
    """Return what is run for each text of a target, and the language of its texts."""
    from support.properties import TARGETS

    if target == "answers":
        from support.answers import Answers

        return Answers(Path(tempfile.mkdtemp(prefix="linkname-ls-fuzz-"))).check, "go"
    return TARGETS[target].check, TARGETS[target].language


def in_child(target: str, seconds: int, seed: int) -> bool:
    """Run one target in a process of its own, which a hang or a crash may end; whether nothing was found."""
    began = time.monotonic()
    command = [sys.executable, __file__, "--target", target, "--seconds", str(seconds), "--seed", str(seed), "--worker"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    ran = re.findall(r"stat::number_of_executed_units:\s*(\d+)|^#(\d+)\s", done.stderr, re.MULTILINE)
    executions = max((int(one or other) for one, other in ran), default=0)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    sys.stdout.write(done.stdout)
    branches = f", {covered[-1]} branches" if covered else ""
    said = f"{target}: {executions:,} executions in {time.monotonic() - began:.0f} s{branches}"
    for kind, path in re.findall(r"(crash|timeout|oom|leak)-\S*|Test unit written to (\S+)", done.stderr):
        if path:
            told(target, Path(path), kind or "a hang or a crash")
    # atheris may end the process with 0 all the same.
    failed = done.returncode != 0 or " failed (" in done.stdout
    print(f"{said}; {'FAILED' if failed else 'nothing found'}", flush=True)
    if done.returncode and not done.stdout and "Test unit written" not in done.stderr:
        print(done.stderr[-2000:])
    return not failed


def follow_branches(target: str, seconds: int, seed: int) -> int:
    """Let atheris make texts for a target. Ends the process."""
    try:
        import atheris as untyped
    except ImportError:
        sys.exit("atheris is missing: pip install --group fuzz (Linux, CPython 3.11 only).")
    atheris = cast("Any", untyped)
    with atheris.instrument_imports(include=["linkname_ls"], enable_loader_override=False):
        check, language = check_of(target)
    from support.fragments import PIECES, seeds

    seen: set[object] = set()

    def one(data: bytes) -> None:
        try:
            check(data)
        except Exception as error:
            places = traceback.extract_tb(error.__traceback__)
            key = (
                type(error),
                tuple((place.filename, place.lineno) for place in (places[-1], places[min(2, len(places) - 1)])),
            )
            if key not in seen:
                seen.add(key)
                told(target, written(target, data), f"{type(error).__name__} in {places[-1].name}")

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, text in enumerate(seeds(language)):
            (corpus / str(number)).write_bytes(text)
        words = Path(folder) / "words"
        escaped = ["".join(f"\\x{byte:02x}" for byte in piece) for piece in PIECES[language] if 0 < len(piece) < 60]
        words.write_text("".join(f'"{word}"\n' for word in escaped))
        atheris.Setup(
            [
                *(sys.argv[0], str(corpus), f"-dict={words}", f"-max_total_time={seconds}", f"-seed={seed % 2**31}"),
                *(f"-timeout={_SLOW}", f"-rss_limit_mb={_MEGABYTES}", "-max_len=8192", "-print_final_stats=1"),
                *(f"-artifact_prefix={FOUND}{os.sep}{target}-", "-verbosity=1"),
            ],
            one,
        )
        import atexit

        atexit.register(lambda: os._exit(1) if seen else None)
        atheris.Fuzz()
    return 0


def sessions(target: str, seconds: int, seed: int) -> bool:
    """Edit real files through LSP; whether nothing was found."""
    from support.twins import run_sessions

    began = time.monotonic()
    result = run_sessions(seconds, seed)
    for failure in result.failures:
        told(target, written(target, failure.session.encode()), failure.reason)
    found = "FAILED" if result.failures else "nothing found"
    took = time.monotonic() - began
    print(
        f"{target}: {result.steps:,} edits and {result.answers:,} answers in {took:.0f} s, the slowest"
        f" answer {result.slowest:.2f} s, memory {result.memory}; {found}",
        flush=True,
    )
    return not result.failures


def again(target: str, path: Path) -> int:
    """Run one text or session that failed before."""
    if target == SESSIONS:
        from support.twins import run_again

        return 1 if run_again(path.read_text()) else 0
    check_of(target)[0](path.read_bytes())
    print("It does not fail any more.")
    return 0


def written(target: str, data: bytes) -> Path:
    """Keep what failed in a file."""
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{target}-{hashlib.sha256(data).hexdigest()[:8]}"
    path.write_bytes(data)
    return path


def told(target: str, path: Path, reason: str) -> None:
    """Say what failed, and how to see it again."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    print(
        f"{target} failed ({reason}). Run it again with: python tools/fuzz.py --target {target} --again {shown}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
