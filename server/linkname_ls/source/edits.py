"""A change to one file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from linkname_ls.source.positions import Span


class Edit(NamedTuple):
    """Replace a stretch of a file (an insertion where the span is empty)."""

    span: Span
    text: str


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the file with edits done that do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        data = data[: edit.span.start] + edit.text.encode() + data[edit.span.end :]
    return data


def changed_lines(old: bytes, new: bytes) -> tuple[Edit, ...]:
    """Return the edit that makes one text the other: the lines between those that they begin and end with alike.

    () for the same text.
    """
    if old == new:
        return ()
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    start = sum(map(len, before[:first]))
    end = sum(map(len, before[: len(before) - last]))
    text = b"".join(after[first : len(after) - last]).decode("utf-8", "replace")
    return (Edit(Span(start, end), text),)
