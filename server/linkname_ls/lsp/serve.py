"""How the server is put together and started."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from linkname_ls.lsp import (
    actions,
    commands,
    complete,
    decorations,
    hierarchy,
    options,
    rename,
    requests,
    sync,
    workspace,
)
from linkname_ls.lsp.logs import start_log
from linkname_ls.lsp.server import Server
from linkname_ls.lsp.stdio import serve_stdio, serve_tcp

if TYPE_CHECKING:
    from linkname_ls.links.early import Early


_TURN = 0.001
"""Seconds that a thread runs while another one waits. An answer passes through four of them: with Python's own 0.005 it
takes twice as long while something is searched or checked."""


def build_server(*, run_go: bool = True, early: Early | None = None) -> Server:
    """Return a server with every handler registered."""
    server = Server(run_go=run_go, early=early)
    workspace.register(server)
    options.register(server)
    sync.register(server)
    requests.register(server)
    decorations.register(server)
    hierarchy.register(server)
    rename.register(server)
    commands.register(server)
    actions.register(server)
    complete.register(server)
    return server


def serve(
    tcp: tuple[str, int] | None = None,
    *,
    run_go: bool = True,
    early: Early | None = None,
    level: str = "warning",
    file: str | None = None,
) -> int:
    """Serve until the client leaves; returns the exit status.

    Without ``run_go`` no command is ever run; ``early`` is what works for it already. The log is of a ``level`` or
    graver, and goes to a ``file`` too.
    """
    sys.setswitchinterval(_TURN)
    try:
        start_log(level, file)
    except OSError as error:
        sys.stderr.write(f"linkname-ls: cannot write the log {file}: {error.strerror}.\n")
        return 2
    server = build_server(run_go=run_go, early=early)
    if tcp is not None:
        try:
            serve_tcp(server, *tcp)
        except OSError as error:
            sys.stderr.write(f"linkname-ls: cannot listen on {tcp[0]}:{tcp[1]}: {os.strerror(error.errno or 0)}.\n")
            return 2
        return 0
    serve_stdio(server)
    return 0
