"""The framing of the language server protocol: a header with a length, an empty line, a body.

Whatever comes instead is left out up to the next header, as vscode-jsonrpc's reader and gopls do not: they give up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

_LONGEST_LINE = 1 << 16
"""Bytes in which a line of a header has to end."""
_LONGEST_BODY = 1 << 30
"""Bytes of the longest message that is believed: the whole of a file of 256 MB, each byte of it escaped, is shorter."""
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n\Z", re.IGNORECASE)
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:")
_CHUNK = 1 << 16

Complain = Callable[[str], None]
"""Takes one sentence about what was no message."""


class Frames:
    """Cuts the bodies of messages out of what comes, in whatever pieces it does."""

    def __init__(self, complain: Complain) -> None:
        self._complain = complain
        self._buffer = bytearray()
        self._length: int | None = None
        """What the header that is being read says of the body."""
        self._body: int | None = None
        """The length of the body that is awaited."""
        self._fields = False
        """Whether the header has said anything else."""
        self._astray = False
        """Whether there has been nothing but nonsense since the last message: it is complained of once."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the bodies of the messages that are complete now. Has to be exhausted."""
        buffer = self._buffer
        buffer += data
        while True:
            if self._body is not None:
                if len(buffer) < self._body:
                    return
                body = bytes(memoryview(buffer)[: self._body])
                del buffer[: self._body]
                self._body, self._astray = None, False
                yield body
            end = buffer.find(b"\n")
            if end < 0:
                if len(buffer) > _LONGEST_LINE:
                    self._nonsense(f"Instead of a message came {bytes(buffer[:40])!r} and more.")
                    del buffer[:-_LONGEST_LINE]  # a header may begin behind it
                return
            line = bytes(memoryview(buffer)[: end + 1])
            del buffer[: end + 1]
            self._line(line)

    def close(self) -> None:
        """Say that there is nothing more to come."""
        if self._body is not None or self._buffer:
            self._nonsense("The last message breaks off.")

    def _line(self, line: bytes) -> None:
        length = _LENGTH.search(line)
        if not line.strip():
            if self._length is None and self._fields:
                self._nonsense("A message has no Content-Length.")
            self._body, self._length, self._fields = self._length, None, False
        elif length is not None:
            if length.start():
                self._nonsense(f"Instead of a message came {line[: min(40, length.start())]!r}.")
            value = length[1]
            if value.isdigit() and len(value) < 20 and int(value) <= _LONGEST_BODY:
                self._length = int(value)
            else:
                self._nonsense(f"A message has the Content-Length {value[:40]!r}.")
                self._length = None
        elif _FIELD.match(line):
            self._fields = True
        else:
            self._nonsense(f"Instead of a message came {line[:40]!r}.")
            self._length, self._fields = None, False

    def _nonsense(self, sentence: str) -> None:
        if not self._astray:
            self._astray = True
            self._complain(f"{sentence} It is left out, up to the next header.")


def bodies(file: int, complain: Complain) -> Iterator[bytes]:
    """Yield the bodies of the messages that come from a file descriptor, waiting for them, until its end."""
    frames = Frames(complain)
    try:
        while chunk := os.read(file, _CHUNK):
            yield from frames.feed(chunk)
    except OSError:
        return  # the other end is gone, which is an end too
    frames.close()
