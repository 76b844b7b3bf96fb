"""The terminal: what the commands print, and with which status they leave."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import linkname_ls
from linkname_ls.checks.rules import RULES
from support.trees import goroot
from support.txtar import write

MODULE = """
    -- a/a.go --
    package a

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    // g does it.
    func g() int { return 1 }
    -- b/b_windows.go --
    package b

    //go:linkname h example.com/m/b.g
    func h() int
    -- b/ignored.go --
    //go:build ignore

    package main

    //go:linkname h example.com/m/b.g
    """


def run(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linkname_ls", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return write(tmp_path, MODULE).root


def test_check_prints_findings_as_the_compiler_prints_errors(module: Path) -> None:
    done = run(module, "check")
    assert done.stdout.splitlines() == [
        'a/a.go:3:3: error: //go:linkname only allowed in Go files that import "unsafe" [missing-unsafe-import]',
        "a/a.go:4:6: error: missing function body [missing-function-body]",
        'b/b_windows.go:3:3: warning: //go:linkname only allowed in Go files that import "unsafe" '
        "(when it is built: windows) [missing-unsafe-import]",
        "b/b_windows.go:4:6: warning: missing function body (when it is built: windows) [missing-function-body]",
        "Checked 2 directives in 4 files: 2 errors, 2 warnings.",
    ]
    assert done.stderr == ""
    assert done.returncode == 1


def test_check_prints_one_json_object(module: Path) -> None:
    report = json.loads(run(module, "check", "--format", "json").stdout)
    assert report["diagnostics"][0] == {
        "file": "a/a.go",
        "line": 3,
        "column": 3,
        "end_line": 3,
        "end_column": 34,
        "code": "missing-unsafe-import",
        "severity": "error",
        "stage": "compile",
        "message": '//go:linkname only allowed in Go files that import "unsafe"',
        "symbol": "example.com/m/b.g",
        "url": "https://github.com/linkname-ls/linkname-ls/blob/main/docs/rules/missing-unsafe-import.md",
        "related": [],
    }
    assert report["summary"] == {
        "files": 4,
        "directives": 2,
        "errors": 2,
        "warnings": 2,
        "information": 0,
        "hints": 0,
    }


def test_check_names_files_relative_to_the_current_folder(module: Path) -> None:
    assert run(module / "a", "check").stdout.startswith("a.go:3:3: error:")
    outside = run(module / "b", "check", "../a").stdout
    assert outside.startswith(f"{(module / 'a/a.go').as_posix()}:3:3: error:")


@pytest.mark.parametrize("arguments", [["a/a.go"], ["a"], ["./a/..."], ["./..."], ["."], ["a", "a/a.go", "."]])
def test_check_takes_files_folders_and_patterns_each_file_once(module: Path, arguments: Sequence[str]) -> None:
    done = run(module, "check", *arguments)
    assert done.stdout.count("a/a.go:3:3: error") == 1
    assert done.returncode == 1


def test_check_leaves_with_0_when_there_are_only_warnings(module: Path) -> None:
    done = run(module, "check", "b")
    assert "2 warnings" in done.stdout
    assert done.returncode == 0


def test_check_of_a_clean_folder_says_what_was_checked(tmp_path: Path) -> None:
    write(tmp_path, "-- a.go --\npackage a\n")
    done = run(tmp_path, "check")
    assert done.stdout == "Checked 0 directives in 1 file: nothing to report.\n"
    assert done.returncode == 0


def test_check_judges_for_the_platform_of_the_environment(module: Path) -> None:
    done = run(module, "check", "b", env={**os.environ, "GOOS": "windows"})
    assert "b/b_windows.go:3:3: error:" in done.stdout
    assert done.returncode == 1


def test_check_leaves_test_files_out_on_request(tmp_path: Path) -> None:
    write(tmp_path, "-- a_test.go --\npackage a\n\n//go:linkname f x.y\nfunc f() {}\n")
    assert run(tmp_path, "check").returncode == 1
    assert run(tmp_path, "check", "--no-tests").returncode == 0


def test_check_judges_with_the_given_build_tags(module: Path) -> None:
    done = run(module, "check", "--tags", "x,ignore", "b")
    assert "b/ignored.go:5:3: error:" in done.stdout


@pytest.mark.parametrize(
    ("pattern", "checked"),
    [
        ("./c/a...", ["c/a/a.go", "c/ab/ab.go"]),
        ("./c/.../x", ["c/a/x/x.go"]),
        ("./...b", ["c/ab/ab.go", "c/b/b.go"]),
        ("example.com/m/c/a...", ["c/a/a.go", "c/ab/ab.go", "c/a/x/x.go"]),
        ("example...ab", ["c/ab/ab.go"]),
        ("./.../vendor", []),
    ],
)
def test_check_takes_patterns_with_dots_anywhere(tmp_path: Path, pattern: str, checked: list[str]) -> None:
    files = ["c/a/a.go", "c/a/x/x.go", "c/ab/ab.go", "c/b/b.go", "d.go"]
    write(
        tmp_path,
        "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n"
        + "".join(f"-- {file} --\npackage p\n\nfunc f()\n" for file in files),
    )
    done = run(tmp_path, "check", pattern)
    found = {line.partition(":")[0] for line in done.stdout.splitlines() if "missing function body" in line}
    below = {file for file in files for start in checked if file.startswith(start.rpartition("/")[0] + "/")}
    assert found == below
    assert done.returncode == (1 if checked else 2)


@pytest.mark.parametrize("pattern", ["runtime/race", "encoding/..."])
def test_check_takes_packages_of_the_go_tree(tmp_path: Path, pattern: str) -> None:
    done = run(tmp_path, "check", pattern)
    assert re.fullmatch(r"Checked \d+ directives? in [1-9]\d* files: nothing to report.\n", done.stdout)
    assert done.returncode == 0


def test_check_takes_import_paths(module: Path) -> None:
    by_path, by_name = run(module, "check", "a"), run(module, "check", "example.com/m/a/...")
    assert by_name.stdout == by_path.stdout != ""


def test_check_of_a_program_looks_at_what_it_is_made_of(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- cmd/app/main.go --
        package main

        import "example.com/m/lib"

        func main() { lib.F() }
        -- lib/lib.go --
        package lib

        //go:linkname f runtime.nanotime
        func f() int64

        func F() { f() }
        -- other/other.go --
        package other

        func f()
        """,
    )
    done = run(tmp_path, "check", "./cmd/app")
    assert done.stdout.startswith("lib/lib.go:3:3: error: //go:linkname only allowed")
    assert "other" not in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], "nowhere is neither a file or folder nor a package."),
        (["check", "go.mod"], "go.mod is not a .go file."),
        (["definition", "a/a.go"], "'a/a.go' is no FILE:LINE:COL, such as main.go:12:15."),
        (["definition", "a/a.go:x:1"], "'a/a.go:x:1' is no FILE:LINE:COL, such as main.go:12:15."),
        (["definition", "a/a.go:0:1"], "'a/a.go:0:1': lines and columns count from 1."),
        (["definition", "a/a.go:99:1"], "a/a.go has 5 lines, so there is no line 99."),
        (["hover", "a/none.go:1:1"], "a/none.go cannot be read."),
        (["references", "go.mod:1:1"], "go.mod is neither a .go nor a .s file."),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(module: Path, arguments: Sequence[str], sentence: str) -> None:
    done = run(module, *arguments)
    assert done.stderr == f"linkname-ls: {sentence}\n"
    assert done.stdout == ""
    assert done.returncode == 2


def test_definition_prints_place_and_kind(module: Path) -> None:
    done = run(module, "definition", "a/a.go:3:17")
    assert done.stdout == "b/b.go:4:6: function g\n"
    assert done.returncode == 0


def test_definition_in_json_holds_all_that_is_known(module: Path) -> None:
    answer: dict[str, Any] = json.loads(run(module, "definition", "--format", "json", "a/a.go:4:6").stdout)
    assert answer == {
        "locations": [
            {
                "file": "b/b.go",
                "line": 4,
                "column": 6,
                "end_line": 4,
                "end_column": 7,
                "name": "g",
                "what": "function",
                "symbol": "example.com/m/b.g",
                "role": "defines",
                "package": "example.com/m/b",
                "constraint": "",
                "in_build": True,
            }
        ]
    }


def test_references_label_what_is_not_in_this_build(module: Path) -> None:
    done = run(module, "references", "b/b.go:4:6")
    assert done.stdout.splitlines() == [
        "b/b.go:4:6: function g",
        "a/a.go:3:17: directive example.com/m/b.g",
        "a/a.go:4:6: bodyless function f",
        "b/b_windows.go:3:17: directive example.com/m/b.g  [windows; not in this build]",
        "b/b_windows.go:4:6: bodyless function h  [windows; not in this build]",
        "b/ignored.go:5:17: directive example.com/m/b.g  [ignore; not in this build]",
    ]


def test_hover_prints_plain_text(module: Path) -> None:
    done = run(module, "hover", "a/a.go:4:6")
    assert done.stdout == (
        "f pulls example.com/m/b.g: the function in package example.com/m/b, b/b.go:4\n\nfunc g() int\n\ng does it.\n"
    )


def test_hover_in_json(module: Path) -> None:
    answer = json.loads(run(module, "hover", "--format", "json", "a/a.go:4:6").stdout)["hover"]
    assert answer["signature"] == "func g() int"
    assert answer["doc"] == "g does it."
    assert answer["ends"] == [{"file": "b/b.go", "line": 4, "what": "function g", "constraint": "", "in_build": True}]


@pytest.mark.parametrize("command", ["definition", "references", "hover"])
def test_place_without_a_link_is_status_1(module: Path, command: str) -> None:
    done = run(module, command, "b/b.go:1:1")
    assert done.stdout == "Nothing linked at b/b.go:1:1.\n"
    assert done.returncode == 1


def test_version_and_help() -> None:
    assert run(Path(), "--version").stdout == f"linkname-ls {linkname_ls.__version__}\n"
    text = run(Path(), "--help").stdout
    for word in ("check", "definition", "references", "hover", "--stdio", "--tcp"):
        assert word in text


def test_explain_prints_the_page_of_a_rule() -> None:
    done = run(Path(), "explain", "missing-unsafe-import")
    assert done.stdout.startswith(
        "# missing-unsafe-import\n\nA file with a `//go:linkname` directive must import `unsafe`.\n"
    )
    assert done.returncode == 0


def test_explain_lists_the_rules() -> None:
    lines = run(Path(), "explain").stdout.splitlines()
    assert "missing-unsafe-import" in lines[0]
    assert len(lines) == len(RULES)


def test_explain_knows_what_was_meant() -> None:
    done = run(Path(), "explain", "missing-unsafe")
    assert done.stderr == "linkname-ls: There is no rule 'missing-unsafe'. Did you mean missing-unsafe-import?\n"
    assert done.returncode == 2


def test_output_that_cannot_be_written_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    write(tmp_path, "-- a.go --\npackage a\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "linkname_ls", "check"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr == b"linkname-ls: No space left on device.\n"
    assert done.returncode == 2


def test_long_work_shows_its_progress_on_a_terminal() -> None:
    terminal, end = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "linkname_ls", "check", str(goroot("own") / "src")],
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
        while piece := os.read(terminal, 1024):
            shown += piece
    os.close(terminal)
    output, _ = done.communicate()
    assert b"checking: " in shown
    assert shown.endswith(b"\r")
    assert output.splitlines()[-1].startswith(b"Checked ")


def test_terminal_commands_do_not_import_what_only_the_server_needs() -> None:
    code = (
        "import sys; from linkname_ls.__main__ import main; main(['check', '/nowhere'])\n"
        "sys.exit(any(name in sys.modules for name in ('pygls', 'lsprotocol', 'asyncio')))"
    )
    assert subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL, check=False).returncode == 0
