"""Reading thousands of files one after the other, and telling later which of them have changed."""

from __future__ import annotations

import os
import sys
import time

from linkname_ls.build.files import MAX_FILE_BYTES

Mark = int
"""A file's state: another number when it has changed. 0 is nobody's: a file with that is read again."""

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file that changes once more is sure to get another time stamp, on any file system."""

_BITS = (1 << 64) - 1

_FLAGS: int = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""A pipe that has taken a file's place since the folder was listed is not waited for."""


def mark_of(path: str) -> Mark:
    """Return the mark of a file as it is now; 0 when it is missing or no regular file."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - the fast path of the scan
    except (OSError, ValueError):
        return 0
    return _mark(stat)


def _mark(stat: os.stat_result) -> Mark:
    """Time of change, time of modification and size in one number: thousands of tuples would take more memory.

    The first says on Unix when anything was done to a file, also by one who set the second back.
    """
    if stat.st_mode & 0o170000 != 0o100000:
        return 0
    return (stat.st_ctime_ns & _BITS) << 128 | (stat.st_mtime_ns & _BITS) << 64 | stat.st_size & _BITS


class Reader:
    """Reads file after file into the same memory: to get some for each would cost a fifth of the whole."""

    __slots__ = ("_settled", "data", "mark")

    def __init__(self) -> None:
        self.data = bytearray(1 << 18)
        """The bytes of the last file; behind its end, those of others."""
        self.mark: Mark = 0
        """Its mark; 0 when it has changed so lately that it could change again under the same one."""
        self._settled = time.time_ns() - _SETTLED

    def read(self, path: str) -> int:
        """Read a file and return its size in bytes; 0 for one above the limit, -1 for what cannot be read."""
        try:
            file = os.open(path, _FLAGS)
        except (OSError, ValueError):
            return -1
        try:
            # Before it is read: what is written meanwhile gets another mark.
            stat = os.fstat(file)
            mark = _mark(stat)
            if not mark:
                return -1
            settled = stat.st_ctime_ns < self._settled and stat.st_mtime_ns < self._settled
            self.mark = mark if settled else 0
            size = stat.st_size
            if size > MAX_FILE_BYTES:
                return 0
            if size >= len(self.data):
                self.data = bytearray(size + 1)
            count = _read_into(file, self.data)
            return count if count == size else self._rest(file, count)
        except OSError:
            return -1
        finally:
            os.close(file)

    def _rest(self, file: int, count: int) -> int:
        """Read on to the end of a file that does not have the size that was told."""
        more = -1
        while more:
            if count == len(self.data):
                self.data += bytes(count)
            with memoryview(self.data) as view:
                more = _read_into(file, view[count:])
            count += more
            if count > MAX_FILE_BYTES:
                return 0
        return count

    def bytes(self, size: int) -> bytes:
        """Return a copy of the last file."""
        with memoryview(self.data) as view:
            return bytes(view[:size])


if sys.platform == "win32":

    def _read_into(file: int, memory: bytearray | memoryview) -> int:
        found = os.read(file, len(memory))
        memory[: len(found)] = found
        return len(found)

else:

    def _read_into(file: int, memory: bytearray | memoryview) -> int:
        return os.readv(file, (memory,))
