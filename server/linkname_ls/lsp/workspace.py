"""The life of the session: folders, settings, changes on disk, and the index behind it all."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.lsp.convert import to_path
from linkname_ls.lsp.state import Stopped

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)

_WATCHED = ("**/*.go", "**/*.s", "**/go.mod", "**/go.work", "**/vendor/modules.txt")
_PROGRESS_AFTER = 1.0
_TOKEN = "linkname-index"  # noqa: S105 - a progress token


def register(server: Server) -> None:
    """Add the handlers."""
    from linkname_ls.lsp.server import folders_of

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:  # pyright: ignore[reportUnusedFunction]
        _settings(server, params.initialization_options)
        server.state.set_folders(folders_of(params))

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:  # pyright: ignore[reportUnusedFunction]
        await _watch(server)
        server.start(index(server))

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:  # pyright: ignore[reportUnusedFunction]
        server.leaving = True
        server.state.stop()

    @server.feature(types.EXIT)
    def leave(_: None) -> None:  # pyright: ignore[reportUnusedFunction]
        # The thread that reads stdin would hold the process until the client closes its end of the pipe.
        os._exit(0 if server.leaving else 1)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:  # pyright: ignore[reportUnusedFunction]
        gone = {to_path(folder.uri) for folder in params.event.removed}
        kept = [folder for folder in server.state.folders() if folder not in gone]
        added = [path for folder in params.event.added if (path := to_path(folder.uri)) is not None]
        server.state.set_folders([*kept, *added])
        server.start(index(server))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:  # pyright: ignore[reportUnusedFunction]
        waiting = bool(server.changed)
        server.changed.update(path for change in params.changes if (path := to_path(change.uri)) is not None)
        if server.changed and not waiting:
            server.start(_look_at_disk(server))


def _settings(server: Server, options: object) -> None:
    """Read ``initializationOptions``: ``{"build": {"tags": [...], "goos": "...", "goarch": "..."}}``."""
    build = cast("dict[str, Any]", options).get("build") if isinstance(options, dict) else None
    if not isinstance(build, dict):
        return
    settings = cast("dict[str, Any]", build)
    tags, goos, goarch = settings.get("tags"), settings.get("goos"), settings.get("goarch")
    if isinstance(tags, str):
        tags = tags.replace(",", " ").split()
    server.state.configure(
        tuple(str(tag) for tag in cast("list[object]", tags)) if isinstance(tags, list) else (),
        goos if isinstance(goos, str) and goos else None,
        goarch if isinstance(goarch, str) and goarch else None,
    )


async def _watch(server: Server) -> None:
    """Ask the client to tell of changes on disk, if it can."""
    capabilities = server.client_capabilities.workspace
    files = capabilities.did_change_watched_files if capabilities is not None else None
    if files is None or not files.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
    registration = types.Registration(
        id="linkname-watch",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers),
    )
    try:
        await server.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        log.warning("The client does not watch files: %s", error)
        return
    server.state.set_watched()


async def index(server: Server) -> None:
    """Search the workspace, the Go tree and the dependencies in the background, with progress when it takes long."""
    from linkname_ls.lsp.diagnostics import recheck

    universe = await server.off_loop(server.state.universe)
    for problem in universe.problems:
        server.tell_once(problem)
    recheck(server)
    started, progress = time.monotonic(), _Progress(server)
    loop_call = asyncio.get_running_loop().call_soon_threadsafe

    def report(name: str, count: int) -> None:
        if time.monotonic() - started > _PROGRESS_AFTER:
            loop_call(progress.report, f"{name}: {count} files")

    try:
        await server.off_loop(lambda: server.state.index_all(report))
    except Stopped:
        return
    finally:
        progress.end()


class _Progress:
    """A progress bar of the client, made when there is first something to show."""

    def __init__(self, server: Server) -> None:
        self._server = server
        window = server.client_capabilities.window
        self._can = bool(window is not None and window.work_done_progress)
        self._state = "new"

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
        if _TOKEN not in bars.tokens:
            await bars.create_async(_TOKEN)
        if self._state == "asked":
            self._state = "shown"
            begin = types.WorkDoneProgressBegin(title="Indexing linknames")
            self._server.work_done_progress.begin(_TOKEN, begin)

    def end(self) -> None:
        """Take it away."""
        if self._state == "shown":
            self._server.work_done_progress.end(_TOKEN, types.WorkDoneProgressEnd())
        self._state = "ended"


async def _look_at_disk(server: Server) -> None:
    """Take in what changed on disk. What else changes meanwhile is taken along in one go: a checkout is one event."""
    from linkname_ls.lsp.diagnostics import recheck

    while server.changed:
        paths = list(server.changed)
        build_files_changed = await server.off_loop(lambda paths=paths: server.state.refresh(paths))
        server.changed.difference_update(paths)
        if build_files_changed:
            await index(server)
        else:
            recheck(server)
