"""Commands that a client can have the server execute."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from linkname_ls.checks.names import NAMES
from linkname_ls.lsp.convert import to_offset
from linkname_ls.lsp.requests import put

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

STATUS = "linkname.status"
"""Without arguments; answers with what ``linkname-ls status --format json`` prints."""
EXPLAIN = "linkname.explain"
"""With the name of a rule; answers with its page as Markdown. Without arguments: with the names of all rules."""
SYMBOL = "linkname.symbol"
"""With an address and a position; answers with the link symbol of what is there, or null."""
DEFINITION = "linkname.definition"
"""With an address and a position; answers with all locations that lead on from there, those too that are left to gopls
in answers to the editor's own question; null where there are none."""
GRAPH = "linkname.graph"
"""With package patterns, as ``linkname-ls graph`` takes them; answers with a title, and the graph in several forms."""


def register(server: Server) -> None:
    """Add the handlers."""

    @server.command(STATUS)
    async def on_status() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction]
        overlays = server.documents.overlays

        def work() -> dict[str, object]:
            from linkname_ls.features.status import status

            snapshot = server.state.snapshot(overlays)
            return status(
                snapshot, (*server.option_problems, *server.state.problems, *server.faults.sentences)
            ).as_json()

        return await server.off_loop(work)

    @server.command(EXPLAIN)
    def on_explain(*arguments: str) -> list[str] | str:  # pyright: ignore[reportUnusedFunction]
        if not arguments:
            return sorted(NAMES)
        if arguments[0] not in NAMES:
            raise JsonRpcInvalidParams(f"There is no rule {arguments[0]!r}.")
        from linkname_ls.checks.explain import explanation

        return explanation(arguments[0])

    @server.command(SYMBOL)
    async def on_symbol(uri: str, position: types.Position) -> str | None:  # pyright: ignore[reportUnusedFunction]
        def ask(snapshot: Snapshot, source: Source) -> str | None:
            from linkname_ls.features.link_symbol import link_symbol

            return link_symbol(snapshot, source, to_offset(source, position, server.encoding))

        return await put(server, uri, ask)

    @server.command(DEFINITION)
    async def on_definition(  # pyright: ignore[reportUnusedFunction]
        uri: str, position: types.Position
    ) -> list[types.Location] | None:
        def ask(snapshot: Snapshot, source: Source) -> list[types.Location] | None:
            from linkname_ls.features.definition import definition

            found = definition(snapshot, source, to_offset(source, position, server.encoding))
            return [server.place(site.source, site.span) for site in found[1]] if found is not None else None

        return await put(server, uri, ask)

    @server.command(GRAPH)
    async def on_graph(*arguments: str) -> dict[str, str] | None:  # pyright: ignore[reportUnusedFunction]
        overlays = server.documents.overlays
        # pygls reads the annotation and takes a wider one for a place for the server; it holds nobody to it.
        patterns = [one for one in cast("tuple[object, ...]", arguments) if isinstance(one, str)]
        if len(patterns) < len(arguments):
            raise JsonRpcInvalidParams(f"{GRAPH} takes package patterns, each of them a string.")

        def work() -> dict[str, str] | None:
            from linkname_ls.features.graph import graph_of
            from linkname_ls.features.graphpage import page
            from linkname_ls.features.graphtext import dot, mermaid

            snapshot = server.state.snapshot(overlays)
            folder = next(iter((*snapshot.universe.folders, *(world.root for world in snapshot.universe.worlds))), None)
            if folder is None:
                return None
            graph, name = graph_of(snapshot, folder, patterns)
            title = f"Links of {name}"
            return {"title": title, "mermaid": mermaid(graph), "dot": dot(graph), "html": page(graph, title)}

        return await server.off_loop(work)
