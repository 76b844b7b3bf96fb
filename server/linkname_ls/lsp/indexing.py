"""The index behind the answers: made in the background, and kept true when the disk changes."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from linkname_ls.lsp.decorations import refresh
from linkname_ls.lsp.diagnostics import recheck
from linkname_ls.lsp.quickstart import keep

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

STATUS_CHANGED = "linkname/status"
"""A notification to clients that set ``"status": true``, with what the command ``linkname.status`` answers."""
_PROGRESS_AFTER = 1.0
"""Seconds; what takes less shows none."""
_AT_MOST = 0.2
"""Seconds that a search stands still at a time while questions are being answered."""
_MOMENT = 0.002
_TOKEN = "linkname-index"  # noqa: S105 - a progress token


async def index(server: Server) -> None:
    """Search the workspace, the Go tree and the dependencies in the background, with progress when it takes long."""
    from linkname_ls.lsp.state import Stopped

    await server.give_way()
    universe = await server.off_loop(server.state.universe)
    for problem in (*universe.problems, *server.state.problems):
        server.tell_once(problem)
    recheck(server)
    await announce_status(server)
    started, progress = time.monotonic(), _Progress(server)
    loop_call = asyncio.get_running_loop().call_soon_threadsafe

    def report(name: str, count: int) -> None:
        if progress.cancelled or server.moved:
            raise Stopped
        _give_way(server)
        if time.monotonic() - started > _PROGRESS_AFTER:
            loop_call(progress.report, f"{name}: {count} files")

    try:
        await server.off_loop(lambda: server.state.index_all(report))
    except Stopped:
        return
    finally:
        progress.end()
    for problem in server.state.problems:
        server.tell_once(problem)
    recheck(server)
    await announce_status(server)
    await refresh(server)
    await server.off_loop(keep)  # who is killed leaves nothing


def _give_way(server: Server) -> None:
    """Let questions be answered first, but for those that wait for the index. In the thread that searches."""
    until = time.monotonic() + _AT_MOST
    while not server.quiet.is_set() and not server.state.awaited and time.monotonic() < until:
        time.sleep(_MOMENT)


async def announce_status(server: Server) -> None:
    """Tell a client that shows it what is known and whether more is being searched."""
    if server.options.get("status") is not True:
        return
    overlays = server.documents.overlays

    def work() -> dict[str, object]:
        from linkname_ls.features.status import status

        return status(server.state.snapshot(overlays)).as_json()

    server.protocol.notify(STATUS_CHANGED, await server.off_loop(work))


class _Progress:
    """A progress bar of the client, made when there is first something to show."""

    def __init__(self, server: Server) -> None:
        self._server = server
        window = server.client_capabilities.window
        self._can = bool(window is not None and window.work_done_progress)
        self._state = "new"

    @property
    def cancelled(self) -> bool:
        """Whether the user has had enough. What has not been searched then is searched when someone asks for it."""
        token = cast("Any", self._server.work_done_progress).tokens.get(_TOKEN)
        return self._state == "shown" and token is not None and token.cancelled()

    def report(self, message: str) -> None:
        """Show how far it is."""
        if not self._can:
            return
        if self._state == "new":
            self._state = "asked"
            self._server.start(self._begin())
        elif self._state == "shown":
            self._server.work_done_progress.report(_TOKEN, types.WorkDoneProgressReport(message=message))

    async def _begin(self) -> None:
        bars = cast("Any", self._server.work_done_progress)
        await bars.create_async(_TOKEN)
        if self._state == "asked":
            self._state = "shown"
            begin = types.WorkDoneProgressBegin(title="Indexing linknames", cancellable=True)
            self._server.work_done_progress.begin(_TOKEN, begin)
        else:
            bars.tokens.pop(_TOKEN, None)

    def end(self) -> None:
        """Take it away."""
        if self._state == "shown":
            self._server.work_done_progress.end(_TOKEN, types.WorkDoneProgressEnd())
            # A bar that has been cancelled stays so: the next one is a new one.
            cast("Any", self._server.work_done_progress).tokens.pop(_TOKEN, None)
        self._state = "ended"


async def look_around(server: Server) -> None:
    """Search the workspace after its folders have changed; with other changes meanwhile, as it is after the last one.

    The modules of documents that stay open outside of its folders belong to it.
    """
    server.moved = True
    if server.moving:
        return
    server.moving = True
    try:
        while server.moved:
            server.moved = False
            for folder in server.documents.folders():
                await server.off_loop(partial(server.state.open_folder, folder))
            await index(server)
    finally:
        server.moving = False


async def look_at_disk(server: Server) -> None:
    """Take in what changed on disk. What else changes meanwhile is taken along in one go: a checkout is one event."""
    if server.looking:
        return
    server.looking = True
    try:
        while server.changed:
            # Taken out first: a file that changes again while it is being read has to be read again.
            paths = list(server.changed)
            server.changed.clear()
            if await server.off_loop(lambda paths=paths: server.state.refresh(paths)):
                await index(server)
            else:
                recheck(server)
    finally:
        server.looking = False
