"""The server in Emacs: what its user sees, asserted in Emacs itself by the ERT tests beside this file."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from pathlib import Path

import pytest

from support.emacs import Outcome, ert_tests

HERE = Path(__file__).parent
FILES = ("package_test.el", "eglot_test.el", "lsp_mode_test.el", "companion_test.el")


def each_test() -> list[object]:
    """Return every ERT test; those of one file stay in one process, which runs it once."""
    return [
        pytest.param(file, name, id=f"{file.removesuffix('_test.el')}-{name}", marks=pytest.mark.xdist_group(file))
        for file in FILES
        for name in ert_tests(HERE / file)
    ]


@pytest.mark.parametrize(("file", "name"), each_test())
def test_ert(ert: Callable[[str], tuple[dict[str, Outcome], Path]], file: str, name: str) -> None:
    outcomes, _ = ert(file)
    assert outcomes[name].passed, outcomes[name].log


@pytest.mark.parametrize("file", [pytest.param(file, marks=pytest.mark.xdist_group(file)) for file in FILES[1:]])
def test_no_process_is_left_when_emacs_ends(ert: Callable[[str], tuple[dict[str, Outcome], Path]], file: str) -> None:
    _, home = ert(file)
    processes = [int(line) for line in (home / "pids").read_text().split()]
    assert processes
    assert [pid for pid in processes if not ends(pid)] == []


def ends(pid: int) -> bool:
    """Whether a process is gone, or goes within some seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        return bool(waiting.poll(10_000))
    finally:
        os.close(handle)
