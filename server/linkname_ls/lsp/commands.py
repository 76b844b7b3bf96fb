"""Commands that a client can have the server execute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.features.status import status

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

STATUS = "linkname.status"


def register(server: Server) -> None:
    """Add the handlers."""

    @server.command(STATUS)
    async def on_status() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction]
        overlays = server.documents.overlays

        def work() -> dict[str, object]:
            snapshot = server.state.snapshot(overlays)
            return status(snapshot, (*server.option_problems, *server.state.problems)).as_json()

        return await server.off_loop(work)
