"""What the other process does (:mod:`linkname_ls.links.other`), until there is nobody who wants it.

Modules are imported where they are needed: to look at files takes few of them.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

from linkname_ls.build.files import below, walk_folders
from linkname_ls.links.other import Order, receive, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkname_ls.links.search import Search

_UNASKED = 10.0
"""Seconds after which one that nobody asks ends."""


def serve() -> None:
    """Be the other process."""
    with contextlib.suppress(OSError, KeyboardInterrupt):
        given = receive(sys.stdin.buffer)
        if given is None:
            return
        walk, how = Order(*given)
        if how is not None:
            _search(walk, how)
        elif walk is not None:
            from linkname_ls.build.reader import look

            write(sys.stdout.buffer, look(**walk))
    os._exit(0)  # Python would wait for the thread that reads


def _search(walk: dict[str, Any] | None, how: dict[str, bool]) -> None:
    """Search a tree until anything is asked, and from then on what is asked."""
    import queue
    import threading

    from linkname_ls.links.search import Search

    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read() -> None:
        with contextlib.suppress(OSError, ValueError):
            while (jobs := receive(sys.stdin.buffer)) is not None:
                asked.put(jobs)
        asked.put(None)

    threading.Thread(target=read, daemon=True).start()
    search = Search(**how)
    unasked = _search_unasked(walk, search, asked.empty) if walk is not None else []
    with contextlib.suppress(queue.Empty):
        while (jobs := asked.get(timeout=_UNASKED)) is not None:
            found = [search.folder(folder, names, lambda _, own=own: own).plain for folder, names, own in jobs]
            write(sys.stdout.buffer, found if jobs else unasked)


def _search_unasked(walk: dict[str, Any], search: Search, goes_on: Callable[[], bool]) -> list[object]:
    """Search a Go tree as long as nothing is asked, and return what was found by the job."""
    from linkname_ls.links.search import parts

    _step_back()
    found: list[object] = []
    start = len(below(walk["root"]))
    for job in parts(walk_folders(**walk)):
        if not goes_on():
            break
        # What the Go tree's packages are called. Who asks for them looks whether that is so.
        own = job.folder[start:].replace(os.sep, "/")
        found.append((tuple(job), search.folder(*job, lambda _, own=own: own).plain))
    return found


def _step_back() -> None:
    """Run where nobody else does: the start that this is to shorten would take longer for it."""
    if sys.platform == "linux":
        # Not allowed everywhere; then it takes a little longer.
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
