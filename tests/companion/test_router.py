"""Who gets which message, with an editor and two servers that only write down what they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from linkname_ls.companion.pending import OURS, THEIRS
from linkname_ls.companion.wire import dump, parse
from support.routed import Session

BOTH = {"hoverProvider": True, "definitionProvider": True, "renameProvider": True, "callHierarchyProvider": True}


@pytest.fixture
def session() -> Session:
    theirs: dict[str, Any] = {
        **BOTH,
        "inlayHintProvider": {},
        "completionProvider": {"triggerCharacters": ["."]},
        "foldingRangeProvider": True,
    }
    ours: dict[str, Any] = {
        **BOTH,
        "inlayHintProvider": {},
        "completionProvider": {"triggerCharacters": [" "], "resolveProvider": True},
        "semanticTokensProvider": {"legend": {}},
        "executeCommandProvider": {"commands": ["linkname.status"]},
    }
    return Session(theirs, ours)


def place(name: str, line: int) -> dict[str, Any]:
    return {"uri": f"file:///{name}", "range": {"start": {"line": line, "character": 0}, "end": {}}}


# As no writer of ours would put them: spaces, order, escapes.
ODD = b'{ "result": [ 1.0, "\\u00e9", {"a":null} ],\t"id": 7, "jsonrpc":"2.0" }'


def test_what_is_gopls_s_alone_passes_byte_for_byte(session: Session) -> None:
    asked = b'{"id":7,  "method":"textDocument/foldingRange", "params":{}, "jsonrpc":"2.0"}'
    session.router.from_client(asked)
    assert (session.ends[THEIRS].bodies, session.sent) == ([asked], (1, 0))
    session.router.from_server(THEIRS, ODD)
    told = b'{"method":"window/logMessage", "params":{"type":3,"message":"x"}}'
    session.router.from_server(THEIRS, told)
    wanted = b'{"method":"workspace/configuration", "id":7, "params":{"items":[]}}'
    session.router.from_server(THEIRS, wanted)
    assert session.editor.bodies == [ODD, told, wanted]


def test_answer_to_which_ours_adds_nothing_passes_byte_for_byte(session: Session) -> None:
    session.ask(7, "textDocument/definition", {})
    session.answer(OURS, 7, None)
    session.router.from_server(THEIRS, ODD)
    assert session.editor.bodies == [ODD]


def test_document_goes_to_both_byte_for_byte(session: Session) -> None:
    document = {"uri": "file:///a.go", "languageId": "go", "version": 1, "text": "package a\n"}
    body = session.tell("textDocument/didOpen", {"textDocument": document})
    assert (session.ends[THEIRS].bodies, session.ends[OURS].bodies) == ([body], [body])


def test_answers_are_joined_whichever_comes_first(session: Session) -> None:
    for first, second in ((THEIRS, OURS), (OURS, THEIRS)):
        session.ask(7, "textDocument/definition", {})
        results = {THEIRS: [place("a.go", 1)], OURS: [place("a.go", 1), place("b.go", 2)]}
        session.answer(first, 7, results[first])
        session.answer(second, 7, results[second])
        assert session.editor.last()["result"] == [place("a.go", 1), place("b.go", 2)]
    assert len(session.editor.bodies) == 2


def test_error_of_gopls_gives_way_to_an_answer_of_ours_and_of_ours_to_gopls(session: Session) -> None:
    error = {"jsonrpc": "2.0", "id": 7, "error": {"code": 0, "message": "no identifier found"}}
    session.ask(7, "textDocument/definition", {})
    session.router.from_server(THEIRS, dump(error))
    session.answer(OURS, 7, [place("b.go", 2)])
    assert session.editor.last()["result"] == [place("b.go", 2)]
    session.ask(7, "textDocument/definition", {})
    session.answer(THEIRS, 7, [place("a.go", 1)])
    session.router.from_server(OURS, dump(error))
    assert session.editor.last()["result"] == [place("a.go", 1)]


def test_cancelled_request_is_cancelled_with_both_and_answered_by_gopls(session: Session) -> None:
    session.ask(7, "textDocument/definition", {})
    session.tell("$/cancelRequest", {"id": 7})
    assert session.sent == (2, 2)
    session.answer(OURS, 7, [place("b.go", 2)])
    session.router.from_server(THEIRS, dump({"id": 7, "error": {"code": -32800, "message": "cancelled"}}))
    assert session.editor.last()["error"]["code"] == -32800


def test_late_answer_of_ours_is_dropped_after_it_was_given_up(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkname_ls.companion.router.PATIENCE", 0)
    session.ask(7, "textDocument/hover", {})
    body = session.answer(THEIRS, 7, {"contents": "theirs"})
    timer = session.router._pending[7].timer if 7 in session.router._pending else None  # pyright: ignore[reportPrivateUsage]
    if timer is not None:
        timer.join()
    session.answer(OURS, 7, {"contents": "ours"})
    assert session.editor.bodies == [body]
    assert session.ends[OURS].last()["method"] == "$/cancelRequest"


def test_requests_of_both_servers_with_the_same_number_are_answered_each(session: Session) -> None:
    for name in (THEIRS, OURS):
        session.router.from_server(name, dump({"id": 1, "method": "workspace/configuration", "params": {}}))
    numbers = [parse(body)["id"] for body in session.editor.bodies]
    assert numbers[0] == 1 != numbers[1]
    for number in numbers:
        session.router.from_client(dump({"jsonrpc": "2.0", "id": number, "result": []}))
    assert [session.ends[name].last()["id"] for name in (THEIRS, OURS)] == [1, 1]
    assert session.sent == (1, 1)


def test_progress_of_both_reaches_the_editor(session: Session) -> None:
    for name in (THEIRS, OURS):
        session.router.from_server(name, dump({"method": "$/progress", "params": {"token": name}}))
    assert [parse(body)["params"]["token"] for body in session.editor.bodies] == [THEIRS, OURS]


def test_rename_is_ours_where_something_is_linked_and_else_gopls_s(session: Session) -> None:
    session.ask(7, "textDocument/rename", {"newName": "a"})
    session.answer(OURS, 7, {"changes": {}})
    assert (session.sent, session.editor.last()["result"]) == ((0, 1), {"changes": {}})
    body = session.ask(8, "textDocument/rename", {"newName": "a"})
    session.answer(OURS, 8, None)
    assert session.ends[THEIRS].bodies == [body]
    session.answer(THEIRS, 8, {"documentChanges": []})
    assert session.editor.last()["result"] == {"documentChanges": []}


def test_refusal_of_a_rename_stands_unless_it_is_left_to_gopls(session: Session) -> None:
    error = {"code": -32803, "message": "It is another module's."}
    session.ask(7, "textDocument/rename", {"newName": "a"})
    session.router.from_server(OURS, dump({"id": 7, "error": error}))
    assert (session.ends[THEIRS].bodies, session.editor.last()["error"]) == ([], error)
    body = session.ask(8, "textDocument/rename", {"newName": "a"})
    session.router.from_server(OURS, dump({"id": 8, "error": {**error, "data": {"left": "gopls"}}}))
    assert session.ends[THEIRS].bodies == [body]


def test_completion_is_asked_of_who_waits_for_the_letter(session: Session) -> None:
    for letter, sent in ((".", (1, 0)), (" ", (1, 1)), (None, (2, 2))):
        context = {"triggerKind": 1} if letter is None else {"triggerKind": 2, "triggerCharacter": letter}
        session.ask(sum(sent), "textDocument/completion", {"context": context})
        assert session.sent == sent


def test_item_of_gopls_that_it_cannot_resolve_is_returned_as_it_is(session: Session) -> None:
    session.ask(7, "completionItem/resolve", {"label": "x"})
    assert (session.sent, session.editor.last()["result"]) == ((0, 0), {"label": "x"})
    session.ask(8, "completionItem/resolve", {"label": "y", "data": {"by": OURS}})
    assert session.sent == (0, 1)


def test_command_goes_to_whose_it_is(session: Session) -> None:
    session.ask(7, "workspace/executeCommand", {"command": "linkname.status"})
    session.ask(8, "workspace/executeCommand", {"command": "gopls.tidy"})
    assert session.sent == (1, 1)


def test_what_gopls_cannot_is_asked_of_ours(session: Session) -> None:
    session.ask(7, "textDocument/semanticTokens/full", {})
    assert session.sent == (0, 1)
    body = session.answer(OURS, 7, {"data": []})
    assert session.editor.bodies == [body]


def test_ability_that_is_told_without_a_word_is_one(session: Session) -> None:
    session.ask(7, "textDocument/inlayHint", {})
    assert session.sent == (1, 1)


def test_item_of_both_is_asked_about_with_both_in_their_words(session: Session) -> None:
    start = {"start": {"line": 1, "character": 5}}
    theirs = {"uri": "file:///a.go", "name": "f", "selectionRange": start, "detail": "gopls"}
    ours = {**theirs, "detail": "ours", "data": {"by": OURS}}
    session.ask(7, "textDocument/prepareCallHierarchy", {})
    session.answer(THEIRS, 7, [theirs])
    session.answer(OURS, 7, [ours])
    (item,) = session.editor.last()["result"]
    session.ask(8, "callHierarchy/incomingCalls", {"item": item})
    assert session.ends[THEIRS].last()["params"]["item"] == theirs
    assert session.ends[OURS].last()["params"]["item"] == ours


def test_server_that_is_gone_is_said_and_started_and_told_all(session: Session) -> None:
    document = {"uri": "file:///a.go", "languageId": "go", "version": 1, "text": "package a\n"}
    session.tell("textDocument/didOpen", {"textDocument": document})
    here = {"line": 0, "character": 8}
    change = {"range": {"start": here, "end": {"line": 0, "character": 9}}, "text": "𝄞b"}
    session.tell(
        "textDocument/didChange", {"textDocument": {"uri": "file:///a.go", "version": 2}, "contentChanges": [change]}
    )
    session.ask(7, "textDocument/foldingRange", {})
    session.router.ended(THEIRS, "it ended with exit status 2")
    assert session.started == [THEIRS]
    said, refused = (parse(body) for body in session.editor.bodies)
    assert said["params"]["message"] == "gopls is gone: it ended with exit status 2. It is started again."
    assert (refused["id"], refused["error"]["message"]) == (7, "gopls is gone.")
    again = session.ends[THEIRS]
    hello = again.last()
    assert hello["method"] == "initialize"
    session.ask(8, "textDocument/foldingRange", {})
    assert session.editor.last()["error"]["message"] == "gopls cannot answer: not running."
    session.answer(THEIRS, hello["id"], {"capabilities": {}})
    assert [parse(body)["method"] for body in again.bodies[1:]] == ["initialized", "textDocument/didOpen"]
    assert again.last()["params"]["textDocument"] == {**document, "version": 2, "text": "package 𝄞b\n"}


@pytest.mark.parametrize(
    ("body", "number", "code"),
    [
        (b"{", None, -32700),
        (b"\xff", None, -32700),
        (b"[" * 100_000, None, -32700),
        (b"[]", None, -32600),
        (b"{}", None, -32600),
        (b'{"jsonrpc":"2.0","id":[1],"method":"textDocument/hover"}', None, -32600),
        (b'{"jsonrpc":"2.0","id":5,"method":5}', 5, -32600),
        (b'{"id":5,"method":"textDocument/hover"}', 5, -32600),
        (b'{"jsonrpc":"2.0","id":5,"method":"initialize","params":{}}', 5, -32600),
    ],
)
def test_what_is_no_message_is_refused_in_words_before_gopls_ends_of_it(
    session: Session, body: bytes, number: object, code: int
) -> None:
    before = session.sent
    session.router.from_client(body)
    said = session.editor.last()
    assert (said["id"], said["error"]["code"]) == (number, code)
    assert said["error"]["message"].endswith(".")
    assert session.sent == before


def test_request_after_shutdown_is_refused(session: Session) -> None:
    session.ask(7, "shutdown", None)
    session.ask(8, "textDocument/hover", {})
    said = session.editor.last()
    assert (said["id"], said["error"]["code"]) == (8, -32600)
    session.tell("exit", None)
    assert session.router.left


WRONG_DOCUMENTS: list[tuple[str, Any]] = [
    ("textDocument/didOpen", {}),
    ("textDocument/didOpen", []),
    ("textDocument/didOpen", {"textDocument": {"uri": "file:///a.go", "text": 5}}),
    ("textDocument/didChange", {"textDocument": {"uri": "file:///a.go", "version": 2}}),
    ("textDocument/didChange", {"textDocument": {"uri": "file:///a.go", "version": 2}, "contentChanges": [5]}),
    (
        "textDocument/didChange",
        {"textDocument": {"uri": "file:///a.go", "version": 2}, "contentChanges": [{"text": "x", "range": {}}]},
    ),
    ("textDocument/didClose", {"textDocument": 5}),
]


@pytest.mark.parametrize(("method", "params"), WRONG_DOCUMENTS)
def test_wrong_notification_about_a_document_changes_no_text(session: Session, method: str, params: Any) -> None:
    document = {"uri": "file:///a.go", "languageId": "go", "version": 1, "text": "package a\n"}
    session.tell("textDocument/didOpen", {"textDocument": document})
    session.tell(method, params)
    session.router.ended(OURS, "it was killed")
    again = session.ends[OURS]
    session.answer(OURS, again.last()["id"], {"capabilities": {}})
    assert again.last()["params"]["textDocument"] == document
