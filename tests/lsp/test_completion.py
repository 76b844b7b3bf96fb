"""Completion end to end: what editors of several abilities are sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from support.client import Editor, completing_capabilities, full_capabilities
from support.txtar import write

PULL = """\
package a

//go:linkname now runtime.nanoti
func now()
"""
MODULE = """
    -- a/a.go --
    package a
    """


def only(found: types.CompletionList | None, label: str) -> types.CompletionItem:
    """Return the item with a label."""
    assert found is not None
    return next(item for item in found.items if item.label == label)


def done(text: str, edits: list[types.TextEdit]) -> str:
    """Return a text of one-byte characters with edits done."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:at])) for at in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:start] + edit.new_text + text[end:]
    return text


def main_edit(item: types.CompletionItem) -> types.TextEdit:
    """Return what accepting an item does at the cursor, the whole argument replaced."""
    edit = item.text_edit
    assert edit is not None
    return edit if isinstance(edit, types.TextEdit) else types.TextEdit(edit.replace, edit.new_text)


def fourth(found: types.CompletionList | None) -> types.CompletionItem:
    """Return the first item whose edits come later."""
    assert found is not None
    return found.items[3]


def span(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))


def test_a_server_says_when_to_ask(tmp_path: Path) -> None:
    with Editor(tmp_path) as editor:
        provider = editor.initialized.capabilities.completion_provider
    assert provider is not None
    assert list(provider.trigger_characters or ()) == [" ", ".", "/", ":"]
    assert provider.resolve_provider


def test_an_accepted_target_brings_signature_and_import(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, PULL)
        item = only(editor.complete(path, 2, 32), "runtime.nanotime")
        # At once: VS Code drops what comes after the item has been accepted.
        assert item.additional_text_edits
        assert item.label_details is not None
        assert item.label_details.description == "marked"
        resolved = editor.resolve(item)
    assert isinstance(resolved.documentation, types.MarkupContent)
    assert "```go\nfunc nanotime() int64\n```" in resolved.documentation.value
    after = done(PULL, [main_edit(item), *(resolved.additional_text_edits or ())])
    assert after == ('package a\n\nimport _ "unsafe"\n\n//go:linkname now runtime.nanotime\nfunc now() int64\n')


def test_an_item_is_resolved_as_well_when_more_has_been_typed(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, PULL)
        item = fourth(editor.complete(path, 2, 27))
        assert item.additional_text_edits is None
        editor.change(path, PULL.replace("nanoti", "nanotime"))
        resolved = editor.resolve(item)
    assert resolved.additional_text_edits
    after = done(PULL.replace("nanoti", "nanotime"), list(resolved.additional_text_edits))
    assert 'unsafe"\n\n//go:linkname now runtime.nanotime\nfunc now(' in after


def test_an_item_is_left_alone_when_its_directive_is_gone(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, PULL)
        item = fourth(editor.complete(path, 2, 27))
        editor.change(path, "package a\n")
        assert editor.resolve(item).additional_text_edits is None


def test_the_whole_argument_is_replaced_or_what_stands_in_front_of_the_cursor(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, PULL)
        edit = only(editor.complete(path, 2, 28), "runtime.nanotime").text_edit
    assert edit == types.InsertReplaceEdit("runtime.nanotime", span(2, 18, 28), span(2, 18, 32))


def test_a_plain_client_gets_plain_items_with_all_their_edits(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=full_capabilities()) as editor:
        editor.open(path, PULL.replace("nanoti", "nanotime"))
        item = only(editor.complete(path, 2, 28), "runtime.nanotime")
        few = only(editor.complete(path, 2, 34), "runtime.nanotime")
        editor.change(path, "package a\n\n//go:\nfunc f()\n")
        words = editor.complete(path, 2, 5)
    assert item.text_edit == types.TextEdit(span(2, 18, 34), "runtime.nanotime")
    assert item.label_details is None
    assert "int64" in done(PULL.replace("nanoti", "nanotime"), list(few.additional_text_edits or ()))
    assert words is not None
    assert [main_edit(one).new_text for one in words.items] == ["//go:linkname f ", "//go:linkname f"]
    assert {one.insert_text_format for one in words.items} == {types.InsertTextFormat.PlainText}
    assert isinstance(few.detail, str)


def test_documentation_is_text_for_a_client_without_markup(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=full_capabilities()) as editor:
        editor.open(path, PULL)
        resolved = editor.resolve(only(editor.complete(path, 2, 32), "runtime.nanotime"))
    assert isinstance(resolved.documentation, str)
    assert resolved.documentation.startswith("func nanotime() int64")


def test_the_directive_is_a_snippet_that_imports_unsafe(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    text = "package a\n\n//go:li\nfunc now() int64\n"
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, text)
        found = editor.complete(path, 2, 7)
    assert found is not None
    first = found.items[0]
    assert first.insert_text_format == types.InsertTextFormat.Snippet
    assert main_edit(first) == types.TextEdit(span(2, 0, 7), "//go:linkname ${1:now} ${2:importpath.name}")
    assert 'import _ "unsafe"' in done(text, list(first.additional_text_edits or ()))


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 20), ("utf-16", 17), ("utf-32", 16)])
def test_positions_behind_text_that_is_not_ascii(tmp_path: Path, encoding: str, character: int) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    # An identifier of letters of two bytes and of four, which are one and two units of UTF-16.
    text = "package a\n\n//go:linkname é𝒳\n\nfunc é𝒳z()\n"
    with Editor(tmp_path, capabilities=completing_capabilities(encoding)) as editor:
        editor.open(path, text)
        found = editor.complete(path, 2, character)
    edit = main_edit(only(found, "é𝒳z"))
    assert (edit.range.start.character, edit.range.end.character) == (14, character)


@pytest.mark.parametrize("line", ["var x = runtime.", "// runtime.", "//go:embed ", 'var s = "//go:linkname "', ""])
def test_no_answer_outside_of_directives(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path, capabilities=completing_capabilities()) as editor:
        editor.open(path, f"package a\n\n{line}\n")
        assert editor.complete(path, 2, len(line)) is None


def test_no_answer_for_a_document_that_is_not_open(tmp_path: Path) -> None:
    path = write(tmp_path, MODULE).path("a/a.go")
    with Editor(tmp_path) as editor:
        assert editor.complete(path, 0, 3) is None
