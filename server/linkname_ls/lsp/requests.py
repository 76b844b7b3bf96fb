"""What an editor asks: definition, hover, references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from linkname_ls.features.definition import definition
from linkname_ls.features.hover import hover, markdown, plain
from linkname_ls.features.references import references
from linkname_ls.lsp.convert import to_location, to_offset, to_path, to_range, to_uri

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

T = TypeVar("T")


def register(server: Server) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def on_definition(  # pyright: ignore[reportUnusedFunction]
        params: types.DefinitionParams,
    ) -> list[types.Location] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.Location] | None:
            found = definition(snapshot, source, to_offset(source, params.position, server.encoding))
            return [to_location(site, server.encoding) for site in found[1]] if found is not None else None

        return await put(server, params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def on_references(  # pyright: ignore[reportUnusedFunction]
        params: types.ReferenceParams,
    ) -> list[types.Location] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.Location] | None:
            found = references(
                snapshot,
                source,
                to_offset(source, params.position, server.encoding),
                include_declaration=params.context.include_declaration,
            )
            return [to_location(site, server.encoding) for site in found] if found is not None else None

        return await put(server, params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(params: types.HoverParams) -> types.Hover | None:  # pyright: ignore[reportUnusedFunction]
        def ask(snapshot: Snapshot, source: Source) -> types.Hover | None:
            shown = hover(snapshot, source, to_offset(source, params.position, server.encoding))
            if shown is None:
                return None
            if _takes_markdown(server):
                text = markdown(shown, lambda path, line: f"{to_uri(path)}#L{line + 1}")
                content = types.MarkupContent(types.MarkupKind.Markdown, text)
            else:
                content = types.MarkupContent(types.MarkupKind.PlainText, plain(shown))
            return types.Hover(content, to_range(source, shown.span, server.encoding))

        return await put(server, params.text_document.uri, ask)


async def put(server: Server, uri: str, question: Callable[[Snapshot, Source], T | None]) -> T | None:
    """Put a question about a document to the state as it is now; None for a document that is not ours."""
    document = server.documents.get(uri)
    overlays = server.documents.overlays
    path = to_path(uri)
    if path is None:
        return None

    def work() -> T | None:
        snapshot = server.state.snapshot(overlays)
        source = document.source if document is not None else snapshot.source(path)
        return question(snapshot, source) if source is not None else None

    return await server.off_loop(work)


def _takes_markdown(server: Server) -> bool:
    """Whether the client shows Markdown in hovers; one that says nothing is old and gets plain text."""
    document = server.client_capabilities.text_document
    hover_capabilities = document.hover if document is not None else None
    formats = hover_capabilities.content_format if hover_capabilities is not None else None
    return types.MarkupKind.Markdown in (formats or ())
