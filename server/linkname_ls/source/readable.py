"""What Go allows and the parser cannot read, put so that it can, with every offset as it was."""

from __future__ import annotations

from linkname_ls.source.comments import unfinished_block
from linkname_ls.source.generics import without_type_parameters
from linkname_ls.source.groups import terminated

_MOST_OPEN = 8
"""How often the parser may search the rest of a file for the end of a comment."""


def readable(data: bytes) -> bytes:
    """Return a Go file as the parser can read it, of the same length; the same object when there is nothing to do."""
    return terminated(without_type_parameters(_without_open_comments(data)))


def _without_open_comments(data: bytes) -> bytes:
    """Return a Go file without the marks of block comments inside of one that has no end.

    The parser reads on behind a mark without an end, and at the next one goes to the end of the file again: a few
    kilobytes of them took it minutes.
    """
    # Nearly every file falls here.
    if data.rfind(b"/*") <= data.rfind(b"*/") or data.count(b"/*") <= _MOST_OPEN:
        return data
    start = unfinished_block(data)
    if start is None or data.count(b"/*", start) <= _MOST_OPEN:
        return data
    return data[: start + 2] + data[start + 2 :].replace(b"/*", b"  ")
