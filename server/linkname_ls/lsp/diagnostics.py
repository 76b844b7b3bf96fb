"""Documents and their diagnostics: checked on every change, off the event loop, the newest text only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.checks.rules import check_source
from linkname_ls.lsp.convert import to_diagnostic

if TYPE_CHECKING:
    from linkname_ls.lsp.documents import Document
    from linkname_ls.lsp.server import Server


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.open(params.text_document)
        if document is not None:
            server.start(_opened(server, document))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.change(params.text_document, params.content_changes, server.encoding)
        if document is not None:
            server.start(publish(server, document))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.get(params.text_document.uri)
        if document is not None:
            path = document.source.path
            server.start(server.off_loop(lambda: server.state.refresh([path])))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        document = server.documents.close(params.text_document.uri)
        if document is not None:
            server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, []))
            path = document.source.path
            server.start(server.off_loop(lambda: server.state.refresh([path])))


async def _opened(server: Server, document: Document) -> None:
    from linkname_ls.lsp.workspace import index

    await publish(server, document)
    if await server.off_loop(lambda: server.state.open_folder(document.source.path.parent)):
        await index(server)


def recheck(server: Server) -> None:
    """Check every open document again, because something that they depend on has changed."""
    for document in server.documents:
        server.start(publish(server, document))


async def publish(server: Server, document: Document) -> None:
    """Check a document and publish what is wrong, unless it has been changed or closed meanwhile."""
    if not _current(server, document):
        return
    overlays = server.documents.overlays
    findings = await server.off_loop(
        lambda: check_source(server.state.snapshot(overlays), document.source) if _current(server, document) else None
    )
    if findings is None or not _current(server, document):
        return
    diagnostics = [to_diagnostic(document.source, finding, server.encoding) for finding in findings]
    server.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(document.uri, diagnostics, version=document.version)
    )


def _current(server: Server, document: Document) -> bool:
    return server.documents.get(document.uri) is document
