"""What Go allows and the parser cannot read, put so that it can, with every offset as it was."""

from __future__ import annotations

from linkname_ls.source.generics import without_type_parameters
from linkname_ls.source.groups import terminated


def readable(data: bytes) -> bytes:
    """Return a Go file as the parser can read it, of the same length; the same object when there is nothing to do."""
    return terminated(without_type_parameters(data))
