"""Which files have their syntax tree in memory: those that were parsed last.

A tree takes 24 times the size of its file, and is made again at 10 MB a second. What a file declares is kept by
itself.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source

MOST_BYTES = 8 << 20
"""Of the texts of the files whose trees are kept."""


class ParsedFiles:
    """Keeps the trees of the last files of so many bytes; others forget theirs. Safe to use from several threads."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        # A file that nobody holds any more may go while the lock is held.
        self._lock = threading.RLock()
        self._sizes: dict[weakref.ref[Source], int] = {}

    @property
    def size(self) -> int:
        """The bytes of the files that have a tree."""
        with self._lock:
            return sum(self._sizes.values())

    def add(self, source: Source) -> None:
        """Note that a file has been parsed; the oldest ones forget their trees where it is too many then."""
        with self._lock:
            self._sizes[weakref.ref(source, self._gone)] = len(source.data)
            while len(self._sizes) > 1 and self.size > self._most:
                oldest = next(iter(self._sizes))
                self._sizes.pop(oldest, None)
                other = oldest()
                if other is not None:
                    other.forget_tree()

    def _gone(self, source: weakref.ref[Source]) -> None:
        with self._lock:
            self._sizes.pop(source, None)
