"""A client that sends what it likes: bytes to a server's standard input, and what comes back, message by message."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from linkname_ls.wire.frames import bodies

TIMEOUT = 60.0
SERVER = (sys.executable, "-m", "linkname_ls")


def framed(body: bytes) -> bytes:
    """A message with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Wire:
    """A server under test. Use as a context manager: it is killed in the end if it has not ended."""

    def __init__(
        self,
        command: Sequence[str] = SERVER,
        *,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        deaf: bool = False,
        inattentive: bool = False,
        **how: Any,
    ) -> None:
        """``deaf``: nothing is read of what the server says until :meth:`hear`; ``inattentive``: nothing
        of its log until :meth:`overhear`.
        """
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **(env or {})}, cwd=cwd, **how
        )
        self.received: list[dict[str, Any]] = []
        """All that has been looked at, answers too."""
        self.errors: list[str] = []
        """Its standard error, line by line."""
        self.replies: dict[str, object] = {}
        """What it answers to the server's requests, by method."""
        self._more = threading.Condition()
        self._news: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._ids = itertools.count(1)
        self.answers: list[object] = []
        """The numbers of the requests that have been answered, in that order."""
        self._answers: dict[object, dict[str, Any]] = {}
        self.bodies: dict[object, bytes] = {}
        """The answers as they came, by number."""
        self._threads: list[threading.Thread] = []
        if not inattentive:
            self.overhear()
        if not deaf:
            self.hear()

    def hear(self) -> None:
        """Begin to read what the server says."""
        self._start(self._listen)

    def overhear(self) -> None:
        """Begin to read its log."""
        self._start(self._overhear)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    def __enter__(self) -> Wire:  # noqa: PYI034 - Self is not in Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(OSError):  # something was still to be written
                stream.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for body in bodies(self.process.stdout.fileno(), self.errors.append):
            message = json.loads(body)
            if "method" not in message:
                self.bodies[message["id"]] = body
            self._news.put(message)
        self._news.put(None)

    def _overhear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._more:
                self.errors.append(line.decode("utf-8", "replace").rstrip())
                self._more.notify_all()

    def logged(self, *words: str, times: int = 1) -> bool:
        """Wait until so many lines of its log hold all these words; whether they do."""
        with self._more:
            return self._more.wait_for(
                lambda: sum(all(word in line for word in words) for line in self.errors) >= times, TIMEOUT
            )

    # -- sending

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        """Send any JSON as a message."""
        self.raw(framed(json.dumps(message).encode()))

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def put(self, method: str, params: object) -> int:
        """Send a request and return its number."""
        number = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def ask(self, method: str, params: object) -> dict[str, Any]:
        """Put a request and return the message that answers it."""
        return self.answer(self.put(method, params))

    # -- hearing

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next message of a kind; requests of the server's are answered meanwhile, most with null."""
        for known in self.received:
            if holds(known):
                return known
        while True:
            message = self._news.get(timeout=TIMEOUT)
            assert message is not None, "\n".join(["the server has ended", *self.errors])
            self.received.append(message)
            if "method" not in message:
                self.answers.append(message["id"])
                self._answers[message["id"]] = message
            if "id" in message and "method" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": self.replies.get(message["method"])})
            if holds(message):
                return message

    def answer(self, number: object) -> dict[str, Any]:
        """Return the message that answers a request."""
        if number not in self._answers:
            self.until(lambda message: "method" not in message and message["id"] == number)
        return self._answers[number]

    def error(self, number: object = None) -> tuple[int, str]:
        """Return the code and the sentence of an error; without a number that of what was no request."""
        error = self.answer(number)["error"]
        return error["code"], error["message"]

    # -- the session

    def begin(self, root: Path | None = None, **params: object) -> dict[str, Any]:
        """Initialize the session; returns the answer."""
        uri = root.as_uri() if root is not None else None
        answer = self.ask("initialize", {"processId": None, "rootUri": uri, "capabilities": {}, **params})
        self.tell("initialized", {})
        return answer

    def open(self, path: Path, text: str | None = None, version: int = 1) -> None:
        """Open a document."""
        item = {"uri": path.as_uri(), "languageId": "go", "version": version}
        self.tell(
            "textDocument/didOpen", {"textDocument": {**item, "text": path.read_text() if text is None else text}}
        )

    def change(self, path: Path, version: int, *changes: object) -> None:
        """Change a document."""
        document = {"uri": path.as_uri(), "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def at(self, path: Path, line: object, character: object) -> dict[str, object]:
        """The parameters of a request about a place."""
        return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}

    def definition(self, path: Path, line: object, character: object) -> list[tuple[str, int]]:
        """Return where a place leads: names of files and 0-based lines."""
        answer = self.ask("textDocument/definition", self.at(path, line, character))
        places: list[dict[str, Any]] = answer["result"] or []
        return [(place["uri"].rpartition("/")[2], place["range"]["start"]["line"]) for place in places]

    def end(self) -> int:
        """Close its standard input and return its exit status; it has to end within seconds."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(TIMEOUT)
