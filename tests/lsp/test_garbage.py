"""What has been looked through for garbage, and took long, is spared until the editor is silent."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from linkname_ls.lsp import garbage
from linkname_ls.lsp.garbage import MOST, Garbage


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done to the objects of the process, in its order."""
    found: list[str] = []
    for name in ("freeze", "unfreeze", "collect"):
        monkeypatch.setattr(gc, name, lambda name=name: found.append(name))
    return found


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def look(one: Garbage, generation: int = 2) -> None:
    for phase in ("start", "stop"):
        one.looked(phase, {"generation": generation})


def test_short_looks_spare_nothing(loop: asyncio.AbstractEventLoop, done: list[str]) -> None:
    look(Garbage(loop))
    assert done == []


def test_looks_at_what_is_new_spare_nothing(
    loop: asyncio.AbstractEventLoop, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LONG", -1.0)
    look(Garbage(loop), generation=1)
    assert done == []


def test_what_took_long_is_spared_so_often_and_then_looked_through(
    loop: asyncio.AbstractEventLoop, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LONG", -1.0)
    one = Garbage(loop)
    for _ in range(MOST + 2):
        look(one)
    assert done == ["freeze"] * MOST + ["unfreeze", "freeze"]
    assert one.spared == 1


def test_all_is_looked_through_when_the_editor_is_silent(
    loop: asyncio.AbstractEventLoop, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LONG", -1.0)
    monkeypatch.setattr(garbage, "SILENCE", -1.0)
    one = Garbage(loop)
    look(one)
    one.heard()
    one.look()
    assert done == ["freeze", "unfreeze", "collect"]
    one.look()
    assert done == ["freeze", "unfreeze", "collect"]


def test_nothing_is_looked_through_while_the_editor_speaks(
    loop: asyncio.AbstractEventLoop, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LONG", -1.0)
    one = Garbage(loop)
    look(one)
    one.heard()
    one.look()
    assert done == ["freeze"]
