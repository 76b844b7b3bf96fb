"""Another process of ours: the same Python, with nothing but the search, which it does beside this one."""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from typing import IO, Any, NamedTuple

PATIENCE = 0.25
"""Seconds that are waited for an answer when all else is done: what it is asked for takes a tenth of that."""
PROGRAM = "import sys; sys.path.append(sys.argv[1]); from linkname_ls.links.served import serve; serve()"
_HEAD = 8


class Order(NamedTuple):
    """What it is started for."""

    walk: dict[str, Any] | None
    """A tree to begin with, see :attr:`linkname_ls.links.tree.Tree.walk`; None for none."""
    how: dict[str, bool] | None
    """How folders are searched, see :attr:`linkname_ls.links.tree.Tree.how`; None when they are only looked at."""


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Other:
    """The other process. Whatever is wrong with it, it only seems to know nothing."""

    def __init__(self, order: Order) -> None:
        """Start it."""
        import queue
        import subprocess

        self._came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._listening = False
        self.gone = False
        """Whether no more is to be expected of it."""
        self.process = None
        """None when it could not be started."""
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - as imports do
        # Names of files are to be read there as they are here.
        utf8 = f"utf8={sys.flags.utf8_mode}"
        try:
            if not sys.executable:
                raise OSError
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                # Nothing of the user's: neither variables nor the working folder nor other packages.
                (sys.executable, "-ISB", "-X", utf8, "-c", PROGRAM, os.path.dirname(package)),  # noqa: PTH120
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=package if os.path.isdir(package) else None,  # noqa: PTH112
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError):
            self.gone = True
            return
        self.send(tuple(order))

    def send(self, what: object) -> None:
        """Tell it something, in types that ``marshal`` knows."""
        try:
            if self.process is not None and self.process.stdin is not None:
                write(self.process.stdin, what)
        except (OSError, ValueError):
            self.gone = True

    def answer(self, patience: float = PATIENCE) -> Any:
        """Return what it says next; None when that takes longer than ``patience`` (seconds), or it is gone.

        It is gone when it has ended, or says nothing for as long as anyone would wait.
        """
        import queue

        self._listen()
        answer = None
        if not self.gone:
            try:
                answer = self._came.get(timeout=patience) if patience else self._came.get_nowait()
                self.gone = answer is None
            except queue.Empty:
                self.gone = patience >= PATIENCE
        return answer

    def end(self) -> None:
        """End it."""
        self.gone = True
        if self.process is not None:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                # What could not be written is of no use any more.
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            self.process.wait()

    def _listen(self) -> None:
        if not self._listening and self.process is not None:
            import threading

            self._listening = True
            threading.Thread(target=self._read, name="other", daemon=True).start()

    def _read(self) -> None:
        """Take in what it says, in a thread of its own."""
        assert self.process is not None and self.process.stdout is not None  # noqa: S101 - else there is no thread
        answer: Any = True
        while answer is not None:
            try:
                answer = receive(self.process.stdout)
            except (OSError, ValueError):
                answer = None
            self._came.put(answer)
        self.process.wait()  # or what is left of it would be there as long as we are


def write(to: IO[bytes], what: Any) -> None:
    """Write something that :func:`receive` reads at the other end. Raises OSError, and ValueError for a closed pipe."""
    body = marshal.dumps(what)
    to.write(len(body).to_bytes(_HEAD, "big") + body)
    to.flush()


def receive(source: IO[bytes]) -> Any:
    """Return what was written at the other end; None at its end. Raises OSError or ValueError."""
    head = source.read(_HEAD)
    size = int.from_bytes(head, "big")
    body = source.read(size)
    if len(head) < _HEAD or len(body) < size:
        return None
    return marshal.loads(body)  # noqa: S302 - from our own program
