"""Changes to files, as the client understands them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.lsp.convert import to_range, to_uri

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server
    from linkname_ls.source.edits import Edit

FileEdits = tuple[str, "Source", "Sequence[Edit]"]
"""The edits to one file, with its address."""


def at_home(server: Server, source: Source, edits: Sequence[Edit]) -> FileEdits:
    """Return the edits to a file under the address that the client knows it by."""
    return server.documents.uri(source.path), source, edits


def creates_files(server: Server) -> bool:
    """Whether an edit may make files."""
    workspace = server.client_capabilities.workspace
    capabilities = workspace.workspace_edit if workspace is not None else None
    operations = capabilities.resource_operations if capabilities is not None else None
    return types.ResourceOperationKind.Create in (operations or ())


def workspace_edit(
    server: Server, files: Sequence[FileEdits], creates: Sequence[tuple[Path, str]] = ()
) -> types.WorkspaceEdit:
    """Return changes to files, and files to make, with the versions that they are for if the client takes those."""
    changes = {
        uri: [types.TextEdit(to_range(source, edit.span, server.encoding), edit.text) for edit in edits]
        for uri, source, edits in files
        if edits
    }
    workspace = server.client_capabilities.workspace
    capabilities = workspace.workspace_edit if workspace is not None else None
    if capabilities is None or not capabilities.document_changes:
        return types.WorkspaceEdit(changes=changes)
    operations: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path, text in creates:
        uri = to_uri(path)
        start = types.Position(0, 0)
        operations.append(types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri, None)
        operations.append(types.TextDocumentEdit(identifier, [types.TextEdit(types.Range(start, start), text)]))
    for uri, edits in changes.items():
        document = server.documents.get(uri)
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri, document.version if document else None)
        operations.append(types.TextDocumentEdit(identifier, edits))
    return types.WorkspaceEdit(document_changes=operations)
