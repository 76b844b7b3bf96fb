"""A client of a language server that costs nothing itself: messages on pipes, and a clock. No client library.

It answers what servers ask as an editor does, and offers what ``capabilities.json`` holds for the kind of editor.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from servers import Server

EDITORS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("capabilities.json").read_text())
"""What an editor offers: ``vscode`` nearly all that there is, ``minimal`` nothing."""

_PATIENCE = 600.0
_CHUNK = 1 << 18


class Answer(NamedTuple):
    """What a request was answered."""

    value: Any
    seconds: float
    """From just before it was sent until the whole answer was there."""


class Session:
    """A server, from its start on. Times are of ``time.perf_counter``, lines and characters count from 0."""

    def __init__(self, server: Server, root: Path, editor: str = "minimal") -> None:
        """Start a server in a folder and say hello."""
        self.root = root
        self._number = 0
        self._buffer = bytearray()
        self._versions: dict[Path, int] = {}
        self.notices: list[tuple[float, str, Any]] = []
        """What the server has told so far: when, method, parameters."""
        self.ended: dict[int, float] = {}
        """By number: when requests were answered that nobody has waited for."""
        hello = {
            "processId": os.getpid(),
            "clientInfo": {"name": "benchmark"},
            "rootUri": root.as_uri(),
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
            "capabilities": EDITORS[editor],
            "initializationOptions": server.options,
        }
        pipe = subprocess.PIPE
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            server.command,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            env=server.environment,
            cwd=root,
            start_new_session=True,
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._stdin, self._stdout = self.process.stdin, self.process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN | select.POLLHUP)
        self.ask("initialize", hello)
        self.greeted = time.perf_counter()
        """When the answer to ``initialize`` was there."""
        self.tell("initialized", {})

    def __enter__(self) -> Session:  # noqa: PYI034 - Self is not in Python 3.10
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the server and all that it has started, at once."""
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._stdin.close()
        if self.process.stdout is not None:
            self.process.stdout.close()

    # -- messages

    def tell(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any) -> int:
        """Send a request and return its number; :meth:`answer` waits for what comes of it."""
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def ask(self, method: str, params: Any) -> Answer:
        """Return the answer to a request. Raises RuntimeError for one that is refused."""
        began = time.perf_counter()
        return self.answer(self.request(method, params), began)

    def answer(self, number: int, began: float) -> Answer:
        """Wait for the answer to a request that was sent."""
        while True:
            message = self._next(_PATIENCE)
            if message.get("id") == number and "method" not in message:
                ended = time.perf_counter()
                if "error" in message:
                    raise RuntimeError(f"{self.process.args!s}: {message['error']['message']}")
                return Answer(message["result"], ended - began)
            if "method" not in message:
                self.ended[message["id"]] = time.perf_counter()

    def wait(self, wanted: Callable[[str, Any], bool]) -> float:
        """Wait until the server tells, or has told, something; returns when it did."""
        seen = 0
        while True:
            for when, method, params in self.notices[seen:]:
                if wanted(method, params):
                    return when
            seen = len(self.notices)
            self._next(_PATIENCE)

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._stdin.flush()

    def _next(self, patience: float) -> dict[str, Any]:
        """Return the next message, having noted or answered it when the server began to speak."""
        body = self._body(time.perf_counter() + patience)
        came = time.perf_counter()
        message: dict[str, Any] = json.loads(body)
        if "method" in message:
            if "id" in message:
                result = _reply(message["method"], message.get("params"))
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
            else:
                self.notices.append((came, message["method"], message.get("params")))
        return message

    def _body(self, until: float) -> bytes:
        head = length = -1
        while head < 0 or len(self._buffer) < head + length:
            if head < 0 and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
                fields = bytes(self._buffer[:end]).lower().split(b"\r\n")
                length = next(int(one.partition(b":")[2]) for one in fields if one.startswith(b"content-length"))
                head = end + 4
                continue
            if not self._poll.poll(max(0.0, until - time.perf_counter()) * 1000):
                raise TimeoutError(f"{self.process.args!s} says nothing any more")
            chunk = os.read(self._stdout, _CHUNK)
            if not chunk:
                raise EOFError(f"{self.process.args!s} has ended with status {self.process.wait()}")
            self._buffer += chunk
        body = bytes(self._buffer[head : head + length])
        del self._buffer[: head + length]
        return body

    # -- documents

    def open(self, path: Path) -> None:
        """Open a file as it is on disk."""
        self._versions[path] = 1
        document = {"uri": path.as_uri(), "languageId": "go", "version": 1, "text": path.read_text()}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, path: Path, start: tuple[int, int], end: tuple[int, int], text: str) -> int:
        """Replace a range of an open document; returns the version that it has then."""
        self._versions[path] += 1
        document = {"uri": path.as_uri(), "version": self._versions[path]}
        change = {"range": {"start": _position(*start), "end": _position(*end)}, "text": text}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return self._versions[path]

    def at(self, method: str, path: Path, line: int, character: int, **more: Any) -> Answer:
        """Ask about a place in a document."""
        place = {"textDocument": {"uri": path.as_uri()}, "position": _position(line, character)}
        return self.ask(f"textDocument/{method}", {**place, **more})

    def diagnosed(self, path: Path, version: int) -> float:
        """Wait for the diagnostics that are sent for a version of a document; returns when they came."""
        uri = path.as_uri()

        def is_it(method: str, params: Any) -> bool:
            about = method == "textDocument/publishDiagnostics" and params["uri"] == uri
            return about and params.get("version") == version

        return self.wait(is_it)

    def indexed(self) -> float:
        """Wait until linkname-ls has searched everything for links; returns when it told."""
        return self.wait(lambda method, params: method == "linkname/status" and not params["busy"])

    def settle(self, quiet: float = 1.5) -> None:
        """Wait until the server has stopped working: less than a tenth of a processor in ``quiet`` seconds."""
        until = time.perf_counter() + _PATIENCE
        while time.perf_counter() < until:
            before, begun = _cpu(self.process.pid), time.perf_counter()
            while (left := begun + quiet - time.perf_counter()) > 0:
                if self._buffer or self._poll.poll(left * 1000):
                    self._next(_PATIENCE)
            if _cpu(self.process.pid) - before < quiet / 10:
                return

    @property
    def peak(self) -> float:
        """The most memory that the server's process has held so far, in MB (10^6 bytes). Only Linux tells."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _reply(method: str, params: Any) -> Any:
    """Return what an editor answers to a server's request when its user has set nothing."""
    if method == "workspace/configuration":
        return [{} for _ in params["items"]]
    if method == "workspace/applyEdit":
        return {"applied": False}
    return None
