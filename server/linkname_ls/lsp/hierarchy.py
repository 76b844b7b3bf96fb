"""The call hierarchy, as far as links are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from linkname_ls.lsp.convert import to_offset, to_range
from linkname_ls.lsp.requests import put
from linkname_ls.lsp.server import OURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkname_ls.features.calls import Calls, Item
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

    _Ask = Callable[[Snapshot, Source, int, str], list[Calls]]

_KINDS = {
    "function": types.SymbolKind.Function,
    "method": types.SymbolKind.Method,
    "variable": types.SymbolKind.Variable,
}


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def on_prepare(  # pyright: ignore[reportUnusedFunction]
        params: types.CallHierarchyPrepareParams,
    ) -> list[types.CallHierarchyItem] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.CallHierarchyItem] | None:
            from linkname_ls.features.calls import prepare

            found = prepare(snapshot, source, to_offset(source, params.position, server.encoding))
            return [_to_item(server, item) for item in found] or None

        return await put(server, params.text_document.uri, ask)

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    async def on_incoming(  # pyright: ignore[reportUnusedFunction]
        params: types.CallHierarchyIncomingCallsParams,
    ) -> list[types.CallHierarchyIncomingCall] | None:
        def answer(calls: Calls, _: Source) -> types.CallHierarchyIncomingCall:
            caller = calls.item.source
            ranges = [to_range(caller, span, server.encoding) for span in calls.spans]
            return types.CallHierarchyIncomingCall(_to_item(server, calls.item), ranges)

        def ask(snapshot: Snapshot, source: Source, offset: int, symbol: str) -> list[Calls]:
            from linkname_ls.features.calls import incoming

            return incoming(snapshot, source, offset, symbol)

        return await _ask_about(server, params.item, ask, answer)

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    async def on_outgoing(  # pyright: ignore[reportUnusedFunction]
        params: types.CallHierarchyOutgoingCallsParams,
    ) -> list[types.CallHierarchyOutgoingCall] | None:
        def answer(calls: Calls, asked: Source) -> types.CallHierarchyOutgoingCall:
            ranges = [to_range(asked, span, server.encoding) for span in calls.spans]
            return types.CallHierarchyOutgoingCall(_to_item(server, calls.item), ranges)

        def ask(snapshot: Snapshot, source: Source, offset: int, symbol: str) -> list[Calls]:
            from linkname_ls.features.calls import outgoing

            return outgoing(snapshot, source, offset, symbol)

        return await _ask_about(server, params.item, ask, answer)


async def _ask_about(
    server: Server, item: types.CallHierarchyItem, ask: _Ask, answer: Callable[[Calls, Source], Any]
) -> list[Any] | None:
    """Put a question about an item of ours; None about any other, and about one that is no longer there."""
    data = cast("dict[str, object]", item.data) if isinstance(item.data, dict) else {}
    symbol, offset = data.get("symbol"), data.get("offset")
    if not isinstance(symbol, str) or not isinstance(offset, int):
        return None

    def work(snapshot: Snapshot, source: Source) -> list[Any] | None:
        return [answer(calls, source) for calls in ask(snapshot, source, offset, symbol)] or None

    return await put(server, item.uri, work)


def _to_item(server: Server, item: Item) -> types.CallHierarchyItem:
    return types.CallHierarchyItem(
        name=item.name,
        kind=_KINDS[item.kind],
        uri=server.documents.uri(item.source.path),
        range=to_range(item.source, item.span, server.encoding),
        selection_range=to_range(item.source, item.selection, server.encoding),
        detail=item.detail,
        data={**OURS, "symbol": item.symbol, "offset": item.selection.start},
    )
