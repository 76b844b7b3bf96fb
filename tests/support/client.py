"""A real LSP client that runs the real server as a child process, for tests that read top to bottom."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
TIMEOUT = 60.0
PARTS = "parts"
"""The token for partial results."""


class Editor:
    """One editor session. Use as a context manager; every call waits for its answer."""

    def __init__(
        self,
        *roots: Path,
        encoding: str = "utf-16",
        capabilities: types.ClientCapabilities | None = None,
        options: object = None,
        configuration: object = None,
        env: dict[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "linkname_ls"),
    ) -> None:
        self.roots = roots
        self.options = options
        self.configuration = configuration
        """What it answers when the server asks for its section ``linkname``."""
        self.command = command
        self.env = {**os.environ, **(env or {})}
        self.capabilities = capabilities or full_capabilities(encoding)
        self.versions: dict[str, int] = {}
        self.messages: list[str] = []
        self.refreshes = 0
        """How often the server has asked it to ask for diagnostics again."""
        self.repaints = 0
        """How often it has been asked to show lenses or hints anew."""
        self.registered: dict[str, str] = {}
        """The methods that the server has registered, by what it calls the registrations."""
        self.states: list[Any] = []
        """What the server has told of itself without being asked."""
        self.parts: list[types.WorkspaceDiagnosticReportPartialResult] = []
        self._published: dict[str, types.PublishDiagnosticsParams] = {}
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Editor:  # noqa: PYI034 - Self is not in Python 3.10
        self._thread.start()
        self.initialized = self._run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.exit_code = self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, TIMEOUT), self._loop).result()

    def notify(self, send: Callable[[Any], None], params: object) -> None:
        """Send a notification from the client's own thread, as its event loop asks."""

        async def work() -> None:
            send(params)

        self._run(work())

    async def _start(self) -> types.InitializeResult:
        self.client = client = LanguageClient("tests", "1")
        on = cast("Callable[[str], Callable[[Any], Any]]", client.feature)

        @on(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                self._published[params.uri] = params
                self._news.notify_all()

        @on(types.WINDOW_SHOW_MESSAGE)
        def message(params: types.ShowMessageParams) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                self.messages.append(params.message)
                self._news.notify_all()

        @on(types.PROGRESS)
        def progressed(params: types.ProgressParams) -> None:  # pyright: ignore[reportUnusedFunction]
            if params.token == PARTS:
                structure = cast("Any", client.protocol)._converter.structure
                self.parts.append(structure(params.value, types.WorkspaceDiagnosticReportPartialResult))

        @on("linkname/status")
        def state(params: Any) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                self.states.append(params)
                self._news.notify_all()

        def repaint(_: None) -> None:
            with self._news:
                self.repaints += 1
                self._news.notify_all()

        self.client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(repaint)
        self.client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(repaint)

        @on(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refresh(_: None) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                self.refreshes += 1
                self._news.notify_all()

        @on(types.WORKSPACE_CONFIGURATION)
        def configured(params: types.ConfigurationParams) -> list[object]:  # pyright: ignore[reportUnusedFunction]
            return [self.configuration for _ in params.items]

        @on(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                self.registered.update({one.id: one.method for one in params.registrations})
                self._news.notify_all()

        @on(types.CLIENT_UNREGISTER_CAPABILITY)
        def unregistered(params: types.UnregistrationParams) -> None:  # pyright: ignore[reportUnusedFunction]
            with self._news:
                for one in params.unregisterations:
                    del self.registered[one.id]
                self._news.notify_all()

        @on(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def progress(_: types.WorkDoneProgressCreateParams) -> None:  # pyright: ignore[reportUnusedFunction]
            return None

        await cast("Any", client).start_io(*self.command, env=self.env)
        folders = [types.WorkspaceFolder(root.as_uri(), root.name) for root in self.roots]
        result = await client.initialize_async(
            types.InitializeParams(
                process_id=os.getpid(),
                capabilities=self.capabilities,
                root_uri=self.roots[0].as_uri() if self.roots else None,
                workspace_folders=folders or None,
                initialization_options=self.options,
            )
        )
        client.initialized(types.InitializedParams())
        return result

    async def _stop(self) -> int | None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        process = self.client._server  # pyright: ignore[reportPrivateUsage]
        if process is not None:
            await process.wait()
        await self.client.stop()
        return process.returncode if process is not None else None

    # -- documents

    def open(self, path: Path, text: str | None = None) -> None:
        """Open a document with its text on disk, or another."""
        uri = path.as_uri()
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, "go", 1, path.read_bytes().decode() if text is None else text)
        self.notify(self.client.text_document_did_open, types.DidOpenTextDocumentParams(item))

    def change(self, path: Path, *changes: types.TextDocumentContentChangeEvent | str) -> None:
        """Send edits in one notification; a string replaces everything."""
        uri = path.as_uri()
        self.versions[uri] += 1
        events: list[types.TextDocumentContentChangeEvent] = [
            types.TextDocumentContentChangeWholeDocument(change) if isinstance(change, str) else change
            for change in changes
        ]
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.notify(self.client.text_document_did_change, types.DidChangeTextDocumentParams(identifier, events))

    def save(self, path: Path) -> None:
        """Tell of a save (the file itself is the test's to write)."""
        self.notify(
            self.client.text_document_did_save,
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(path.as_uri())),
        )

    def close(self, path: Path) -> None:
        """Close a document."""
        self.notify(
            self.client.text_document_did_close,
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri())),
        )

    def changed_on_disk(self, *paths: Path) -> None:
        """Tell of files that changed outside of the editor, as its file watcher does."""
        changes = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.notify(self.client.workspace_did_change_watched_files, types.DidChangeWatchedFilesParams(changes))

    # -- questions

    def ask(
        self, question: Callable[[LanguageClient, types.TextDocumentIdentifier], Coroutine[Any, Any, T]], path: Path
    ) -> T:
        """Put a question about a document as the protocol has it."""
        return self._run(question(self.client, types.TextDocumentIdentifier(path.as_uri())))

    def definition(self, path: Path, line: int, character: int) -> list[types.Location]:
        """Return the locations of a definition request (0-based position), [] for no answer."""
        answer = self._run(
            self.client.text_document_definition_async(types.DefinitionParams(*_at(path, line, character)))
        )
        assert answer is None or isinstance(answer, Sequence)
        return [location for location in answer or () if isinstance(location, types.Location)]

    def references(
        self, path: Path, line: int, character: int, *, include_declaration: bool = True
    ) -> list[types.Location]:
        """Return the locations of a references request."""
        context = types.ReferenceContext(include_declaration)
        document, position = _at(path, line, character)
        answer = self._run(
            self.client.text_document_references_async(types.ReferenceParams(context, document, position))
        )
        return list(answer or ())

    def hover(self, path: Path, line: int, character: int) -> types.Hover | None:
        """Return the answer to a hover request."""
        return self._run(self.client.text_document_hover_async(types.HoverParams(*_at(path, line, character))))

    def hover_text(self, path: Path, line: int, character: int) -> str:
        """Return the text of a hover, "" for none."""
        answer = self.hover(path, line, character)
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    def complete(self, path: Path, line: int, character: int) -> types.CompletionList | None:
        """Return the answer to a completion request."""
        answer = self._run(
            self.client.text_document_completion_async(types.CompletionParams(*_at(path, line, character)))
        )
        assert answer is None or isinstance(answer, types.CompletionList)
        return answer

    def resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        """Return a completion item with what the server says of it when asked."""
        return self._run(self.client.completion_item_resolve_async(item))

    def code_actions(
        self, path: Path, line: int, only: Sequence[str] | None = (types.CodeActionKind.QuickFix,)
    ) -> list[types.CodeAction]:
        """Return the quick fixes on a line, or the code actions of other kinds."""
        here = types.Range(types.Position(line, 0), types.Position(line, 0))
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()),
            here,
            types.CodeActionContext([], only=only),
        )
        answer = self._run(self.client.text_document_code_action_async(params))
        return [action for action in answer or () if isinstance(action, types.CodeAction)]

    def diagnostics(self, path: Path, *, version: int | None = None) -> list[types.Diagnostic]:
        """Wait for the diagnostics of the document's newest version (or a given one) and return them."""
        uri = path.as_uri()
        wanted = self.versions.get(uri) if version is None else version
        with self._news:
            arrived = self._news.wait_for(
                lambda: uri in self._published and self._published[uri].version in (wanted, None), TIMEOUT
            )
            assert arrived, f"no diagnostics for version {wanted} of {path.name}"
            return list(self._published[uri].diagnostics)

    def wait_for_diagnostics(
        self, path: Path, holds: Callable[[list[types.Diagnostic]], bool]
    ) -> list[types.Diagnostic]:
        """Wait until the published diagnostics of a file satisfy a condition, and return them."""
        uri = path.as_uri()
        with self._news:
            arrived = self._news.wait_for(
                lambda: uri in self._published and holds(list(self._published[uri].diagnostics)), TIMEOUT
            )
            assert arrived, f"the diagnostics of {path.name} never came to be so"
            return list(self._published[uri].diagnostics)

    def published(self, path: Path) -> bool:
        """Whether diagnostics of a file have been sent."""
        return path.as_uri() in self._published

    def pull(
        self, path: Path, previous: str | None = None
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """Return the answer to a request for a file's diagnostics."""
        document = types.TextDocumentIdentifier(path.as_uri())
        answer = self._run(
            self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(document, identifier="linkname", previous_result_id=previous)
            )
        )
        assert not isinstance(answer, types.DocumentDiagnosticReportPartialResult)
        return answer

    def codes(self, path: Path) -> list[object]:
        """Return the codes of a file's diagnostics, asked for."""
        answer = self.pull(path)
        assert isinstance(answer, types.RelatedFullDocumentDiagnosticReport)
        return [one.code for one in answer.items]

    def pull_workspace(
        self, previous: Sequence[types.PreviousResultId] = (), *, parts: bool = False
    ) -> dict[str, types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport]:
        """Return the reports about the workspace by the names of their files."""
        params = types.WorkspaceDiagnosticParams(
            previous, identifier="linkname", partial_result_token=PARTS if parts else None
        )
        answer = self._run(self.client.workspace_diagnostic_async(params))
        return {item.uri.rpartition("/")[2]: item for item in answer.items}

    def cancelled_workspace_pull(self) -> bool:
        """Ask about the workspace and take it back; whether the server has given up."""

        async def work() -> bool:
            params = types.WorkspaceDiagnosticParams([])
            answer = self.client.protocol.send_request_async(types.WORKSPACE_DIAGNOSTIC, params, msg_id="cancelled")
            self.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams("cancelled"))
            try:
                await answer
            except JsonRpcRequestCancelled:
                return True
            return False

        return self._run(work())

    def configure(self, settings: object) -> None:
        """Tell that the configuration has changed."""
        self.notify(
            self.client.workspace_did_change_configuration, types.DidChangeConfigurationParams(cast("Any", settings))
        )

    def wait_for_refresh(self, count: int = 1) -> None:
        """Wait until the server has asked that often to be asked again."""
        with self._news:
            assert self._news.wait_for(lambda: self.refreshes >= count, TIMEOUT), "no refresh came"

    def asked_again(self, ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
        """Ask, and again whenever the server wants that, until the answer satisfies a condition."""
        while True:
            before = self.refreshes + self.repaints
            answer = ask()
            if holds(answer):
                return answer
            self._wait_for_any_refresh(before + 1)

    def _wait_for_any_refresh(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.refreshes + self.repaints >= count, TIMEOUT), "no refresh came"

    def wait_for_registrations(self, holds: Callable[[set[str]], bool]) -> None:
        """Wait until the methods that the server has registered satisfy a condition."""
        with self._news:
            assert self._news.wait_for(lambda: holds({*self.registered.values()}), TIMEOUT), f"only {self.registered}"

    def wait_for_state(self, holds: Callable[[Any], bool]) -> None:
        """Wait until the last that the server has told of itself is so."""
        with self._news:
            assert self._news.wait_for(lambda: self.states and holds(self.states[-1]), TIMEOUT), self.states

    def wait_for_message(self) -> str:
        """Wait until the server has shown a message, and return the first."""
        with self._news:
            assert self._news.wait_for(lambda: bool(self.messages), TIMEOUT), "no message was shown"
            return self.messages[0]


def _at(path: Path, line: int, character: int) -> tuple[types.TextDocumentIdentifier, types.Position]:
    return types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character)


def full_capabilities(encoding: str = "utf-16") -> types.ClientCapabilities:
    """Return what a modern editor announces."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)]),
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            workspace_folders=True,
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        ),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                version_support=True, related_information=True
            ),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
    )


def completing_capabilities(encoding: str = "utf-16") -> types.ClientCapabilities:
    """Return what an editor announces that can do all there is with completion items."""
    capabilities = full_capabilities(encoding)
    assert capabilities.text_document is not None
    capabilities.text_document.completion = types.CompletionClientCapabilities(
        completion_item=types.ClientCompletionItemOptions(
            snippet_support=True,
            documentation_format=[types.MarkupKind.Markdown],
            insert_replace_support=True,
            label_details_support=True,
            resolve_support=types.ClientCompletionItemResolveOptions(
                ["documentation", "detail", "additionalTextEdits"]
            ),
        )
    )
    return capabilities


def pulling_capabilities() -> types.ClientCapabilities:
    """Return what an editor announces that asks for diagnostics."""
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    return capabilities


def applied(text: str, action: types.CodeAction) -> str:
    """Return a text of one-byte characters with a code action done."""
    assert action.edit is not None and action.edit.document_changes is not None
    (document,) = action.edit.document_changes
    assert isinstance(document, types.TextDocumentEdit)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for change in sorted(
        document.edits, key=lambda one: starts[one.range.start.line] + one.range.start.character, reverse=True
    ):
        assert isinstance(change, types.TextEdit)
        start = starts[change.range.start.line] + change.range.start.character
        end = starts[change.range.end.line] + change.range.end.character
        text = text[:start] + change.new_text + text[end:]
    return text
