"""Diagnostics: a document is checked off the event loop, the newest text only, and what is wrong is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.checks.rules import check_source
from linkname_ls.lsp.convert import to_diagnostic

if TYPE_CHECKING:
    from linkname_ls.lsp.documents import Document
    from linkname_ls.lsp.server import Server


def recheck(server: Server, changed: Document | None = None) -> None:
    """Check every open document again, or those whose verdict a changed one can turn: its package's, itself first."""
    documents = list(server.documents)
    if changed is not None:
        folder = changed.source.path.parent
        documents = [one for one in documents if one.source.path.parent == folder]
        documents.sort(key=lambda one: one.uri != changed.uri)
    for document in documents:
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
