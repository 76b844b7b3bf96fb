"""Processes for which permissions bind, whoever runs the tests, and those that find the disk full."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import Any

_DROP = 24
"""PR_CAPBSET_DROP of prctl(2)."""
_OVERRIDES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of capabilities(7)."""


def bound() -> dict[str, Any]:
    """Return what makes ``subprocess.Popen`` start a process that may not read what its modes forbid."""
    return {"preexec_fn": _without_overrides} if os.geteuid() == 0 else {}


def full() -> dict[str, Any]:
    """Return what makes it start one that cannot write files: each is too large already."""
    return {"preexec_fn": _without_room}


def _without_overrides() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for power in _OVERRIDES:
        if libc.prctl(_DROP, power, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


def _without_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


class Forbidden:
    """Takes a path's permissions away, for as long as it lasts: who tidies up needs them."""

    def __init__(self, *paths: Path, mode: int = 0) -> None:
        self._modes = {path: path.stat().st_mode for path in paths}
        self._mode = mode

    def __enter__(self) -> None:
        for path in self._modes:
            path.chmod(self._mode)

    def __exit__(self, *_: object) -> None:
        for path, mode in self._modes.items():
            path.chmod(mode)
