"""Another process that searches folders of a large tree, while this one searches others.

Python runs one thread at a time. The other process is the same Python with nothing but the search: it is handed
folders, and says what they hold. Whatever is wrong with it, its folders are searched here.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from linkname_ls.build.files import below
from linkname_ls.links.search import Found, PrefixIn, Progress, Search, now_and_then
from linkname_ls.links.sites import LinkSite
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from typing import IO

_MANY = 5_000
"""How many files a tree has for which it is worth its start, 30 ms."""
_AT_ONCE = 32
"""Files that it is handed at once, and most of one folder that are searched here before it is looked after."""
_IN_ADVANCE = 6
"""How often it is handed some before it has answered, so that it does not wait."""
_PATIENCE = 1.0
"""Seconds that are waited for it when all else is done."""
_HEAD = 8
PROGRAM = "import sys; sys.path.append(sys.argv[1]); from linkname_ls.links.beside import serve; serve()"


class Job(NamedTuple):
    """A folder to search, or some of its files."""

    folder: str
    names: list[str]


_Asked = tuple[str, list[str], str]
"""The same for the other process, with the symbol prefix of its package, where that may be asked for."""


def search_all(
    jobs: Iterable[Job], search: Search, prefix_in: PrefixIn, progress: Progress | None, *, alone: bool
) -> Iterable[tuple[Job, Found]]:
    """Return what folders hold, in their order, large ones in parts; ``alone``: without another process."""
    more, count = _parts(jobs), 0
    ahead: list[Job] = []
    while count < _MANY and (job := next(more, None)) is not None:
        ahead.append(job)
        count += len(job.names)
    work = _Work(chain(ahead, more), search, prefix_in)
    other = Other(search) if count >= _MANY and not alone and processors() > 1 else None
    try:
        work.do(other, now_and_then(progress))
    finally:
        if other is not None:
            other.end()
    return work.result()


def _parts(jobs: Iterable[Job]) -> Iterator[Job]:
    for folder, names in jobs:
        for at in range(0, len(names), _AT_ONCE):
            yield Job(folder, names[at : at + _AT_ONCE])


class _Work:
    """Folders, and what is known of them."""

    def __init__(self, jobs: Iterable[Job], search: Search, prefix_in: PrefixIn) -> None:
        self._jobs = iter(jobs)
        self._search = search
        self._prefix_in = prefix_in
        self._taken: list[Job] = []
        self._found: dict[int, Found] = {}
        """By place in those taken."""
        self._files = 0

    def do(self, other: Other | None, progress: Progress) -> None:
        """Search all folders."""
        given: deque[Sequence[int]] = deque()
        while True:
            while other is not None and len(given) < _IN_ADVANCE and (places := self._take(_AT_ONCE)):
                given.append(places)
                other.give([self._asked(self._taken[at]) for at in places])
            own = self._take(1)
            self._do(own)
            if other is not None and given:
                answer = other.answer(wait=not own)
                if answer is not None:
                    self._note(given.popleft(), answer)
                elif other.gone:
                    other = None
                    self._do(list(chain.from_iterable(given)))
                    given.clear()
            elif not own:
                return
            progress(self._files)

    def result(self) -> Iterable[tuple[Job, Found]]:
        """Return what the folders hold, in their order."""
        return ((job, self._found[at]) for at, job in enumerate(self._taken))

    def _take(self, files: int) -> Sequence[int]:
        """Take the next folders, with so many files or a few more; returns their places."""
        first = len(self._taken)
        while files > 0 and (job := next(self._jobs, None)) is not None:
            self._taken.append(job)
            files -= len(job.names)
        return range(first, len(self._taken))

    def _do(self, places: Sequence[int]) -> None:
        """Search folders here."""
        self._note(places, [self._search.folder(*self._taken[at], self._prefix_in) for at in places])

    def _note(self, places: Sequence[int], found: Sequence[Found]) -> None:
        self._found.update(zip(places, found, strict=True))
        self._files += sum(len(self._taken[at].names) for at in places)

    def _asked(self, job: Job) -> _Asked:
        asks = any(name.endswith(".s") for name in job.names)
        return (job.folder, job.names, self._prefix_in(job.folder) if asks else "")


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Other:
    """The other process."""

    def __init__(self, search: Search) -> None:
        import queue
        import subprocess
        import threading

        self._came: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()
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
        threading.Thread(target=self._read, name="beside", daemon=True).start()
        self._send(search.how)

    def give(self, folders: list[_Asked]) -> None:
        """Have folders searched."""
        self._send(folders)

    def answer(self, *, wait: bool) -> list[Found] | None:
        """Return what the folders hold that were given first; None when that is not known yet, or will not be."""
        if self.gone or (not wait and self._came.empty()):
            return None
        import queue

        try:
            answer = self._came.get(timeout=_PATIENCE)
        except queue.Empty:
            answer = None
        if answer is None:
            self.gone = True
            return None
        return [_found(*one) for one in answer]

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

    def _send(self, what: object) -> None:
        try:
            if self.process is not None and self.process.stdin is not None:
                _write(self.process.stdin, what)
        except OSError:
            self.gone = True

    def _read(self) -> None:
        """Take in its answers, in a thread of its own."""
        assert self.process is not None and self.process.stdout is not None  # noqa: S101 - else there is no thread
        answer: Any = True
        while answer is not None:
            try:
                answer = _receive(self.process.stdout)
            except (OSError, ValueError):
                answer = None
            self._came.put(answer)


def serve() -> None:
    """Be the other process: search folders until there is nobody who wants it."""
    with contextlib.suppress(OSError, KeyboardInterrupt):
        how = _receive(sys.stdin.buffer)
        if how is None:
            return
        search = Search(**how)
        while (folders := _receive(sys.stdin.buffer)) is not None:
            answer: list[object] = []
            for folder, names, prefix in folders:
                found = search.folder(folder, names, lambda _, prefix=prefix: prefix)
                answer.append((folder, *_plain(found)))
            _write(sys.stdout.buffer, answer)


def _write(to: IO[bytes], what: Any) -> None:
    body = marshal.dumps(what)
    to.write(len(body).to_bytes(_HEAD, "big") + body)
    to.flush()


def _receive(source: IO[bytes]) -> Any:
    """Return what was written at the other end; None at its end."""
    head = source.read(_HEAD)
    size = int.from_bytes(head, "big")
    body = source.read(size)
    if len(head) < _HEAD or len(body) < size:
        return None
    return marshal.loads(body)  # noqa: S302 - from our own program


def _plain(found: Found) -> tuple[object, ...]:
    """Return it in types that ``marshal`` knows."""
    sites = {
        name: [(one.kind, one.symbol, *one.span, one.local) for one in sites] for name, sites in found.sites.items()
    }
    return (sites, found.directives, found.mains, found.marks, found.prefix)


def _found(folder: str, sites: Any, directives: Any, mains: Any, marks: Any, prefix: Any) -> Found:
    start = below(folder)
    made = {
        name: tuple(
            LinkSite(kind, symbol, start + name, Span(first, last), local) for kind, symbol, first, last, local in found
        )
        for name, found in sites.items()
    }
    return Found(made, directives, mains, marks, [], prefix)
