"""The folders of a large tree, shared out between this process and another one.

Python runs one thread at a time. The other process (:mod:`linkname_ls.links.other`) is handed folders, and says what
they hold, and what it has found before it was asked. Whatever is wrong with it, its folders are searched here.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain

from linkname_ls.links.other import PATIENCE, Order, Other, processors
from linkname_ls.links.search import AT_ONCE, Found, Job, PrefixIn, Progress, Search, found_in, now_and_then, parts

_MANY = 5_000
"""How many files a tree has for which it is worth its start, 30 ms."""
_GIVEN = 4 * AT_ONCE
"""Files that it is handed at once: with fewer, a fifth of the time goes into the handing."""
_IN_ADVANCE = 2
"""How often it is handed some before it has answered, so that it does not wait."""
_MOMENT = 0.02
"""Seconds in which one that has begun before it was asked says so."""


def search_all(
    search: Search,
    folders: Iterable[tuple[str, list[str]]],
    prefix_in: PrefixIn,
    progress: Progress | None,
    *,
    alone: bool,
    other: Other | None = None,
) -> Iterable[tuple[Job, Found]]:
    """Return what the folders of a tree hold, in their order, large ones in parts; ``alone``: by this process only.

    ``other`` is at this tree already, and has ended when this returns or raises.
    """
    work = _Work(parts(folders), search, prefix_in)
    try:
        if other is not None and not work.hear(other):
            other.end()
            other = None
        if other is None and not alone and work.has(_MANY) and processors() > 1:
            other = Other(Order(None, search.how))
        work.do(other, now_and_then(progress))
    finally:
        if other is not None:
            other.end()
    return work.result()


class _Work:
    """Folders, and what is known of them."""

    def __init__(self, jobs: Iterable[Job], search: Search, prefix_in: PrefixIn) -> None:
        self._jobs = iter(jobs)
        self._search = search
        self._prefix_in = prefix_in
        self._unasked: dict[tuple[str, str], tuple[Job, Found]] = {}
        """What the other process has found before it was asked, by folder and first name."""
        self._taken: list[Job] = []
        self._found: dict[int, Found] = {}
        """By place in those taken."""
        self._files = 0

    def has(self, files: float) -> bool:
        """Whether there are so many files at least."""
        first: list[Job] = []
        count = 0
        while count < files and (job := next(self._jobs, None)) is not None:
            first.append(job)
            count += len(job.names)
        self._jobs = chain(first, self._jobs)
        return count >= files

    def hear(self, other: Other) -> bool:
        """Take in what the other process has found unasked; returns whether it has said so: now it may be asked."""
        other.send(())
        self.has(math.inf)  # which there are has to be found out in any case, and meanwhile it answers
        answer = other.answer(_MOMENT)
        if answer is None:
            return False
        for (folder, names), plain in answer:
            self._unasked[folder, names[0]] = (Job(folder, names), found_in(folder, *plain))
        return True

    def do(self, other: Other | None, progress: Progress) -> None:
        """Search all folders."""
        given: deque[Sequence[int]] = deque()
        while True:
            while other is not None and len(given) < _IN_ADVANCE and (places := self._take(_GIVEN)):
                given.append(places)
                other.send([self._asked(self._taken[at]) for at in places])
            own = self._take(1)
            self._do(own)
            if other is not None and given:
                answer = other.answer(0 if own else PATIENCE)
                if answer is not None:
                    places = given.popleft()
                    folders = (self._taken[at].folder for at in places)
                    self._note(places, [found_in(folder, *one) for folder, one in zip(folders, answer, strict=True)])
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
        """Take the next folders of which nothing is known, with so many files or a few more; returns their places."""
        places: list[int] = []
        while files > 0 and (job := next(self._jobs, None)) is not None:
            at = len(self._taken)
            self._taken.append(job)
            if (found := self._found_unasked(job)) is not None:
                self._note([at], [found])
            else:
                places.append(at)
                files -= len(job.names)
        return places

    def _found_unasked(self, job: Job) -> Found | None:
        """Return what the other process has found in a folder, if it knew as much of it as is known here."""
        known, found = self._unasked.get((job.folder, job.names[0]), (None, None))
        if found is None or known != job:
            return None
        return found if found.prefix is None or found.prefix == self._prefix_in(job.folder) else None

    def _do(self, places: Sequence[int]) -> None:
        """Search folders here."""
        self._note(places, [self._search.folder(*self._taken[at], self._prefix_in) for at in places])

    def _note(self, places: Sequence[int], found: Sequence[Found]) -> None:
        self._found.update(zip(places, found, strict=True))
        self._files += sum(len(self._taken[at].names) for at in places)

    def _asked(self, job: Job) -> tuple[str, list[str], str]:
        """Return what the other process is told of a job: the symbol prefix too, where that may be asked for."""
        asks = any(name.endswith(".s") for name in job.names)
        return (job.folder, job.names, self._prefix_in(job.folder) if asks else "")
