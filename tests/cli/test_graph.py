"""The commands graph and status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname now runtime.nanotime
    func now() int64
    """


def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linkname_ls", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_graph_is_mermaid_on_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    done = run(tmp_path, "graph")
    assert done.stdout.startswith("flowchart LR\n")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("g.svg", "<svg "),
        ("g.html", "<!DOCTYPE html>"),
        ("g.dot", "digraph"),
        ("g.md", "```mermaid\nflowchart"),
        ("g.json", '{\n  "nodes": ['),
    ],
)
def test_ending_says_in_which_form_a_file_is_written(tmp_path: Path, name: str, begins: str) -> None:
    write(tmp_path, LINK)
    done = run(tmp_path, "graph", "./...", "-o", name)
    assert done.stdout == f"Wrote {name}: 1 links between 2 packages.\n".replace("1 links", "1 link")
    assert (tmp_path / name).read_text().startswith(begins)


def test_unknown_ending_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    done = run(tmp_path, "graph", "-o", "g.png")
    assert done.stderr == (
        "linkname-ls: g.png: say with --format what to write; the name ends in none of "
        ".mmd, .md, .dot, .gv, .svg, .html, .json.\n"
    )
    assert done.returncode == 2


def test_status_for_people(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    done = run(tmp_path, "status")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("linkname-ls ")
    assert lines[2:4] == ["example.com/m", f"  in       {tmp_path}"]
    assert lines[4].startswith("  Go       go1.")
    assert any(line.split()[:6] == ["example.com/m", "1", "file", "1", "directive", "1"] for line in lines)
    assert done.returncode == 0


def test_status_as_json(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    found = json.loads(run(tmp_path, "status", "--format", "json").stdout)
    assert found["busy"] is False
    assert found["worlds"][0]["root"] == str(tmp_path)


def test_status_of_no_folder_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "status", "nowhere")
    assert (done.stderr, done.returncode) == ("linkname-ls: nowhere is not a folder.\n", 2)
