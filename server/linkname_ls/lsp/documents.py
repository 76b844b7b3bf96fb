"""Open documents: what the editor holds, saved or not.

pygls keeps documents too, but splits lines at form feeds and other characters that end no line for an editor, so the
text is kept here and there alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from lsprotocol import types

from linkname_ls.build.spelling import Spelling
from linkname_ls.links.sources import Source, language_of
from linkname_ls.lsp.convert import to_path, to_uri
from linkname_ls.source.positions import Encoding, Span

log = logging.getLogger(__name__)


class Document(NamedTuple):
    """One version of an open document."""

    uri: str
    """As the editor spells it."""
    version: int
    source: Source


class Documents:
    """The open Go and assembly documents. Changed on the event loop only; what it hands out never changes.

    A file may be open under two addresses, by way of a symbolic link. The text that changed last is the file's.
    """

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        """By the path in the address, the one that changed last at the end."""
        self._by_path: dict[str, Document] | None = None
        self._overlays: Mapping[str, Source] | None = None
        self._spelling = Spelling()
        self.generation = 0
        """Another number after every change."""

    def respell(self, spelling: Spelling) -> None:
        """Call files as the workspace does from now on."""
        self._spelling = spelling
        for document in list(self):
            path = self.path(document.uri)
            if path is not None and path != document.source.path:
                self._put(Document(document.uri, document.version, Source(path, document.source.data)))

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Take in an opened document; None (and nothing is kept) when it is no Go or assembly file on a disk."""
        path = self.path(item.uri)
        if path is None or language_of(path.name) is None:
            return None
        if self.get(item.uri) is not None:
            log.warning("didOpen: %s is open already; its text is what came last.", item.uri)
        return self._put(Document(item.uri, item.version, Source(path, _encode(item.text))))

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Document | None:
        """Apply edits in their order; None for a document that is not open here.

        As gopls does it, whatever the versions are. An edit outside of the text is one at its nearest end.
        """
        known = self._known("didChange", identifier.uri)
        if known is None:
            return None
        source = known.source
        if identifier.version <= known.version:
            log.warning("didChange: version %d of %s follows %d.", identifier.version, known.uri, known.version)
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                if change.range.start.line >= len(source.lines):
                    log.warning("didChange: there is no line %d in %s.", change.range.start.line, known.uri)
                start = source.lines.offset(change.range.start.line, change.range.start.character, encoding)
                end = source.lines.offset(change.range.end.line, change.range.end.character, encoding)
                source = source.edited(Span(min(start, end), max(start, end)), _encode(change.text))
            else:
                source = Source(source.path, _encode(change.text))
        return self._put(Document(known.uri, identifier.version, source))

    def close(self, uri: str) -> Document | None:
        """Forget a document and return what it was; None when it was not open here."""
        known = self._known("didClose", uri)
        self._forget()
        self._open.pop(str(to_path(uri)), None)
        return known

    def _known(self, method: str, uri: str) -> Document | None:
        """Return an open document; the log is told when it should be one."""
        known, path = self.get(uri), to_path(uri)
        if known is None and path is not None and language_of(path.name) is not None:
            log.warning("%s: %s is not open.", method, uri)
        return known

    def get(self, uri: str) -> Document | None:
        """Return an open document, or None."""
        return self._open.get(str(to_path(uri)))

    def at(self, path: Path) -> Document | None:
        """Return the open document of a file, or None."""
        known = self._by_path
        if known is None:  # asked from other threads too
            known = self._by_path = {str(document.source.path): document for document in self}
        return known.get(str(path))

    def path(self, uri: str) -> Path | None:
        """Return the file that an address names, as the workspace spells it; None for what is no file."""
        path = to_path(uri)
        return self._spelling.file(path) if path is not None else None

    def uri(self, path: Path) -> str:
        """Return a file's address, as the editor spells it where the file is open."""
        document = self.at(path)
        return document.uri if document is not None else to_uri(path)

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    @property
    def overlays(self) -> Mapping[str, Source]:
        """All open texts by path, as they are now."""
        if self._overlays is None:
            self._overlays = MappingProxyType({str(one.source.path): one.source for one in self})
        return self._overlays

    def folders(self) -> list[Path]:
        """Return the folders of the open documents."""
        return list(dict.fromkeys(document.source.folder for document in self))

    def _put(self, document: Document) -> Document:
        key = str(to_path(document.uri))
        self._open.pop(key, None)
        self._open[key] = document
        self._forget()
        return document

    def _forget(self) -> None:
        self._by_path = self._overlays = None
        self.generation += 1


def _encode(text: str) -> bytes:
    # A lone surrogate cannot be UTF-8; "?" keeps every later position where it was.
    return text.encode("utf-8", "replace")
