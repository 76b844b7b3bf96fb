"""Companion mode with the real gopls: an editor that sends what it likes, and one that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.gopls import gopls
from support.processes import children_of
from support.txtar import write
from support.wire import TIMEOUT, Wire, framed

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="children are found as Linux has them")

FILES = """
    -- go.mod --
    module example.com/m

    go 1.24
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int

    func Use() int { return f() }
    -- b/b.go --
    package b

    func g() int { return 1 }
    """


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, FILES).path("a/a.go")


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Wire]:
    command = (sys.executable, "-m", "linkname_ls", "--with", str(gopls()))
    with Wire(command, cwd=tmp_path, env={"LINKNAME_LS_CACHE": str(tmp_path / "cache")}) as editor:
        yield editor


def both_answer(editor: Wire, path: Path) -> None:
    assert ("b.go", 2) in editor.definition(path, 4, 35)  # the target
    assert editor.ask("textDocument/foldingRange", {"textDocument": {"uri": path.as_uri()}})["result"]


def gone(*processes: int) -> None:
    """Wait until these have ended."""
    end = time.monotonic() + TIMEOUT
    while any(Path(f"/proc/{one}").exists() for one in processes):
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    "nonsense",
    [
        framed(b"{"),
        framed(b"[]"),
        framed(b'{"jsonrpc":"2.0","id":[],"method":"textDocument/hover"}'),
        framed(b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}'),
        framed(b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":5}}'),
        framed(b'{"jsonrpc":"2.0","id":"x","result":5}'),
        b"GET / HTTP/1.1\r\n\r\n",
        b"content-length: nonsense\r\n\r\n",
    ],
)
def test_both_servers_outlive_what_is_no_message(editor: Wire, path: Path, nonsense: bytes) -> None:
    editor.begin(path.parent.parent)
    editor.open(path)
    children = children_of(editor.process.pid)
    editor.raw(nonsense)
    both_answer(editor, path)
    assert children_of(editor.process.pid) == children
    assert not any("Traceback" in line for line in editor.errors)


def test_requests_at_the_wrong_time_are_refused(editor: Wire, path: Path) -> None:
    assert editor.error(editor.put("textDocument/hover", editor.at(path, 0, 0)))[0] == -32002
    editor.begin(path.parent.parent)
    editor.open(path)
    both_answer(editor, path)
    assert "error" not in editor.ask("shutdown", None)
    assert editor.error(editor.put("textDocument/hover", editor.at(path, 0, 0)))[0] == -32600
    editor.tell("exit", None)
    assert editor.process.wait(TIMEOUT) == 0


def test_both_servers_end_with_the_editor_though_another_holds_the_pipe(editor: Wire, path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent:
        editor.begin(path.parent.parent, processId=parent.pid)
        editor.open(path)
        both_answer(editor, path)
        children = children_of(editor.process.pid)
        assert len(children) == 2
        parent.kill()
    assert editor.process.wait(TIMEOUT) == 1
    gone(*children)


def test_both_servers_end_when_the_companion_is_killed(editor: Wire, path: Path) -> None:
    editor.begin(path.parent.parent)
    editor.open(path)
    both_answer(editor, path)
    children = children_of(editor.process.pid)
    os.kill(editor.process.pid, signal.SIGKILL)
    gone(*children)
