"""The server object that all handlers share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from linkname_ls import __version__
from linkname_ls.lsp.documents import Documents
from linkname_ls.lsp.protocol import Protocol
from linkname_ls.lsp.state import State
from linkname_ls.source.positions import Encoding

log = logging.getLogger(__name__)
T = TypeVar("T")


class Server(LanguageServer):
    """A pygls server with our state."""

    def __init__(self, state: State) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "linkname-ls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        self.state = state
        self.documents = Documents()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.told: set[str] = set()
        self.leaving = False
        """Whether the client has asked to shut down."""
        self.changed: set[Path] = set()
        """Files that changed on disk and have not been looked at yet."""
        self.looking = False
        """Whether someone is at it."""

    @property
    def encoding(self) -> Encoding:
        """The position encoding agreed with the client."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))  # pyright: ignore[reportReturnType]

    def shutdown(self) -> None:
        """End the session, also when the client is gone without a word."""
        self.state.stop()
        super().shutdown()

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Run something that may block, away from the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.thread_pool, work)

    def start(self, work: Any) -> None:
        """Run a coroutine on its own; its fault goes to the log."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A background task failed.", exc_info=error)

    def tell_once(self, message: str) -> None:
        """Show a message to the user, each text once."""
        if message not in self.told:
            self.told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
