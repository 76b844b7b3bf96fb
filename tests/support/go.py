"""The machine's own Go toolchain as the judge: its compiler, assembler and gofmt, and small Go programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ENVIRON = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed; its output."""
    done = subprocess.run(command, capture_output=True, text=True, env={**ENVIRON, **(env or {})}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def go_env(name: str) -> Path:
    """A folder that the go command knows: GOROOT, GOTOOLDIR."""
    return Path(run("go", "env", name).strip())


def standard(*packages: str) -> list[Path]:
    """The folders of packages of the standard library; a name with ``/...`` behind it means all below."""
    source = go_env("GOROOT") / "src"
    found: list[Path] = []
    for package in packages:
        if package.endswith("/..."):
            found.extend(sorted({file.parent for file in (source / package[:-4]).rglob("*.go")}))
        else:
            found.append(source / package)
    return [folder for folder in found if "testdata" not in folder.parts]


def survey(question: str, *folders: Path) -> str:
    """Ask ``survey.go`` about packages."""
    return run("go", "run", Path(__file__).with_name("survey.go"), question, *folders)


def tool(name: str, *arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a part of the toolchain (compile, asm) without the go command in front; what it complains about."""
    command = [go_env("GOTOOLDIR") / name, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=ENVIRON, check=False, cwd=cwd, errors="replace"
    ).stdout
