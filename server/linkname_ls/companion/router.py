"""Who gets which message. Everything is gopls's, byte for byte, but for what is listed here.

The editor's requests keep their numbers with both servers.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from linkname_ls.companion import abilities
from linkname_ls.companion.begun import Begun
from linkname_ls.companion.documents import Documents, heard
from linkname_ls.companion.findings import Findings
from linkname_ls.companion.join import RULES, TWINS
from linkname_ls.companion.pending import OURS, THEIRS, Pending, refusal
from linkname_ls.companion.wire import array, dump, fault, notice, parse, reply, table

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that gopls's answer waits for ours, which takes milliseconds but for the first question about a Go tree."""

_WHOLE = ("textDocument/definition", "textDocument/implementation", "textDocument/references", "callHierarchy/")
"""What is asked for once and wanted whole: it waits for ours as long as it takes, until it is cancelled."""

_QUIET = 60.0
"""Seconds for which the same message is not shown again."""

_RESTART = "linkname-ls/again"
_TO_BOTH = ("initialized", "exit", "$/setTrace", "textDocument/did", "workspace/did")
_FIRST_OURS = ("textDocument/prepareRename", "textDocument/rename")
"""What is linked is renamed by us, with its links; all else by gopls."""


class Server(Protocol):
    """A running server, as it is spoken to."""

    def send(self, body: bytes) -> None:
        """Send a message."""


class Router:
    """The state of the session. Its methods may be called from any thread, and never wait."""

    def __init__(
        self,
        client: Server,
        restart: Callable[[str], Server | None],
        greeted: Callable[[object], object] = lambda _: None,
    ) -> None:
        """``restart`` starts a server again by its name; None when it is not to be, or cannot be, started.

        ``greeted`` is told which process the editor says it is.
        """
        self._client = client
        self._restart = restart
        self._greeted = greeted
        self.servers: dict[str, Server] = {}
        self._lock = threading.RLock()
        self._pending: dict[Any, Pending] = {}
        self._documents = Documents()
        self._findings = Findings()
        self._begun = Begun()
        self._abilities: dict[str, dict[str, Any]] = {THEIRS: {}, OURS: {}}
        self._hello: dict[str, bytes] = {}
        """The ``initialize`` request of each server."""
        self._params: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        """What the editor has said in ``initialize``, and what of its options is ours."""
        self._starting: set[str] = set()
        """Servers that have been started again, and have not said hello."""
        self._told: dict[str, float] = {}
        """When a message was shown last."""
        self.leaving = False
        """Whether the editor has asked to shut down."""
        self.left = False
        """Whether it has said its last word."""

    # -- what the editor says -----------------------------------------------------------------------------------------

    def from_client(self, body: bytes) -> None:
        """Pass a message of the editor's on."""
        try:
            said: object = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, -32700, "A message is no JSON.")
            return
        wrong = fault(said)
        message = table(said)
        if wrong is not None:
            # What the editor has only told, or answered itself, is not answered.
            self._refuse(*wrong, answered=("method" in message) == ("id" in message))
            return
        method, number = message.get("method"), message.get("id")
        with self._lock:
            why = self._untimely(method)
            if why is not None:
                if "id" in message:
                    self._refuse(number, *why)
                elif method == "exit":
                    self._notification(method, {}, body)
            elif method is None:
                self._reply(message, body)
            elif "id" not in message:
                self._notification(method, table(message.get("params")), body)
            elif method == "initialize":
                self._initialize(message, body)
            elif method == "shutdown":
                self.leaving = True
                self._ask(number, method, {THEIRS: body, OURS: body})
            else:
                self._request(number, method, table(message.get("params")), body)

    def _refuse(self, number: Any, code: int, sentence: str, *, answered: bool = True) -> None:
        log.warning("%s", sentence)
        if answered:
            self._client.send(refusal(number, sentence, code))

    def _untimely(self, method: str | None) -> tuple[int, str] | None:
        """Return why it is not the time for a request or notification: JSON-RPC's code and a sentence; None if it is.

        gopls makes no difference.
        """
        if method is None or (not self.leaving and method == "exit"):
            return None
        if self.leaving:
            return -32600, "The session has been shut down."
        if method == "initialize":
            return (-32600, "The session has been initialized already.") if self._hello else None
        return None if self._hello else (-32002, "The session has not been initialized.")

    def _initialize(self, message: dict[str, Any], body: bytes) -> None:
        self._params = table(message.get("params"))
        self._greeted(self._params.get("processId"))
        params, self._options = abilities.split_options(self._params)
        self._hello[THEIRS] = body if params is None else dump({**message, "params": params})
        self._pending[message["id"]] = Pending(message["id"], "initialize", {THEIRS})
        if not self._send(THEIRS, self._hello[THEIRS]):
            self._greet(message["id"], {})

    def _greet(self, number: Any, theirs: dict[str, Any]) -> None:
        """Say hello to our own server, now that it is known how gopls counts."""
        self._findings.encoding = self._documents.encoding = abilities.encoding_of(theirs)
        params = abilities.own_params(self._params, self._options, theirs)
        self._hello[OURS] = dump({"jsonrpc": "2.0", "id": number, "method": "initialize", "params": params})
        self._pending[number].asked = {OURS}
        if not self._send(OURS, self._hello[OURS]):
            self._welcome(self._pending.pop(number))

    def _welcome(self, pending: Pending) -> None:
        """Answer the editor's ``initialize``."""
        theirs, ours = pending.answers.get(THEIRS), pending.answers.get(OURS)
        if ours is not None:
            self._abilities[OURS] = table(_result(ours[0]).get("capabilities"))
        if theirs is None or ours is None or "error" in theirs[0] or "error" in ours[0]:
            only = theirs or ours
            self._client.send(refusal(pending.id, "Neither server runs.") if only is None else only[1])
            return
        known = self._abilities
        result = {**_result(theirs[0]), "capabilities": abilities.joined(known[THEIRS], known[OURS])}
        self._client.send(reply(pending.id, result))

    def _notification(self, method: str, params: dict[str, Any], body: bytes) -> None:
        if method == "$/cancelRequest":
            self._cancel(params.get("id"), body)
            return
        self._documents.told(method, body)
        if method.startswith("textDocument/did") and heard(method, params):
            self._documents.heard(method, params)
            if method == "textDocument/didChange":
                self._findings.edited(params["textDocument"]["uri"], params["contentChanges"])
        owner = self._begun.whose(params.get("token")) if method == "window/workDoneProgress/cancel" else None
        self._send(owner or THEIRS, body)
        if method.startswith(_TO_BOTH):
            self._send(OURS, body)
        self.left = method == "exit"

    def _cancel(self, number: Any, body: bytes) -> None:
        pending = self._pending.get(number) if isinstance(number, (str, int)) else None
        if pending is not None:
            pending.cancelled = True
        for server in pending.asked if pending is not None else (THEIRS,):
            self._send(server, body)

    def _request(self, number: Any, method: str, params: dict[str, Any], body: bytes) -> None:
        bodies = self._who(method, params, body)
        if method == "completionItem/resolve" and THEIRS in bodies and not self._resolves():
            # The editor resolves because ours does: there is no more to gopls's.
            self._client.send(reply(number, params))
        elif method in _FIRST_OURS and OURS in bodies:
            self._pending[number] = Pending(number, method, {OURS}, body=body)
            if not self._send(OURS, body):
                self._pending.pop(number)
                self._ask(number, method, {THEIRS: body})
        else:
            self._ask(number, method, bodies)

    def _who(self, method: str, params: dict[str, Any], body: bytes) -> dict[str, bytes]:
        """Return what each server is asked."""
        theirs, ours = (abilities.has(self._abilities[one], method) for one in (THEIRS, OURS))
        if method == "workspace/executeCommand":
            commands = array(table(self._abilities[OURS].get("executeCommandProvider")).get("commands"))
            return {OURS if params.get("command") in commands else THEIRS: body}
        if not ours:
            return {THEIRS: body}
        if method == "completionItem/resolve":
            return {OURS if _is_own(params) else THEIRS: body}
        if method.startswith("callHierarchy/"):
            return self._about_item(table(params.get("item")), params, body)
        if not theirs:
            return {OURS: body}
        if method == "textDocument/completion":
            return {one: body for one in (THEIRS, OURS) if self._is_triggered(one, params)} or {THEIRS: body}
        return {THEIRS: body, OURS: body} if method in RULES or method in _FIRST_OURS else {THEIRS: body}

    def _about_item(self, item: dict[str, Any], params: dict[str, Any], body: bytes) -> dict[str, bytes]:
        """Ask about an item in the words of who has made it."""
        twins = table(item.get("data")).get(TWINS)
        if twins is None:
            return {OURS if _is_own(item) else THEIRS: body}
        message = parse(body)
        return {
            server: dump({**message, "params": {**params, "item": one}})
            for server, one in zip((THEIRS, OURS), twins, strict=True)
        }

    def _resolves(self) -> bool:
        """Whether gopls has more to say of an item."""
        return bool(table(self._abilities[THEIRS].get("completionProvider")).get("resolveProvider"))

    def _is_triggered(self, server: str, params: dict[str, Any]) -> bool:
        """Whether a completion was asked for by a key that this server waits for, or by the user."""
        context = table(params.get("context"))
        letters = array(table(self._abilities[server].get("completionProvider")).get("triggerCharacters"))
        return context.get("triggerKind") != 2 or context.get("triggerCharacter") in letters

    def _ask(self, number: Any, method: str, bodies: dict[str, bytes]) -> None:
        asked = [name for name in bodies if self._runs(name)]
        if not asked:
            nobody = refusal(number, f"{' and '.join(bodies)} cannot answer: not running.")
            self._client.send(reply(number, None) if method == "shutdown" else nobody)
            return
        self._pending[number] = Pending(number, method, set(asked))
        for name in asked:
            self._send(name, bodies[name])

    def _runs(self, name: str) -> bool:
        return name in self.servers and name not in self._starting

    def _send(self, name: str, body: bytes) -> bool:
        """Send to a server; returns whether it runs."""
        if not self._runs(name):
            return False
        self.servers[name].send(body)
        return True

    def _reply(self, message: dict[str, Any], body: bytes) -> None:
        """Bring the editor's answer to who has asked."""
        answer = self._begun.answered(message, body)
        if answer is not None:
            self._send(*answer)

    # -- what the servers say -----------------------------------------------------------------------------------------

    def from_server(self, name: str, body: bytes) -> None:
        """Pass a message of a server's on."""
        message = parse(body)
        method, number = message.get("method"), message.get("id")
        with self._lock:
            if method is None:
                self._answer(name, number, message, body)
            elif method == "textDocument/publishDiagnostics":
                joined = self._findings.published(name, message["params"])
                self._client.send(body if joined is None else dump({**message, "params": joined}))
            elif number is not None:
                self._client.send(self._begun.asks(name, message, body))
            else:
                self._client.send(self._begun.tells(name, message, body))

    def _answer(self, name: str, number: Any, message: dict[str, Any], body: bytes) -> None:
        if number == _RESTART:
            self._abilities[name] = table(_result(message).get("capabilities"))
            self._is_back(name)
            return
        pending = self._pending.get(number)
        if pending is None:
            return  # it has been given up
        if pending.method == "initialize":
            pending.take(name, message, body)
            if name == THEIRS and "error" not in message:
                self._abilities[THEIRS] = table(_result(message).get("capabilities"))
                self._greet(number, self._abilities[THEIRS])
            else:
                self._welcome(self._pending.pop(number))
        elif name in pending.asked:
            self._take(pending, name, message, body)

    def _take(self, pending: Pending, name: str, message: dict[str, Any], body: bytes) -> None:
        """Take an answer to a request that our server was asked, alone or too."""
        if pending.body is not None:
            self._pending.pop(pending.id, None)
            error = table(message.get("error"))
            left = table(error.get("data")).get("left") == THEIRS if error else message.get("result") is None
            if left and self._runs(THEIRS):
                self._ask(pending.id, pending.method, {THEIRS: pending.body})
            else:
                self._client.send(body)
        elif pending.take(name, message, body):
            self._finish(pending)
        elif name == THEIRS and not pending.method.startswith(_WHOLE):
            pending.timer = threading.Timer(PATIENCE, self._give_up, [pending])
            pending.timer.daemon = True
            pending.timer.start()

    def _finish(self, pending: Pending) -> None:
        self._pending.pop(pending.id, None)
        if pending.timer is not None:
            pending.timer.cancel()
        self._client.send(pending.answer())

    def _give_up(self, pending: Pending) -> None:
        """Answer with what gopls has said."""
        with self._lock:
            if self._pending.get(pending.id) is pending:
                self._send(OURS, notice("$/cancelRequest", {"id": pending.id}))
                self._finish(pending)

    # -- when one of them ends ----------------------------------------------------------------------------------------

    def ended(self, name: str, why: str) -> None:
        """Go on without a server that has ended, and start it again."""
        with self._lock:
            self.servers.pop(name, None)
            self._starting.discard(name)
            if self.leaving:
                self._without(name)
                return
            started = self._restart(name)
            then = "It is started again." if started is not None else "It is not started again: restart the server."
            self._tell(f"{name} is gone: {why}. {then}", 1 if started is None else 2)
            self._without(name)
            for body in self._begun.end(name):
                self._client.send(body)
            for shown in self._findings.forget(name):
                self._client.send(notice("textDocument/publishDiagnostics", shown))
            if started is not None:
                self.servers[name] = started
                if name in self._hello:
                    self._starting.add(name)
                    started.send(dump({**parse(self._hello[name]), "id": _RESTART}))

    def _tell(self, text: str, kind: int) -> None:
        """Show a message, but not the same again and again of a server that ends as soon as it is started."""
        now = time.monotonic()
        if now - self._told.get(text, -_QUIET) >= _QUIET:
            self._told[text] = now
            self._client.send(notice("window/showMessage", {"type": kind, "message": text}))

    def _without(self, name: str) -> None:
        """Answer what a server that is gone was asked."""
        for pending in list(self._pending.values()):
            if name not in pending.asked:
                continue
            if pending.method == "initialize":
                pending.asked.discard(name)
                if name == THEIRS:
                    self._greet(pending.id, {})
                else:
                    self._welcome(self._pending.pop(pending.id))
            else:
                self._take(pending, name, {"error": {}}, refusal(pending.id, f"{name} is gone."))

    def _is_back(self, name: str) -> None:
        """Tell a server that was started again what the editor has told so far."""
        self._starting.discard(name)
        for body in self._documents.again():
            self._send(name, body)


def _result(message: dict[str, Any]) -> dict[str, Any]:
    return table(message.get("result"))


def _is_own(item: dict[str, Any]) -> bool:
    """Whether an item is of our own server, by what it keeps in it."""
    return table(item.get("data")).get("by") == OURS
