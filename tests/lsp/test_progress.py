"""The progress bar of the index: it counts, and it can be cancelled."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from lsprotocol import types

from linkname_ls.lsp import indexing


class Bars:
    """The client's progress bars; one that is ``impatient`` cancels them when they appear."""

    def __init__(self, *, impatient: bool) -> None:
        self.impatient = impatient
        self.tokens: dict[object, Future[None]] = {}
        self.shown: list[object] = []

    async def create_async(self, token: object) -> None:
        assert token not in self.tokens
        self.tokens[token] = Future()

    def begin(self, token: object, value: types.WorkDoneProgressBegin) -> None:
        self.shown.append(value)
        if self.impatient:
            self.tokens[token].cancel()

    def report(self, _: object, value: types.WorkDoneProgressReport) -> None:
        self.shown.append(value)

    def end(self, _: object, value: types.WorkDoneProgressEnd) -> None:
        self.shown.append(value)


class Server:
    """As much of a server as the index asks for. Its trees are searched until something happens."""

    def __init__(self, *, impatient: bool) -> None:
        self.work_done_progress = Bars(impatient=impatient)
        self.client_capabilities = types.ClientCapabilities(
            window=types.WindowClientCapabilities(work_done_progress=True)
        )
        self.state = SimpleNamespace(universe=lambda: SimpleNamespace(problems=()), problems=(), index_all=self.search)
        self.reports = self
        self.options: dict[str, Any] = {}
        self.moved = False
        self.quiet = SimpleNamespace(is_set=lambda: True)
        self.searched = False

    async def give_way(self) -> None:
        pass

    def recheck(self, *, elsewhere: bool) -> None:
        assert elsewhere

    def search(self, report: Any) -> None:
        deadline = time.monotonic() + 30
        while len(self.work_done_progress.shown) < 3 and time.monotonic() < deadline:
            report("std", 7)
            time.sleep(0.001)  # lets the event loop show it
        self.searched = True

    def start(self, work: Any) -> None:
        self.task = asyncio.ensure_future(work)

    async def off_loop(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, work)


def run(monkeypatch: pytest.MonkeyPatch, server: Server) -> list[str]:
    monkeypatch.setattr(indexing, "_PROGRESS_AFTER", 0.0)
    asyncio.run(indexing.index(cast("Any", server)))
    return [type(one).__name__.removeprefix("WorkDoneProgress") for one in server.work_done_progress.shown]


def test_progress_counts_files(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(impatient=False)
    kinds = run(monkeypatch, server)
    assert (kinds[0], kinds[-1]) == ("Begin", "End")
    begin, report = server.work_done_progress.shown[:2]
    assert isinstance(begin, types.WorkDoneProgressBegin) and begin.cancellable
    assert isinstance(report, types.WorkDoneProgressReport) and report.message == "std: 7 files"
    assert server.searched


def test_progress_can_be_cancelled_and_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(impatient=True)
    assert run(monkeypatch, server) == ["Begin", "End"]
    assert not server.searched
    server.work_done_progress.impatient = False
    assert run(monkeypatch, server)[2] == "Begin"
    assert server.searched
