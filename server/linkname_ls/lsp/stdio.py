"""The server on standard input and output, or on a port.

In place of pygls's ``start_io``, which has its thread pool read every header line and every body: three changes of
threads for a message. Here one thread passes on what comes, as it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, cast

from linkname_ls.lsp.leaving import leave
from linkname_ls.wire.frames import Frames
from linkname_ls.wire.writer import Writer

if TYPE_CHECKING:
    from linkname_ls.lsp.protocol import Protocol
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)

_CHUNK = 1 << 16
_AT_ONCE = 256
"""Messages that are handled before others have their turn, when nothing is asked."""
_AHEAD = 128
"""Chunks that are read before those in front of them have been looked at."""


def serve_stdio(server: Server) -> None:
    """Serve until the client closes standard input, or is gone; the process ends then."""
    server.writer = writer = Writer(sys.stdout.buffer, lambda: leave(server))
    protocol = cast("Protocol", server.protocol)
    protocol.set_writer(writer)

    async def work() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        frames = Frames(log.warning)
        room = threading.Semaphore(_AHEAD)

        came: deque[bytes | None] = deque()
        handling = False

        def take(chunk: bytes) -> None:
            nonlocal handling
            came.extend(frames.feed(chunk))
            came.append(None)
            if not handling:
                handle()

        def handle() -> None:
            """Handle messages up to a question; who asks has begun when the next message changes the text."""
            nonlocal handling
            for _ in range(_AT_ONCE):
                while came and came[0] is None:
                    came.popleft()
                    room.release()
                if not came or protocol.receive(came.popleft() or b""):
                    break
            handling = bool(came)
            if handling:
                server.caught_up.clear()
                loop.call_soon(handle)
            else:
                server.caught_up.set()

        def end() -> None:
            """Nobody waits for answers any more. Whether the client has left in due form counts all the same."""
            for body in came:
                if body is not None and (b'"shutdown"' in body or b'"exit"' in body):
                    protocol.receive(body)
            over.set()

        def read() -> None:
            # In the end there is no more to read, or nobody to read it.
            with contextlib.suppress(RuntimeError):
                with contextlib.suppress(OSError):
                    while chunk := os.read(sys.stdin.fileno(), _CHUNK):
                        room.acquire()
                        writer.wait_for_room()
                        loop.call_soon_threadsafe(take, chunk)
                loop.call_soon_threadsafe(end)

        threading.Thread(target=read, name="stdin", daemon=True).start()
        await over.wait()
        frames.close()
        leave(server)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work())
    leave(server)


def serve_tcp(server: Server, host: str, port: int) -> None:
    """Serve the first client that connects, until it leaves. Raises OSError when the port cannot be listened on."""
    protocol = cast("Protocol", server.protocol)

    async def work() -> None:
        over = asyncio.Event()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            listening.close()
            protocol.set_writer(writer)
            frames = Frames(log.warning)
            with contextlib.suppress(OSError):
                while chunk := await reader.read(_CHUNK):
                    for body in frames.feed(chunk):
                        protocol.receive(body)
                        await asyncio.sleep(0)
                    await writer.drain()
            frames.close()
            over.set()

        listening = await asyncio.start_server(connected, host, port)
        await over.wait()
        leave(server)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work())
