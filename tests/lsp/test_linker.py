"""The linker's verdicts in an editor: in all documents that an edit concerns, and on go.mod."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from support.client import Editor, full_capabilities, pulling_capabilities
from support.txtar import write

LINKED = """
    -- main.go --
    package main

    import (
    	_ "unsafe"

    	_ "example.com/m/lib"
    )

    //go:linkname f example.com/m/lib.secret
    func f() int

    func main() { println(f()) }
    -- lib/lib.go --
    package lib

    func secret() int { return 1 }
    """

BROKEN_DEPENDENCY = """
    -- app/go.mod --
    module example.com/app

    go 1.21

    require example.com/bad v1.0.0

    replace example.com/bad => ../bad
    -- app/main.go --
    package main

    import "example.com/bad"

    func main() { bad.F() }
    -- bad/go.mod --
    module example.com/bad

    go 1.21
    -- bad/bad.go --
    package bad

    import _ "unsafe"

    //go:linkname f runtime.schedinit
    func f()

    func F() { f() }
    """


def test_renaming_one_end_is_said_at_the_other(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINKED)
    main, lib = fixture.path("main.go"), fixture.path("lib/lib.go")
    with Editor(tmp_path, capabilities=full_capabilities()) as editor:
        editor.open(main)
        editor.open(lib)
        editor.change(lib, fixture.files["lib/lib.go"].replace("secret", "hidden"))
        found = editor.wait_for_diagnostics(main, lambda found: bool(found))
        assert [(one.code, one.severity) for one in found] == [("undefined-target", types.DiagnosticSeverity.Error)]
        assert found[0].range.start == types.Position(8, 2)
        related = found[0].related_information
        assert related is not None
        assert related[0].message == "reached by main.main"
        editor.change(lib, fixture.files["lib/lib.go"])
        assert editor.wait_for_diagnostics(main, lambda found: not found) == []


def test_changing_a_signature_is_said_at_the_other_end(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINKED)
    main, lib = fixture.path("main.go"), fixture.path("lib/lib.go")
    with Editor(tmp_path) as editor:
        editor.open(main)
        editor.open(lib)
        editor.change(lib, fixture.files["lib/lib.go"].replace("secret() int", "secret(s string) int"))
        found = editor.wait_for_diagnostics(main, lambda found: bool(found))
        assert [one.code for one in found] == ["signature-mismatch"]


def test_broken_dependency_is_published_on_go_mod(tmp_path: Path) -> None:
    fixture = write(tmp_path, BROKEN_DEPENDENCY)
    with Editor(tmp_path / "app") as editor:
        editor.open(fixture.path("app/main.go"))
        found = editor.wait_for_diagnostics(fixture.path("app/go.mod"), lambda found: bool(found))
        assert [one.code for one in found] == ["broken-dependency"]
        assert found[0].range.start == types.Position(4, 0)
        assert found[0].message.startswith(
            "example.com/app imports example.com/bad, which links to runtime.schedinit: "
        )


def test_broken_dependency_is_in_the_report_of_the_workspace(tmp_path: Path) -> None:
    write(tmp_path, BROKEN_DEPENDENCY)
    with Editor(tmp_path / "app", capabilities=pulling_capabilities()) as editor:
        found = editor.asked_again(editor.pull_workspace, lambda found: "go.mod" in found)
        report = found["go.mod"]
        assert isinstance(report, types.WorkspaceFullDocumentDiagnosticReport)
        assert [one.code for one in report.items] == ["broken-dependency"]
