"""Looking for garbage without standing still for long.

Python looks through all that there is when a quarter has been added to it, and nothing else runs meanwhile: a second
for the objects of 100,000 files. What has been looked through once, and took long, is not looked through again until
the editor is silent for a while. What dies with its last reference goes at once all the same; only cycles wait.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

LONG = 0.1
"""Seconds that a look takes at most without being spared the next time."""
SILENCE = 20.0
"""Seconds without a message from the editor."""
MOST = 10
"""How often something is spared before all is looked through, silence or not: it may be full of cycles by then."""


class Garbage:
    """When to look through what. One for the process."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._began = 0.0
        self._heard = time.monotonic()
        self._whole = False
        self.spared = 0
        """How often something has been spared since all was looked through."""

    def watch(self) -> None:
        """Begin."""
        gc.callbacks.append(self.looked)

    def heard(self) -> None:
        """Note that the editor has said something."""
        self._heard = time.monotonic()

    def looked(self, phase: str, info: Mapping[str, int]) -> None:
        """Take in that Python begins to look, or has looked; in any thread."""
        if info["generation"] != 2:
            return
        if phase == "start":
            self._began = time.perf_counter()
        elif self._whole:
            gc.freeze()
        elif time.perf_counter() - self._began > LONG:
            self.spared += 1
            if self.spared > MOST:
                self.spared = 0
                gc.unfreeze()
                return
            gc.freeze()
            if self.spared == 1 and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._loop.call_later, SILENCE, self.look)

    def look(self) -> None:
        """Look through all if the editor is silent, else later."""
        silent = time.monotonic() - self._heard
        if not self.spared:
            return
        if silent < SILENCE:
            self._loop.call_later(SILENCE - silent, self.look)
            return
        self.spared, self._whole = 0, True
        gc.unfreeze()
        try:
            gc.collect()
        finally:
            self._whole = False
