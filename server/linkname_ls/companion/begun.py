"""What a server has begun with the editor: questions, registrations, progress. When it is gone, we end that."""

from __future__ import annotations

import itertools
from typing import Any

from linkname_ls.companion.pending import THEIRS
from linkname_ls.companion.wire import array, dump, notice, table

_REGISTER, _UNREGISTER = "client/registerCapability", "client/unregisterCapability"


class Begun:
    """What the editor has in hand of both servers.

    Questions to it keep gopls's numbers; those of ours get numbers that gopls cannot have. So do those of a gopls that
    was started again, as long as the editor owes an answer to the same number of the one before.
    """

    def __init__(self) -> None:
        self._asked: dict[Any, tuple[str, Any]] = {}
        """Who asks, and its own number, by the number that the editor knows. Nobody ("") waits once that is gone."""
        self._bars: dict[Any, str] = {}
        """Whose progress is shown, by its token."""
        self._registered: dict[tuple[str, Any], Any] = {}
        """The method of each registration, by server and name."""
        self._count = itertools.count(1)

    def asks(self, server: str, message: dict[str, Any], body: bytes) -> bytes:
        """Return a server's question as the editor is to get it."""
        method, params, number = message["method"], table(message.get("params")), message["id"]
        if method == _REGISTER:
            for one in map(table, array(params.get("registrations"))):
                self._registered[server, one.get("id")] = one.get("method")
        elif method == _UNREGISTER:
            for one in map(table, array(params.get("unregisterations"))):
                self._registered.pop((server, one.get("id")), None)
        shown = number if server == THEIRS and number not in self._asked else self._number()
        self._asked[shown] = server, number
        return body if shown == number else dump({**message, "id": shown})

    def answered(self, message: dict[str, Any], body: bytes) -> tuple[str, bytes] | None:
        """Return whom the editor has answered, and with what; None when nobody waits for that."""
        shown = message["id"]
        server, number = self._asked.pop(shown, ("", shown))
        if not server:
            return None
        return server, body if shown == number else dump({**message, "id": number})

    def tells(self, server: str, message: dict[str, Any], body: bytes) -> bytes:
        """Return a server's notification as the editor is to get it."""
        method, params = message["method"], table(message.get("params"))
        if method == "$/progress":
            kind = table(params.get("value")).get("kind")
            if kind == "begin":
                self._bars[params.get("token")] = server
            elif kind == "end":
                self._bars.pop(params.get("token"), None)
        elif method == "$/cancelRequest":
            number = params.get("id")
            shown = next((one for one, asked in self._asked.items() if asked == (server, number)), number)
            if shown != number:
                return dump({**message, "params": {**params, "id": shown}})
        return body

    def whose(self, token: object) -> str | None:
        """Return the server whose progress is shown under a token."""
        return self._bars.get(token) if isinstance(token, (str, int)) else None

    def end(self, server: str) -> list[bytes]:
        """Return what takes back from the editor all that a server has begun, now that it is gone."""
        result: list[bytes] = []
        for shown, (asking, number) in self._asked.items():
            if asking == server:
                self._asked[shown] = "", number
                result.append(notice("$/cancelRequest", {"id": shown}))
        for token in [token for token, owner in self._bars.items() if owner == server]:
            del self._bars[token]
            result.append(notice("$/progress", {"token": token, "value": {"kind": "end"}}))
        names = [name for owner, name in self._registered if owner == server]
        if names:
            gone = [{"id": name, "method": self._registered.pop((server, name))} for name in names]
            shown = self._number()
            self._asked[shown] = "", shown
            question = {"jsonrpc": "2.0", "id": shown, "method": _UNREGISTER, "params": {"unregisterations": gone}}
            result.append(dump(question))
        return result

    def _number(self) -> str:
        return f"linkname-ls:{next(self._count)}"
