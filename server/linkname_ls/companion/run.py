"""``linkname-ls --with gopls``: starts both servers, and ends with the editor."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from typing import NoReturn

from linkname_ls.build import paths
from linkname_ls.companion.child import Child
from linkname_ls.companion.pending import OURS, THEIRS
from linkname_ls.companion.router import Router
from linkname_ls.companion.wire import notice
from linkname_ls.wire.frames import bodies
from linkname_ls.wire.parent import watch
from linkname_ls.wire.writer import Writer

_GRACE = 0.8
"""Seconds that both servers get to leave, after which they are killed."""
_LAST_WORDS = 0.1
"""Seconds for what the editor has not read yet."""
_MOST_STARTS, _WITHIN = 5, 180.0
"""How often, in so many seconds, a server is started before it is taken to be of no use."""

_OWN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from linkname_ls.__main__ import main; sys.exit(main())"
)


def gopls(argv: Sequence[str] | None = None) -> int:
    """Run the command ``linkname-gopls``, which takes gopls's arguments, for editors that name a program."""
    return companion("gopls", sys.argv[1:] if argv is None else argv)


def companion(program: str, arguments: Sequence[str], *, own: Sequence[str] = ()) -> int:
    """Be one server with gopls until the editor leaves; returns the exit status.

    ``program`` is gopls: a name on PATH, or a path, ``arguments`` are its own, and ``own`` are linkname-ls's. Of its
    commands other than ``serve`` it is the command.
    """
    found = _find(program)
    runs_go = "--no-go" not in own
    if arguments and not arguments[0].startswith("-") and arguments[0] != "serve":
        return _be(program, found, arguments)
    # -I: nothing of the working folder, which may be a stranger's, is imported.
    ours = [sys.executable, "-I", "-c", _OWN, json.dumps(sys.path), *own]
    session = _Session({OURS: ours, **({THEIRS: [found, *arguments]} if found is not None and runs_go else {})})
    if not runs_go:
        session.tell(f"{program} runs the go command, which --no-go forbids: only linkname-ls answers.")
    elif found is None:
        session.tell(f"{program} was not found on PATH: only linkname-ls answers.")
    return session.serve()


def _find(program: str) -> str | None:
    if os.path.dirname(program):  # noqa: PTH120 - it is asked for as it is spelled
        return shutil.which(program)
    return paths.program(program, os.environ.get("PATH", "").split(os.pathsep))


def _be(program: str, found: str | None, arguments: Sequence[str]) -> int:
    if found is None:
        sys.stderr.write(f"linkname-ls: {program} was not found on PATH.\n")
        return 2
    return subprocess.run([found, *arguments], check=False).returncode  # noqa: S603 - what the user names


class _Session:
    """The editor, both servers, and who starts them."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self._commands = commands
        self._starts: dict[str, deque[float]] = {name: deque(maxlen=_MOST_STARTS) for name in commands}
        self._children: dict[str, Child] = {}
        self._editor = Writer(sys.stdout.buffer, self._end)
        self._router = Router(self._editor, self._start, lambda process: watch(process, self._end))

    def serve(self) -> NoReturn:
        """Pass messages on until the editor leaves."""
        for name in self._commands:
            child = self._start(name)
            if child is not None:
                self._router.servers[name] = child
        with contextlib.suppress(KeyboardInterrupt):
            for body in bodies(sys.stdin.fileno(), self._complain):
                _guarded(self._router.from_client, body)
                if self._router.left:
                    break
                self._editor.wait_for_room()
        self._end()

    def _end(self) -> NoReturn:
        """End both servers, and this process."""
        asked = self._router.leaving
        self._router.leaving = True
        children = list(self._children.values())
        for child in children:
            child.close()
        deadline = time.monotonic() + _GRACE
        for child in children:
            child.end(max(0.0, deadline - time.monotonic()))
        self._editor.flush(_LAST_WORDS)
        # Threads that read may be waiting.
        sys.stderr.flush()
        os._exit(0 if asked else 1)

    def tell(self, message: str) -> None:
        """Show a message to the user."""
        self._editor.send(notice("window/showMessage", {"type": 2, "message": message}))

    @staticmethod
    def _complain(sentence: str) -> None:
        sys.stderr.write(f"linkname-ls: {sentence}\n")

    def _start(self, name: str) -> Child | None:
        starts, now = self._starts[name], time.monotonic()
        if len(starts) == _MOST_STARTS and now - starts[0] < _WITHIN:
            return None
        starts.append(now)
        try:
            child = self._children[name] = Child(
                self._commands[name],
                lambda body: _guarded(self._router.from_server, name, body),
                lambda why: _guarded(self._router.ended, name, why),
            )
        except OSError as fault:
            self.tell(f"{name} cannot be started: {fault}.")
            return None
        return child


def _guarded(work: Callable[..., None], *arguments: object) -> None:
    """A fault of ours costs one message, and not the session."""
    try:
        work(*arguments)
    except Exception:
        traceback.print_exc(file=sys.stderr)
