"""The diagnostics of two servers for the same file. An editor knows one set for each, and a new one replaces it."""

from __future__ import annotations

from typing import Any


class Findings:
    """The last set of each server for each file.

    A file is edited between a set of one server and the next of the other. The older one moves with the text, as the
    marks in an editor do, and goes along under the version of the newer.
    """

    def __init__(self) -> None:
        self.encoding = "utf-16"
        """What positions are counted in."""
        self._sets: dict[str, dict[str, list[Any]]] = {}
        """By address and server."""

    def published(self, server: str, params: dict[str, Any]) -> dict[str, Any] | None:
        """Take in a server's set; returns what to publish, None when it is just that."""
        sets = self._sets.setdefault(params["uri"], {})
        sets[server] = params.get("diagnostics") or []
        others = [one for name, found in sets.items() if name != server for one in found]
        return {**params, "diagnostics": [*sets[server], *others]} if others else None

    def edited(self, uri: str, changes: list[Any]) -> None:
        """Move what is known of a file with the edits of a ``didChange``."""
        for found in self._sets.get(uri, {}).values():
            for change in changes:
                if "range" in change:
                    found[:] = [{**one, "range": _moved(one["range"], change, self.encoding)} for one in found]

    def forget(self, server: str) -> list[dict[str, Any]]:
        """Drop what a server has said; returns what to publish instead."""
        result: list[dict[str, Any]] = []
        for uri, sets in self._sets.items():
            if sets.pop(server, None):
                result.append({"uri": uri, "diagnostics": [one for found in sets.values() for one in found]})
        return result


def _moved(span: Any, change: Any, encoding: str) -> Any:
    return {end: _after(span[end], change, encoding) for end in ("start", "end")}


def _after(position: Any, change: Any, encoding: str) -> Any:
    """Return where a position is after an edit; what the edit replaces is where it begins."""
    start, end, text = change["range"]["start"], change["range"]["end"], change.get("text", "")
    here = (position["line"], position["character"])
    if here <= (start["line"], start["character"]) and here != (end["line"], end["character"]):
        return position
    if here < (end["line"], end["character"]):
        return start
    lines = text.count("\n")
    line = position["line"] - end["line"] + start["line"] + lines
    if position["line"] != end["line"]:
        return {"line": line, "character": position["character"]}
    added = units(text.rpartition("\n")[2], encoding) + (0 if lines else start["character"])
    return {"line": line, "character": position["character"] - end["character"] + added}


def units(text: str, encoding: str) -> int:
    """Return the length of a text as positions are counted."""
    if encoding == "utf-32":
        return len(text)
    size = len(text.encode("utf-8" if encoding == "utf-8" else "utf-16-le", "surrogatepass"))
    return size if encoding == "utf-8" else size // 2
