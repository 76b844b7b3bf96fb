"""Documents through a real client: unsaved text wins, edits arrive in order, every encoding counts right."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from support.client import TIMEOUT, Editor
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    """


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return write(tmp_path, LINK).root


@pytest.fixture
def editor(link: Path) -> Iterator[Editor]:
    with Editor(link) as editor:
        yield editor


def edit(
    line: int, start: int, end: int, text: str, *, end_line: int | None = None
) -> types.TextDocumentContentChangePartial:
    last = line if end_line is None else end_line
    return types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(line, start), types.Position(last, end)), text=text
    )


def places(locations: list[types.Location]) -> list[tuple[str, int, int]]:
    return [
        (location.uri.rsplit("/", 1)[1], location.range.start.line, location.range.start.character)
        for location in locations
    ]


def test_unsaved_text_of_the_other_end_wins_over_disk(editor: Editor, link: Path) -> None:
    editor.open(link / "a/a.go")
    editor.open(link / "b/b.go", "package b\n\n\n\nfunc g() int { return 1 }\n")
    assert places(editor.definition(link / "a/a.go", 5, 5)) == [("b.go", 4, 5)]


def test_closing_a_document_gives_the_disk_its_say_again(editor: Editor, link: Path) -> None:
    editor.open(link / "a/a.go")
    editor.open(link / "b/b.go", "package b\n\n\n\nfunc g() int { return 1 }\n")
    editor.close(link / "b/b.go")
    assert places(editor.definition(link / "a/a.go", 5, 5)) == [("b.go", 2, 5)]


def test_directive_typed_just_now_leads_to_its_target(editor: Editor, link: Path) -> None:
    editor.open(link / "a/a.go", 'package a\n\nimport _ "unsafe"\n\n\nfunc f() int\n')
    assert places(editor.definition(link / "a/a.go", 5, 5)) == [("a.go", 5, 5)]
    editor.change(link / "a/a.go", edit(4, 0, 0, "//go:linkname f example.com/m/b.g"))
    assert places(editor.definition(link / "a/a.go", 5, 5)) == [("b.go", 2, 5)]


def test_several_edits_of_one_change_are_applied_in_order(editor: Editor, link: Path) -> None:
    editor.open(link / "a/a.go", "")
    editor.change(
        link / "a/a.go",
        edit(0, 0, 0, "package a\n"),
        edit(1, 0, 0, '\nimport _ "unsafe"\n'),
        edit(3, 0, 0, "\n//go:linkname f example.com/m/b.h\nfunc f() int\n"),
        edit(4, 32, 33, "g"),
    )
    assert places(editor.definition(link / "a/a.go", 4, 20)) == [("b.go", 2, 5)]


def test_a_new_push_in_an_open_document_is_found_from_the_other_side(editor: Editor, link: Path) -> None:
    (link / "c").mkdir()
    (link / "c/c.go").write_text("package c\n\nfunc Hook()\n")
    (link / "c/empty.s").write_text("")
    editor.open(link / "c/c.go")
    editor.open(
        link / "b/b.go",
        'package b\n\nimport _ "unsafe"\n\n//go:linkname hook example.com/m/c.Hook\nfunc hook() {}\n',
    )
    assert places(editor.definition(link / "c/c.go", 2, 6)) == [("b.go", 5, 5)]


def test_a_file_changed_outside_the_editor_is_seen(editor: Editor, link: Path) -> None:
    editor.open(link / "b/b.go")
    before = places(editor.references(link / "b/b.go", 2, 5))
    assert before == [("b.go", 2, 5), ("a.go", 4, 16), ("a.go", 5, 5)]
    (link / "a/a.go").write_text(
        'package a\n\nimport _ "unsafe"\n\n\n\n//go:linkname f example.com/m/b.g\nfunc f() int\n'
    )
    editor.changed_on_disk(link / "a/a.go")
    wait_until(lambda: ("a.go", 6, 16) in places(editor.references(link / "b/b.go", 2, 5)))


def test_a_deleted_file_is_forgotten(editor: Editor, link: Path) -> None:
    editor.open(link / "b/b.go")
    assert len(editor.references(link / "b/b.go", 2, 5)) == 3
    (link / "a/a.go").unlink()
    editor.changed_on_disk(link / "a/a.go")
    wait_until(lambda: editor.references(link / "b/b.go", 2, 5) == [])


def test_a_renamed_file_is_found_under_its_new_name(editor: Editor, link: Path) -> None:
    editor.open(link / "b/b.go")
    assert len(editor.references(link / "b/b.go", 2, 5)) == 3
    (link / "a/a.go").rename(link / "a/new.go")
    editor.changed_on_disk(link / "a/a.go", link / "a/new.go")
    wait_until(lambda: ("new.go", 4, 16) in places(editor.references(link / "b/b.go", 2, 5)))


def test_a_client_that_watches_nothing_still_gets_the_truth(link: Path) -> None:
    silent = types.ClientCapabilities()
    with Editor(link, capabilities=silent) as editor:
        editor.open(link / "b/b.go")
        assert len(editor.references(link / "b/b.go", 2, 5)) == 3
        (link / "a/a.go").unlink()
        wait_until(lambda: editor.references(link / "b/b.go", 2, 5) == [])


def test_a_save_is_seen_without_any_watcher(link: Path) -> None:
    with Editor(link, capabilities=types.ClientCapabilities()) as editor:
        editor.open(link / "a/a.go")
        editor.open(link / "b/b.go")
        assert len(editor.references(link / "b/b.go", 2, 5)) == 3
        text = 'package a\n\nimport _ "unsafe"\n\n\n//go:linkname f example.com/m/b.g\nfunc f() int\n'
        (link / "a/a.go").write_text(text)
        editor.change(link / "a/a.go", text)
        editor.save(link / "a/a.go")
        editor.close(link / "a/a.go")
        assert ("a.go", 5, 16) in places(editor.references(link / "b/b.go", 2, 5))


def test_a_changed_go_mod_changes_where_packages_are(link: Path) -> None:
    with Editor(link) as editor:
        editor.open(link / "a/a.go")
        assert places(editor.definition(link / "a/a.go", 5, 5)) == [("b.go", 2, 5)]
        (link / "go.mod").write_text("module example.com/other\n\ngo 1.21\n")
        editor.changed_on_disk(link / "go.mod")
        wait_until(lambda: places(editor.definition(link / "a/a.go", 4, 20)) == [])


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", 21), ("utf-16", 16), ("utf-32", 15)])
def test_positions_are_counted_in_the_agreed_encoding(tmp_path: Path, encoding: str, expected: int) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f() int

        var _ = "é世𝄞"; var _ = f()
        -- b/b.go --
        package b

        /* é世𝄞 */ func g() int { return 1 }
        """,
    )
    with Editor(fixture.root, encoding=encoding) as editor:
        kind = editor.initialized.capabilities.position_encoding
        assert kind == encoding
        editor.open(fixture.path("a/a.go"))
        line = fixture.files["a/a.go"].split("\n")[7]
        before = line[: line.index("f()")]
        units = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}
        (found,) = editor.definition(fixture.path("a/a.go"), 7, units[encoding])
        assert found.range.start == types.Position(2, expected)
        assert found.range.end == types.Position(2, expected + 1)
        assert editor.definition(fixture.path("a/a.go"), 7, units[encoding] - 1) == []


def test_crlf_and_form_feeds_do_not_move_positions(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    text = fixture.files["a/a.go"].replace("package a\n", "package a // \f \v \u2028 \x85\n").replace("\n", "\r\n")
    with Editor(fixture.root) as editor:
        editor.open(fixture.path("a/a.go"), text)
        assert places(editor.definition(fixture.path("a/a.go"), 4, 20)) == [("b.go", 2, 5)]
        editor.change(fixture.path("a/a.go"), edit(4, 33, 0, "\r\n", end_line=5))
        assert places(editor.definition(fixture.path("a/a.go"), 5, 5)) == [("b.go", 2, 5)]


def test_positions_outside_of_the_text_are_answered_with_nothing(editor: Editor, link: Path) -> None:
    editor.open(link / "a/a.go")
    assert editor.definition(link / "a/a.go", 500, 3) == []
    assert editor.definition(link / "a/a.go", 0, 9999) == []


def test_documents_that_are_no_files_are_left_alone(editor: Editor, link: Path) -> None:
    item = types.TextDocumentItem("untitled:Untitled-1", "go", 1, "package a\n")
    editor.notify(editor.client.text_document_did_open, types.DidOpenTextDocumentParams(item))
    editor.open(link / "a/a.go")
    assert places(editor.definition(link / "a/a.go", 5, 5)) == [("b.go", 2, 5)]


def wait_until(holds: object) -> None:
    """Ask again until it holds: the server learns of the disk by a notification, which has no answer."""
    assert callable(holds)
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if holds():
            return
    pytest.fail("it never came true")
