"""Measures what linkname-ls promises, side by side with gopls, ripgrep and plain pygls, and prints a table.

Run: python benchmarks/run.py [--only startup,warm] [--runs N] [--json FILE]. See benchmarks/README.md. Linux only.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from modules import KUBERNETES
from servers import GOPLS_VERSION, KEPT
from table import Row, draw

PARTS = ("startup", "warm", "edits", "scan", "memory", "checking")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}, with commas between")
    parser.add_argument("--runs", type=int, default=5, help="how often each thing is done; the median counts")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    arguments = parser.parse_args()
    chosen: list[str] = arguments.only.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    KEPT.mkdir(parents=True, exist_ok=True)
    about = machine()
    found: list[Row] = []
    for row in _measure(chosen, arguments.runs):
        found.append(row)
        print("  ".join(cell for cell in row.cells() if cell), file=sys.stderr, flush=True)
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print(draw(found))
    missed = [row for row in found if row.met is False]
    print(f"{sum(row.met is True for row in found)} as wanted, {len(missed)} not.")
    if arguments.json is not None:
        rows = [row.as_json() for row in found]
        arguments.json.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n")


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    go = subprocess.run(("go", "env", "GOVERSION"), capture_output=True, text=True, check=True).stdout.strip()
    return {
        "processors": str(os.cpu_count()),
        "python": f"{platform.python_version()} ({platform.python_compiler()})",
        "go": go.removeprefix("go"),
        "gopls": GOPLS_VERSION,
        "kubernetes": KUBERNETES,
    }


def _measure(parts: list[str], runs: int) -> Iterator[Row]:
    for part in parts:
        began = time.perf_counter()
        yield from importlib.import_module(part).rows(runs)
        print(f"({part}: {time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
