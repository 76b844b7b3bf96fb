"""Opening a stranger's repository runs nothing of it, writes nothing but the cache, and calls nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

import linkname_ls
from linkname_ls.build.goenv import find_go
from support import audited
from support.client import Editor
from support.gopls import gopls
from support.sandbox import clean_environ

MAIN = """\
package main

import (
	_ "unsafe"

	"example.com/outside"
	"example.com/used"
)

// #cgo CFLAGS: -fplugin=./evil.so
// #cgo pkg-config: --evil
import "C"

//go:generate ./evil
//go:debug evil=1

//go:linkname now time.now
func now() (sec int64, nsec int32, mono int64)

//go:linkname answer example.com/outside.answer
func answer() int

func main() { now(); answer(); outside.F(); used.F() }
"""


class Hostile:
    """A repository that would leave a file behind if anything of it ran."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository"
        self.outside = folder / "outside"
        self.notes = folder / "notes"
        self.ran = folder / "ran"
        self.cache = folder / "cache"
        self._write("go.mod", self._go_mod("toolchain go1.21.0"))
        self._write("go.work", "go 1.21\n\ntoolchain ../outside\n\nuse (\n\t.\n\t../outside/used\n)\n")
        self._write("main.go", MAIN)
        for name in ("go", "gofmt", "gopls", "git", "bin/go", "evil", "linkname-ls", "gcc", "pkg-config", "python3"):
            self._evil(self.root / name)
        # Settings that the go command reads elsewhere, and that editors and shells read here.
        settings = "GOFLAGS=-toolexec=./evil\nGOROOT=.\nCC=./evil\nGOTOOLCHAIN=path\nGOPROXY=http://evil.example\n"
        for name in ("go.env", ".env", ".envrc", "env", "go/env", ".config/go/env", "pkg/include/go.env"):
            if not (self.root / name).parent.is_file():
                self._write(name, settings)
        self._write("src/runtime/zversion.go", "package runtime\n")
        self._write("VERSION", "go1.99.9\n")
        # What `python -m` and a careless import would find first.
        for name in ("json.py", "attrs.py", "sitecustomize.py", "linkname_ls/__init__.py", "tree_sitter.py"):
            self._write(name, f"open({str(self.ran)!r}, 'w').close()\n")
        self._write("linkname-ls.toml", '[rules]\nundefined-target = "evil"\n"../../x" = "off"\n')
        self._write(".vscode/settings.json", '{"linkname.command": ["./evil"], "go.alternateTools": {"go": "./evil"}}')
        outside = self.outside
        self._write("outside.go", "package outside\n\nfunc F() {}\n\nfunc answer() int { return 42 }\n", outside)
        self._write("go.mod", "module example.com/outside\n\ngo 1.21\n", outside)
        self._write("used/used.go", "package used\n\nfunc F() {}\n", outside)
        self._write("used/go.mod", "module example.com/used\n\ngo 1.21\n", outside)

    @staticmethod
    def _go_mod(line: str) -> str:
        return (
            f"module example.com/m\n\ngo 1.21\n\n{line}\n\nrequire (\n\texample.com/outside v1.0.0\n"
            "\texample.com/used v1.0.0\n)\n\nreplace example.com/outside => ../outside\n\ntool example.com/m/evil\n"
        )

    def toolchain(self, name: str) -> None:
        """Let go.mod ask for a toolchain."""
        self._write("go.mod", self._go_mod(f"toolchain {name}"))

    def _write(self, name: str, text: str, below: Path | None = None) -> None:
        path = (below or self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _evil(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho $0 >>{self.ran}\n")
        path.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """A PATH that looks here too; nothing else is set."""
        env = clean_environ()
        del env["GOTOOLCHAIN"]
        path = os.pathsep.join((".", "", "./bin", env["PATH"], "."))
        return env | {"PATH": path, "GOENV": str(self.cache / "none"), "LINKNAME_LS_CACHE": str(self.cache)}

    def command(self, *arguments: str) -> Sequence[str]:
        """The server in this folder, watched."""
        return (sys.executable, str(Path(audited.__file__)), str(self.notes), str(self.root), *arguments)

    def noted(self, what: str) -> list[list[str]]:
        """What it did of one kind."""
        lines = (json.loads(line) for line in self.notes.read_text().splitlines())
        return [words for kind, *words in lines if kind == what]


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path)


def work(hostile: Hostile, *arguments: str) -> None:
    """Do what a user does in a session, and all of it."""
    main = hostile.root / "main.go"
    with Editor(hostile.root, env=hostile.environment, command=hostile.command(*arguments)) as editor:
        editor.open(main)
        editor.diagnostics(main)
        for line in (16, 19):
            assert editor.definition(main, line, 22)
            editor.references(main, line, 22)
            assert editor.hover_text(main, line, 22)
            editor.code_actions(main, line)
            editor.complete(main, line, 22)
        for name in ("linkname.graph", "linkname.status", "linkname.explain", "linkname.link"):
            params = types.ExecuteCommandParams(name, [main.as_uri()])
            try:
                editor.ask(lambda client, _, params=params: client.workspace_execute_command_async(params), main)
            except Exception as error:
                assert "Internal" not in str(error), name
        editor.change(main, MAIN.replace('_ "unsafe"\n', ""))
        editor.diagnostics(main)
        editor.close(main)


def harmless(hostile: Hostile) -> None:
    """Check what a session did."""
    assert not hostile.ran.exists(), hostile.ran.read_text()
    go = find_go(clean_environ())
    assert go is not None
    for program, folder, *words in hostile.noted("run"):
        if (program, words[1]) == (sys.executable, "-ISB"):
            # A second process of our own (links/beside.py), which looks neither here nor into the environment.
            assert folder == str(Path(linkname_ls.__file__).parent)
        else:
            assert (program, folder) == (str(go), str(go.parent))
    for paths in hostile.noted("write"):
        assert all(Path(path).is_relative_to(hostile.cache) or path == os.devnull for path in paths), paths
    assert hostile.noted("call") == []
    for paths in hostile.noted("load"):
        assert not any(Path(path).is_relative_to(hostile.root) for path in paths), paths


def test_session_in_a_hostile_repository_runs_the_installed_go_command_and_nothing_else(hostile: Hostile) -> None:
    work(hostile)
    harmless(hostile)
    assert {words[3] for words in hostile.noted("run")} - {"-ISB"} == {"env", "list"}


def test_session_that_is_not_trusted_runs_nothing_at_all(hostile: Hostile) -> None:
    work(hostile, "--no-go")
    harmless(hostile)
    assert hostile.noted("run") == []


@pytest.mark.parametrize("command", [["check", "./..."], ["check", "--go", "all"], ["graph"], ["status"]])
def test_command_in_a_hostile_repository_runs_nothing_of_it(hostile: Hostile, command: list[str]) -> None:
    subprocess.run(hostile.command(*command), env=hostile.environment, capture_output=True, check=False, timeout=60)
    harmless(hostile)


def test_gopls_of_the_workspace_is_not_started(hostile: Hostile) -> None:
    real = gopls()
    env = hostile.environment
    env["PATH"] = os.pathsep.join((env["PATH"], str(real.parent)))
    with Editor(hostile.root, env=env, command=hostile.command("--with", "gopls")) as editor:
        editor.open(hostile.root / "main.go")
        assert editor.hover_text(hostile.root / "main.go", 16, 22)
    assert not hostile.ran.exists(), hostile.ran.read_text()
    assert str(real) in {words[0] for words in hostile.noted("run")}


@pytest.mark.parametrize(
    "name",
    [
        "../../../../outside/tree",
        "go1.99.0-../../../../../outside/tree",
        "go1.99.0/../../../outside/tree",
        "/outside/tree",
        "local",
        "path",
        "go1.99.0+path",
    ],
)
def test_toolchain_line_leads_to_no_folder_but_that_of_the_module_cache(hostile: Hostile, name: str) -> None:
    hostile.toolchain(name)
    with Editor(hostile.root, env=hostile.environment, command=hostile.command()) as editor:
        main = hostile.root / "main.go"
        editor.open(main)
        (found,) = editor.definition(main, 16, 22)
    assert not hostile.ran.exists()
    assert str(hostile.outside) not in found.uri
    trees = [path for (path,) in hostile.noted("read") if "tree" in path and "outside" in path]
    assert trees == []


def test_fixes_of_check_are_written_to_the_folders_that_were_named(hostile: Hostile, tmp_path: Path) -> None:
    broken = "package outside\n\n//go:linkname answer example.com/m.answer\nfunc answer() int { return 42 }\n"
    for folder in (hostile.outside, hostile.root / "own"):
        folder.mkdir(exist_ok=True)
        (folder / "broken.go").write_text(broken)
    (hostile.root / "linked").symlink_to(hostile.outside)
    command = hostile.command("check", "--fix", "./...")
    subprocess.run(command, env=hostile.environment, capture_output=True, check=False, timeout=60)
    assert "unsafe" in (hostile.root / "own" / "broken.go").read_text()
    assert (hostile.outside / "broken.go").read_text() == broken
    written = {Path(path) for paths in hostile.noted("write") for path in paths}
    assert {path for path in written if not path.is_relative_to(hostile.cache)} <= {
        hostile.root / "own" / "broken.go",
        Path(os.devnull),
    }
