"""Messages written to a pipe, without waiting for who reads it."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import socket
import stat
import sys
import threading
from collections.abc import Callable
from typing import IO

_ATOMIC = getattr(select, "PIPE_BUF", 0)
"""Windows has none, and selects sockets only."""
_PLENTY = 32 << 20
"""Bytes that may wait for a reader before what makes more of them is better left alone."""


class Writer:
    """Writes messages to a pipe in their order; who sends never waits.

    What the pipe surely takes at once is written at once. The rest is written by a thread, as long as it takes: to wake
    that costs more than a short message.
    """

    def __init__(self, stream: IO[bytes], gone: Callable[[], None] = lambda: None) -> None:
        """``gone`` is called once, in any thread, when nobody is there to read any more."""
        self._stream = stream
        self._gone = gone
        self._over = False
        """Whether nobody is."""
        self._queue: queue.SimpleQueue[bytes | memoryview | None] = queue.SimpleQueue()
        self._waiting = 0
        """Messages that are the thread's to write."""
        self._bytes = 0
        """How much that is."""
        self._lock = threading.Lock()
        self._less = threading.Condition(self._lock)
        self._socket = _socket(stream)
        self._at_once = _to_pipe(stream) if self._socket is None else _to_socket(self._socket)
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._thread.start()

    def send(self, body: bytes) -> None:
        """Send the body of a message. After the other end has gone it is dropped."""
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def write(self, data: bytes) -> None:
        """Send a message that has its header already."""
        rest = memoryview(data)
        with self._lock:
            if self._over:
                return
            if not self._waiting:
                try:
                    rest = rest[self._at_once(data) :]
                except (OSError, ValueError):
                    self._over = True
            if not self._over:
                if rest:
                    self._waiting += 1
                    self._bytes += len(rest)
                    self._queue.put(rest)
                return
        self._gone()

    def wait_for_room(self) -> None:
        """Wait while very much has not been read: who does not read his answers is not asked for more questions."""
        if self._bytes > _PLENTY:
            with self._less:
                self._less.wait_for(lambda: self._over or self._bytes <= _PLENTY)

    @property
    def behind(self) -> int:
        """How many bytes have not been read yet."""
        return self._bytes

    def close(self) -> None:
        """Close the pipe when all that is waiting has been written."""
        self._queue.put(None)

    def flush(self, timeout: float) -> None:
        """Close it, and wait for that no longer than so many seconds."""
        self.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _write(self) -> None:
        try:
            while (message := self._queue.get()) is not None:
                self._stream.write(message)
                self._stream.flush()
                with self._less:
                    self._waiting -= 1
                    self._bytes -= len(message)
                    self._less.notify_all()
        except (OSError, ValueError):
            with self._less:
                self._over = True
                self._less.notify_all()
            self._gone()
        if self._socket is not None:
            self._socket.close()
        with contextlib.suppress(OSError, ValueError):
            self._stream.close()


def _socket(stream: IO[bytes]) -> socket.socket | None:
    """Return the socket that Node.js makes in place of a pipe, to be closed; None for anything else."""
    if not hasattr(socket, "MSG_DONTWAIT"):
        return None
    with contextlib.suppress(OSError, ValueError):
        if stat.S_ISSOCK(os.fstat(stream.fileno()).st_mode):
            return socket.socket(fileno=os.dup(stream.fileno()))
    return None


def _to_socket(other_end: socket.socket) -> Callable[[bytes], int]:
    """Return what writes as much of a message as can be written without waiting, and says how much that is."""

    def write(message: bytes) -> int:
        try:
            return other_end.send(message, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    return write


def _to_pipe(stream: IO[bytes]) -> Callable[[bytes], int]:
    """Return the same for a pipe: all of a message that it surely takes, or nothing."""
    try:
        file = stream.fileno()
    except (OSError, ValueError):
        return lambda _: 0
    size = _size(file)

    def write(message: bytes) -> int:
        # One that is ready has room for PIPE_BUF (pipe(7)), an empty one for all that it holds.
        fits = len(message) <= _ATOMIC and select.select((), (file,), (), 0)[1]
        if fits or (len(message) <= size and _is_empty(file)):
            return os.write(file, message)
        return 0

    return write


if sys.platform == "linux":
    import fcntl
    import struct
    import termios

    def _size(file: int) -> int:
        """Return how many bytes a pipe holds; 0 for anything else."""
        with contextlib.suppress(OSError):
            return fcntl.fcntl(file, fcntl.F_GETPIPE_SZ)
        return 0

    def _is_empty(file: int) -> bool:
        """Whether all has been read that was written to a pipe."""
        with contextlib.suppress(OSError):
            return struct.unpack("i", fcntl.ioctl(file, termios.FIONREAD, b"\0\0\0\0")) == (0,)
        return False

else:

    def _size(file: int) -> int:  # noqa: ARG001 - nothing else is known of it
        return 0

    def _is_empty(file: int) -> bool:  # noqa: ARG001
        return False
