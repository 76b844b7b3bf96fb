"""Commands: what the server knows, and who links to whom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.client import Editor
from support.trees import goroot
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


def test_status_is_told_to_a_client_that_shows_it(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    with Editor(tmp_path, options={"status": True}) as editor:
        editor.wait_for_state(lambda state: not state.busy and state.worlds[0].release.startswith("go1."))
        assert editor.states[0].busy


def test_rules_are_listed_and_explained(tmp_path: Path) -> None:
    with Editor(tmp_path) as editor:
        assert "missing-unsafe-import" in execute(editor, tmp_path, "linkname.explain")
        page = execute(editor, tmp_path, "linkname.explain", "missing-unsafe-import")
        assert cast("str", page).startswith("# missing-unsafe-import\n\n")
        with pytest.raises(JsonRpcException, match="There is no rule 'nonsense'"):
            execute(editor, tmp_path, "linkname.explain", "nonsense")


@pytest.mark.parametrize(
    ("line", "character", "symbol"),
    [
        (4, 16, "runtime.nanotime"),
        (5, 5, "runtime.nanotime"),
        (7, 8, "example.com/m/a.other"),
        (9, 15, "example.com/m/a.(*T).method"),
        (11, 5, "example.com/m/a.variable"),
        (13, 6, None),
        (0, 3, None),
    ],
)
def test_link_symbol_of_a_place(tmp_path: Path, line: int, character: int, symbol: str | None) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname now runtime.nanotime
        func now() int64

        func other() {}

        func (t *T) method() {}

        var variable int

        func generic[P any]() {}

        type T struct{}
        """
    fixture = write(tmp_path, text)
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        place = {"line": line, "character": character}
        assert execute(editor, tmp_path, "linkname.symbol", path.as_uri(), place) == symbol


def test_definition_as_a_command_has_what_is_left_to_gopls_too(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname pull example.com/m/a.body
        func pull()

        func body() {}
        """
    path = write(tmp_path, text).path("a/a.go")
    with Editor(tmp_path, options={"gopls": {"dedupe": True}}) as editor:
        editor.open(path)
        assert editor.definition(path, 4, 36) == []
        found: Any = execute(editor, tmp_path, "linkname.definition", path.as_uri(), {"line": 4, "character": 36})
        assert [(one["uri"], one["range"]["start"]) for one in found] == [(path.as_uri(), {"line": 7, "character": 5})]
        assert execute(editor, tmp_path, "linkname.definition", path.as_uri(), {"line": 0, "character": 0}) is None


def test_go_command_is_not_run_where_it_must_not_be(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    marker = tmp_path / "it was run"
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(f"#!/bin/sh\n: > '{marker}'\n")
    go.chmod(0o755)
    env = {"PATH": str(go.parent), "GOROOT": str(goroot("own"))}
    command = (sys.executable, "-m", "linkname_ls", "--no-go")
    with Editor(tmp_path, env=env, command=command) as editor:
        (world,) = execute(editor, tmp_path, "linkname.status")["worlds"]
    assert (world["goroot"], marker.exists()) == (str(goroot("own")), False)
    with Editor(tmp_path, env=env) as editor:
        execute(editor, tmp_path, "linkname.status")
    assert marker.exists()
