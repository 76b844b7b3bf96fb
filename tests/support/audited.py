"""Runs linkname-ls and notes what it does to the machine: python audited.py NOTES FOLDER [ARGUMENTS of linkname-ls].

Each line of NOTES is a JSON list of words: "run", "write", "read", "load" or "call", and what. The events are Python's
own (docs.python.org/3/library/audit_events.html). FOLDER is the working folder, as when an editor starts its servers in
the workspace.
"""

from __future__ import annotations

import json
import os
import sys
from typing import cast

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_RUNS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.startfile")
_HARMLESS = ("socket.__new__", "socket.gethostname")


def main() -> int:
    notes = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.chdir(sys.argv[2])

    def note(event: str, arguments: tuple[object, ...]) -> None:
        line = _line(event, arguments)
        if line:
            os.write(notes, json.dumps(line).encode() + b"\n")

    sys.addaudithook(note)
    from linkname_ls.__main__ import main as run

    return run(sys.argv[3:])


def _line(event: str, arguments: tuple[object, ...]) -> list[str]:
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, int):
            return []
        return ["write" if isinstance(flags, int) and flags & _WRITES else "read", _text(path)]
    if event == "subprocess.Popen":
        program, words, folder, _ = arguments
        return ["run", _text(program), _text(folder), *map(_text, cast("list[object]", words))]
    if event in _RUNS:
        return ["run", *map(_text, arguments)]
    if event in _CHANGES:
        return ["write", *(_text(one) for one in arguments if isinstance(one, (str, bytes)))]
    if event.startswith("socket.") and event not in _HARMLESS:
        return ["call", event, *map(_text, arguments)]
    if event == "import" and isinstance(arguments[1], str):
        return ["load", arguments[1]]
    return []


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes)) else str(value)


if __name__ == "__main__":
    sys.exit(main())
