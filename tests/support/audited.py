"""Runs linkname-ls and notes what it does to the machine. Run: python audited.py NOTES FOLDER [ARGUMENTS of linkname-ls].

Each line of NOTES is a JSON list: what happens (a name of docs.python.org/3/library/audit_events.html) and to what. FOLDER
is the working folder, as when an editor starts its servers in the workspace.
"""

from __future__ import annotations

import json
import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_RUNS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.startfile")


def main() -> int:
    notes = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.chdir(sys.argv[2])

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return
            what = "write" if isinstance(flags, int) and flags & _WRITES else "read"
            line = [what, _text(path)]
        elif event in _RUNS:
            line = ["run", _text(arguments[0]), [_text(one) for one in _listed(arguments[1:2])], _text(arguments[2:3])]
        elif event in _CHANGES:
            line = ["write", *(_text(one) for one in arguments if isinstance(one, (str, bytes, os.PathLike)))]
        elif event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
            line = ["call", event, _text(arguments)]
        elif event in ("compile", "import") and isinstance(arguments[1], str):
            line = ["load", arguments[1]]
        else:
            return
        os.write(notes, json.dumps(line).encode() + b"\n")

    sys.addaudithook(note)
    from linkname_ls.__main__ import main as run

    return run(sys.argv[3:])


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else repr(value)


def _listed(values: tuple[object, ...]) -> list[object]:
    return list(values[0]) if values and isinstance(values[0], (list, tuple)) else list(values)


if __name__ == "__main__":
    sys.exit(main())
