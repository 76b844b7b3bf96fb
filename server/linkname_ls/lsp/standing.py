"""Which reports still hold after an edit.

The states of the open texts are numbered. As long as edits change no answer (:mod:`linkname_ls.links.inert`) the number
stays, and what was found moves with the text.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding, Fix, Related
    from linkname_ls.links.inert import Change
    from linkname_ls.links.sources import Source
    from linkname_ls.source.edits import Edit
    from linkname_ls.source.positions import Span

_KEPT = 1000
"""How many edits are remembered, for reports that nobody has asked for since."""
_KEPT_BYTES = 32 << 20
"""Of the texts before them: each edit of runtime/proc.go has one of 250 KB."""
NEVER = -1
"""The number of a state that is gone already."""


class Step(NamedTuple):
    """One edit that changed no answer."""

    old: Source
    new: Source
    change: Change


class Standing:
    """The number of the state that the open texts are in. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._overlays: Mapping[str, Source] = {}
        self._number = 0
        self._steps: list[Step] = []
        self._checks = 0

    def take(self, overlays: Mapping[str, Source]) -> tuple[int, int]:
        """Take the open texts as they are now; returns the number of the state, and that of edits since it began."""
        with self._lock:
            if overlays is not self._overlays:
                steps = self._judge(overlays)
                # What is being checked just now may still read what the edit has touched.
                if steps is None or self._checks or self._full:
                    self._number += 1
                    self._steps = []
                else:
                    self._steps += steps
                self._overlays = overlays
            return self._number, len(self._steps)

    @property
    def _full(self) -> bool:
        return len(self._steps) > _KEPT or sum(len(step.old.data) for step in self._steps) > _KEPT_BYTES

    @contextmanager
    def checking(self, overlays: Mapping[str, Source]) -> Generator[tuple[int, int]]:
        """Keep the state from being taken for the same while something is checked; gives what :meth:`take` returns.

        :data:`NEVER` where newer texts have been taken meanwhile.
        """
        with self._lock:
            self._checks += 1
            state = (self._number if overlays is self._overlays else NEVER), len(self._steps)
        try:
            yield state
        finally:
            with self._lock:
                self._checks -= 1

    def steps_since(self, state: tuple[int, int]) -> Sequence[Step] | None:
        """Return the edits since a state; None when it does not stand any more."""
        with self._lock:
            return self._steps[state[1] :] if state[0] == self._number else None

    def _judge(self, overlays: Mapping[str, Source]) -> list[Step] | None:
        from linkname_ls.links.inert import inert_change

        if overlays.keys() != self._overlays.keys():
            return None
        steps: list[Step] = []
        for path, new in overlays.items():
            old = self._overlays[path]
            if old is new:
                continue
            change = inert_change(old, new)
            if change is None:
                return None
            steps.append(Step(old, new, change))
        return steps


def moved(findings: Sequence[Finding], home: Source, steps: Sequence[Step]) -> tuple[Source, list[Finding]] | None:
    """Return what was found in a file as it stands after some edits, with the file; None when that cannot be told."""
    found = list(findings)
    for step in steps:
        own = step.old is home
        try:
            found = [_moved(one, step, own=own) for one in found]
        except _CutError:
            return None
        home = step.new if own else home
    return home, found


class _CutError(Exception):
    """An edit cuts into a place that belongs to a finding."""


def _moved(finding: Finding, step: Step, *, own: bool) -> Finding:
    return finding._replace(
        span=_span(finding.span, step) if own else finding.span,
        fixes=tuple(_fix(one, step, own=own) for one in finding.fixes),
        related=tuple(_related(one, step) for one in finding.related),
    )


def _fix(fix: Fix, step: Step, *, own: bool) -> Fix:
    return fix._replace(
        edits=_edits(fix.edits, step) if own else fix.edits,
        elsewhere=tuple(
            (step.new, _edits(edits, step)) if _is_old(source, step) else (source, edits)
            for source, edits in fix.elsewhere
        ),
    )


def _related(related: Related, step: Step) -> Related:
    if not _is_old(related.source, step):
        return related
    return related._replace(source=step.new, span=_span(related.span, step))


def _is_old(source: Source, step: Step) -> bool:
    if source is step.old:
        return True
    if source.path == step.old.path:
        raise _CutError  # another version of it
    return False


def _edits(edits: Sequence[Edit], step: Step) -> tuple[Edit, ...]:
    return tuple(edit._replace(span=_span(edit.span, step)) for edit in edits)


def _span(span: Span, step: Step) -> Span:
    found = step.change.moved(span)
    if found is None:
        raise _CutError
    return found
