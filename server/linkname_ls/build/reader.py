"""Reading thousands of files one after the other, and telling later which of them have changed."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from linkname_ls.build.files import MAX_FILE_BYTES, below, walk_folders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Mark = int
"""A file's state: another number when it has changed. 0 is nobody's: a file with that is read again."""

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file that changes once more is sure to get another time stamp, on any file system."""

_BITS = (1 << 62) - 1

_FEW = 2
"""Files that are quicker found by their paths than from their folder, which would have to be opened."""

_ENOUGH, _MUCH = 1 << 18, 1 << 24
"""Bytes of memory to begin with, and above which it is given back: one file in a million is so large."""

_FLAGS: int = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""A pipe that has taken a file's place since the folder was listed is not waited for."""

_FROM_FOLDER = {os.open, os.stat} <= os.supports_dir_fd


def marks_of(folder: str, names: list[str]) -> dict[str, Mark]:
    """Return the marks of the files of a folder as they are now, 0 for what is missing or no regular file."""
    marks: dict[str, Mark] = {}
    with _Folder(folder, len(names)) as (place, start):
        for name in names:
            try:
                marks[name] = _mark(os.stat(start + name, dir_fd=place))
            except (OSError, ValueError):  # noqa: PERF203 - one that is missing is no reason to stop
                marks[name] = 0
    return marks


def look(root: Path | str, **how: Any) -> tuple[list[tuple[str, dict[str, Mark]]], list[str]]:
    """Return the marks of all files of a tree by their folders, and the nested modules; ``how`` as it is walked."""
    nested: list[str] = []
    walked = walk_folders(root, on_module=nested.append, **how)
    return [(folder, marks_of(folder, names)) for folder, names in walked if names], nested


class _Folder:
    """A folder that is opened: gives what its files are opened from, and what goes before their names.

    From there the system need not find its way again for each file. A generator as a context takes three times as long.
    """

    __slots__ = ("_files", "_folder", "_place")

    def __init__(self, folder: str, files: int) -> None:
        self._folder = folder
        self._files = files
        self._place: int | None = None

    def __enter__(self) -> tuple[int | None, str]:
        if _FROM_FOLDER and self._files > _FEW:
            with contextlib.suppress(OSError):
                self._place = os.open(self._folder, _FLAGS)
                return self._place, ""
        return None, below(self._folder)

    def __exit__(self, *_: object) -> None:
        if self._place is not None:
            os.close(self._place)


def _mark(stat: os.stat_result) -> Mark:
    """Time of change, time of modification and size in one number: thousands of tuples would take more memory.

    The first says on Unix when anything was done to a file, also by one who set the second back.
    """
    if stat.st_mode & 0o170000 != 0o100000:
        return 0
    return hash((stat.st_ctime_ns, stat.st_mtime_ns, stat.st_size)) & _BITS | 1


def read_bytes(path: Path | str, most: int = 0) -> bytes | None:
    """Return a file's bytes, b"" for one above ``MAX_FILE_BYTES``, or None when it is no readable regular file.

    ``most``: so many bytes from its beginning are enough, however large it is. A pipe or a device is opened without
    waiting, and not read.
    """
    try:
        file = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        # A file object takes three times as long, and the whole of a package is read for one name.
        found = os.fstat(file)
        size = found.st_size
        if found.st_mode & 0o170000 != 0o100000:
            return None
        if most:
            return os.read(file, most)
        if size > MAX_FILE_BYTES:
            return b""
        data = os.read(file, size + 1)
        if len(data) != size:  # it is being written, or does not tell its size
            while len(data) <= MAX_FILE_BYTES and (more := os.read(file, 1 << 20)):
                data += more
        return data if len(data) <= MAX_FILE_BYTES else b""
    except OSError:
        return None
    finally:
        os.close(file)


class Reader:
    """Reads file after file into the same memory: to get some for each would cost a fifth of the whole."""

    UNREADABLE, SAME = -1, -2
    """In place of a size in bytes."""

    __slots__ = ("_into", "_marking", "_settled", "_stat", "data")

    def __init__(self, *, marking: bool = True) -> None:
        """Without ``marking`` the files have no marks: a sixth of the time goes into what they are made of."""
        self._marking = marking
        self._settled = time.time_ns() - _SETTLED
        self._stat: os.stat_result | None = None
        self._take(_ENOUGH)

    def _take(self, size: int) -> None:
        self.data = bytearray(size)
        """The bytes of the last file; behind its end, those of others."""
        self._into = (self.data,)

    def read(
        self, folder: str, names: list[str], known: Mapping[str, Mark], now: Mapping[str, Mark]
    ) -> Iterator[tuple[str, int]]:
        """Read the files of a folder one by one; yields their names, and their sizes in bytes, 0 above the limit.

        ``known`` and ``now`` are marks: a file that has the same in both is not read.
        """
        with _Folder(folder, len(names)) as (place, start):
            for name in names:
                if known and (mark := known.get(name)) and mark == now.get(name):
                    yield name, Reader.SAME
                    continue
                try:
                    file = os.open(start + name, _FLAGS, dir_fd=place)
                except (OSError, ValueError):
                    yield name, Reader.UNREADABLE
                    continue
                try:
                    count = self._marked(file) if self._marking else self._unmarked(file)
                except OSError:
                    count = Reader.UNREADABLE
                finally:
                    os.close(file)
                yield name, count
                if len(self.data) > _MUCH:
                    self._take(_ENOUGH)

    def _marked(self, file: int) -> int:
        # Before it is read: what is written meanwhile gets another mark.
        self._stat = stat = os.fstat(file)
        size = stat.st_size
        if stat.st_mode & 0o170000 != 0o100000:
            return Reader.UNREADABLE
        if size > MAX_FILE_BYTES:
            return 0
        if size >= len(self.data):
            self._take(size + 1)
        count = _read_into(file, self._into)
        return count if count == size else self._rest(file, count)

    def _unmarked(self, file: int) -> int:
        count = _read_into(file, self._into)
        return count if count < len(self.data) else self._rest(file, count)

    @property
    def mark(self) -> Mark:
        """The mark of the last file; 0 when it has changed so lately that it could change again under the same one."""
        stat = self._stat
        if stat is None or stat.st_ctime_ns >= self._settled or stat.st_mtime_ns >= self._settled:
            return 0
        return _mark(stat)

    def _rest(self, file: int, count: int) -> int:
        """Read on to the end of a file that does not have the size that was told."""
        more = -1
        while more:
            if count == len(self.data):
                before = self.data
                self._take(2 * count)
                self.data[:count] = before
            more = _read_into(file, (memoryview(self.data)[count:],))
            count += more
            if count > MAX_FILE_BYTES:
                return 0
        return count

    def bytes(self, size: int) -> bytes:
        """Return a copy of the last file."""
        return bytes(memoryview(self.data)[:size])


if sys.platform == "win32":

    def _read_into(file: int, memory: tuple[bytearray | memoryview], /) -> int:
        found = os.read(file, len(memory[0]))
        memory[0][: len(found)] = found
        return len(found)

else:
    _read_into = os.readv
