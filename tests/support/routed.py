"""The router of companion mode, with an editor and two servers that only write down what they are sent."""

from __future__ import annotations

from typing import Any

from linkname_ls.companion.pending import OURS, THEIRS
from linkname_ls.companion.router import Router
from linkname_ls.companion.wire import dump, parse


class Heard:
    """One end of the router: what it was sent, oldest first."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def send(self, body: bytes) -> None:
        self.bodies.append(body)

    def last(self) -> dict[str, Any]:
        return parse(self.bodies[-1])


class Session:
    """A router that has said hello."""

    def __init__(self, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
        self.editor, self.started = Heard(), list[str]()
        self.ends = {THEIRS: Heard(), OURS: Heard()}
        self.router = Router(self.editor, self.start)
        self.router.servers.update(self.ends)
        self.ask(0, "initialize", {"capabilities": {}, "processId": 1})
        self.answer(THEIRS, 0, {"capabilities": theirs})
        self.answer(OURS, 0, {"capabilities": ours})
        self.router.from_client(dump({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
        for end in (self.editor, *self.ends.values()):
            end.bodies.clear()

    def start(self, name: str) -> Heard:
        self.started.append(name)
        self.ends[name] = Heard()
        return self.ends[name]

    def ask(self, number: Any, method: str, params: object) -> bytes:
        body = dump({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        self.router.from_client(body)
        return body

    def tell(self, method: str, params: object) -> bytes:
        body = dump({"jsonrpc": "2.0", "method": method, "params": params})
        self.router.from_client(body)
        return body

    def answer(self, name: str, number: Any, result: object) -> bytes:
        body = dump({"jsonrpc": "2.0", "id": number, "result": result})
        self.router.from_server(name, body)
        return body

    @property
    def sent(self) -> tuple[int, int]:
        return len(self.ends[THEIRS].bodies), len(self.ends[OURS].bodies)
