"""Documents opened, changed, saved and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.lsp.diagnostics import recheck
from linkname_ls.lsp.indexing import index

if TYPE_CHECKING:
    from linkname_ls.lsp.documents import Document
    from linkname_ls.lsp.server import Server


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.open(params.text_document)
        if document is not None:
            if document.source.limits:
                server.tell_once(document.source.limits)
            server.start(_opened(server, document))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.change(params.text_document, params.content_changes, server.encoding)
        if document is not None:
            recheck(server, document)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.get(params.text_document.uri)
        if document is not None:
            server.state.note_change(document.source.path)
            recheck(server, document)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.close(params.text_document.uri)
        if document is not None:
            server.reports.forget(document.uri)
            if not server.pulls:
                server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, []))
            server.state.note_change(document.source.path)
            recheck(server, document)


async def _opened(server: Server, document: Document) -> None:
    new = await server.off_loop(lambda: server.state.open_folder(document.source.folder))
    recheck(server, document)
    if new:
        await index(server)
