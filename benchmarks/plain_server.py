"""A server with nothing in it: what pygls takes to start."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("plain", "1")


@server.feature(types.TEXT_DOCUMENT_DEFINITION)
def definition(_: types.DefinitionParams) -> None:
    return None


if __name__ == "__main__":
    server.start_io()  # pyright: ignore[reportUnknownMemberType]
