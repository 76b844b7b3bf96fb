"""Rename, of what is linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.lsp.convert import to_offset, to_range
from linkname_ls.lsp.edits import at_home, workspace_edit
from linkname_ls.lsp.requests import put

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

T = TypeVar("T")


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def on_prepare(  # pyright: ignore[reportUnusedFunction]
        params: types.PrepareRenameParams,
    ) -> types.PrepareRenamePlaceholder | None:
        def ask(snapshot: Snapshot, source: Source) -> types.PrepareRenamePlaceholder | None:
            from linkname_ls.features.rename import prepare

            found = prepare(snapshot, source, to_offset(source, params.position, server.encoding))
            if found is None:
                return None
            return types.PrepareRenamePlaceholder(to_range(source, found[0], server.encoding), found[1])

        return await _put(server, params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_RENAME)
    async def on_rename(params: types.RenameParams) -> types.WorkspaceEdit | None:  # pyright: ignore[reportUnusedFunction]
        def ask(snapshot: Snapshot, source: Source) -> types.WorkspaceEdit | None:
            from linkname_ls.features.rename import rename

            offset = to_offset(source, params.position, server.encoding)
            files = rename(snapshot, source, offset, params.new_name)
            if files is None:
                return None
            return workspace_edit(server, [at_home(server, changed, edits) for changed, edits in files])

        return await _put(server, params.text_document.uri, ask)


async def _put(server: Server, uri: str, ask: Callable[[Snapshot, Source], T | None]) -> T | None:
    """Put a question; a refusal becomes an error, whose message editors show."""
    from linkname_ls.features.rename_plan import LeftToGopls, Refused

    try:
        return await put(server, uri, ask)
    except Refused as refused:
        whose = {"left": "gopls"} if isinstance(refused, LeftToGopls) else None
        raise JsonRpcException(str(refused), types.LSPErrorCodes.RequestFailed, whose) from None
