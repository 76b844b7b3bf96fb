"""``linkname-ls --with gopls``: both servers as one, with the real gopls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.client import TIMEOUT, Editor, completing_capabilities
from support.gopls import gopls
from support.processes import children_of
from support.txtar import write

T = TypeVar("T")

FILES = """
-- go.mod --
module example.com/app

go 1.24
-- app.go --
package app

import (
	"strings"
	_ "unsafe"

	"example.com/app/clock"
)

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname ticks example.com/app/clock.ticks
func ticks() int64

//go:linkname now example.com/app/clock.(*T).now
func now(*clock.T) int64

func Elapsed() int64 { return int64(procPin()) - ticks() + clock.Ticks() }

func Upper(s string) string { return strings.ToUpper(s) }

func sum(a, b int) int
-- sum_amd64.s --
TEXT ·sum(SB), 4, $8-24
	RET
-- sum_arm64.s --
TEXT ·sum(SB), 4, $8-24
	RET
-- clock/clock.go --
package clock

import _ "unsafe"

//go:linkname ticks
func ticks() int64 { return 42 }

func Ticks() int64 { return ticks() }

type T struct{}

func (t *T) now() int64 { return 1 }

func Now(t *T) int64 { return t.now() }
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    write(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def editor(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with companion(root, tmp_path_factory.mktemp("cache")) as one:
        one.open(root / "app.go")
        one.open(root / "clock/clock.go")
        yield one
    assert one.exit_code == 0


def companion(root: Path, cache: Path, options: object = None) -> Editor:
    return Editor(root, command=command(), env=environment(cache), options=options, capabilities=capabilities())


def command() -> list[str]:
    return [sys.executable, "-m", "linkname_ls", "--with", str(gopls())]


def environment(cache: Path) -> dict[str, str]:
    return {"GOPLSCACHE": str(cache), "GOFLAGS": "", "GOWORK": "off"}


def capabilities() -> types.ClientCapabilities:
    can = completing_capabilities()
    assert can.text_document is not None
    kinds = types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.Source])
    literals = types.ClientCodeActionLiteralOptions(kinds)
    can.text_document.code_action = types.CodeActionClientCapabilities(code_action_literal_support=literals)
    return can


def at(path: Path, text: str, after: str = "") -> tuple[int, int]:
    """Where a text begins, 0-based."""
    whole = path.read_text()
    offset = whole.index(text, whole.index(after))
    return whole.count("\n", 0, offset), offset - (whole.rfind("\n", 0, offset) + 1)


def spots(places: list[types.Location]) -> list[str]:
    return [f"{one.uri.rpartition('/')[2]}:{one.range.start.line + 1}" for one in places]


def test_definition_of_a_target_that_both_know_is_one_place(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    assert spots(editor.definition(path, *at(path, "clock.ticks"))) == ["clock.go:6"]


def test_definition_that_gopls_does_not_know_is_ours(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    line, character = at(path, "procPin runtime")
    assert spots(editor.definition(path, line, character))[0].startswith("proc.go:")


def test_body_in_assembly_that_both_know_is_one_place(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    found = editor.definition(path, *at(path, "sum(a, b"))
    assert len(set(spots(found))) == len(found), found
    assert {one.range.start.character for one in found} == {len("TEXT ·")}


def test_definition_of_a_use_has_the_declaration_and_the_body(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    assert spots(editor.definition(path, *at(path, "ticks()", after="int64(procPin"))) == ["app.go:14", "clock.go:6"]


def test_definition_of_what_is_not_linked_is_gopls_s(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    assert spots(editor.definition(path, *at(path, "ToUpper")))[0].startswith("strings.go:")


def test_references_are_each_there_once(editor: Editor, root: Path) -> None:
    path = root / "clock/clock.go"
    found = spots(editor.references(path, *at(path, "ticks() int64")))
    assert sorted(found) == ["app.go:13", "app.go:14", "app.go:19", "clock.go:5", "clock.go:6", "clock.go:8"]


def test_hover_has_both_and_says_the_declaration_once(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    text = editor.hover_text(path, *at(path, "clock.ticks"))
    assert text.count("func ticks() int64") == 1
    assert "pulls" in text and "\n\n---\n\n" in text


def test_rename_of_what_is_linked_takes_the_links_along(editor: Editor, root: Path) -> None:
    path = root / "clock/clock.go"
    edit = rename(editor, path, at(path, "ticks() int64"), "beats")
    assert {name: len(edits) for name, edits in edit.items()} == {"clock.go": 3, "app.go": 1}


def test_rename_of_a_linked_method_is_gopls_s(editor: Editor, root: Path) -> None:
    path = root / "clock/clock.go"
    edit = rename(editor, path, at(path, "now() int64"), "later")
    assert {name: len(edits) for name, edits in edit.items()} == {"clock.go": 2}


def test_rename_of_anything_else_is_gopls_s(editor: Editor, root: Path) -> None:
    path = root / "clock/clock.go"
    edit = rename(editor, path, at(path, "Ticks() int64"), "Beats")
    assert {name: len(edits) for name, edits in edit.items()} == {"clock.go": 1, "app.go": 1}


def rename(editor: Editor, path: Path, place: tuple[int, int], name: str) -> dict[str, list[object]]:
    edit = editor.ask(
        lambda client, document: client.text_document_rename_async(
            types.RenameParams(document, types.Position(*place), name)
        ),
        path,
    )
    assert isinstance(edit, types.WorkspaceEdit) and edit.document_changes is not None
    found: dict[str, list[object]] = {}
    for change in edit.document_changes:
        assert isinstance(change, types.TextDocumentEdit)
        found[change.text_document.uri.rpartition("/")[2]] = list(change.edits)
    return found


def test_findings_of_both_are_shown_together_while_typing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    text = path.read_text()
    with companion(tmp_path, tmp_path / "cache") as editor:
        editor.open(path)
        editor.change(path, text.replace('\t_ "unsafe"\n', "") + "\nvar x int = 1.5\n")
        found = editor.wait_for_diagnostics(
            path, lambda some: {one.source for one in some} >= {"linkname-ls", "compiler"}
        )
        assert {one.code for one in found if one.source == "linkname-ls"} >= {"missing-unsafe-import"}
        editor.change(path, text)
        editor.wait_for_diagnostics(path, lambda some: some == [])


def test_fixes_of_both_are_offered(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    with companion(tmp_path, tmp_path / "cache") as editor:
        editor.open(path, path.read_text().replace('\t_ "unsafe"\n', ""))
        titles: set[str] = set()
        for text in ("//go:linkname procPin", "func Upper"):
            here = types.Position(at(path, text)[0] - 1, 0)
            asked = types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()), types.Range(here, here), types.CodeActionContext([])
            )
            answer = editor.ask(lambda client, _, asked=asked: client.text_document_code_action_async(asked), path)
            titles |= {one.title for one in answer or ()}
    assert {'Add import _ "unsafe"', "Browse documentation for func Upper"} <= titles, titles


def test_completion_of_a_target_is_ours_and_of_code_gopls_s(editor: Editor, root: Path) -> None:
    path = root / "app.go"
    line, character = at(path, "runtime.procPin")

    def named(label: str, line: int, character: int) -> types.CompletionItem | None:
        answer = editor.complete(path, line, character)
        assert answer is not None
        return next((one for one in answer.items if one.label == label), None)

    # The first time ours may take longer than gopls's answer waits.
    ours = eventually(lambda: named("runtime.procPin", line, character + len("runtime.procP")))
    assert editor.resolve(ours).documentation is not None
    line, character = at(path, "ToUpper")
    theirs = eventually(lambda: named("ToUpper", line, character + 2))
    assert editor.resolve(theirs) == theirs


def test_callers_are_found_through_links_and_each_once(editor: Editor, root: Path) -> None:
    path = root / "clock/clock.go"
    place = types.Position(*at(path, "ticks() int64"))
    prepared = editor.ask(
        lambda client, document: client.text_document_prepare_call_hierarchy_async(
            types.CallHierarchyPrepareParams(document, place)
        ),
        path,
    )
    assert prepared is not None and len(prepared) == 1
    item = prepared[0]
    calls = editor.ask(
        lambda client, _: client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item)), path
    )
    assert calls is not None
    assert sorted(call.from_.name for call in calls) == ["Elapsed", "Ticks"]


def test_own_commands_are_ours(editor: Editor) -> None:
    params = types.ExecuteCommandParams("linkname.explain", ["missing-unsafe-import"])
    page = editor.ask(lambda client, _: client.workspace_execute_command_async(params), Path("/"))
    assert str(page).startswith("# missing-unsafe-import")


def test_gopls_that_is_killed_is_told_of_and_comes_back_with_unsaved_text(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    with companion(tmp_path, tmp_path / "cache") as editor:
        editor.open(path, path.read_text() + "\nfunc Unsaved() { Unsaved() }\n")
        editor.change(path, *inserted(at(path, "package"), "// 𝄞\n\n"))
        line = path.read_text().count("\n") + 3
        assert spots(editor.definition(path, line, 18)) == [f"app.go:{line + 1}"]
        os.kill(child(editor, "gopls"), signal.SIGKILL)
        assert editor.wait_for_message() == "gopls is gone: it was ended by signal 9. It is started again."
        assert eventually(lambda: spots_or_none(editor, path, line, 18)) == [f"app.go:{line + 1}"]


def test_own_server_that_is_killed_comes_back_with_unsaved_text(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    with companion(tmp_path, tmp_path / "cache") as editor:
        editor.open(path, "\n" + path.read_text())
        line, character = at(path, "procPin runtime")
        assert spots(editor.definition(path, line + 1, character))[0].startswith("proc.go:")
        os.kill(child(editor, "from linkname_ls"), signal.SIGKILL)
        assert editor.wait_for_message() == "linkname-ls is gone: it was ended by signal 9. It is started again."
        assert eventually(lambda: spots_or_none(editor, path, line + 1, character))[0].startswith("proc.go:")


def test_without_gopls_ours_answers_and_one_message_says_so(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    with Editor(tmp_path, command=[sys.executable, "-m", "linkname_ls", "--with", "no-gopls-here"]) as editor:
        editor.open(path)
        assert editor.wait_for_message() == "no-gopls-here was not found on PATH: only linkname-ls answers."
        assert spots(editor.definition(path, *at(path, "clock.ticks"))) == ["clock.go:6"]
    assert editor.exit_code == 0


def test_gopls_is_not_started_where_the_go_command_must_not_run(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    spy = tmp_path / "gopls"
    spy.write_text(f"#!/bin/sh\n: > '{tmp_path}/ran'\n")
    spy.chmod(0o755)
    command = [sys.executable, "-m", "linkname_ls", "--with", str(spy), "--no-go"]
    with Editor(tmp_path, command=command) as editor:
        editor.open(path)
        said = f"{spy} runs the go command, which --no-go forbids: only linkname-ls answers."
        assert editor.wait_for_message() == said
        assert spots(editor.definition(path, *at(path, "clock.ticks"))) == ["clock.go:6"]
    assert not (tmp_path / "ran").exists()


def test_gopls_that_cannot_stay_is_said_and_ours_answers(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    broken = tmp_path / "gopls"
    broken.write_text("#!/bin/sh\necho panic\nexec sleep 100\n")
    broken.chmod(0o755)
    with Editor(tmp_path, command=[sys.executable, "-m", "linkname_ls", "--with", str(broken)]) as editor:
        editor.open(path)
        assert spots(editor.definition(path, *at(path, "clock.ticks"))) == ["clock.go:6"]
        gone = r"gopls is gone: Instead of a message came b'panic\n'. It is "
        eventually(lambda: len(editor.messages) == 2)
        assert editor.messages == [f"{gone}started again.", f"{gone}not started again: restart the server."]
    assert editor.exit_code == 0


def test_initialization_options_are_gopls_s_but_for_linkname(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "app.go"
    options = {"codelenses": {"test": True}, "linkname": {"rules": {"missing-unsafe-import": "off"}}}
    with companion(tmp_path, tmp_path / "cache", options) as editor:
        editor.open(path, path.read_text().replace('\t_ "unsafe"\n', "") + "\nvar x int = 1.5\n")
        found = editor.wait_for_diagnostics(path, lambda some: any(one.source == "compiler" for one in some))
        assert "missing-unsafe-import" not in {one.code for one in found}
    assert not any("linkname" in message for message in editor.messages), editor.messages


def test_other_commands_of_gopls_are_gopls_s() -> None:
    on_path = {**os.environ, "PATH": f"{gopls().parent}{os.pathsep}{os.environ['PATH']}"}

    def run(*command: str) -> str:
        return subprocess.run([*command], capture_output=True, text=True, check=True, env=on_path).stdout

    said = run(str(gopls()), "version")
    assert run(sys.executable, "-m", "linkname_ls", "--with", str(gopls()), "--", "version") == said
    assert run(str(Path(sys.executable).with_name("linkname-gopls")), "version") == said


def test_nothing_is_left_when_the_editor_vanishes(root: Path, tmp_path: Path) -> None:
    pipe, env = subprocess.PIPE, {**os.environ, **environment(tmp_path / "cache")}
    with subprocess.Popen(command(), cwd=root, stdin=pipe, stdout=pipe, env=env) as process:
        assert process.stdin is not None
        children = eventually(lambda: found if len(found := children_of(process.pid)) == 2 else None)
        process.stdin.close()
        assert process.wait(5) == 1
    assert eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in children))


def inserted(place: tuple[int, int], text: str) -> list[types.TextDocumentContentChangeEvent]:
    here = types.Position(*place)
    return [types.TextDocumentContentChangePartial(types.Range(here, here), text)]


def child(editor: Editor, word: str) -> int:
    """The number of one of the two servers."""
    process = editor.client._server  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    (found,) = children_of(process.pid, word)
    return found


def spots_or_none(editor: Editor, path: Path, line: int, character: int) -> list[str] | None:
    """The definition, or None while one of the servers is gone."""
    try:
        return spots(editor.definition(path, line, character)) or None
    except JsonRpcException:
        return None


def eventually(ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("asked in vain")
