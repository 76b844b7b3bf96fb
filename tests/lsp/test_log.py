"""The log holds nobody up: not when it is not read, not when it cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.wire import SERVER, Wire

NONSENSE = {"textDocument": {"uri": 5, "languageId": "x" * 40}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    path = tmp_path / "a.go"
    path.write_text('package a\n\nimport _ "unsafe"\n\n//go:linkname f example.com/m.g\nfunc f() int\n\nfunc g() int\n')
    return path


def complain(client: Wire, times: int) -> None:
    for _ in range(times):
        client.tell("textDocument/didOpen", NONSENSE)


def test_standard_error_that_nobody_reads_holds_nobody_up(path: Path) -> None:
    with Wire(cwd=path.parent, inattentive=True) as client:
        client.begin(path.parent)
        client.open(path)
        complain(client, 2000)  # a pipe holds 64 KiB
        assert client.definition(path, 4, 30) == [("a.go", 7)]
        client.overhear()
        assert client.logged("textDocument/didOpen: params.textDocument.uri is 5", times=2000)


def test_entries_that_nobody_reads_are_left_out_in_the_end_and_counted(path: Path) -> None:
    with Wire(cwd=path.parent, inattentive=True) as client:
        client.begin(path.parent)
        complain(client, 20_000)
        assert client.ask("textDocument/hover", client.at(path, 0, 0))["result"] is None
        client.overhear()
        assert client.logged("didOpen", times=5000)
        complain(client, 1)
        assert client.logged("entries are left out here")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_log_file_that_is_full_is_said_once(path: Path) -> None:
    with Wire((*SERVER, "--log-file", "/dev/full", "--log-level", "info"), cwd=path.parent) as client:
        client.begin(path.parent)
        client.open(path)
        assert client.definition(path, 4, 30) == [("a.go", 7)]
        assert client.end() == 1
    (said,) = (line for line in client.errors if "cannot be written" in line)
    assert said.endswith("The log /dev/full cannot be written: [Errno 28] No space left on device.")
    assert not any("Traceback" in line for line in client.errors)


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_standard_error_that_is_closed_is_none(path: Path) -> None:
    shell = ("sh", "-c", f"exec '{sys.executable}' -m linkname_ls 2>&-")
    with Wire(shell, cwd=path.parent) as client:
        client.begin(path.parent)
        client.open(path)
        complain(client, 1)
        assert client.definition(path, 4, 30) == [("a.go", 7)]
        client.tell("exit", None)
        assert client.process.wait(60) == 1


def test_last_entry_is_written_before_the_end(path: Path) -> None:
    done = subprocess.run(
        SERVER, input=b"Content-Length: 5\r\n\r\n{", capture_output=True, check=False, cwd=path.parent
    )
    assert b"breaks off" in done.stderr
