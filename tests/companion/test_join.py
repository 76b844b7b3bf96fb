"""How two answers become one."""

from __future__ import annotations

from typing import Any

import pytest

from linkname_ls.companion.abilities import joined, own_params, split_options
from linkname_ls.companion.join import join


def place(name: str, line: int = 0) -> dict[str, Any]:
    return {"uri": name, "range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 1}}}


def link(name: str, line: int = 0) -> dict[str, Any]:
    span = place(name, line)["range"]
    return {"targetUri": name, "targetRange": {}, "targetSelectionRange": span, "originSelectionRange": span}


@pytest.mark.parametrize("method", ["textDocument/definition", "textDocument/references"])
def test_same_place_is_one_and_another_is_added(method: str) -> None:
    theirs = [place("a", 1)]
    assert join(method, theirs, [place("a", 1)]) is theirs
    assert join(method, theirs, [place("a", 1), place("b")]) == [place("a", 1), place("b")]
    assert join(method, place("a", 1), [place("b")]) == [place("a", 1), place("b")]


def test_places_of_two_forms_become_the_older_form() -> None:
    assert join("textDocument/definition", [link("a")], [link("b")]) == [link("a"), link("b")]
    assert join("textDocument/definition", [link("a")], [place("b")]) == [place("a"), place("b")]


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_nothing_adds_nothing_and_is_replaced_by_something(nothing: object) -> None:
    something = [place("a")]
    assert join("textDocument/definition", something, nothing) is something
    assert join("textDocument/definition", nothing, something) is something


def test_hovers_of_one_kind_are_joined_with_a_rule_between() -> None:
    def hover(value: str, kind: str = "markdown") -> dict[str, Any]:
        return {"contents": {"kind": kind, "value": value}, "range": {}}

    assert join("textDocument/hover", hover("a\n"), hover("b")) == hover("a\n\n---\n\nb")
    assert join("textDocument/hover", hover("a", "plaintext"), hover("b", "plaintext")) == hover("a\n\nb", "plaintext")
    assert join("textDocument/hover", hover("a", "plaintext"), hover("b"))["contents"] == ["a", "b"]


def test_completion_is_complete_only_when_both_are() -> None:
    theirs, ours = {"isIncomplete": False, "items": [1]}, {"isIncomplete": True, "items": [2]}
    assert join("textDocument/completion", theirs, ours) == {"isIncomplete": True, "items": [1, 2]}
    assert join("textDocument/completion", [1], {"items": [2]}) == {"isIncomplete": False, "items": [1, 2]}
    assert join("textDocument/completion", theirs, {"items": []}) is theirs


def test_target_that_looks_like_an_address_leads_to_the_file() -> None:
    web, import_, file = (
        {"range": 1, "target": "https:"},
        {"range": 2, "target": "https:"},
        {"range": 1, "target": "file:"},
    )
    assert join("textDocument/documentLink", [web, import_], [file]) == [import_, file]


def test_outline_of_two_forms_is_gopls_s() -> None:
    theirs: list[dict[str, Any]] = [{"name": "f", "range": {}, "selectionRange": {}}]
    assert join("textDocument/documentSymbol", theirs, [{"name": "g", "location": {}}]) is theirs
    assert join("textDocument/documentSymbol", theirs, theirs[:]) == [*theirs, *theirs]


def test_abilities_are_gopls_s_with_what_is_ours_added() -> None:
    theirs: dict[str, Any] = {
        "hoverProvider": True,
        "foldingRangeProvider": True,
        "completionProvider": {"triggerCharacters": ["."]},
        "codeActionProvider": True,
        "executeCommandProvider": {"commands": ["gopls.tidy"]},
        "semanticTokensProvider": {"legend": 1},
        "inlayHintProvider": {},
        "textDocumentSync": {"change": 2},
    }
    ours = {
        "hoverProvider": True,
        "completionProvider": {"triggerCharacters": [" ", "."], "resolveProvider": True},
        "codeActionProvider": {"codeActionKinds": ["quickfix"]},
        "executeCommandProvider": {"commands": ["linkname.status"]},
        "semanticTokensProvider": {"legend": 2},
        "inlayHintProvider": {"resolveProvider": True},
        "renameProvider": {"prepareProvider": True},
        "textDocumentSync": {"change": 1},
    }
    assert joined(theirs, ours) == {
        **theirs,
        "completionProvider": {"triggerCharacters": [".", " "], "resolveProvider": True},
        "executeCommandProvider": {"commands": ["gopls.tidy", "linkname.status"]},
        "inlayHintProvider": {"resolveProvider": True},
        "renameProvider": {"prepareProvider": True},
    }


def test_own_server_counts_as_gopls_and_tells_of_itself_at_once() -> None:
    can = {
        "textDocument": {"diagnostic": {}, "hover": {"dynamicRegistration": True, "contentFormat": ["markdown"]}},
        "workspace": {"diagnostics": {"refreshSupport": True}, "configuration": True},
        "general": {"positionEncodings": ["utf-32", "utf-16"]},
    }
    told = own_params({"capabilities": can, "rootUri": "x"}, {"rules": {}}, {"semanticTokensProvider": {}})
    assert told == {
        "rootUri": "x",
        "initializationOptions": {"rules": {}, "gopls": {"semanticTokens": False}},
        "capabilities": {
            "textDocument": {"hover": {"contentFormat": ["markdown"]}},
            "workspace": {"configuration": True},
            "general": {"positionEncodings": ["utf-16"]},
        },
    }


def test_only_what_is_called_linkname_is_ours_of_the_initialization_options() -> None:
    assert split_options({"initializationOptions": {"a": 1}}) == (None, {})
    params: dict[str, Any] = {"initializationOptions": {"a": 1, "linkname": {"rules": {}}}}
    assert split_options(params) == ({"initializationOptions": {"a": 1}}, {"rules": {}})
