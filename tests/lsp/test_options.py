"""What an editor can set, and the settings file under its eyes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from support.client import Editor, full_capabilities
from support.txtar import Fixture, write

MODULE = """
    -- go.mod --
    module example.com/m

    go 1.21
    -- a/a.go --
    package a

    func missing()
    """


def severities(editor: Editor, fixture: Fixture) -> list[types.DiagnosticSeverity | None]:
    return [one.severity for one in editor.diagnostics(fixture.path("a/a.go"))]


def test_initialization_options_set_a_rules_severity(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    with Editor(tmp_path, options={"rules": {"missing-function-body": "hint"}}) as editor:
        editor.open(fixture.path("a/a.go"))
        assert severities(editor, fixture) == [types.DiagnosticSeverity.Hint]


@pytest.mark.parametrize("wrapped", [True, False])
def test_changed_configuration_holds_at_once(tmp_path: Path, wrapped: bool) -> None:
    fixture = write(tmp_path, MODULE)
    settings: dict[str, Any] = {"rules": {"compile": "off"}}
    with Editor(tmp_path) as editor:
        editor.open(fixture.path("a/a.go"))
        assert severities(editor, fixture) == [types.DiagnosticSeverity.Error]
        editor.configure({"linkname": settings} if wrapped else settings)
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: not found)


def test_configuration_that_is_taken_back_leaves_the_initialization_options(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    with Editor(tmp_path, options={"rules": {"compile": "hint"}}) as editor:
        editor.open(fixture.path("a/a.go"))
        editor.configure({"linkname": {"rules": {"compile": "off"}}})
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: not found)
        editor.configure({"linkname": {}})
        hint = types.DiagnosticSeverity.Hint
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: [one.severity for one in found] == [hint])


def test_client_that_only_says_that_something_changed_is_asked(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    capabilities = full_capabilities()
    assert capabilities.workspace is not None
    capabilities.workspace.configuration = True
    with Editor(tmp_path, capabilities=capabilities, configuration={"rules": {"compile": "hint"}}) as editor:
        editor.open(fixture.path("a/a.go"))
        hint = types.DiagnosticSeverity.Hint
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: [one.severity for one in found] == [hint])
        editor.configuration = {"rules": {"compile": "off"}}
        editor.configure(None)
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: not found)


def test_settings_of_the_editor_go_before_the_file(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE + '-- linkname-ls.toml --\n    [rules]\n    missing-function-body = "off"\n')
    with Editor(tmp_path, options={"rules": {"compile": "warning"}}) as editor:
        editor.open(fixture.path("a/a.go"))
        assert severities(editor, fixture) == [types.DiagnosticSeverity.Warning]


def test_file_that_changes_holds_at_once(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE)
    with Editor(tmp_path) as editor:
        editor.open(fixture.path("a/a.go"))
        assert severities(editor, fixture) == [types.DiagnosticSeverity.Error]
        (tmp_path / "linkname-ls.toml").write_text('rules.compile = "off"\n')
        editor.changed_on_disk(tmp_path / "linkname-ls.toml")
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: not found)


def test_wrong_setting_of_the_editor_is_said_once(tmp_path: Path) -> None:
    write(tmp_path, MODULE)
    with Editor(tmp_path, options={"rules": {"missing-body": "off"}}) as editor:
        message = editor.wait_for_message()
        editor.configure({"linkname": {"ldflags": "-w"}})
        editor.code_actions(tmp_path / "a/a.go", 0)
    assert message == (
        "In the editor's settings for linkname-ls: "
        'There is no rule "missing-body". Did you mean missing-function-body?'
    )
    assert editor.messages == [message]


def test_wrong_setting_in_the_file_is_said_with_its_line(tmp_path: Path) -> None:
    fixture = write(tmp_path, MODULE + '-- linkname-ls.toml --\n    [rules]\n    missing-function-body = "no"\n')
    with Editor(tmp_path) as editor:
        editor.open(fixture.path("a/a.go"))
        assert len(editor.diagnostics(fixture.path("a/a.go"))) == 1
        message = editor.wait_for_message()
    assert message == (
        f'{tmp_path / "linkname-ls.toml"}, line 2: "no" is no level for missing-function-body; '
        "levels are error, warning, information, hint and off."
    )


def test_tags_of_the_editor_decide_what_is_built(tmp_path: Path) -> None:
    fixture = write(tmp_path, "-- a/a.go --\n//go:build x\n\npackage a\n\nfunc missing()\n")
    with Editor(tmp_path, options={"tags": ["x"]}) as editor:
        editor.open(fixture.path("a/a.go"))
        assert severities(editor, fixture) == [types.DiagnosticSeverity.Error]
        editor.configure({"linkname": {"tags": ["y"]}})
        warning = types.DiagnosticSeverity.Warning
        editor.wait_for_diagnostics(fixture.path("a/a.go"), lambda found: [one.severity for one in found] == [warning])


def test_what_gopls_leads_to_is_left_out_as_long_as_the_editor_says_so(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname pull example.com/m/a.bo$0dy
        func pull()

        func body() {}
        """
    fixture = write(tmp_path, text)
    with Editor(tmp_path) as editor:
        path = fixture.path("a/a.go")
        editor.open(path)
        assert len(editor.definition(path, 4, 36)) == 1
        editor.configure({"linkname": {"gopls": {"dedupe": True}}})
        assert editor.definition(path, 4, 36) == []
        # Of another platform's build it is not known what gopls makes of it.
        editor.configure({"linkname": {"gopls": {"dedupe": True}, "build": {"goos": "windows"}}})
        assert len(editor.definition(path, 4, 36)) == 1
        editor.configure({"linkname": {"gopls": False}})
        assert len(editor.definition(path, 4, 36)) == 1
