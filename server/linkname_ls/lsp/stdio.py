"""The server on standard input and output.

As pygls's ``start_io``, but for how input is read. pygls has its thread pool read every header line and every body:
three changes of threads for a message. Here one thread passes on what comes, as it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

from pygls.io_ import StdoutWriter, run_async

if TYPE_CHECKING:
    from linkname_ls.lsp.server import Server

_CHUNK = 1 << 16


def serve_stdio(server: Server) -> None:
    """Serve until the client closes standard input, or is gone."""

    async def work() -> None:
        reader = _reader(sys.stdin.buffer)
        await run_async(threading.Event(), reader, server.protocol, error_handler=server.report_server_error)

    server.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        try:
            asyncio.run(work())
        finally:
            server.shutdown()


def _reader(stdin: BinaryIO) -> asyncio.StreamReader:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()

    def read() -> None:
        # In the end there is no more to read, or nobody to read it.
        with contextlib.suppress(OSError, RuntimeError):
            while chunk := os.read(stdin.fileno(), _CHUNK):
                loop.call_soon_threadsafe(reader.feed_data, chunk)
            loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    return reader
