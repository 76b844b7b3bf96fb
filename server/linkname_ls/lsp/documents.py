"""Open documents: what the editor holds, saved or not.

pygls keeps documents too, but splits lines at form feeds and other characters that end no line for an editor, so the
text is kept here and there alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lsprotocol import types

from linkname_ls.links.sources import Source, language_of
from linkname_ls.lsp.convert import to_path
from linkname_ls.source.positions import Encoding, Span


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an open document."""

    uri: str
    """As the editor spells it."""
    version: int
    source: Source


class Documents:
    """The open Go and assembly documents. Changed on the event loop only; what it hands out never changes."""

    def __init__(self) -> None:
        self._by_path: dict[str, Document] = {}
        self._overlays: Mapping[str, Source] | None = None
        self.generation = 0
        """Another number after every change."""

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Take in an opened document; None (and nothing is kept) when it is no Go or assembly file on a disk."""
        path = to_path(item.uri)
        if path is None or language_of(path.name) is None:
            return None
        return self._put(Document(item.uri, item.version, Source(path, _encode(item.text))))

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Document | None:
        """Apply edits in their order; None for a document that is not open here."""
        known = self.get(identifier.uri)
        if known is None:
            return None
        source = known.source
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start = source.lines.offset(change.range.start.line, change.range.start.character, encoding)
                end = source.lines.offset(change.range.end.line, change.range.end.character, encoding)
                source = source.edited(Span(min(start, end), max(start, end)), _encode(change.text))
            else:
                source = Source(source.path, _encode(change.text))
        return self._put(Document(known.uri, identifier.version, source))

    def close(self, uri: str) -> Document | None:
        """Forget a document and return what it was; None when it was not open here."""
        path = to_path(uri)
        self._overlays = None
        self.generation += 1
        return self._by_path.pop(str(path), None)

    def get(self, uri: str) -> Document | None:
        """Return an open document, or None."""
        return self._by_path.get(str(to_path(uri)))

    def at(self, path: Path) -> Document | None:
        """Return the open document of a file, or None."""
        return self._by_path.get(str(path))

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._by_path.values()))

    @property
    def overlays(self) -> Mapping[str, Source]:
        """All open texts by path, as they are now."""
        if self._overlays is None:
            self._overlays = MappingProxyType({path: document.source for path, document in self._by_path.items()})
        return self._overlays

    def folders(self) -> list[Path]:
        """Return the folders of the open documents."""
        return list(dict.fromkeys(document.source.path.parent for document in self))

    def _put(self, document: Document) -> Document:
        self._by_path[str(document.source.path)] = document
        self._overlays = None
        self.generation += 1
        return document


def _encode(text: str) -> bytes:
    # A lone surrogate cannot be UTF-8; "?" keeps every later position where it was.
    return text.encode("utf-8", "replace")
