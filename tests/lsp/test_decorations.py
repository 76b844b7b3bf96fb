"""Tokens, lenses, hints, links and symbols, end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types

from linkname_ls.features.tokens import KINDS
from support.client import Editor, full_capabilities
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    /* 𝄞 */ var x = now()

    //go:linkname now example.com/m/b.now
    func now() int64
    -- b/b.go --
    package b

    //  now is elsewhere: 𝄞
    func now() int64

    var y = now()
    -- c/c.go --
    package c

    import _ "unsafe"

    //go:linkname impl example.com/m/b.now
    func impl() int64 { return 1 }
    """


def decoded(source: str, data: list[int], encoding: str) -> list[str]:
    """Return encoded tokens as ``text kind``."""
    lines = source.splitlines()
    found: list[str] = []
    line = character = 0
    for at in range(0, len(data), 5):
        line, character = line + data[at], data[at + 1] + (0 if data[at] else character)
        codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
        text = lines[line].encode(codec)[character * width : (character + data[at + 2]) * width].decode(codec)
        found.append(f"{text} {KINDS[data[at + 3]]}")
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_tokens_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = 'package a\n\nimport _ "unsafe"\n\n/* 𝄞\n*/\n//go:linkname ä𝄞 m/𝄞.ö\nfunc ä𝄞()\n'
    path = write(tmp_path, f"-- a.go --\n{text}").path("a.go")
    with Editor(tmp_path, encoding=encoding) as editor:
        editor.open(path)
        answer = editor.ask(
            lambda client, document: client.text_document_semantic_tokens_full_async(
                types.SemanticTokensParams(document)
            ),
            path,
        )
    assert answer is not None
    expected = ["go:linkname keyword", "ä𝄞 function", "m/𝄞 namespace", "ö function"]
    assert decoded(text, list(answer.data), encoding) == expected


def lenses(editor: Editor, path: Path) -> list[types.CodeLens]:
    found = editor.ask(
        lambda client, document: client.text_document_code_lens_async(types.CodeLensParams(document)), path
    )
    return list(found or ())


def test_lens_leads_to_who_it_counts(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    path = fixture.path("b/b.go")
    with Editor(tmp_path, options={"commands": ["linkname.showReferences"]}) as editor:
        editor.open(path)
        (lens,) = editor.asked_again(lambda: lenses(editor, path), lambda found: len(found) == 1)
    assert lens.command is not None
    assert lens.command.title == "1 pull, 1 push"
    assert lens.command.command == "linkname.showReferences"
    uri, _, locations = cast("list[Any]", lens.command.arguments)
    assert uri == path.as_uri()
    assert {one["uri"].rpartition("/")[2] for one in locations} == {"a.go", "c.go"}


def test_lens_is_words_for_an_editor_that_cannot_show_references(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("b/b.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        (lens,) = editor.asked_again(lambda: lenses(editor, path), lambda found: len(found) == 1)
    assert lens.command == types.Command("1 pull, 1 push", "")


def test_inlay_hint_leads_to_the_body(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    path = fixture.path("b/b.go")
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    with Editor(tmp_path) as editor:
        editor.open(path)
        found = editor.asked_again(
            lambda: editor.ask(
                lambda client, document: client.text_document_inlay_hint_async(types.InlayHintParams(document, whole)),
                path,
            ),
            bool,
        )
    (hint,) = list(found or ())
    (part,) = hint.label
    assert isinstance(part, types.InlayHintLabelPart)
    assert part.value == "= example.com/m/c.impl"
    assert part.location is not None
    assert part.location.uri == fixture.path("c/c.go").as_uri()
    assert hint.position == types.Position(3, 16)


def test_document_link_has_line_and_column(tmp_path: Path) -> None:
    fixture = write(tmp_path, LINK)
    path = fixture.path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        found = editor.ask(
            lambda client, document: client.text_document_document_link_async(types.DocumentLinkParams(document)), path
        )
    (link,) = list(found or ())
    assert link.target == f"{fixture.path('b/b.go').as_uri()}#L4,6"


@pytest.mark.parametrize("hierarchical", [True, False])
def test_outline_in_both_forms(tmp_path: Path, hierarchical: bool) -> None:
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    capabilities.text_document.document_symbol = types.DocumentSymbolClientCapabilities(
        hierarchical_document_symbol_support=hierarchical
    )
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path, capabilities=capabilities) as editor:
        editor.open(path)
        found = editor.ask(
            lambda client, document: client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
            path,
        )
    (one,) = list(found or ())
    assert one.name == "example.com/m/b.now"
    assert isinstance(one, types.DocumentSymbol) is hierarchical


def test_symbols_of_the_go_tree_are_found(tmp_path: Path) -> None:
    write(tmp_path, LINK)
    with Editor(tmp_path) as editor:
        found = editor.asked_again(
            lambda: editor.ask(
                lambda client, _: client.workspace_symbol_async(types.WorkspaceSymbolParams("time.runtimeNow")),
                tmp_path,
            ),
            bool,
        )
    assert found is not None
    assert found[0].name == "time.runtimeNow"
    assert found[0].container_name == "runtime/time.go" or found[0].container_name == "time/time.go"


def tokens(editor: Editor, path: Path) -> types.SemanticTokens | None:
    return editor.ask(
        lambda client, document: client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document)),
        path,
    )


def test_everything_can_be_switched_off_and_on_again(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path, options={"features": {"semanticTokens": False}}) as editor:
        editor.open(path)
        assert tokens(editor, path) is None
        editor.configure({"linkname": {"features": {"semanticTokens": True}}})
        assert editor.asked_again(lambda: tokens(editor, path), lambda found: found is not None)


@pytest.mark.parametrize(
    ("gopls", "features", "coloured"),
    [
        ({"semanticTokens": True}, {}, False),
        ({"semanticTokens": True}, {"semanticTokens": True}, False),
        ({"semanticTokens": False}, {}, True),
    ],
)
def test_colours_are_left_to_a_gopls_that_has_some(
    gopls: object,
    features: object,
    coloured: bool,
    tmp_path: Path,
) -> None:
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path, options={"gopls": gopls, "features": features}) as editor:
        editor.open(path)
        assert (tokens(editor, path) is not None) is coloured


def test_client_that_takes_registrations_is_told_of_what_is_switched_on(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("b/b.go")
    capabilities = full_capabilities()
    assert capabilities.text_document is not None
    capabilities.text_document.code_lens = types.CodeLensClientCapabilities(dynamic_registration=True)
    capabilities.text_document.semantic_tokens = types.SemanticTokensClientCapabilities(
        types.ClientSemanticTokensRequestOptions(full=True), [], [], [], dynamic_registration=True
    )
    lens, tokens = types.TEXT_DOCUMENT_CODE_LENS, "textDocument/semanticTokens"
    with Editor(tmp_path, capabilities=capabilities, options={"features": {"codeLens": False}}) as editor:
        assert editor.initialized.capabilities.code_lens_provider is None
        assert editor.initialized.capabilities.semantic_tokens_provider is None
        assert editor.initialized.capabilities.inlay_hint_provider is not None
        editor.wait_for_registrations(lambda found: tokens in found and lens not in found)
        editor.configure({"linkname": {"features": {"codeLens": True, "semanticTokens": False}}})
        editor.wait_for_registrations(lambda found: tokens not in found and lens in found)
        editor.configure({"linkname": {"features": {"codeLens": True}}})
        editor.wait_for_registrations(lambda found: tokens in found and lens in found)
        editor.open(path)
        request = types.CodeLensParams(types.TextDocumentIdentifier(path.as_uri()))

        def lenses() -> object:
            return editor.ask(lambda client, _: client.text_document_code_lens_async(request), path)

        assert editor.asked_again(lenses, bool)
        editor.configure({"linkname": {"features": {"codeLens": False}}})
        assert editor.asked_again(lenses, lambda found: not found) is None


def test_unknown_feature_is_told(tmp_path: Path) -> None:
    with Editor(tmp_path, options={"features": {"codelens": False}}) as editor:
        assert editor.wait_for_message() == (
            'In the editor\'s settings for linkname-ls: There is no feature "codelens"; there are semanticTokens, '
            "codeLens, inlayHint, documentLink, documentSymbol."
        )
