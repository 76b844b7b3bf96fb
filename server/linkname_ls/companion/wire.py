"""Messages on a pipe: the framing of the language server protocol, and what is looked at in a message."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import threading
from typing import IO, Any, cast

_LONGEST_HEADER = 4096
_ATOMIC = getattr(select, "PIPE_BUF", 0)
"""Windows has none, and selects sockets only."""


class WireError(Exception):
    """What came is no message, in one sentence. What follows it cannot be read either."""


def read(stream: IO[bytes]) -> bytes | None:
    """Return the body of the next message, waiting for it; None at the end of the stream.

    Raises:
        WireError: for what is no header, and for one without a length.
    """
    length: int | None = None
    while line := stream.readline(_LONGEST_HEADER):
        if line in (b"\r\n", b"\n"):
            if length is None:
                raise WireError("A message has no Content-Length.")
            body = stream.read(length)
            return body if len(body) == length else None
        name, colon, value = line.partition(b":")
        if not colon:
            raise WireError(f"Instead of a message came {line[:40]!r}.")
        if name.strip().lower() == b"content-length":
            try:
                length = int(value)
            except ValueError:
                raise WireError(f"A message has the Content-Length {value.strip()[:40]!r}.") from None
    return None


def parse(body: bytes) -> dict[str, Any]:
    """Return the members of a message; none for what is no JSON object, and not ours to judge."""
    try:
        return table(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def table(value: object) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def array(value: object) -> list[Any]:
    """Return a JSON array; an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def dump(data: object) -> bytes:
    """Return a message's body."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def notice(method: str, params: object) -> bytes:
    """Return the body of a notification."""
    return dump({"jsonrpc": "2.0", "method": method, "params": params})


def reply(number: Any, result: object) -> bytes:
    """Return the body of an answer to a request."""
    return dump({"jsonrpc": "2.0", "id": number, "result": result})


class Writer:
    """Writes messages to a pipe in their order; who sends never waits.

    What the pipe surely takes at once is written at once. The rest is written by a thread, as long as it takes: to wake
    that costs more than a short message.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting = 0
        """Messages that are the thread's to write."""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def send(self, body: bytes) -> None:
        """Send the body of a message. After the other end has gone it is dropped."""
        message = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        with self._lock:
            if self._waiting or not self._takes(len(message)):
                self._waiting += 1
                self._queue.put(message)
                return
            with contextlib.suppress(OSError, ValueError):  # its reader tells that the other end has gone
                os.write(self._stream.fileno(), message)

    def close(self) -> None:
        """Close the pipe when all that is waiting has been written."""
        self._queue.put(None)

    def flush(self, timeout: float) -> None:
        """Close it, and wait for that no longer than so many seconds."""
        self.close()
        self._thread.join(timeout)

    def _takes(self, size: int) -> bool:
        """Whether the pipe has room for so many bytes: one that is ready has room for ``PIPE_BUF`` (pipe(7))."""
        try:
            return size <= _ATOMIC and bool(select.select((), (self._stream,), (), 0)[1])
        except (OSError, ValueError):
            return False

    def _write(self) -> None:
        gone = contextlib.suppress(OSError, ValueError)  # its reader tells that the other end has gone
        with gone:
            while (message := self._queue.get()) is not None:
                self._stream.write(message)
                self._stream.flush()
                with self._lock:
                    self._waiting -= 1
        with gone:
            self._stream.close()
