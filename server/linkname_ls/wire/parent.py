"""Whether the process that a client says it is (``processId`` of ``initialize``) still runs.

Its end closes our standard input, but for when another process holds the same pipe: one that it has started meanwhile,
or a shell between the two.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable

_EVERY = 0.5
"""Seconds between two looks, where the system cannot tell on its own."""


def watch(process: object, ended: Callable[[], None]) -> bool:
    """Have ``ended`` called, in another thread, when a process ends; returns whether it runs now.

    A number that no process has is not watched: an editor in another container, or on another machine, means one of its
    own. So does whatever is no number.
    """
    if type(process) is not int or not 0 < process < 1 << 31 or process == os.getpid():
        return False
    wait = _waiting(process)
    if wait is None:
        return False

    def work() -> None:
        wait()
        ended()

    threading.Thread(target=work, name="parent", daemon=True).start()
    return True


if sys.platform == "win32":
    import ctypes

    _SYNCHRONIZE, _NOT_INHERITED, _INFINITE = 0x0010_0000, 0, 0xFFFF_FFFF

    def _waiting(process: int) -> Callable[[], None] | None:
        """Return what waits for the end of a process; None when there is none of that number."""
        kernel = ctypes.windll.kernel32
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(_SYNCHRONIZE, _NOT_INHERITED, process)
        if not handle:
            return None
        return lambda: kernel.WaitForSingleObject(ctypes.c_void_p(handle), _INFINITE)

else:

    def _waiting(process: int) -> Callable[[], None] | None:
        """Return what waits for the end of a process; None when there is none of that number."""
        if not _runs(process):
            return None
        return _told(process) or (lambda: _ask(process))

    def _told(process: int) -> Callable[[], None] | None:
        """Have the system tell, where it can: Linux, the BSDs and macOS."""
        try:
            if hasattr(os, "pidfd_open"):
                file = os.pidfd_open(process)
                return lambda: _poll(file)
            if sys.platform != "linux" and hasattr(select, "kqueue"):
                queue = select.kqueue()
                event = select.kevent(process, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
                queue.control([event], 0)
                return lambda: _hear(queue)
        except OSError:
            pass  # an old system, or one that does not allow it
        return None

    def _poll(file: int) -> None:
        waiting = select.poll()
        waiting.register(file, select.POLLIN)
        while not waiting.poll():
            pass

    def _hear(queue: select.kqueue) -> None:
        while not queue.control(None, 1):
            pass

    def _ask(process: int) -> None:
        while _runs(process):
            time.sleep(_EVERY)

    def _runs(process: int) -> bool:
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        except OSError:
            return False
        return True
