"""Rename, end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.client import Editor, full_capabilities
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.ö𝄞.g
    func f() int64

    /* 𝄞 */ var x = f()
    -- b/b.go --
    package b

    import _ "unsafe"

    //go:linkname pull example.com/m/c.now
    func pull() int64

    //go:linkname std runtime.nanotime
    func std() int64
    -- c/c.go --
    package c

    /* ö𝄞 */ func now() int64 { return 1 }

    /* ö𝄞 */ func Read() int64 { return now() }
    """


def prepare(editor: Editor, path: Path, line: int, character: int) -> types.PrepareRenameResult | None:
    return editor.ask(
        lambda client, document: client.text_document_prepare_rename_async(
            types.PrepareRenameParams(document, types.Position(line, character))
        ),
        path,
    )


def rename(editor: Editor, path: Path, line: int, character: int, new: str) -> types.WorkspaceEdit | None:
    return editor.ask(
        lambda client, document: client.text_document_rename_async(
            types.RenameParams(text_document=document, position=types.Position(line, character), new_name=new)
        ),
        path,
    )


def at(line: int, start: int, end: int, text: str) -> types.TextEdit:
    return types.TextEdit(types.Range(types.Position(line, start), types.Position(line, end)), text)


def column(text: str, line: int, word: str, encoding: str) -> int:
    """Return where a word of a line begins, in units of an encoding."""
    whole = text.split("\n")[line]
    before = whole[: whole.index(word)]
    widths = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
    codec, width = widths[encoding]
    return len(before.encode(codec)) // width


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_changes_of_every_file_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    fixture = write(tmp_path, LINK)
    path, text = fixture.path("c/c.go"), fixture.files["c/c.go"]
    declared = column(text, 2, "now", encoding)
    used = column(text, 4, "now", encoding)
    with Editor(tmp_path, encoding=encoding) as editor:
        editor.open(path)
        editor.change(path, text)
        prepared = prepare(editor, path, 2, declared + 1)
        edit = rename(editor, path, 4, used, "fresh")
    first = at(2, declared, declared + 3, "fresh")
    assert prepared == types.PrepareRenamePlaceholder(first.range, "now")
    assert edit is not None and edit.document_changes is not None
    b, c = edit.document_changes
    assert isinstance(b, types.TextDocumentEdit) and isinstance(c, types.TextDocumentEdit)
    assert b.text_document == types.OptionalVersionedTextDocumentIdentifier(fixture.path("b/b.go").as_uri(), None)
    assert list(b.edits) == [at(4, 35, 38, "fresh")]
    assert c.text_document == types.OptionalVersionedTextDocumentIdentifier(path.as_uri(), 2)
    assert list(c.edits) == [first, at(4, used, used + 3, "fresh")]


def test_plain_changes_for_a_client_without_versions(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    path = fixture.path("a/a.go")
    capabilities = full_capabilities()
    capabilities.workspace = None
    with Editor(tmp_path, capabilities=capabilities) as editor:
        editor.open(path)
        edit = rename(editor, path, 5, 5, "fresh")
    assert edit is not None and edit.document_changes is None
    column_of_use = column(fixture.files["a/a.go"], 7, "f()", "utf-16")
    local, declared = at(4, 14, 15, "fresh"), at(5, 5, 6, "fresh")
    use = at(7, column_of_use, column_of_use + 1, "fresh")
    assert {uri: list(edits) for uri, edits in (edit.changes or {}).items()} == {path.as_uri(): [local, declared, use]}


def test_refusal_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("b/b.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        with pytest.raises(JsonRpcException) as refused:
            prepare(editor, path, 7, 30)
        with pytest.raises(JsonRpcException) as wrong:
            rename(editor, path, 4, 36, "not a name")
    assert refused.value.code == types.LSPErrorCodes.RequestFailed
    assert refused.value.message == (
        "runtime.nanotime is declared in the Go tree, which cannot be changed; rename the local name instead."
    )
    assert wrong.value.message == '"not a name" is not a Go identifier.'


def test_what_is_not_linked_is_left_to_gopls(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("c/c.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        assert prepare(editor, path, 4, 17) is None
        assert rename(editor, path, 4, 17, "fresh") is None


def test_options_are_for_clients_that_prepare(tmp_path: Path) -> None:
    with Editor(tmp_path) as editor:
        assert editor.initialized.capabilities.rename_provider is True
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    capabilities.text_document.rename = types.RenameClientCapabilities(prepare_support=True)
    with Editor(tmp_path, capabilities=capabilities) as editor:
        assert editor.initialized.capabilities.rename_provider == types.RenameOptions(prepare_provider=True)


LIBRARY = """
    -- app/go.mod --
    module example.com/app

    go 1.22

    require example.com/lib v0.0.0

    replace example.com/lib => ./liblink
    -- app/main.go --
    package main

    import (
    	_ "unsafe"

    	_ "example.com/lib"
    )

    //go:linkname pull example.com/lib.f
    func pull()

    func main() { pull() }
    -- lib/go.mod --
    module example.com/lib

    go 1.22
    -- lib/lib.go --
    package lib

    import _ "unsafe"

    //go:linkname f
    func f() {}
    -- lib/user/user.go --
    package user

    import _ "unsafe"

    //go:linkname g example.com/lib.f
    func g()
    """


@pytest.mark.parametrize("opened", ["lib/lib.go", "app/liblink/lib.go"])
@pytest.mark.parametrize("folders", [("app", "lib"), ("lib", "app"), ("app", "lib", "app/liblink")])
def test_each_file_once_however_a_link_calls_it(tmp_path: Path, opened: str, folders: tuple[str, ...]) -> None:
    fixture = write(tmp_path, LIBRARY)
    (tmp_path / "app" / "liblink").symlink_to(tmp_path / "lib")
    path = fixture.path(opened)
    with Editor(*(tmp_path / folder for folder in folders)) as editor:
        editor.open(path)
        edit = rename(editor, path, 5, 5, "longer")
        found = editor.references(path, 5, 5)
    assert edit is not None and edit.document_changes is not None
    changed = [one.text_document.uri for one in edit.document_changes if isinstance(one, types.TextDocumentEdit)]
    expected = [path, fixture.path("app/main.go"), fixture.path("lib/user/user.go")]
    assert sorted(changed) == sorted(one.as_uri() for one in expected)
    assert len(found) == len({(one.uri, one.range.start.line, one.range.start.character) for one in found}) == 7
    assert {one.uri for one in found} == {one.as_uri() for one in expected}


def test_text_under_another_address_is_the_files_own(tmp_path: Path) -> None:
    fixture = write(tmp_path, LIBRARY)
    (tmp_path / "app" / "liblink").symlink_to(tmp_path / "lib")
    real, link = fixture.path("lib/user/user.go"), tmp_path / "app" / "liblink" / "user" / "user.go"
    with Editor(tmp_path / "app", tmp_path / "lib") as editor:
        editor.open(link, link.read_text() + "\nfunc twice() { g(); g() }\n")
        editor.open(fixture.path("lib/lib.go"))
        assert len(editor.references(fixture.path("lib/lib.go"), 5, 5)) == 9
        editor.open(real)
        assert len(editor.references(fixture.path("lib/lib.go"), 5, 5)) == 7
        editor.close(real)
        assert len(editor.references(fixture.path("lib/lib.go"), 5, 5)) == 9
