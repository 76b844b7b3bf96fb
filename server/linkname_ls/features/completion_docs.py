"""What there is to say of a symbol that a completion offers, worked out for the one that the reader looks at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.features.describe import place
from linkname_ls.features.gotext import doc_markdown, escape, fence, split_notes
from linkname_ls.features.release_note import release_note
from linkname_ls.links.table import Table
from linkname_ls.source.gofile import doc_comment

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot


class Explained(NamedTuple):
    """A symbol's declaration in words."""

    signature: str
    """Go source, "" when there is none."""
    doc: str
    """Its doc comment, raw, without the Go tree's notes on linkname."""
    place: str
    """File and line."""
    releases: str
    """What the Go releases make of it; "" for what is not the standard library's."""


def explain(snapshot: Snapshot, symbol: str, folder: Path) -> Explained | None:
    """Return what a symbol's declaration says, as seen from a folder; None when no declaration is at hand."""
    table = Table(snapshot)
    sites = [one for one in table.named(symbol, folder) if one.declaration is not None]
    # A renamed declaration is not the symbol; what it stands for speaks for it, if it says anything.
    carried = [one for one in sites if one.carried] or table.definers_at_hand(symbol, folder) or sites
    for site in carried:
        declaration = site.declaration
        if declaration is not None:
            text = site.source.text(declaration.header)
            signature = f"var {text}" if declaration.kind == "var" else text
            doc, _ = split_notes(doc_comment(site.source.data, declaration.span.start))
            note = release_note(symbol, snapshot, folder)
            return Explained(signature, doc, place(snapshot, site), f"Go releases: {note}." if note else "")
    return None


def markdown(explained: Explained, warning: str) -> str:
    """Return it as Markdown, with a warning in front if there is one."""
    parts = [escape(warning), fence(explained.signature) if explained.signature else ""]
    parts += [doc_markdown(explained.doc), escape(explained.releases), escape(explained.place)]
    return "\n\n".join(part for part in parts if part)


def plain(explained: Explained, warning: str) -> str:
    """Return it as plain text."""
    _, doc, where, releases = explained
    return "\n\n".join(part for part in (warning, explained.signature, doc, releases, where) if part)
