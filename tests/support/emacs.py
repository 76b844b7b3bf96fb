"""Emacs without a screen, and the tests that are written in its own language (ERT)."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from support.gopls import gopls
from support.trees import CACHE

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("emacs-nox", "elpa-eglot", "elpa-go-mode", "elpa-lsp-mode", "elpa-markdown-mode", "elpa-package-lint")
_ELPA = Path("/usr/share/emacs/site-lisp/elpa")
_NEEDED = ("eglot", "go-mode", "lsp-mode", "markdown-mode", "package-lint")
_TIMEOUT = 600.0
"""Seconds for one file of tests."""
_RESULT = re.compile(r"^ +(passed|FAILED|skipped) +\d+/\d+ +(\S+)", re.MULTILINE)


def emacs() -> Path:
    """Return Emacs, installed from Debian's packages with those that the tests use when anything of it is missing."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "apt.lock").open("w") as lock:
        # Several test processes may want it at once, and scripts/test-vscode something else.
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _installed()
        if found is None:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
            done = subprocess.run(install, env=environment, capture_output=True, text=True)
            if done.returncode:
                # A new machine has no lists of packages yet.
                subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True)
                done = subprocess.run(install, env=environment, capture_output=True, text=True)
            found = _installed()
            assert found is not None, f"the tests in Emacs need {', '.join(_PACKAGES)}: {done.stdout}{done.stderr}"
    return found


def _installed() -> Path | None:
    program = shutil.which("emacs")
    if program is None or not all(any(_ELPA.glob(f"{name}-[0-9]*")) for name in _NEEDED):
        return None
    return Path(program)


class Outcome(NamedTuple):
    """What became of one ERT test."""

    passed: bool
    log: str
    """What Emacs printed while it ran."""


def run_ert(file: Path, *, root: Path, home: Path) -> dict[str, Outcome]:
    """Run the ERT tests of a file in one Emacs, in a module at ``root``; returns what became of each.

    On PATH is this checkout's ``linkname-ls``, and the real gopls.
    """
    printed, ended = _batch("-l", str(file), "-f", "linkname-run", root=root, home=home)
    outcomes: dict[str, Outcome] = {}
    last = 0
    for match in _RESULT.finditer(printed):
        name = match[2].replace("\\", "")  # it is printed as Lisp would read it
        outcomes[name] = Outcome(match[1] == "passed", printed[last : match.end()])
        last = match.end()
    rest = Outcome(passed=False, log=f"{ended}:\n{printed[last:]}")
    return {name: outcomes.get(name, rest) for name in ert_tests(file)}


def ert_tests(file: Path) -> list[str]:
    """Return the names of the ERT tests of a file, in its order."""
    return re.findall(r"^\(ert-deftest (\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)


def _batch(*arguments: str, root: Path, home: Path) -> tuple[str, str]:
    """Run Emacs without a screen; returns what it prints, and how it ended."""
    program = home / "bin" / "linkname-ls"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m linkname_ls "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),  # gopls keeps what it knows there
        "GOPATH": _gopath(),  # not below the new home
        "GOFLAGS": "",
        "GOWORK": "off",
        "PATH": os.pathsep.join([str(program.parent), str(gopls().parent), os.environ["PATH"]]),
        "PYTHONPATH": str(_ROOT / "server"),
        "LINKNAME_ROOT": str(root),
        "LINKNAME_EMACS": str(_ROOT / "editors" / "emacs"),
    }
    start = str(_ROOT / "tests" / "editors" / "emacs" / "start.el")
    output = home / "output"
    with output.open("w") as sink:
        # Into a file: a server that is left behind would hold a pipe open.
        try:
            done = subprocess.run(
                [str(emacs()), "-Q", "--batch", "-l", start, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=_TIMEOUT,
            )
            ended = f"Emacs ended with {done.returncode}"
        except subprocess.TimeoutExpired:
            ended = f"Emacs did not end within {_TIMEOUT:.0f} seconds"
    return output.read_text(encoding="utf-8", errors="replace"), ended


def _gopath() -> str:
    done = subprocess.run(["go", "env", "GOPATH"], capture_output=True, text=True, check=True)
    return done.stdout.strip()
