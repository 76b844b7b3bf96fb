"""The server object that all handlers share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from linkname_ls import __version__
from linkname_ls.lsp.convert import to_diagnostic, to_range
from linkname_ls.lsp.converter import make_converter
from linkname_ls.lsp.diagnostics import Reports
from linkname_ls.lsp.faults import Faults
from linkname_ls.lsp.protocol import Protocol

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding
    from linkname_ls.links.early import Early
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.documents import Documents
    from linkname_ls.lsp.garbage import Garbage
    from linkname_ls.lsp.state import State
    from linkname_ls.source.positions import Encoding, Span
    from linkname_ls.wire.writer import Writer

log = logging.getLogger(__name__)
T = TypeVar("T")

_PATIENCE = 1.0
"""Seconds that what nobody has asked for waits at most."""

OURS = {"by": "linkname-ls"}
"""In the data of what the client sends back, so that a go-between of several servers knows whose it is."""


class Server(LanguageServer):
    """A pygls server with our state."""

    state: State
    documents: Documents
    """Both are there as soon as the client has been greeted, see :mod:`linkname_ls.lsp.workspace`."""

    def __init__(self, *, run_go: bool = True, early: Early | None = None) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "linkname-ls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=make_converter,
        )
        self.faults = Faults(self.tell_once)
        self.writer: Writer | None = None
        """What writes to the client, where that has to be told to end."""
        self.begin: Callable[[types.InitializeParams], None]
        """Called once the client has been greeted."""
        self.run_go = run_go
        """Whether the go command may be run."""
        self.early = early
        """What works for it already, if anything does."""
        self.reports = Reports(self)
        self.options: dict[str, Any] = {}
        """The initialization options."""
        self.configuration: dict[str, Any] = {}
        """The client's configuration, as far as it has told it: stronger."""
        self.option_problems: list[str] = []
        """What is wrong with either, in sentences."""
        self.switched_off: set[str] = set()
        """Features that the editor does not want."""
        self.beside_gopls = False
        """Whether the editor asks gopls too."""
        self.without_gopls = False
        """Whether it would then list twice what both lead to."""
        self.registered: set[str] = set()
        """Features that the client has been told of after the answer to ``initialize``."""
        self.handled: set[str] = set()
        """Those that there is a handler for: it stays when they are switched off."""
        self.registering = asyncio.Lock()
        """Held while it is told."""
        self.client_commands: set[str] = set()
        """Commands that the editor runs itself."""
        self.garbage: Garbage | None = None
        """Who looks for it, as soon as the client has been greeted."""
        self.tasks: set[asyncio.Task[Any]] = set()
        self.told: set[str] = set()
        self.leaving = False
        """Whether the client has asked to shut down."""
        self.quiet = asyncio.Event()
        """Set while no question is being answered."""
        self.quiet.set()
        self.caught_up = asyncio.Event()
        """Set while no message waits that has come already: what it changes or takes back need not be worked out."""
        self.caught_up.set()
        self._asked = 0
        self.changed: set[Path] = set()
        """Files that changed on disk and have not been looked at yet."""
        self.looking = False
        """Whether someone is at it."""
        self.moved = False
        """Whether the workspace has got other folders and has not been searched since."""
        self.moving = False
        """Whether someone is at it."""

    @property
    def encoding(self) -> Encoding:
        """The position encoding agreed with the client."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))  # pyright: ignore[reportReturnType]

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics and has to be told only when to ask again.

        One that cannot be told (Neovim 0.11) would keep what an edit of another file has made wrong: it is sent them.
        """
        document, workspace = self.client_capabilities.text_document, self.client_capabilities.workspace
        refresh = workspace.diagnostics if workspace is not None else None
        return bool(document is not None and document.diagnostic and refresh is not None and refresh.refresh_support)

    @property
    def token(self) -> object:
        """What is the same as before only when every file, setting and index is: what was said then still holds."""
        return self.documents.generation, self.state.generation

    def diagnostic(self, source: Source, finding: Finding) -> types.Diagnostic:
        """Return a finding in the form that the client understands."""
        document = self.client_capabilities.text_document
        ways = (document.publish_diagnostics, document.diagnostic) if document is not None else ()
        related = any(way is not None and way.related_information for way in ways)
        return to_diagnostic(source, finding, self.encoding, self.place if related else None)

    def place(self, source: Source, span: Span) -> types.Location:
        """Return a stretch of a file, under the address that the editor knows the file by."""
        return types.Location(self.documents.uri(source.path), to_range(source, span, self.encoding))

    def report_server_error(self, error: Exception, source: object) -> None:
        """Leave it at what the log says: pygls would show it to the user, who can do nothing about it."""

    def feature(self, feature_name: str, options: Any | None = None) -> Callable[[Any], Any]:
        """Return a decorator that adds a handler, whose faults are reported."""
        register = super().feature(feature_name, options)
        return lambda handler: register(self.faults.watched(feature_name, handler))

    def command(self, command_name: str) -> Callable[[Any], Any]:
        """The same for a command."""
        register = super().command(command_name)
        return lambda handler: register(self.faults.watched(command_name, handler))

    async def answer(self, work: Callable[[], T]) -> T:
        """Work out the answer to a question, off the loop; what nobody waits for gives way to it."""
        self._asked += 1
        self.quiet.clear()
        try:
            return await self.off_loop(work)
        finally:
            self._asked -= 1
            if not self._asked:
                self.quiet.set()

    async def give_way(self) -> None:
        """Let what has come be heard, and questions be answered first, for some time: what is told has less hurry."""
        if not (self.caught_up.is_set() and self.quiet.is_set()):
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._idle(), _PATIENCE)

    async def _idle(self) -> None:
        await self.caught_up.wait()
        await self.quiet.wait()

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
            self.faults.report("background work", error)

    def tell_once(self, message: str) -> None:
        """Show a message to the user, each text once."""
        if message not in self.told:
            self.told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
