"""Code actions beside the quick fixes of the rules: excuses, and all of a file's fixes at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from support.client import Editor, applied, full_capabilities
from support.txtar import write

MESSY = """
    -- a/a.go --
    package a

    //go:linkname f example.com/m/b.f // f is pulled
    func f() int

    //go:linkname g example.com/m/b.g
    //go:linkname g example.com/m/b.g
    func g() int
    """
MENDED = """\
package a

import _ "unsafe"

// f is pulled
//
//go:linkname f example.com/m/b.f
func f() int

//go:linkname g example.com/m/b.g
func g() int
"""
ADVICE = """
    -- a/empty.s --
    -- a/a.go --
    package a

    import _ "unsafe"

    // f does.
    //
    //go:linkname f //why
    func f() int
    """


@pytest.mark.parametrize("kind", ["source", "source.fixAll", "source.fixAll.linkname"])
def test_all_fixes_of_a_file_at_once(tmp_path: Path, kind: str) -> None:
    fixture = write(tmp_path, MESSY)
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        (action,) = editor.code_actions(path, 0, only=[kind])
        assert action.kind == "source.fixAll.linkname"
        fixed = applied(fixture.files["a/a.go"], action)
        editor.change(path, fixed)
        assert editor.code_actions(path, 0, only=[kind]) == []
    assert fixed == MENDED


@pytest.mark.parametrize("only", [None, [], ["quickfix"], ["source.organizeImports"], ["source.fixAll.gopls"]])
def test_all_fixes_are_offered_to_nobody_who_did_not_ask(tmp_path: Path, only: list[str] | None) -> None:
    fixture = write(tmp_path, MESSY)
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        kinds = {action.kind for action in editor.code_actions(path, 2, only=only)}
    assert "source.fixAll.linkname" not in kinds


def test_all_of_one_kind_can_be_fixed_where_there_are_several(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        var x int //go:linkname f b.f
        var y int //go:linkname f b.f

        //go:linkname g b.g
        //go:linkname g b.g
        func f() {}
        func g() {}
        """,
    )
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        titles = [action.title for action in editor.code_actions(path, 4)]
        (action,) = [one for one in editor.code_actions(path, 4) if one.title.startswith("Fix all")]
        single = [action.title for action in editor.code_actions(path, 8)]
        editor.change(path, applied(fixture.files["a/a.go"], action))
        left = {one.code for one in editor.diagnostics(path)}
    assert action.title == "Fix all 2 misplaced-directive in this file"
    assert action.kind == "quickfix"
    assert titles.index(action.title) == len(titles) - 1
    assert not any(title.startswith("Fix all") for title in single)
    assert "misplaced-directive" not in left
    assert "duplicate-directive" in left


def test_advice_can_be_excused(tmp_path: Path) -> None:
    fixture = write(tmp_path, ADVICE)
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        mend, excuse = editor.code_actions(path, 6)
        fixed = applied(fixture.files["a/a.go"], excuse)
        editor.change(path, fixed)
        assert editor.diagnostics(path) == []
    assert (mend.is_preferred, excuse.is_preferred) == (True, False)
    assert excuse.title == "Excuse this with //linkname:ignore comment-as-target"
    assert "//\n//linkname:ignore comment-as-target\n//go:linkname f //why\n" in fixed


def test_diagnostic_leads_to_the_page_of_its_rule(tmp_path: Path) -> None:
    fixture = write(tmp_path, ADVICE)
    with Editor(tmp_path) as editor:
        editor.open(fixture.path("a/a.go"))
        (found,) = editor.diagnostics(fixture.path("a/a.go"))
    assert found.code_description == types.CodeDescription(
        "https://github.com/linkname-ls/linkname-ls/blob/main/docs/rules/comment-as-target.md"
    )


@pytest.mark.parametrize("shows", [True, False])
def test_other_places_go_to_a_client_that_shows_them(tmp_path: Path, shows: bool) -> None:
    fixture = write(tmp_path, MESSY)
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    assert capabilities.text_document.publish_diagnostics is not None
    capabilities.text_document.publish_diagnostics.related_information = shows
    path = fixture.path("a/a.go")
    with Editor(tmp_path, capabilities=capabilities) as editor:
        editor.open(path, MENDED.replace("func g", "//go:linkname g\nfunc g"))
        (found,) = editor.diagnostics(path)
    expected = types.DiagnosticRelatedInformation(
        types.Location(path.as_uri(), types.Range(types.Position(9, 2), types.Position(9, 33))),
        "the directive that counts",
    )
    assert list(found.related_information or ()) == ([expected] if shows else [])
