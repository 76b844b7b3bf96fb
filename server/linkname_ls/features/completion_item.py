"""What a completion offers, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

ItemKind = Literal["function", "method", "variable", "package", "keyword"]

MOST_ITEMS = 200
"""How many are offered at once; the client asks again when more has been typed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to complete."""

    label: str
    text: str
    """What takes the place of the word or argument."""
    kind: ItemKind
    detail: str
    """One line about it: its signature, with a word on the link in front."""
    note: str = ""
    """That word alone: ``marked``, ``refused by Go 1.26``; "" when there is nothing to say."""
    filter: str = ""
    """What the typed text is to be compared with."""
    snippet: str = ""
    """The text with tab stops, for a client that knows them; "" where that is the same."""
    symbol: str = ""
    """The link symbol that :func:`~linkname_ls.features.completion_docs.explain` tells more of; "" for none."""
    warning: str = ""
    """One sentence on why it does not link as things are, or ""."""
    edits: tuple[Edit, ...] = ()
    """What else changes with it, on other lines."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What can stand at the cursor."""

    span: Span
    """The word or argument that an item takes the place of."""
    items: tuple[Item, ...]
    """The likeliest first."""
    incomplete: bool
    """Whether there is more for another text in front of the cursor."""


def one_line(text: str) -> str:
    """Return Go source with its blanks and line breaks drawn together."""
    return " ".join(text.split()).replace("( ", "(").replace(", )", ")")
