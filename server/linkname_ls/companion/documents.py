"""What the editor has told so far, to tell a server that is started anew: the open documents before all.

Edits are only kept, and done when they are many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from linkname_ls.companion.wire import array, notice, table
from linkname_ls.source.positions import Encoding, Lines

_MOST = 500
_LAST = ("initialized", "workspace/didChangeConfiguration", "$/setTrace")
"""What is told again as it was told last."""
_EACH = ("workspace/didChangeWorkspaceFolders",)
"""What is told again each time: it says what is new."""


@dataclass
class _Document:
    item: dict[str, Any]
    """As it was opened."""
    changes: list[Any] = field(default_factory=list[Any])
    """Edits since then."""


def heard(method: str, params: dict[str, Any]) -> bool:
    """Whether a notification about a document has what can be followed. Both servers refuse in words what has not."""
    document = table(params.get("textDocument"))
    if type(document.get("uri")) is not str:
        return False
    if method == "textDocument/didOpen":
        return type(document.get("text")) is str
    if method == "textDocument/didChange":
        changes = params.get("contentChanges")
        listed = isinstance(changes, list) and all(map(_is_change, array(cast("object", changes))))
        return listed and type(document.get("version")) is int
    return True


def _is_change(change: object) -> bool:
    said = table(change)
    if type(said.get("text")) is not str:
        return False
    if "range" not in said:
        return True
    ends = (table(table(said["range"]).get(end)) for end in ("start", "end"))
    return all(type(end.get(part)) is int for end in ends for part in ("line", "character"))


class Documents:
    """What the editor has open, and what it has set."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        """What positions are counted in."""
        self._open: dict[str, _Document] = {}
        self._told: list[tuple[str, bytes]] = []
        """Notifications that are no document's, in their order."""

    def told(self, method: str, body: bytes) -> None:
        """Follow any other notification."""
        if method in _LAST:
            self._told = [one for one in self._told if one[0] != method]
        if method in _LAST or method in _EACH:
            self._told.append((method, body))

    def heard(self, method: str, params: dict[str, Any]) -> None:
        """Follow a notification about a document; others are of no matter."""
        if method == "textDocument/didOpen":
            self._open[params["textDocument"]["uri"]] = _Document(params["textDocument"])
        elif method == "textDocument/didClose":
            self._open.pop(params["textDocument"]["uri"], None)
        elif method == "textDocument/didChange":
            known = self._open.get(params["textDocument"]["uri"])
            if known is not None:
                known.item = {**known.item, "version": params["textDocument"]["version"]}
                known.changes += params["contentChanges"]
                if len(known.changes) > _MOST:
                    _settle(known, self.encoding)

    def again(self) -> list[bytes]:
        """Return the notifications that tell a new server all of it."""
        result = [body for _, body in sorted(self._told, key=lambda one: one[0] != "initialized")]
        for known in self._open.values():
            _settle(known, self.encoding)
            result.append(notice("textDocument/didOpen", {"textDocument": known.item}))
        return result


def _settle(known: _Document, encoding: Encoding) -> None:
    data = known.item["text"].encode("utf-8", "surrogatepass")
    for change in known.changes:
        text = change["text"].encode("utf-8", "surrogatepass")
        if "range" in change:
            lines = Lines(data)
            start, end = (
                lines.offset(change["range"][at]["line"], change["range"][at]["character"], encoding)
                for at in ("start", "end")
            )
            data = data[: min(start, end)] + text + data[max(start, end) :]
        else:
            data = text
    known.item = {**known.item, "text": data.decode("utf-8", "surrogatepass")}
    known.changes.clear()
