"""What an editor asks about one place: where it leads, who takes part, what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from linkname_ls.lsp.convert import to_link, to_offset, to_range

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.links.table import Site
    from linkname_ls.lsp.server import Server
    from linkname_ls.source.positions import Span

T = TypeVar("T")
_Find = Callable[["Snapshot", "Source", int], "tuple[Span, list[Site]] | None"]
_Places = list[types.Location] | list[types.LocationLink] | None

_HIGHLIGHTS = {
    "name": types.DocumentHighlightKind.Text,
    "write": types.DocumentHighlightKind.Write,
    "read": types.DocumentHighlightKind.Read,
}


def register(server: Server) -> None:
    """Add the handlers."""
    _navigation(server)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def on_references(  # pyright: ignore[reportUnusedFunction]
        params: types.ReferenceParams,
    ) -> list[types.Location] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.Location] | None:
            from linkname_ls.features.references import references

            found = references(
                snapshot,
                source,
                to_offset(source, params.position, server.encoding),
                include_declaration=params.context.include_declaration,
                without_gopls=server.without_gopls,
            )
            return [server.place(site.source, site.span) for site in found] if found is not None else None

        return await put(server, params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def on_highlight(  # pyright: ignore[reportUnusedFunction]
        params: types.DocumentHighlightParams,
    ) -> list[types.DocumentHighlight] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.DocumentHighlight] | None:
            from linkname_ls.features.highlight import highlights

            found = highlights(snapshot, source, to_offset(source, params.position, server.encoding))
            return [
                types.DocumentHighlight(to_range(source, one.span, server.encoding), _HIGHLIGHTS[one.kind])
                for one in found or ()
            ] or None

        return await put(server, params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(params: types.HoverParams) -> types.Hover | None:  # pyright: ignore[reportUnusedFunction]
        def ask(snapshot: Snapshot, source: Source) -> types.Hover | None:
            from linkname_ls.features.hover import hover, markdown, plain

            offset = to_offset(source, params.position, server.encoding)
            shown = hover(snapshot, source, offset, beside_gopls=server.beside_gopls)
            if shown is None:
                return None
            if _takes_markdown(server):
                text = markdown(shown, lambda path, line: f"{server.documents.uri(path)}#L{line + 1}")
                content = types.MarkupContent(types.MarkupKind.Markdown, text)
            else:
                content = types.MarkupContent(types.MarkupKind.PlainText, plain(shown))
            return types.Hover(content, to_range(source, shown.span, server.encoding))

        return await put(server, params.text_document.uri, ask)


def _navigation(server: Server) -> None:
    """Add those that lead from one place to others."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def on_definition(params: types.DefinitionParams) -> _Places:  # pyright: ignore[reportUnusedFunction]
        def find(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, list[Site]] | None:
            from linkname_ls.features.definition import definition

            return definition(snapshot, source, offset, without_gopls=server.without_gopls)

        return await locate(server, "definition", params.text_document, params.position, find)

    @server.feature(types.TEXT_DOCUMENT_IMPLEMENTATION)
    async def on_implementation(params: types.ImplementationParams) -> _Places:  # pyright: ignore[reportUnusedFunction]
        def find(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, list[Site]] | None:
            from linkname_ls.features.implementation import implementation

            return implementation(snapshot, source, offset)

        return await locate(server, "implementation", params.text_document, params.position, find)

    @server.feature(types.TEXT_DOCUMENT_DECLARATION)
    async def on_declaration(params: types.DeclarationParams) -> _Places:  # pyright: ignore[reportUnusedFunction]
        def find(snapshot: Snapshot, source: Source, offset: int) -> tuple[Span, list[Site]] | None:
            from linkname_ls.features.declaration import declaration

            return declaration(snapshot, source, offset)

        return await locate(server, "declaration", params.text_document, params.position, find)


async def locate(
    server: Server, kind: str, document: types.TextDocumentIdentifier, position: types.Position, find: _Find
) -> _Places:
    """Answer where a place leads: with links, which say what is underlined, for a client that knows them."""
    capabilities = server.client_capabilities.text_document
    links = getattr(getattr(capabilities, kind, None), "link_support", None)

    def ask(snapshot: Snapshot, source: Source) -> _Places:
        found = find(snapshot, source, to_offset(source, position, server.encoding))
        if found is None or not found[1]:
            return None
        if not links:
            return [server.place(site.source, site.name) for site in found[1]]
        uri, encoding = server.documents.uri, server.encoding
        return [to_link(source, found[0], site, uri(site.source.path), encoding) for site in found[1]]

    return await put(server, document.uri, ask)


async def put(server: Server, uri: str, question: Callable[[Snapshot, Source], T | None]) -> T | None:
    """Put a question about a document to the state as it is now; None for a document that is not ours."""
    document = server.documents.get(uri)
    overlays = server.documents.overlays
    path = document.source.path if document is not None else server.documents.path(uri)
    if path is None:
        return None

    def work() -> T | None:
        snapshot = server.state.snapshot(overlays)
        source = document.source if document is not None else snapshot.source(path)
        return question(snapshot, source) if source is not None else None

    return await server.answer(work)


def _takes_markdown(server: Server) -> bool:
    """Whether the client shows Markdown in hovers; one that says nothing is old and gets plain text."""
    document = server.client_capabilities.text_document
    hover_capabilities = document.hover if document is not None else None
    formats = hover_capabilities.content_format if hover_capabilities is not None else None
    return types.MarkupKind.Markdown in (formats or ())
