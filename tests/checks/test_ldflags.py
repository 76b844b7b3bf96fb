"""Which values of -ldflags switch the linker's check off: go build is the judge."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.ldflags import lets_refused_pass
from linkname_ls.checks.settings import Settings
from linkname_ls.programs.workspace import Programs
from support.ask import snapshot_of
from support.go import ENVIRON
from support.txtar import write

PULL = """
    -- go.mod --
    module example.com/m

    go 1.21
    -- main.go --
    package main

    import _ "unsafe"

    //go:linkname f runtime.heapRetained
    func f() uint64

    func main() { println(f()) }
    -- empty.s --
    """


@pytest.mark.parametrize(
    ("ldflags", "goflags"),
    [
        ("", ""),
        ("-checklinkname=0", ""),
        ("--checklinkname=false", ""),
        ("-checklinkname", ""),
        ("-checklinkname=0 -checklinkname=1", ""),
        ("-w '-checklinkname=F'", ""),
        ("-X 'main.x=-checklinkname=0 y'", ""),
        ("-X -checklinkname=0", ""),
        (" all=-s -checklinkname=0", ""),
        ("", "-ldflags=-checklinkname=0"),
        ("", "'-ldflags=-w -checklinkname=0' -v"),
        ("", "--ldflags=-checklinkname=0 -ldflags=-w"),
        ("-w", "-ldflags=-checklinkname=0"),
        ("example.com/m/...=-checklinkname=0", ""),
        ("example.com/m=-checklinkname=0", ""),
        ("example.com/mo...=-checklinkname=0", ""),
        ("e...m=-checklinkname=0", ""),
        ("std=-checklinkname=0", ""),
        ("example.com/other=-checklinkname=0", ""),
        ("./...=-checklinkname=0", ""),
        (".=-checklinkname=0", ""),
        ("./m...=-checklinkname=0", ""),
        ("", "'-ldflags=./...=-checklinkname=0'"),
    ],
)
def test_flags_that_switch_the_linkers_check_off(tmp_path: Path, ldflags: str, goflags: str) -> None:
    root = write(tmp_path, PULL).root
    environ = {**ENVIRON, "GOFLAGS": goflags}
    built = subprocess.run(
        ["go", "build", "-o", str(tmp_path / "m"), *([f"-ldflags={ldflags}"] if ldflags else [])],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0 or "runtime.heapRetained" in built.stderr or "-X flag" in built.stderr, built.stderr
    settings = Settings(ldflags=ldflags or None).over(Settings(ldflags=read_toolchain(environ).ldflags))
    program = Programs(snapshot_of(root)).library(root)
    assert lets_refused_pass(settings.ldflags or "", program) == (built.returncode == 0)
