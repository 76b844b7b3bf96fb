"""What the go command says about itself: two commands, run once, and the files where it keeps its settings.

The commands cannot be steered by a workspace: they run in the folder of the go command itself, with
GOTOOLCHAIN=local, no network, no workspace file and, where packages are loaded, none of the user's GOFLAGS.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from linkname_ls.build import paths
from linkname_ls.build.reader import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

WELL_KNOWN_GO: tuple[str, ...] = (
    (r"C:\Program Files\Go\bin\go.exe",)
    if sys.platform == "win32"
    else ("/usr/local/go/bin/go", "/opt/homebrew/bin/go")
)
"""Where installers put the go command: a last resort, for editors started from a desktop that lack PATH."""

TIMEOUT_SECONDS = 10.0
"""How long each of the two commands may take once it is listened to; together they need some 20 ms."""

_KEYS = (
    *("GOROOT", "GOVERSION", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOENV"),
    *("GOOS", "GOARCH", "GOHOSTOS", "GOHOSTARCH", "CGO_ENABLED"),
)
_TEMPLATE = "{{range context.ToolTags}}{{.}} {{end}}{{range context.ReleaseTags}}{{.}} {{end}}"


class Flags(NamedTuple):
    """The flags in GOFLAGS that decide what is built; () and "" for those that are not set."""

    tags: tuple[str, ...]
    """``-tags``."""
    mod: str
    """``-mod``."""
    sanitizers: frozenset[str]
    """Those of race, msan and asan that are on: each is a build tag too."""
    ldflags: str = ""
    """``-ldflags``."""


def find_go(environ: Mapping[str, str]) -> Path | None:
    """The go command: from PATH, else GOROOT/bin, else a well-known place; None when there is none.

    Only absolute PATH entries count, so that a workspace's own ``./go`` is never run.
    """
    folders = environ.get("PATH", "").split(os.pathsep)
    if goroot := environ.get("GOROOT", ""):
        folders.append(paths.join(goroot, "bin"))
    found = paths.program("go", folders)
    if found is None:
        found = next((file for file in WELL_KNOWN_GO if paths.is_file(file) and os.access(file, os.X_OK)), None)
    return None if found is None else Path(found)


class Asked:
    """The two commands under way: they take as long as it takes to import what makes use of their answers."""

    def __init__(self, go: Path, environ: Mapping[str, str]) -> None:
        """Start them. Raises OSError or ValueError (a NUL in the environment) when they cannot be run."""
        env = {**environ, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOWORK": "off"}
        # An empty GOFLAGS would let the user's stored one in; this setting changes nothing.
        bare = {**env, "GOFLAGS": "-tags=", "GO111MODULE": "on"}
        self._lock = threading.Lock()
        self._found: dict[str, str] | subprocess.TimeoutExpired | None = None
        with contextlib.ExitStack() as cleanup:
            self._env = _start(go, ["env", "-json", *_KEYS], env, cleanup)
            self._list = _start(go, ["list", "-e", "-f", _TEMPLATE, "unsafe"], bare, cleanup)
            self._cleanup = cleanup.pop_all()

    def env(self) -> dict[str, str]:
        """The answers of ``go env``; {} when it gives none. Raises subprocess.TimeoutExpired, to all who ask."""
        with self._lock:
            if self._found is None:
                try:
                    self._found = _string_map(self._env.communicate(timeout=TIMEOUT_SECONDS)[0])
                except subprocess.TimeoutExpired as late:
                    self._found = late
        if isinstance(self._found, subprocess.TimeoutExpired):
            raise self._found
        return self._found

    def answers(self) -> tuple[dict[str, str], frozenset[str]]:
        """The answers of ``go env`` and the tool and release tags of ``go list``; {} and none when it gives none.

        To be called once. Raises subprocess.TimeoutExpired.
        """
        with self._cleanup:
            answers = self.env()
            tags = self._list.communicate(timeout=TIMEOUT_SECONDS)[0]
        return answers, frozenset(tags.decode("utf-8", "replace").split())


def _start(
    go: Path, arguments: list[str], env: dict[str, str], cleanup: contextlib.ExitStack
) -> subprocess.Popen[bytes]:
    process = cleanup.enter_context(
        subprocess.Popen(
            [str(go), *arguments],
            cwd=go.parent,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Keeps a console window from flashing up on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    )
    # Leaving the process's own context waits for its end. Killing one that has ended does nothing.
    cleanup.callback(process.kill)
    return process


def _string_map(data: bytes) -> dict[str, str]:
    try:
        parsed: object = json.loads(data)
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {str(key): str(value) for key, value in cast("dict[object, object]", parsed).items()}


def read_env_file(path: Path) -> dict[str, str]:
    """The settings in a GOENV or go.env file; {} when it cannot be read.

    Lines are NAME=value, the value taken as it is. Source: cmd/go/internal/cfg/cfg.go ``readEnvFile``.
    """
    found: dict[str, str] = {}
    for line in read_text(path).splitlines():
        name, equals, value = line.partition("=")
        if equals and "A" <= name[:1] <= "Z":
            found[name] = value
    return found


def split_quoted(text: str) -> list[str]:
    """The words of a list of flags: separated by blanks, each quoted as a whole or not.

    A quote inside a word does not count, and nothing is unescaped. Source: cmd/internal/quoted/quoted.go ``Split``,
    but a quote that is never closed, an error there, belongs to its word here.
    """
    words = re.finditer(r"'([^']*)'|\"([^\"]*)\"|[^ \t\n\r]+", text)
    return [word[word.lastindex] if word.lastindex else word[0] for word in words]


def parse_flags(text: str) -> Flags:
    """The flags in a GOFLAGS value (cmd/go/internal/base/goflags.go); of a flag given twice, the last."""
    values: dict[str, str] = {}
    for flag in split_quoted(text):
        if match := re.fullmatch(r"--?(\w+)(?:=(.*))?", flag, re.DOTALL):
            values[match[1]] = "true" if match[2] is None else match[2]
    # Commas separate tags; in old settings it is spaces.
    tags = tuple(tag for tag in re.split(r"[,\s]+", values.get("tags", "")) if tag)
    # The spellings of Go's strconv.ParseBool.
    on = ("1", "t", "T", "true", "TRUE", "True")
    sanitizers = frozenset(name for name in ("race", "msan", "asan") if values.get(name) in on)
    return Flags(tags, values.get("mod", ""), sanitizers, values.get("ldflags", ""))


def read_text(path: Path) -> str:
    """The file's text; "" when it cannot be read."""
    return (read_bytes(path) or b"").decode("utf-8", "replace")
