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
