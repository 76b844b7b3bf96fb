"""missing-unsafe-import while typing, and its fix, through a real client."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lsprotocol import types

from support.client import Editor, applied
from support.txtar import write

ALONE = {"rules": {"link": "off", "advice": "off"}}
"""What the linker says comes when the index is ready, be it early or late."""

BROKEN = """
    -- a/a.go --
    package a

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    """


def test_missing_import_is_said_where_and_as_the_compiler_says_it(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    compiled = subprocess.run(["go", "build", "./a"], cwd=tmp_path, capture_output=True, text=True, check=False)
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(fixture.path("a/a.go"))
        found, missing_body = editor.diagnostics(fixture.path("a/a.go"))
    assert missing_body.code == "missing-function-body"
    assert found.code == "missing-unsafe-import"
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.range.start == types.Position(2, 2)
    assert f"a/a.go:3:3: {found.message}" in compiled.stderr


def test_it_goes_when_the_import_arrives_and_comes_back_when_it_leaves(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    path, text = fixture.path("a/a.go"), fixture.files["a/a.go"]
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(path)
        assert len(editor.diagnostics(path)) == 2
        editor.change(path, text.replace("package a\n", 'package a\n\nimport _ "unsafe"\n'))
        assert editor.diagnostics(path) == []
        editor.change(path, text)
        assert len(editor.diagnostics(path)) == 2


def test_quick_fix_makes_the_program_build(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    path, text = fixture.path("a/a.go"), fixture.files["a/a.go"]
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(path)
        (action,) = editor.code_actions(path, 2)
        assert action.title == 'Add import _ "unsafe"'
        fixed = applied(text, action)
        editor.change(path, fixed)
        assert editor.diagnostics(path) == []
        assert editor.code_actions(path, 4) == []
    path.write_text(fixed)
    assert fixed == 'package a\n\nimport _ "unsafe"\n\n//go:linkname f example.com/m/b.g\nfunc f() int\n'
    subprocess.run(["go", "build", "./..."], cwd=tmp_path, check=True)


def test_clean_file_gets_an_empty_list(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(fixture.path("b/b.go"))
        assert editor.diagnostics(fixture.path("b/b.go")) == []


def test_closing_takes_the_diagnostics_away(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    path = fixture.path("a/a.go")
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(path)
        assert len(editor.diagnostics(path)) == 2
        editor.close(path)
        assert editor.wait_for_diagnostics(path, lambda found: not found) == []


def test_edit_of_a_sibling_turns_the_verdict_on_an_open_file(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname q example.com/m/b.q
        -- a/c.go --
        package a
        """,
    )
    path, sibling = fixture.path("a/a.go"), fixture.path("a/c.go")
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(path)
        editor.open(sibling)
        assert [one.code for one in editor.diagnostics(path)] == ["undeclared-local"]
        editor.change(sibling, "package a\n\nfunc q() {}\n")
        assert editor.wait_for_diagnostics(path, lambda found: not found) == []
        editor.change(sibling, "package a\n")
        assert len(editor.wait_for_diagnostics(path, bool)) == 1


def test_saving_a_sibling_without_any_watcher_turns_it_too(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname q example.com/m/b.q
        -- a/c.go --
        package a
        """,
    )
    path, sibling = fixture.path("a/a.go"), fixture.path("a/c.go")
    with Editor(tmp_path, capabilities=types.ClientCapabilities(), options=ALONE) as editor:
        editor.open(path)
        assert [one.code for one in editor.diagnostics(path)] == ["undeclared-local"]
        editor.open(sibling)
        sibling.write_text("package a\n\nfunc q() {}\n")
        editor.change(sibling, "package a\n\nfunc q() {}\n")
        editor.save(sibling)
        editor.close(sibling)
        assert editor.wait_for_diagnostics(path, lambda found: not found) == []


def test_a_burst_of_changes_ends_with_the_verdict_on_the_last(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN)
    path, text = fixture.path("a/a.go"), fixture.files["a/a.go"]
    good = text.replace("package a\n", 'package a\n\nimport _ "unsafe"\n')
    with Editor(tmp_path, options=ALONE) as editor:
        editor.open(path)
        for _ in range(100):
            editor.change(path, good)
            editor.change(path, text)
        assert len(editor.diagnostics(path)) == 2
