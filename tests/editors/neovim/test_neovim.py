"""The Neovim configuration in the real editor. The tests themselves are in topics/*.lua, one behaviour each."""

from __future__ import annotations

import os
import time

import pytest

from support.neovim import Neovim, names

TOPICS = ("alone", "beside_gopls", "one_file", "restart")


def each(topic: str) -> pytest.MarkDecorator:
    """Return what keeps a topic in one test process, so that it is run once."""
    return pytest.mark.xdist_group(f"neovim {topic}")


@pytest.mark.parametrize(
    ("topic", "name"), [pytest.param(topic, name, marks=each(topic)) for topic in TOPICS for name in names(topic)]
)
def test_in_neovim(topic: str, name: str, neovim: Neovim) -> None:
    run = neovim.topic(topic)
    assert run.report[name] == "", run.output


@pytest.mark.parametrize("topic", [pytest.param(topic, marks=each(topic)) for topic in TOPICS])
def test_neovim_leaves_cleanly_and_no_server_behind(topic: str, neovim: Neovim) -> None:
    run = neovim.topic(topic)
    assert run.status == 0, run.output
    assert run.servers
    # Neovim tells them to leave and does not wait for it.
    end = time.monotonic() + 10
    while left := [server for server in run.servers if runs(server)]:
        assert time.monotonic() < end, left
        time.sleep(0.01)


def runs(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
