"""An error of the server's own is said once, is in the log with what was asked, and ends nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInternalError

from support.client import Editor

TEXT = """\
package a

import _ "unsafe"

//go:linkname now time.now
func now() (sec int64, nsec int32, mono int64)

const secret = "xyzzy"
"""
AT = (4, 22)

# The server with a fault in one of its functions.
FAULTY = """
import sys
import {module}
def fault(*_, **__):
    return {{}}["plugh"]
setattr({module}{inside}, "{name}", fault)
from linkname_ls.__main__ import main
sys.exit(main())
"""


def faulty(module: str, name: str, *arguments: str, inside: str = "") -> tuple[str, ...]:
    return (sys.executable, "-c", FAULTY.format(module=module, name=name, inside=inside), *arguments)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    path = tmp_path / "m" / "a.go"
    path.write_text(TEXT)
    return path


def log_of(tmp_path: Path) -> str:
    return (tmp_path / "log").read_text()


def test_fault_in_an_answer_is_said_once_and_logged_with_the_question(file: Path, tmp_path: Path) -> None:
    command = faulty("linkname_ls.features.hover", "hover", "--log-file", str(tmp_path / "log"))
    with Editor(file.parent, command=command) as editor:
        editor.open(file)
        for _ in range(3):
            with pytest.raises(JsonRpcInternalError, match="failed at textDocument/hover by an error of its own"):
                editor.hover(file, *AT)
        assert editor.definition(file, *AT)
        status = editor.ask(
            lambda client, _: client.workspace_execute_command_async(types.ExecuteCommandParams("linkname.status")),
            file,
        )
    (said,) = (one for one in editor.messages if "error of its own" in one)
    assert "linkname-ls failed at textDocument/hover by an error of its own (KeyError in " in said
    assert said in str(status)
    logged = log_of(tmp_path)
    assert logged.count(f"ERROR linkname_ls.lsp.faults: textDocument/hover {file.as_uri()} at 4:22\nTraceback") == 3
    assert "KeyError: 'plugh'" in logged


def test_fault_in_a_notification_is_said_and_logged_without_its_text(file: Path, tmp_path: Path) -> None:
    command = faulty("linkname_ls.lsp.documents", "change", "--log-file", str(tmp_path / "log"), inside=".Documents")
    with Editor(file.parent, command=command) as editor:
        editor.open(file)
        editor.change(file, TEXT + "\n")
        assert editor.definition(file, *AT)
    assert any("failed at textDocument/didChange by an error of its own" in one for one in editor.messages)
    assert f"textDocument/didChange {file.as_uri()} version 2\n" in log_of(tmp_path)
    assert "xyzzy" not in log_of(tmp_path)


def test_fault_in_the_background_is_said_and_logged(file: Path, tmp_path: Path) -> None:
    command = faulty("linkname_ls.links.scan", "walk_folders", "--log-file", str(tmp_path / "log"))
    with Editor(file.parent, command=command, env={"LINKNAME_LS_CACHE": "off"}) as editor:
        editor.open(file)
        assert editor.definition(file, *AT)
        assert "failed at background work by an error of its own" in editor.wait_for_message()
    assert "background work\nTraceback" in log_of(tmp_path)


def test_log_tells_each_message_and_no_text(file: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "linkname_ls", "--log-file", str(tmp_path / "log"), "--log-level", "debug")
    with Editor(file.parent, command=command) as editor:
        editor.open(file)
        editor.change(file, TEXT.replace("xyzzy", "xyzzyx"))
        editor.diagnostics(file)
        assert editor.hover_text(file, *AT)
    logged = log_of(tmp_path)
    assert f" INFO linkname_ls.lsp.faults: textDocument/didChange {file.as_uri()} version 2: " in logged
    assert f" INFO linkname_ls.lsp.faults: textDocument/hover {file.as_uri()} at 4:22: " in logged
    assert "xyzzy" not in logged


def test_log_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "linkname_ls", "--log-file", str(tmp_path))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"linkname-ls: cannot write the log {tmp_path}: Is a directory.\n")


def test_fault_of_a_command_is_said_in_a_sentence(file: Path) -> None:
    command = faulty("linkname_ls.cli.check", "check_source", "check", ".")
    done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "KeyError: 'plugh'" in done.stderr
    assert "linkname-ls: check was ended by an error of its own (KeyError)." in done.stderr
