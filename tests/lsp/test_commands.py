"""Commands: what the server knows, and who links to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.client import Editor
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname now runtime.nanotime
    func now() int64
    """


def execute(editor: Editor, root: Path, command: str, *arguments: object) -> dict[str, Any]:
    answer = editor.ask(
        lambda client, _: client.workspace_execute_command_async(
            types.ExecuteCommandParams(command, arguments=list(arguments))
        ),
        root,
    )
    return cast("dict[str, Any]", answer)


def test_status_says_what_is_known(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    with Editor(tmp_path, options={"ldflags": "-w", "features": {"nonsense": True}}) as editor:
        editor.open(fixture.path("a/a.go"))
        found = editor.asked_again(lambda: execute(editor, tmp_path, "linkname.status"), lambda one: not one["busy"])
    (world,) = found["worlds"]
    assert world["modules"] == ["example.com/m"]
    assert world["release"].startswith("go1.")
    trees = {tree["name"]: tree for tree in found["trees"]}
    assert trees["example.com/m"]["directives"] == 1
    assert trees["std"]["directives"] > 1000
    assert any("nonsense" in problem for problem in found["problems"])
    assert found["text"].startswith(f"linkname-ls {found['version']}, Python ")


def test_graph_comes_in_several_forms(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    with Editor(tmp_path) as editor:
        found = execute(editor, tmp_path, "linkname.graph")
        chosen = execute(editor, tmp_path, "linkname.graph", "example.com/nothing")
    assert found["title"] == "Links of example.com/m"
    assert '-->|"pull nanotime"|' in found["mermaid"]
    assert found["dot"].startswith("digraph")
    assert found["html"].startswith("<!DOCTYPE html>")
    assert "There are no links" in chosen["html"]


def test_graph_without_a_folder_is_nothing(tmp_path: Path) -> None:
    with Editor() as editor:
        assert execute(editor, tmp_path, "linkname.graph") is None


def test_graph_of_what_is_no_pattern_is_refused_in_words(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    with Editor(tmp_path) as editor, pytest.raises(JsonRpcException, match="each of them a string"):
        execute(editor, tmp_path, "linkname.graph", 1)
