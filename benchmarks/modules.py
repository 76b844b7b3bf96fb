"""The three modules that are asked about: one of one file, GOROOT/src, and Kubernetes with its dependencies."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from servers import KEPT
from session import Session

KUBERNETES = "v1.34.2"

_LIBRARIES = "v0.34.2"
"""What is published of the folders that Kubernetes develops its libraries in."""

_GO = {**os.environ, "GOFLAGS": "", "GOWORK": "off"}

_PULLS = {
    "nanotime": ("runtime/time_nofake.go", "func nanotime() int64"),
    "procPin": ("runtime/proc.go", "func procPin() int"),
    "procUnpin": ("runtime/proc.go", "func procUnpin()"),
    "cheaprand": ("runtime/rand.go", "func cheaprand() uint32"),
    "goyield": ("runtime/proc.go", "func goyield()"),
}
"""What the file of two of the modules pulls from package runtime, and where that is."""

_PUSHES = {
    "os.runtime_beforeExit": "os/proc.go",
    "syscall.runtime_BeforeFork": "syscall/exec_linux.go",
    "syscall.runtime_AfterFork": "syscall/exec_linux.go",
    "syscall.runtime_BeforeExec": "syscall/exec_unix.go",
    "runtime/debug.setMaxThreads": "runtime/debug/stubs.go",
    "sync.runtime_procPin": "sync/pool.go",
    "sync.runtime_procUnpin": "sync/pool.go",
}
"""What runtime/proc.go pushes to other packages, and where those declare it."""


@dataclass(frozen=True)
class Place:
    """A directive's target in a file, and where it leads."""

    line: int
    character: int
    leads_to: Path
    at: int
    """The line there."""

    def check(self, found: Any) -> None:
        """Raise AssertionError when the first location of an answer is another one."""
        assert found, f"no answer at line {self.line + 1}"
        first = cast("list[dict[str, Any]]", found)[0] if isinstance(found, list) else cast("dict[str, Any]", found)
        # With `linkSupport` a server may answer with links.
        uri, where = first.get("uri") or first["targetUri"], first.get("range") or first["targetSelectionRange"]
        assert (uri, where["start"]["line"]) == (self.leads_to.as_uri(), self.at), found


@dataclass(frozen=True)
class Module:
    """A module, and a file in it with directives."""

    name: str
    root: Path
    document: Path
    places: tuple[Place, ...]

    def first(self, session: Session) -> float:
        """Open the document, ask for the first definition at once, and return when the right answer was there."""
        session.open(self.document)
        place = self.places[0]
        number = session.request("textDocument/definition", self._ask(place))
        answer = session.answer(number, session.began)
        place.check(answer.value)
        return session.began + answer.seconds

    def _ask(self, place: Place) -> dict[str, object]:
        position = {"line": place.line, "character": place.character}
        return {"textDocument": {"uri": self.document.as_uri()}, "position": position}


@cache
def goroot() -> Path:
    """Return the root of the Go tree that the go command on PATH uses."""
    return Path(_go("env", "GOROOT").strip()).resolve()


@cache
def small() -> Module:
    """Return a module of one file."""
    root = KEPT / "small"
    root.mkdir(parents=True, exist_ok=True)
    (root / "go.mod").write_text("module example.com/small\n\ngo 1.24\n")
    (root / "clock.go").write_text(_pulls("main") + "\nfunc main() { println(nanotime()) }\n")
    return _pulling("small", root, root / "clock.go")


@cache
def std() -> Module:
    """Return GOROOT/src, with runtime/proc.go: 8,000 lines."""
    source = goroot() / "src"
    document = source / "runtime" / "proc.go"
    places = tuple(
        place_of(document, target, source / file, rf"^func {target.rpartition('.')[2]}\(")
        for target, file in _PUSHES.items()
    )
    return Module("GOROOT/src", source, document, places)


@cache
def kubernetes() -> Module:
    """Return Kubernetes, fetched when it is not there yet, with one file of our own: it has no directive itself."""
    root = KEPT / f"kubernetes-{KUBERNETES}"
    if not root.exists():
        _fetch_kubernetes(root)
    return _pulling(f"kubernetes {KUBERNETES}", root, root / "pkg" / "clock" / "clock.go")


def _fetch_kubernetes(root: Path) -> None:
    told = json.loads(_go("mod", "download", "-json", f"k8s.io/kubernetes@{KUBERNETES}"))
    making = root.with_name(f"{root.name}-new")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(told["Dir"], making, copy_function=shutil.copy)
    for folder, _, files in os.walk(making):
        # What comes from the module cache cannot be written to.
        Path(folder).chmod(0o755)
        for file in files:
            Path(folder, file).chmod(0o644)
    # Its libraries are developed beside it; the zip holds them not, and what is published is the same.
    shutil.rmtree(making / "vendor")
    (making / "go.work").unlink()
    edits: list[str] = []
    for one in json.loads(_go("mod", "edit", "-json", cwd=making))["Replace"]:
        if one["New"]["Path"].startswith("./staging/"):
            path = one["Old"]["Path"]
            edits += [f"-dropreplace={path}", f"-require={path}@{_LIBRARIES}"]
    _go("mod", "edit", *edits, cwd=making)
    (making / "pkg" / "clock").mkdir()
    (making / "pkg" / "clock" / "clock.go").write_text(_pulls("clock"))
    _go("list", "-mod=mod", "-deps", "./...", cwd=making)  # fetches what is needed and writes go.sum
    making.rename(root)


def _pulls(package: str) -> str:
    # gopls finds package runtime only where something imports a package that does.
    parts = [f'package {package}\n\nimport (\n\t"time"\n\t_ "unsafe"\n)\n\nvar Begun = time.Now()\n']
    for name, (_, line) in _PULLS.items():
        parts.append(f"\n//go:linkname {name} runtime.{name}\n{line}\n")
    return "".join(parts)


def _pulling(name: str, root: Path, document: Path) -> Module:
    places = tuple(
        place_of(document, f"runtime.{local}", goroot() / "src" / file, "^" + re.escape(line))
        for local, (file, line) in _PULLS.items()
    )
    return Module(name, root, document, places)


def place_of(document: Path, target: str, leads_to: Path, line: str) -> Place:
    """Return the place of a directive's target, and where it leads: to the line that matches a pattern."""
    at, character = _find(document, rf"^//go:linkname \w+ (?={re.escape(target)}$)")
    # Not at the first letter: gopls begins the target one byte late.
    return Place(at, character + 1, leads_to, _find(leads_to, line)[0])


def _find(path: Path, pattern: str) -> tuple[int, int]:
    """Return the line and the character where a pattern's first match ends."""
    text = path.read_text()
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None, f"{path} has no {pattern}"
    before = text[: match.end()]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _go(*arguments: str, cwd: Path | None = None) -> str:
    done = subprocess.run(("go", *arguments), cwd=cwd, env=_GO, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"go {' '.join(arguments[:3])}: {done.stderr}")
    return done.stdout
