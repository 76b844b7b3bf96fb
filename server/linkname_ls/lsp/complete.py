"""Completion: what a client is told of it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from linkname_ls.lsp.convert import to_offset, to_range
from linkname_ls.lsp.requests import put
from linkname_ls.lsp.server import OURS
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.features.completion_item import Completion, Item, ItemKind
    from linkname_ls.features.completion_place import Place
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server
    from linkname_ls.source.edits import Edit

_TRIGGERS = (" ", ".", "/", ":")
_EAGER = 20
"""For how many items edits are worked out at once, for a client that does not ask for them later."""
_BEST = 3
"""For how many they are in any case: VS Code drops edits below the cursor that come after the item was accepted."""

_KINDS: dict[ItemKind, types.CompletionItemKind] = {
    "function": types.CompletionItemKind.Function,
    "method": types.CompletionItemKind.Method,
    "variable": types.CompletionItemKind.Variable,
    "package": types.CompletionItemKind.Module,
    "keyword": types.CompletionItemKind.Keyword,
}


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=list(_TRIGGERS), resolve_provider=True),
    )
    async def on_completion(  # pyright: ignore[reportUnusedFunction]
        params: types.CompletionParams,
    ) -> types.CompletionList | None:
        uri, position = params.text_document.uri, params.position
        document = server.documents.get(uri)
        # Every space and dot in a file is asked about: those outside of directives must cost nothing.
        if document is None or document.source.language != "go":
            return None
        offset = to_offset(document.source, position, server.encoding)
        from linkname_ls.features.completion_place import place_at

        place = place_at(document.source.data, offset)
        if place is None:
            return None

        def ask(snapshot: Snapshot, source: Source) -> types.CompletionList | None:
            from linkname_ls.features.completion import completion

            found = completion(snapshot, source, offset, unchecked=_unchecked(server, snapshot, source))
            if found is None:
                return None
            items = _Items(server, uri, snapshot, source, place, offset)
            return types.CompletionList(found.incomplete, [items.make(found, at) for at in range(len(found.items))])

        return await put(server, uri, ask)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    async def on_resolve(item: types.CompletionItem) -> types.CompletionItem:  # pyright: ignore[reportUnusedFunction]
        data = _table(item.data)
        uri, symbol, place = data.get("uri"), data.get("symbol"), _table(data.get("place"))
        if not isinstance(uri, str) or not isinstance(symbol, str):
            return item

        def ask(snapshot: Snapshot, source: Source) -> types.CompletionItem:
            warning = data.get("warning")
            item.documentation = _documentation(
                server, snapshot, source, symbol, warning if isinstance(warning, str) else ""
            )
            if place and item.additional_text_edits is None and _resolves(server, "additionalTextEdits"):
                edits = _drafted(snapshot, source, place, symbol)
                item.additional_text_edits = _edits(server, source, edits) or None
            return item

        return await put(server, uri, ask) or item


def _unchecked(server: Server, snapshot: Snapshot, source: Source) -> bool:
    """Whether the settings for a file tell the linker to let pass what it would refuse."""
    from linkname_ls.checks.ldflags import lets_refused_pass
    from linkname_ls.programs.workspace import Programs

    folder = source.folder
    ldflags = server.state.settings(snapshot, folder).ldflags
    return bool(ldflags) and lets_refused_pass(ldflags or "", Programs(snapshot).library(folder))


class _Items:
    """Makes the items of one answer as the client can take them."""

    def __init__(self, server: Server, uri: str, snapshot: Snapshot, source: Source, place: Place, offset: int) -> None:
        self._server = server
        self._uri = uri
        self._snapshot = snapshot
        self._source = source
        self._place = place
        self._whole = to_range(source, place.span, server.encoding)
        self._before = to_range(source, Span(place.span.start, offset), server.encoding)
        self._abilities = _abilities(server)

    def make(self, found: Completion, at: int) -> types.CompletionItem:
        item, abilities = found.items[at], self._abilities
        snippet = bool(item.snippet and abilities.snippet_support)
        text = item.snippet if snippet else item.text
        edit: types.TextEdit | types.InsertReplaceEdit = types.TextEdit(self._whole, text)
        if abilities.insert_replace_support:
            edit = types.InsertReplaceEdit(text, self._before, self._whole)
        details = types.CompletionItemLabelDetails(description=item.note) if item.note else None
        return types.CompletionItem(
            item.label,
            label_details=details if abilities.label_details_support else None,
            kind=types.CompletionItemKind.Snippet if snippet else _KINDS[item.kind],
            detail=item.detail or None,
            sort_text=f"{at:04d}",
            filter_text=item.filter or item.label,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
            text_edit=edit,
            additional_text_edits=self._edits_of(found, at) or None,
            data=self._data(item),
        )

    def _edits_of(self, found: Completion, at: int) -> list[types.TextEdit]:
        """Return what changes beside an item itself, as far as the client must be told of it at once."""
        from linkname_ls.checks.drafted_pull import drafted_pull

        item, place = found.items[at], self._place
        edits = item.edits
        if not edits and place.part == "target" and item.symbol:
            later = _resolves(self._server, "additionalTextEdits") or len(found.items) > _EAGER
            if at < _BEST or not later:
                edits = drafted_pull(self._snapshot, self._source, place.span, place.local, item.symbol)
        return _edits(self._server, self._source, edits)

    def _data(self, item: Item) -> dict[str, object]:
        """Return what a request to resolve the item has to know."""
        if not item.symbol:
            return {**OURS}
        place = self._place
        data: dict[str, object] = {**OURS, "uri": self._uri, "symbol": item.symbol, "warning": item.warning}
        if place.part == "target":
            line = self._source.lines.line_of(place.line.start)
            data["place"] = {"line": line, "start": place.span.start - place.line.start, "local": place.local}
        return data


def _drafted(snapshot: Snapshot, source: Source, place: dict[str, Any], symbol: str) -> tuple[Edit, ...]:
    """Return the edits that go with a symbol where a place is still the one that the item was made for."""
    from linkname_ls.checks.drafted_pull import drafted_pull
    from linkname_ls.features.completion_place import place_at

    line, start, local = place.get("line"), place.get("start"), place.get("local")
    if not isinstance(line, int) or not isinstance(start, int) or not isinstance(local, str):
        return ()
    now = place_at(source.data, source.lines.line_span(line).start + start)
    if now is None or now.part != "target" or now.local != local:
        return ()
    return drafted_pull(snapshot, source, now.span, local, symbol)


def _documentation(
    server: Server, snapshot: Snapshot, source: Source, symbol: str, warning: str
) -> types.MarkupContent | str | None:
    from linkname_ls.features.completion_docs import explain, markdown, plain

    explained = explain(snapshot, symbol, source.folder)
    if explained is None:
        return warning or None
    formats = _abilities(server).documentation_format or ()
    if types.MarkupKind.Markdown in formats:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown(explained, warning))
    text = plain(explained, warning)
    return types.MarkupContent(types.MarkupKind.PlainText, text) if formats else text


def _edits(server: Server, source: Source, edits: Sequence[Edit]) -> list[types.TextEdit]:
    return [types.TextEdit(to_range(source, edit.span, server.encoding), edit.text) for edit in edits]


def _abilities(server: Server) -> types.ClientCompletionItemOptions:
    """Return what the client can do with completion items."""
    document = server.client_capabilities.text_document
    capabilities = document.completion if document is not None else None
    items = capabilities.completion_item if capabilities is not None else None
    return items if items is not None else types.ClientCompletionItemOptions()


def _resolves(server: Server, name: str) -> bool:
    """Whether the client asks for a property of an item when it needs it."""
    support = _abilities(server).resolve_support
    return support is not None and name in support.properties


def _table(value: object) -> dict[str, Any]:
    return dict(cast("dict[str, Any]", value)) if isinstance(value, dict) else {}
