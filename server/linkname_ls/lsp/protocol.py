"""pygls's protocol without its own copy of the documents (see :mod:`linkname_ls.lsp.documents`)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server


class Protocol(LanguageServerProtocol):
    """Hands document notifications to our handlers and nowhere else."""

    _greeting: types.InitializeParams | None = None
    _begun = False

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass an opened document on."""
        yield self._handler(types.TEXT_DOCUMENT_DID_OPEN), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass a change on."""
        yield self._handler(types.TEXT_DOCUMENT_DID_CHANGE), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass a closed document on."""
        yield self._handler(types.TEXT_DOCUMENT_DID_CLOSE), (params,), None

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer with what the server can do."""
        result = yield from super().lsp_initialize(params)
        self._greeting = params
        return result

    def handle_message(self, message: Any) -> None:
        """Handle a message; after ``initialize``, with the answer on its way to the client, the work begins."""
        method = getattr(message, "method", None)
        if not self._begun and method not in (None, types.INITIALIZE, types.EXIT):
            self._refuse(message, types.ErrorCodes.ServerNotInitialized, "The session has not been initialized.")
        elif self._begun and method == types.INITIALIZE:
            self._refuse(message, types.ErrorCodes.InvalidRequest, "The session has been initialized already.")
        else:
            super().handle_message(message)
        if self._greeting is not None and not self._begun:
            self._begun = True
            cast("Server", self._server).begin(self._greeting)

    def _refuse(self, message: Any, code: types.ErrorCodes, why: str) -> None:
        """Answer a request that comes at the wrong time; a notification is left out, as the protocol wants it."""
        if hasattr(message, "id"):
            self._send_response(message.id, error=types.ResponseError(code, why))

    def _handler(self, method: str) -> Callable[..., Any]:
        return cast("dict[str, Callable[..., Any]]", self.fm.features)[method]
