"""A request that both servers were asked, until both have answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from linkname_ls.companion.join import is_nothing, join
from linkname_ls.companion.wire import dump, reply

THEIRS, OURS = "gopls", "linkname-ls"
"""The two servers, by their names."""

Answer = tuple[dict[str, Any], bytes]
"""A message, parsed and as it came."""


@dataclass
class Pending:
    """What has come so far."""

    id: Any
    method: str
    asked: set[str]
    """Those whose answer is awaited."""
    body: bytes | None = None
    """The request, while gopls is asked only if ours has no answer."""
    cancelled: bool = False
    answers: dict[str, Answer] = field(default_factory=dict[str, "Answer"])
    timer: Timer | None = None

    def take(self, server: str, message: dict[str, Any], body: bytes) -> bool:
        """Take an answer in; returns whether it was the last."""
        self.asked.discard(server)
        self.answers[server] = (message, body)
        return not self.asked

    def answer(self) -> bytes:
        """Return the answer's message: byte for byte what gopls has said, where ours adds nothing."""
        theirs, ours = self.answers.get(THEIRS), self.answers.get(OURS)
        if self.method == "shutdown":
            # A server that does not answer any more is shut down too.
            return next((body for said, body in self.answers.values() if "error" not in said), reply(self.id, None))
        if theirs is None or ours is None or self.cancelled:
            return next(one for one in (theirs, *self.answers.values()) if one is not None)[1]
        if "error" in ours[0]:
            return theirs[1]
        mine = ours[0].get("result")
        if "error" in theirs[0]:
            # What gopls does not know is an error to it.
            return theirs[1] if is_nothing(mine) else ours[1]
        found = theirs[0].get("result")
        joined = join(self.method, found, mine)
        return theirs[1] if joined is found else reply(self.id, joined)


def refusal(request: Any, message: str, code: int = -32803) -> bytes:
    """Return an error as the answer to a request; RequestFailed is nobody's fault, and said in words."""
    return dump({"jsonrpc": "2.0", "id": request, "error": {"code": code, "message": message}})
