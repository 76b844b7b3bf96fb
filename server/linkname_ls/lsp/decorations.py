"""What an editor shows without being asked: tokens, lenses, hints, links, and symbols by name. All can be left out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.lsp.convert import to_offset, to_range
from linkname_ls.lsp.requests import put
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.features.lenses import Lens
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)

SHOW_REFERENCES = "linkname.showReferences"
"""The command behind a lens, which the editor has to run: with the document, the position and the locations."""


class Feature(NamedTuple):
    """Something that is shown of a document, and can be switched off."""

    method: str
    capability: str
    """What the client calls it among its capabilities for text documents."""
    show: Callable[[Server, Snapshot, Source, Any], object]
    """Returns the answer to a request with its parameters."""
    options: Callable[[], Any]
    """Makes what it is registered with."""
    registered: str = ""
    """The method that stands for it in a registration, where that is another."""


def register(server: Server) -> None:
    """Add the search for symbols; what can be switched off is added by :mod:`linkname_ls.lsp.registrations`."""

    @server.feature(types.WORKSPACE_SYMBOL)
    async def on_search(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation] | None:  # pyright: ignore[reportUnusedFunction]
        overlays = server.documents.overlays

        def work() -> tuple[list[types.SymbolInformation], str]:
            from linkname_ls.features.symbols import MOST, search

            found, count = search(server.state.snapshot(overlays), params.query)
            symbols = [
                types.SymbolInformation(
                    server.place(one.source, one.span),
                    one.name,
                    types.SymbolKind.Function,
                    container_name=one.container,
                )
                for one in found
            ]
            limit = f"{count} places name a symbol like {params.query!r}: the best {MOST} are listed."
            return symbols, limit if count > MOST else ""

        found, limit = await server.off_loop(work)
        if limit:
            # The answer has no place for it, and a window would stand in the way at each letter.
            server.window_log_message(types.LogMessageParams(types.MessageType.Info, limit))
        return found or None


def add(server: Server, name: str) -> None:
    """Add the handler of one of :data:`FEATURES`."""
    feature = FEATURES[name]

    @server.feature(feature.method, feature.options())
    async def on_request(params: Any) -> object:  # pyright: ignore[reportUnusedFunction]
        if name in server.switched_off:
            return None
        return await put(
            server, params.text_document.uri, lambda snapshot, source: feature.show(server, snapshot, source, params)
        )


def _tokens(server: Server, snapshot: Snapshot, source: Source, _: object) -> types.SemanticTokens | None:
    """Encode tokens as the protocol wants them: each by its distance from the one before."""
    from linkname_ls.features.tokens import KINDS, tokens

    data: list[int] = []
    line = character = 0
    for token in tokens(snapshot, source):
        where = to_range(source, token.span, server.encoding)
        apart = where.start.line - line
        start = where.start.character - (0 if apart else character)
        data += [apart, start, where.end.character - where.start.character, KINDS.index(token.kind), 0]
        line, character = where.start.line, where.start.character
    return types.SemanticTokens(data) if data else None


def _tokens_options() -> types.SemanticTokensRegistrationOptions:
    from linkname_ls.features.tokens import KINDS

    return types.SemanticTokensRegistrationOptions(types.SemanticTokensLegend(list(KINDS), []), full=True)


def _lenses(server: Server, snapshot: Snapshot, source: Source, _: object) -> list[types.CodeLens] | None:
    from linkname_ls.features.lenses import lenses

    uri = server.documents.uri(source.path)

    def command(lens: Lens, where: types.Range) -> types.Command:
        if SHOW_REFERENCES not in server.client_commands:
            return types.Command(lens.title, "")  # nothing happens on a click
        locations = [server.place(site.source, site.span) for site in lens.sites]
        return types.Command(lens.title, SHOW_REFERENCES, arguments=[uri, where.start, locations])

    found = [(lens, to_range(source, lens.span, server.encoding)) for lens in lenses(snapshot, source)]
    return [types.CodeLens(where, command(lens, where)) for lens, where in found] or None


def _hints(
    server: Server, snapshot: Snapshot, source: Source, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    from linkname_ls.features.inlay import inlays

    where = params.range
    span = Span(to_offset(source, where.start, server.encoding), to_offset(source, where.end, server.encoding))
    return [
        types.InlayHint(
            position=to_range(source, Span(one.offset, one.offset), server.encoding).start,
            label=[types.InlayHintLabelPart(one.text, location=server.place(one.site.source, one.site.span))],
            padding_left=True,
        )
        for one in inlays(snapshot, source, span)
    ] or None


def _links(server: Server, snapshot: Snapshot, source: Source, _: object) -> list[types.DocumentLink] | None:
    from linkname_ls.features.doclinks import doclinks

    found: list[types.DocumentLink] = []
    for link in doclinks(snapshot, source):
        start = to_range(link.site.source, link.site.span, server.encoding).start
        target = f"{server.documents.uri(link.site.source.path)}#L{start.line + 1},{start.character + 1}"
        where = to_range(source, link.span, server.encoding)
        found.append(types.DocumentLink(where, target=target))
    return found or None


def _outline(
    server: Server, snapshot: Snapshot, source: Source, _: object
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    from linkname_ls.features.symbols import outline

    kinds = {True: types.SymbolKind.Variable, False: types.SymbolKind.Function}
    found = outline(snapshot, source)
    document = server.client_capabilities.text_document
    symbols = document.document_symbol if document is not None else None
    if symbols is None or not symbols.hierarchical_document_symbol_support:
        return [
            types.SymbolInformation(
                server.place(source, one.selection),
                one.name,
                kinds[one.variable],
                container_name=one.detail,
            )
            for one in found
        ] or None
    return [
        types.DocumentSymbol(
            one.name,
            kinds[one.variable],
            to_range(source, one.span, server.encoding),
            to_range(source, one.selection, server.encoding),
            detail=one.detail,
        )
        for one in found
    ] or None


FEATURES = {
    "semanticTokens": Feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        "semantic_tokens",
        _tokens,
        _tokens_options,
        registered="textDocument/semanticTokens",
    ),
    "codeLens": Feature(types.TEXT_DOCUMENT_CODE_LENS, "code_lens", _lenses, types.CodeLensRegistrationOptions),
    "inlayHint": Feature(types.TEXT_DOCUMENT_INLAY_HINT, "inlay_hint", _hints, types.InlayHintRegistrationOptions),
    "documentLink": Feature(
        types.TEXT_DOCUMENT_DOCUMENT_LINK, "document_link", _links, types.DocumentLinkRegistrationOptions
    ),
    "documentSymbol": Feature(
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, "document_symbol", _outline, types.DocumentSymbolRegistrationOptions
    ),
}
"""What can be switched off, by the name in the settings: all that is shown of a document without being asked for."""


REFRESHED = ("codeLens", "inlayHint")
"""What the client is told to ask for again when something has become known or a setting has changed."""


async def refresh(server: Server) -> None:
    """Have the client ask again for what has become known, as far as it can be told to."""
    workspace = server.client_capabilities.workspace
    if workspace is None:
        return
    ways = (
        (workspace.code_lens, server.workspace_code_lens_refresh_async),
        (workspace.inlay_hint, server.workspace_inlay_hint_refresh_async),
    )
    for capability, ask in ways:
        if capability is not None and capability.refresh_support:
            try:
                await ask(None)
            except JsonRpcException as error:
                log.warning("The client does not ask again: %s", error)
