"""One of the two servers, as a child process."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import IO

from linkname_ls.companion.wire import WireError, read
from linkname_ls.wire.writer import Writer


class Child:
    """A running server. It ends with this process at the latest, whose end closes its standard input."""

    def __init__(self, command: Sequence[str], heard: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        """Start it. ``heard`` gets each message, ``ended`` once how it went; both in a thread of the child's.

        Raises:
            OSError: when it cannot be started.
        """
        pipe = subprocess.PIPE
        process = self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe)  # noqa: S603 - what the user names
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - for the type checker
        self._writer = Writer(process.stdin)
        threading.Thread(target=self._read, args=(process.stdout, heard, ended), daemon=True).start()

    def send(self, body: bytes) -> None:
        """Send the body of a message."""
        self._writer.send(body)

    def close(self) -> None:
        """Close its standard input once all is written: a server ends then."""
        self._writer.close()

    def end(self, timeout: float) -> None:
        """Wait until it is gone, and kill it when it is not after so many seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self, stream: IO[bytes], heard: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        why = ""
        try:
            while (body := read(stream)) is not None:
                heard(body)
        except (WireError, OSError) as fault:
            why = str(fault)
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        code = self._process.poll()
        if not why:
            why = "it closed the connection" if code is None else f"it ended with exit status {code}"
            if code is not None and code < 0:
                why = f"it was ended by signal {-code}"
        why = why.rstrip(".")
        ended(why)
