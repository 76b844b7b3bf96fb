"""What an editor shows without being asked: tokens, lenses, hints, links, and symbols by name. All can be left out."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.features.doclinks import doclinks
from linkname_ls.features.inlay import inlays
from linkname_ls.features.lenses import Lens, lenses
from linkname_ls.features.symbols import outline, search
from linkname_ls.features.tokens import KINDS, tokens
from linkname_ls.lsp.convert import to_location, to_offset, to_range, to_uri
from linkname_ls.lsp.requests import put
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)
T = TypeVar("T")

SHOW_REFERENCES = "linkname.showReferences"
"""The command behind a lens, which the editor has to run: with the document, the position and the locations."""


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.SemanticTokensLegend(token_types=list(KINDS), token_modifiers=[]),
    )
    async def on_tokens(params: types.SemanticTokensParams) -> types.SemanticTokens | None:  # pyright: ignore[reportUnusedFunction]
        return await _shown(server, "semanticTokens", params.text_document, _tokens)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def on_lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:  # pyright: ignore[reportUnusedFunction]
        return await _shown(server, "codeLens", params.text_document, _lenses)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def on_hints(params: types.InlayHintParams) -> list[types.InlayHint] | None:  # pyright: ignore[reportUnusedFunction]
        return await _shown(server, "inlayHint", params.text_document, partial(_hints, params.range))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def on_links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:  # pyright: ignore[reportUnusedFunction]
        return await _shown(server, "documentLink", params.text_document, _links)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def on_outline(  # pyright: ignore[reportUnusedFunction]
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        return await _shown(server, "documentSymbol", params.text_document, _outline)

    @server.feature(types.WORKSPACE_SYMBOL)
    async def on_search(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation] | None:  # pyright: ignore[reportUnusedFunction]
        overlays = server.documents.overlays

        def work() -> list[types.SymbolInformation]:
            return [
                types.SymbolInformation(
                    types.Location(to_uri(one.source.path), to_range(one.source, one.span, server.encoding)),
                    one.name,
                    types.SymbolKind.Function,
                    container_name=one.container,
                )
                for one in search(server.state.snapshot(overlays), params.query)
            ]

        return await server.off_loop(work) or None


async def _shown(
    server: Server,
    feature: str,
    document: types.TextDocumentIdentifier,
    show: Callable[[Server, Snapshot, Source], T | None],
) -> T | None:
    return None if feature in server.switched_off else await put(server, document.uri, partial(show, server))


def _tokens(server: Server, snapshot: Snapshot, source: Source) -> types.SemanticTokens | None:
    """Encode tokens as the protocol wants them: each by its distance from the one before."""
    data: list[int] = []
    line = character = 0
    for token in tokens(snapshot, source):
        where = to_range(source, token.span, server.encoding)
        apart = where.start.line - line
        start = where.start.character - (0 if apart else character)
        data += [apart, start, where.end.character - where.start.character, KINDS.index(token.kind), 0]
        line, character = where.start.line, where.start.character
    return types.SemanticTokens(data) if data else None


def _lenses(server: Server, snapshot: Snapshot, source: Source) -> list[types.CodeLens] | None:
    document = server.documents.at(source.path)
    uri = document.uri if document is not None else to_uri(source.path)

    def command(lens: Lens, where: types.Range) -> types.Command:
        if SHOW_REFERENCES not in server.client_commands:
            return types.Command(lens.title, "")  # nothing happens on a click
        locations = [to_location(site, server.encoding) for site in lens.sites]
        return types.Command(lens.title, SHOW_REFERENCES, arguments=[uri, where.start, locations])

    found = [(lens, to_range(source, lens.span, server.encoding)) for lens in lenses(snapshot, source)]
    return [types.CodeLens(where, command(lens, where)) for lens, where in found] or None


def _hints(where: types.Range, server: Server, snapshot: Snapshot, source: Source) -> list[types.InlayHint] | None:
    span = Span(to_offset(source, where.start, server.encoding), to_offset(source, where.end, server.encoding))
    return [
        types.InlayHint(
            position=to_range(source, Span(one.offset, one.offset), server.encoding).start,
            label=[types.InlayHintLabelPart(one.text, location=to_location(one.site, server.encoding))],
            padding_left=True,
        )
        for one in inlays(snapshot, source, span)
    ] or None


def _links(server: Server, snapshot: Snapshot, source: Source) -> list[types.DocumentLink] | None:
    found: list[types.DocumentLink] = []
    for link in doclinks(snapshot, source):
        start = to_range(link.site.source, link.site.span, server.encoding).start
        target = f"{to_uri(link.site.source.path)}#L{start.line + 1},{start.character + 1}"
        where = to_range(source, link.span, server.encoding)
        found.append(types.DocumentLink(where, target=target, tooltip=link.tooltip))
    return found or None


def _outline(
    server: Server, snapshot: Snapshot, source: Source
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    kinds = {True: types.SymbolKind.Variable, False: types.SymbolKind.Function}
    found = outline(snapshot, source)
    document = server.client_capabilities.text_document
    symbols = document.document_symbol if document is not None else None
    if symbols is None or not symbols.hierarchical_document_symbol_support:
        return [
            types.SymbolInformation(
                types.Location(to_uri(source.path), to_range(source, one.selection, server.encoding)),
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
