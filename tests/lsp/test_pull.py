"""Diagnostics that the client asks for: of a document, of the workspace, and when to ask again."""

from __future__ import annotations

import time
from pathlib import Path

from lsprotocol import types

from support.client import Editor, full_capabilities, pulling_capabilities
from support.txtar import Fixture, write

MODULE = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname q example.com/m/b.q
    -- a/c.go --
    package a
    -- b/b.go --
    package b

    func q() {}
    -- b/missing.go --
    package b

    func missing()
    """


def pulling(fixture: Fixture) -> Editor:
    return Editor(fixture.root, capabilities=pulling_capabilities())


def test_it_is_announced_to_a_client_that_asks(tmp_path: Path) -> None:
    with pulling(write(tmp_path, MODULE)) as editor:
        provider = editor.initialized.capabilities.diagnostic_provider
    assert provider == types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier="linkname"
    )


def test_client_that_cannot_be_told_to_ask_again_is_sent_them(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
    with Editor(tmp_path, capabilities=capabilities) as editor:
        assert editor.initialized.capabilities.diagnostic_provider is None
        editor.open(fixture.path("a/a.go"))
        assert [one.code for one in editor.diagnostics(fixture.path("a/a.go"))] == ["undeclared-local"]


def test_client_that_asks_is_sent_none(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path = fixture.path("a/a.go")
    with pulling(fixture) as editor:
        editor.open(path)
        assert editor.codes(path) == ["undeclared-local"]
        editor.wait_for_refresh()
        editor.close(path)
        assert editor.codes(path) == ["undeclared-local"]
        assert not editor.published(path)


def test_answer_that_the_client_has_already_is_not_repeated(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path = fixture.path("a/a.go")
    with pulling(fixture) as editor:
        editor.open(path)
        first = editor.pull(path)
        again = editor.pull(path, first.result_id)
        editor.change(path, fixture.files["a/a.go"].replace("//go", "\n//go"))
        moved = editor.pull(path, first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    assert isinstance(moved, types.RelatedFullDocumentDiagnosticReport)


def test_client_is_told_to_ask_again_when_another_file_turns_the_verdict(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path, sibling = fixture.path("a/a.go"), fixture.path("a/c.go")
    with pulling(fixture) as editor:
        editor.open(path)
        editor.open(sibling)
        assert editor.codes(path) == ["undeclared-local"]
        editor.change(sibling, "package a\n\nfunc q() {}\n")
        assert editor.asked_again(lambda: editor.codes(path), lambda codes: not codes) == []


def test_client_that_does_not_ask_while_typing_is_told_to(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path = fixture.path("a/a.go")
    with pulling(fixture) as editor:
        editor.open(path)
        assert editor.codes(path) == ["undeclared-local"]
        editor.wait_for_refresh()
        before = editor.refreshes
        editor.change(path, "package a\n")
        editor.wait_for_refresh(before + 1)


def test_client_is_told_to_ask_again_when_a_file_on_disk_changes(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path, sibling = fixture.path("a/a.go"), fixture.path("a/c.go")
    with pulling(fixture) as editor:
        editor.open(path)
        assert editor.codes(path) == ["undeclared-local"]
        sibling.write_text("package a\n\nfunc q() {}\n")
        editor.changed_on_disk(sibling)
        assert editor.asked_again(lambda: editor.codes(path), lambda codes: not codes) == []


def test_workspace_is_every_file_with_something_wrong(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    with pulling(fixture) as editor:
        editor.open(fixture.path("a/a.go"))
        reports = editor.pull_workspace()
    assert {name: report.version for name, report in reports.items()} == {"a.go": 1, "missing.go": None}
    report = reports["missing.go"]
    assert isinstance(report, types.WorkspaceFullDocumentDiagnosticReport)
    assert [one.code for one in report.items] == ["missing-function-body"]


def test_workspace_says_only_what_is_new(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path = fixture.path("a/a.go")
    with pulling(fixture) as editor:
        editor.open(path)
        first = editor.pull_workspace()
        previous = [types.PreviousResultId(one.uri, one.result_id or "") for one in first.values()]
        again = editor.pull_workspace(previous)
        editor.change(path, "package a\n")
        mended = editor.pull_workspace(previous)
    assert {name: report.kind for name, report in again.items()} == {"a.go": "unchanged", "missing.go": "unchanged"}
    assert {name: report.kind for name, report in mended.items()} == {"a.go": "full", "missing.go": "unchanged"}
    assert isinstance(mended["a.go"], types.WorkspaceFullDocumentDiagnosticReport)
    assert not mended["a.go"].items


def test_workspace_takes_back_what_it_said_of_a_file_that_is_gone(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path = fixture.path("b/missing.go")
    with pulling(fixture) as editor:
        first = editor.pull_workspace()["missing.go"]
        path.unlink()
        editor.changed_on_disk(path)
        previous = [types.PreviousResultId(first.uri, first.result_id or "")]
        gone = editor.asked_again(
            lambda: editor.pull_workspace(previous)["missing.go"], lambda report: report.kind == "full"
        )
    assert isinstance(gone, types.WorkspaceFullDocumentDiagnosticReport)
    assert not gone.items


def test_workspace_comes_in_parts_to_a_client_that_takes_them(tmp_path: Path) -> None:
    with pulling(write(tmp_path, MODULE)) as editor:
        assert editor.pull_workspace(parts=True) == {}
        names = sorted(item.uri.rpartition("/")[2] for part in editor.parts for item in part.items)
    assert names == ["a.go", "missing.go"]


def test_workspace_has_the_same_result_ids_as_documents(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    with pulling(fixture) as editor:
        editor.open(fixture.path("a/a.go"))
        asked = editor.pull(fixture.path("a/a.go"))
        assert editor.pull_workspace()["a.go"].result_id == asked.result_id


def test_question_about_the_workspace_can_be_cancelled(tmp_path: Path) -> None:
    text = "package a\n\nfunc missing()\n"
    write(tmp_path, "\n".join(f"-- p{at}/a.go --\n{text}" for at in range(2000)))
    with Editor(tmp_path, capabilities=pulling_capabilities()) as editor:
        assert editor.cancelled_workspace_pull()
        editor.open(tmp_path / "p0/a.go")
        assert editor.codes(tmp_path / "p0/a.go") == ["missing-function-body"]


def test_change_on_disk_that_nobody_tells_of_is_seen_all_the_same(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    path, sibling = fixture.path("a/a.go"), fixture.path("a/c.go")
    capabilities = pulling_capabilities()
    assert capabilities.workspace is not None
    capabilities.workspace.did_change_watched_files = None
    with Editor(tmp_path, capabilities=capabilities) as editor:
        editor.open(path)
        assert editor.codes(path) == ["undeclared-local"]
        sibling.write_text("package a\n\nfunc q() {}\n")
        until = time.monotonic() + 60
        while editor.codes(path):
            assert time.monotonic() < until
            time.sleep(0.1)  # the server looks at the disk every two seconds
