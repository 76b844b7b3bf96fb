"""The life of the session: settings, folders, changes on disk, and the end."""

from __future__ import annotations

import asyncio
import importlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from linkname_ls.lsp import options, pull
from linkname_ls.lsp.convert import to_path
from linkname_ls.lsp.garbage import Garbage
from linkname_ls.lsp.indexing import index, look_around, look_at_disk
from linkname_ls.lsp.leaving import leave
from linkname_ls.lsp.quickstart import settle
from linkname_ls.lsp.registrations import announce, follow_settings, register_later
from linkname_ls.wire.parent import watch

if TYPE_CHECKING:
    from linkname_ls.build.goenv import Asked
    from linkname_ls.build.toolchain import Toolchain
    from linkname_ls.lsp.server import Server

_WATCHED = ("**/*.go", "**/*.s", "**/go.mod", "**/go.work", "**/vendor/modules.txt", "**/linkname-ls.toml")

_MOMENT = 0.01
"""Seconds in which a client that has been greeted puts its first question, if it has one."""

_FIRST_ASKED = ("linkname_ls.features.definition", "linkname_ls.source.syntax")


def register(server: Server) -> None:
    """Add the handlers."""
    server.begin = partial(_begin, server)

    @server.feature(types.INITIALIZE)
    def initialize(_: types.InitializeParams) -> None:  # pyright: ignore[reportUnusedFunction]
        announce(server)
        if server.pulls:
            pull.register(server)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:  # pyright: ignore[reportUnusedFunction]
        # Nearly every editor opens a file and asks about it in the same moment: that comes first.
        await asyncio.sleep(_MOMENT)
        await server.give_way()
        await _watch(server)
        options.take(server, await options.ask_client(server))
        options.tell(server)
        await follow_settings(server)
        server.start(index(server))

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:  # pyright: ignore[reportUnusedFunction]
        server.leaving = True
        server.state.stop()

    @server.feature(types.EXIT)
    def exited(_: None) -> None:  # pyright: ignore[reportUnusedFunction]
        leave(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:  # pyright: ignore[reportUnusedFunction]
        gone = {to_path(folder.uri) for folder in params.event.removed}
        kept = [folder for folder in server.state.folders() if folder not in gone]
        added = [path for folder in params.event.added if (path := to_path(folder.uri)) is not None]
        _take_folders(server, [*kept, *added])
        server.start(look_around(server))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:  # pyright: ignore[reportUnusedFunction]
        paths = (server.documents.path(change.uri) for change in params.changes)
        server.changed.update(path for path in paths if path is not None)
        server.start(look_at_disk(server))


def _begin(server: Server, params: types.InitializeParams) -> None:
    """Get ready for questions, once the client has its answer to ``initialize``: it need not wait for that."""
    # The go command takes as long to answer as all else takes to get ready.
    asked = server.early.asked if server.early is not None else None
    first = server.thread_pool.submit(_first_toolchain, asked, run_go=server.run_go)
    from linkname_ls.lsp.documents import Documents
    from linkname_ls.lsp.state import State

    server.state, server.documents = State(first, run_go=server.run_go, early=server.early), Documents()
    options.set_options(server, params.initialization_options)
    _take_folders(server, _folders_of(params))
    server.thread_pool.submit(_import_first_asked)
    watch(params.process_id, lambda: leave(server))
    settle()
    server.garbage = Garbage(asyncio.get_running_loop())
    server.garbage.watch()


def _first_toolchain(asked: Asked | None, *, run_go: bool) -> Toolchain:
    from linkname_ls.build.toolchain import read_toolchain, read_toolchain_from_disk

    return read_toolchain(os.environ, asked=asked) if run_go else read_toolchain_from_disk(os.environ)


def _import_first_asked() -> None:
    """Have at hand what the first question takes, while the client gets ready to put it."""
    for module in _FIRST_ASKED:
        importlib.import_module(module)


def _take_folders(server: Server, folders: list[Path]) -> None:
    from linkname_ls.build.spelling import Spelling

    server.state.set_folders(folders)
    server.documents.respell(Spelling(folders))


async def _watch(server: Server) -> None:
    """Ask the client to tell of changes on disk, and of its configuration, if it can and has to be asked."""
    capabilities = server.client_capabilities.workspace
    files = capabilities.did_change_watched_files if capabilities is not None else None
    settings = capabilities.did_change_configuration if capabilities is not None else None
    wanted: dict[str, Any] = {}
    if files is not None and files.dynamic_registration:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
        wanted[types.WORKSPACE_DID_CHANGE_WATCHED_FILES] = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    if settings is not None and settings.dynamic_registration:
        section = types.DidChangeConfigurationRegistrationOptions(section=options.SECTION)
        wanted[types.WORKSPACE_DID_CHANGE_CONFIGURATION] = section
    if types.WORKSPACE_DID_CHANGE_WATCHED_FILES in await register_later(server, wanted):
        server.state.set_watched()


def _folders_of(params: types.InitializeParams) -> list[Path]:
    """Return the workspace's folders as the client names them, in any of the protocol's three ways."""
    uris = [folder.uri for folder in params.workspace_folders or []]
    if not uris and params.root_uri:
        uris = [params.root_uri]
    found = [path for uri in uris if (path := to_path(uri)) is not None]
    if not found and params.root_path:
        found = [Path(params.root_path)]
    return found
