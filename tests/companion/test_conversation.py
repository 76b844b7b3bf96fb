"""Companion mode with the real gopls, message by message: what gopls asks of its own accord, and its end meanwhile."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.gopls import gopls
from support.processes import children_of
from support.txtar import write
from support.wire import TIMEOUT, Wire

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="children are found as Linux has them")

FILES = """
-- m/go.mod --
module example.com/m

go 1.24
-- m/a/a.go --
package a

import _ "unsafe"

//go:linkname f example.com/m/b.g
func f(count int) int

func Use() int { return f(1) }

func Unimported() string { return strings.ToUpper("") }

func half(n int) int
-- m/a/half.s --
TEXT ·half(SB), 4, $0-16
	RET
-- m/b/b.go --
package b

//go:generate true

func g(count int) int { return count }

var _ = g(2)
-- other/go.mod --
module example.com/other

go 1.24
-- other/other.go --
package other

func OnlyInTheOther() {}
"""
CAN: dict[str, Any] = {
    "workspace": {
        "applyEdit": True,
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "window": {"workDoneProgress": True},
    "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, FILES).path("m")


@pytest.fixture
def editor(root: Path, tmp_path: Path) -> Iterator[Wire]:
    with session(root, tmp_path, sys.executable, "-m", "linkname_ls", "--with", str(gopls())) as editor:
        begin(editor, root)
        yield editor


def session(root: Path, tmp_path: Path, *command: str) -> Wire:
    environment = {"LINKNAME_LS_CACHE": str(tmp_path / "ours"), "GOPLSCACHE": str(tmp_path / "theirs"), "GOWORK": "off"}
    return Wire(command, cwd=root, env=environment)


def begin(editor: Wire, root: Path) -> None:
    folders = [{"uri": root.as_uri(), "name": "m"}]
    options = {"hints": {"parameterNames": True}}
    editor.begin(root, capabilities=CAN, workspaceFolders=folders, initializationOptions=options)
    for name in ("a/a.go", "b/b.go"):
        editor.open(root / name)


def whole(editor: Wire, method: str, path: Path, **more: object) -> Any:
    """The answer to a request about a file."""
    return editor.ask(f"textDocument/{method}", {"textDocument": {"uri": path.as_uri()}, **more})["result"]


def run(editor: Wire, command: str, argument: object) -> dict[str, Any]:
    return editor.ask("workspace/executeCommand", {"command": command, "arguments": [argument]})


UNLINKED = {"line": 9, "character": 6}
ADDS_NOTHING: list[tuple[str, dict[str, Any]]] = [
    ("foldingRange", {}),
    ("formatting", {"options": {"tabSize": 8, "insertSpaces": False}}),
    ("signatureHelp", {"position": {"line": 7, "character": 27}}),
    *((method, {"position": UNLINKED}) for method in ("hover", "definition", "documentHighlight", "prepareRename")),
    ("references", {"position": UNLINKED, "context": {"includeDeclaration": True}}),
    ("rename", {"position": UNLINKED, "newName": "Other"}),
]


def test_answers_to_which_ours_adds_nothing_are_gopls_s_byte_for_byte(editor: Wire, root: Path, tmp_path: Path) -> None:
    with session(root, tmp_path, str(gopls())) as alone:
        begin(alone, root)
        for method, more in ADDS_NOTHING:
            params = {"textDocument": {"uri": (root / "a/a.go").as_uri()}, **more}
            first, second = (one.put(f"textDocument/{method}", params) for one in (alone, editor))
            assert alone.answer(first).get("result") is not None, method
            editor.answer(second)
            assert alone.bodies[first] == editor.bodies[second], method


def test_outline_has_what_both_know(editor: Wire, root: Path) -> None:
    names = [one["name"] for one in whole(editor, "documentSymbol", root / "a/a.go")]
    assert names == ["f", "Use", "Unimported", "half", "example.com/m/b.g"]


def test_lenses_of_both_are_shown(editor: Wire, root: Path) -> None:
    titles = [one["command"]["title"] for one in whole(editor, "codeLens", root / "b/b.go")]
    assert "run go generate" in titles and "1 pull" in titles


def test_hints_of_both_are_shown(editor: Wire, root: Path) -> None:
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 12, "character": 0}}
    hints = whole(editor, "inlayHint", root / "a/a.go", range=everything)
    assert [one["label"][0]["value"] for one in hints] == ["count:", "= half.s"]


def test_search_for_symbols_finds_those_of_both(editor: Wire) -> None:
    found = editor.ask("workspace/symbol", {"query": "example.com/m/b.g"})["result"]
    assert {"b.go", "a.go"} <= {one["location"]["uri"].rpartition("/")[2] for one in found}


def test_both_count_positions_alike_behind_letters_of_two_units(editor: Wire, root: Path) -> None:
    path = root / "a/a.go"
    editor.change(path, 2, {"text": path.read_text().replace("return f(1)", "_ = `𝄞`; return f(1)")})
    here = "func Use() int { _ = `__`; return ".__len__()  # in UTF-16, which is gopls's way
    assert editor.definition(path, 7, here) == [("a.go", 5), ("b.go", 4)]


def test_edit_that_a_command_of_gopls_asks_for_is_answered_to_it(editor: Wire, root: Path) -> None:
    path = root / "a/a.go"
    editor.replies["workspace/applyEdit"] = {"applied": False, "failureReason": "The editor would not."}
    answer = run(editor, "gopls.add_import", {"ImportPath": "strings", "URI": path.as_uri()})
    assert "The editor would not." in str(answer), answer
    editor.replies["workspace/applyEdit"] = {"applied": True}
    assert "error" not in run(editor, "gopls.add_import", {"ImportPath": "strings", "URI": path.as_uri()})
    edits = [one["params"]["edit"] for one in editor.received if one.get("method") == "workspace/applyEdit"]
    assert len(edits) == 2 and all('"strings"' in str(one) for one in edits)


def test_progress_of_a_command_of_gopls_begins_and_ends(editor: Wire, root: Path) -> None:
    editor.replies["workspace/applyEdit"] = {"applied": True}
    run(editor, "gopls.tidy", {"URIs": [(root / "go.mod").as_uri()]})
    told = [one["params"] for one in editor.received if one.get("method") == "$/progress"]
    token = next(one["token"] for one in told if one["value"].get("title") == "Running go mod tidy")
    editor.until(lambda one: one.get("method") == "$/progress" and is_end(one["params"], token))


def is_end(params: dict[str, Any], token: str) -> bool:
    return params["token"] == token and params["value"]["kind"] == "end"


def test_completions_that_are_overtaken_by_typing_are_all_answered(editor: Wire, root: Path) -> None:
    path = root / "a/a.go"
    lines = path.read_text().count("\n")
    asked: list[int] = []
    for at, letter in enumerate("//go:linkname h example.com/m/b."):
        here = {"line": lines, "character": at}
        editor.change(path, at + 2, {"range": {"start": here, "end": here}, "text": letter})
        if asked:
            editor.tell("$/cancelRequest", {"id": asked[-1]})
        asked.append(editor.put("textDocument/completion", editor.at(path, lines, at + 1)))
    *overtaken, last = (editor.answer(number) for number in asked)
    assert {one["error"]["code"] for one in overtaken if "error" in one} <= {-32800, -32801}
    assert "example.com/m/b.g" in [one["label"] for one in last["result"]["items"]]


def test_gopls_that_crashes_in_the_middle_of_a_request_is_said_and_comes_back_as_it_was(
    editor: Wire, root: Path
) -> None:
    added = {"added": [{"uri": (root.parent / "other").as_uri(), "name": "other"}], "removed": []}
    editor.tell("workspace/didChangeWorkspaceFolders", {"event": added})
    searched(editor, "OnlyInTheOther")
    theirs = "workspace/didChangeWatchedFiles-1"  # what it watches with the other folder
    editor.until(lambda one: one.get("method") == "client/registerCapability" and theirs in str(one))
    (crashing,) = children_of(editor.process.pid, str(gopls()))
    stop(crashing)
    path = root / "b/b.go"
    asked = [editor.put(f"textDocument/{method}", editor.at(path, 4, 5)) for method in ("foldingRange", "definition")]
    # What is only ours is answered when those before it have been handed on.
    editor.ask("workspace/executeCommand", {"command": "linkname.status"})
    os.kill(crashing, signal.SIGKILL)
    assert editor.error(asked[0]) == (-32803, "gopls is gone.")
    editor.answer(asked[1])
    said = editor.until(lambda one: one.get("method") == "window/showMessage")["params"]["message"]
    assert said == "gopls is gone: it was ended by signal 9. It is started again."
    editor.until(lambda one: one.get("method") == "client/unregisterCapability" and theirs in str(one))
    searched(editor, "OnlyInTheOther")


def stop(process: int) -> None:
    """Have a process stand still, all of its threads."""
    os.kill(process, signal.SIGSTOP)
    end = time.monotonic() + TIMEOUT
    while {one.read_text().rpartition(")")[2].split()[0] for one in Path(f"/proc/{process}/task").glob("*/stat")} != {
        "T"
    }:
        assert time.monotonic() < end
        time.sleep(0.001)


def searched(editor: Wire, name: str) -> None:
    """Wait until gopls finds a symbol by its name."""
    end = time.monotonic() + TIMEOUT
    while name not in str(editor.ask("workspace/symbol", {"query": name})):
        assert time.monotonic() < end
        time.sleep(0.02)
