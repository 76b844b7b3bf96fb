"""The end of the process: at once, whatever is being worked on."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from linkname_ls.lsp.logs import end_log
from linkname_ls.lsp.quickstart import keep

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

_GRACE = 0.5
"""Seconds in which what was found is kept for the next start."""
_LAST_WORDS = 0.2
"""Seconds for what has not been written yet."""


def leave(server: Server) -> None:
    """End the process: with status 0 when the client has asked to shut down, else 1. Does not return.

    Threads that work, or wait for a client that has kept its end of a pipe open, would hold it: nobody waits for them.
    """

    def stop() -> None:
        server.state.stop()
        keep()

    if hasattr(server, "state"):
        keeping = threading.Thread(target=stop, daemon=True)
        keeping.start()
        keeping.join(_GRACE)
    if server.writer is not None:
        server.writer.flush(_LAST_WORDS)
    end_log(_LAST_WORDS)
    os._exit(0 if server.leaving else 1)
