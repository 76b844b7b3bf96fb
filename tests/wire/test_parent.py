"""The end of a process is told, whoever has started it and however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from linkname_ls.wire import parent
from linkname_ls.wire.parent import watch

SLEEPER = (sys.executable, "-c", "input()")


def nothing(_: int) -> None:
    """A system that cannot tell."""


@pytest.mark.parametrize("told", [True, False])
def test_end_of_a_process_is_told(monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    if not told:
        monkeypatch.setattr(parent, "_told", nothing, raising=False)
    ended = threading.Event()
    with subprocess.Popen(SLEEPER, stdin=subprocess.PIPE) as process:
        assert watch(process.pid, ended.set)
        assert not ended.is_set()
        process.kill()
        process.wait()
        assert ended.wait(60)


@pytest.mark.parametrize("number", [None, "5", 0, -1, 1.5, True, 1 << 31, 1 << 80])
def test_what_is_no_other_process_is_not_watched(number: object) -> None:
    assert not watch(number, lambda: None)


def test_own_process_is_not_watched() -> None:
    assert not watch(os.getpid(), lambda: None)


def test_process_that_has_ended_is_not_watched() -> None:
    with subprocess.Popen(SLEEPER, stdin=subprocess.PIPE) as process:
        process.kill()
        process.wait()
        assert not watch(process.pid, lambda: None)
