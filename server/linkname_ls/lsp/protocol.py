"""pygls's protocol without its own copy of the documents (see :mod:`linkname_ls.lsp.documents`)."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

from linkname_ls.lsp.incoming import Refusal, parse, structure

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server
    from linkname_ls.wire.writer import Writer

log = logging.getLogger(__name__)


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

    def receive(self, body: bytes) -> bool:
        """Handle the body of a message; whatever it holds, the session goes on.

        Returns whether it is a question, or an answer to one: who works on it begins in the loop's next turn.
        """
        message: Any = None
        garbage = cast("Server", self._server).garbage
        if garbage is not None:
            garbage.heard()
        try:
            message = structure(parse(body), self._converter, self.get_message_type, self._take_result_type)
            self.handle_message(message)
        except Refusal as refusal:
            if refusal.answered:
                # As it is: lsprotocol leaves out an id that is null.
                error = {"code": refusal.code, "message": refusal.sentence}
                self._send_data({"jsonrpc": "2.0", "id": refusal.number, "error": error})
            log.warning("%s", refusal.sentence)
        except Exception as error:
            cast("Server", self._server).faults.report("a message", error)
        return hasattr(message, "id")

    def handle_message(self, message: Any) -> None:
        """Handle a message; after ``initialize``, with the answer on its way to the client, the work begins."""
        method = getattr(message, "method", None)
        if method is None:
            super().handle_message(message)
        else:
            if method != types.EXIT:
                self._refuse_at_the_wrong_time(method, message)
            # pygls asks whether it is an instance of what is no class, which takes 0.03 ms.
            contextvars.copy_context().run(self._handle, method, message)
        if self._greeting is not None and not self._begun:
            self._begun = True
            cast("Server", self._server).begin(self._greeting)

    def _handle(self, method: str, message: Any) -> None:
        if hasattr(message, "id"):
            self._handle_request(message.id, method, message.params)
        else:
            self._handle_notification(method, message.params)

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Any,
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Run a handler. pygls keeps what comes of a notification for good, some 2 KB for each letter that is typed."""
        futures = cast("dict[Any, object]", self._request_futures)

        def done(future: Any) -> None:
            # Who cancels them goes through all, or has taken it out.
            if not future.cancelled():
                futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _refuse_at_the_wrong_time(self, method: str, message: Any) -> None:
        """Refuse a request before, after or twice; a notification is left out, as the protocol wants it."""
        code = types.ErrorCodes.InvalidRequest
        if self._shutdown:
            why = "The session has been shut down."
        elif not self._begun and method != types.INITIALIZE:
            code, why = types.ErrorCodes.ServerNotInitialized, "The session has not been initialized."
        elif self._begun and method == types.INITIALIZE:
            why = "The session has been initialized already."
        else:
            return
        number = getattr(message, "id", None)
        raise Refusal(code, why, number, answered=number is not None)

    def _send_data(self, data: Any) -> None:
        """Write a message; an answer that cannot be written is an error in its place, for each request gets one."""
        try:
            body = json.dumps(data, default=self._serialize_message)
        except Exception:
            log.exception("A message could not be written.")
            if hasattr(data, "method"):
                return
            error = {"code": int(types.ErrorCodes.InternalError), "message": "The answer could not be written."}
            body = json.dumps({"jsonrpc": "2.0", "id": data.id, "error": error})
        if self.writer is not None:
            cast("Writer", self.writer).write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())

    def _take_result_type(self, number: Any) -> type[Any] | None:
        """Return the type of the answer to a request of ours, once."""
        return cast("dict[Any, type[Any] | None]", self._result_types).pop(number, None)

    def _handler(self, method: str) -> Callable[..., Any]:
        return cast("dict[str, Callable[..., Any]]", self.fm.features)[method]
