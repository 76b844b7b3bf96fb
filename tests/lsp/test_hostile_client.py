"""A client may send what it likes: each request gets one answer, in words, and the next answers are right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.txtar import write
from support.wire import Wire, framed

LINK = """
    -- go.mod --
    module example.com/m

    go 1.24
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    """
PLACE = (4, 30)
"""Of the target in a.go."""
END = [("b.go", 2)]
"""Where it leads."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, LINK).path("a/a.go")


@pytest.fixture
def client(tmp_path: Path, path: Path) -> Iterator[Wire]:
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.open(path)
        yield client


def still_right(client: Wire, path: Path) -> None:
    assert client.definition(path, *PLACE) == END


# --- What is no message ---


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"\xff\xfe\xfd", -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{', -32700),
        (b"[" * 200_000, -32700),
        (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"x"}', -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"x","params":NaN}', -32700),
        (b"5", -32600),
        (b"null", -32600),
        (b'"text"', -32600),
        (b"{}", -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', -32600),
        (b'{"jsonrpc":"2.0","id":null,"method":"shutdown"}', -32600),
        (b'{"jsonrpc":"2.0","id":{"a":1},"method":"shutdown"}', -32600),
        (b'{"jsonrpc":"2.0","id":true,"method":"shutdown"}', -32600),
    ],
)
def test_what_is_no_message_is_answered_in_words_and_the_session_goes_on(
    client: Wire, path: Path, body: bytes, code: int
) -> None:
    client.raw(framed(body))
    assert client.error()[0] == code
    assert client.error()[1].endswith(".")
    still_right(client, path)


@pytest.mark.parametrize(
    "message",
    [
        {"id": 77, "method": "shutdown"},
        {"jsonrpc": "1.0", "id": 77, "method": "x"},
        {"jsonrpc": 2, "id": 77, "method": 5},
    ],
)
def test_request_of_another_protocol_is_refused(client: Wire, path: Path, message: dict[str, Any]) -> None:
    client.send(message)
    assert client.error(77)[0] == -32600
    still_right(client, path)


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "id": "of nobody's", "result": 5},
        {"jsonrpc": "2.0", "id": "of nobody's", "error": {"code": 1, "message": "x"}},
        {"jsonrpc": "2.0", "id": "of nobody's", "error": 5},
        {"jsonrpc": "2.0", "id": [], "result": 5},
        {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "x"}},
        {"jsonrpc": "2.0", "id": 1, "result": 5},
        {"id": 5, "result": None},
        {"jsonrpc": "2.0", "method": "$/unknown"},
        {"jsonrpc": "2.0", "method": "textDocument/unknown", "params": [1, 2]},
    ],
)
def test_answers_to_nobody_and_unknown_notifications_are_left_out(
    client: Wire, path: Path, message: dict[str, Any]
) -> None:
    client.send(message)
    still_right(client, path)


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length:%d\r\nX-Other: yes\r\n\r\n",
        b"Content-Length: %d\n\n",
    ],
)
def test_header_in_any_form_is_read(client: Wire, path: Path, header: bytes) -> None:
    body = json.dumps(
        {"jsonrpc": "2.0", "id": "h", "method": "textDocument/definition", "params": client.at(path, *PLACE)}
    )
    client.raw(header % len(body) + body.encode())
    assert client.answer("h")["result"][0]["uri"].endswith("/b/b.go")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: five\r\n\r\n{}",
        b"Content-Length: 99999999999999999999999\r\n\r\n",
        b"\0\xff" * 100_000,
        b"\r\n\r\n\r\n",
        b"Content-Length: 10\r\n\r\n{}",
        b'Content-Length: 3\r\n\r\n{"jsonrpc":"2.0"}',
    ],
)
def test_nonsense_between_messages_is_left_out_up_to_the_next_header(client: Wire, path: Path, nonsense: bytes) -> None:
    client.raw(nonsense)
    # A length that is too great takes a message along.
    client.tell("$/unknown", None)
    still_right(client, path)


def test_member_jsonrpc_within_a_message_is_nothing_special(client: Wire, path: Path) -> None:
    client.send({"jsonrpc": "2.0", "id": "j", "method": "linkname/unknown", "params": {"jsonrpc": "2.0", "id": 5}})
    assert client.error("j")[0] == -32601
    still_right(client, path)


# --- Wrong types ---

HOVER = "textDocument/hover"
WRONG: list[tuple[Any, str]] = [
    ({"textDocument": {"uri": "file:///a.go"}, "position": {"line": "x", "character": 1}}, "params.position"),
    ({"textDocument": {"uri": "file:///a.go"}, "position": {"line": 1.5, "character": 1}}, "params.position"),
    ({"textDocument": {"uri": "file:///a.go"}, "position": {"line": -1, "character": 1}}, "params.position"),
    ({"textDocument": {"uri": "file:///a.go"}, "position": {"line": True, "character": 1}}, "params.position"),
    ({"textDocument": {"uri": "file:///a.go"}, "position": 5}, "params.position is 5, where Position belongs."),
    ({"textDocument": {"uri": "file:///a.go"}}, "params.position is missing."),
    ({"position": {"line": 1, "character": 1}}, "params.textDocument is missing."),
    ({"textDocument": {"uri": 5}, "position": {"line": 1, "character": 1}}, "uri is 5, where a string belongs."),
    ({"textDocument": [], "position": {"line": 1, "character": 1}}, "params.textDocument is [], where"),
    ([], "params is [], where HoverParams belongs."),
    (None, "params is null, where HoverParams belongs."),
    ("x", 'params is "x", where HoverParams belongs.'),
]


@pytest.mark.parametrize(("params", "where"), WRONG)
def test_wrong_type_is_an_error_that_says_what_and_where(client: Wire, path: Path, params: Any, where: str) -> None:
    code, said = client.error(client.put(HOVER, params))
    assert code == -32602
    assert said.startswith(f"{HOVER}: ")
    assert said.endswith(".")
    assert where in said
    still_right(client, path)


def test_every_method_refuses_wrong_params_in_one_sentence(client: Wire, path: Path) -> None:
    methods = [
        *("definition", "declaration", "implementation", "references", "hover", "completion", "rename", "codeAction"),
        *("documentHighlight", "codeLens", "inlayHint", "documentLink", "prepareCallHierarchy", "prepareRename"),
        *("documentSymbol", "semanticTokens/full", "diagnostic"),
    ]
    wrong: list[Any] = [[], 5, {}, {"textDocument": None}, {"textDocument": {"uri": {}}}]
    for method in methods:
        for params in wrong:
            code, said = client.error(client.put(f"textDocument/{method}", params))
            assert (code, said.count("\n")) in ((-32602, 0), (-32601, 0)), (method, params, said)
    still_right(client, path)


@pytest.mark.parametrize(
    "command", ["linkname.explain", "linkname.symbol", "linkname.definition", "linkname.graph", "no"]
)
@pytest.mark.parametrize("arguments", [[5], [{}, []], [None] * 9, {"a": 1}, "x"])
def test_command_with_wrong_arguments_is_refused(client: Wire, path: Path, command: str, arguments: Any) -> None:
    answer = client.ask("workspace/executeCommand", {"command": command, "arguments": arguments})
    assert "result" in answer or answer["error"]["code"] == -32602
    still_right(client, path)


def test_wrong_notification_is_told_to_the_log_and_changes_nothing(client: Wire, path: Path) -> None:
    client.change(path, 2, {"range": {"start": 5, "end": {}}, "text": "x"})
    client.change(path, 3, {"text": 5})
    client.change(path, 3, 5)
    client.tell("textDocument/didOpen", [])
    client.tell("textDocument/didClose", {"textDocument": {"uri": None}})
    client.tell("workspace/didChangeWatchedFiles", {"changes": 5})
    client.tell("workspace/didChangeConfiguration", {"settings": 5})
    client.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [5], "removed": None}})
    still_right(client, path)
    assert client.logged("textDocument/didChange: params.contentChanges[0]", times=3)
    assert not any("Traceback" in line for line in client.errors)


# --- Out of turn ---


def test_requests_before_the_session_are_refused_and_notifications_left_out(tmp_path: Path, path: Path) -> None:
    with Wire(cwd=tmp_path) as client:
        client.open(path, "package other\n")
        assert client.error(client.put("textDocument/definition", client.at(path, *PLACE)))[0] == -32002
        assert client.error(client.put("shutdown", None))[0] == -32002
        client.begin(tmp_path)
        still_right(client, path)


def test_requests_after_shutdown_are_refused_and_exit_is_0(client: Wire, path: Path) -> None:
    assert client.ask("shutdown", None)["result"] is None
    for method, params in ((HOVER, client.at(path, 0, 0)), ("shutdown", None), ("initialize", {}), ("no/such", None)):
        assert client.error(client.put(method, params))[0] in (-32600, -32602)
    client.open(path, "package other\n")
    client.tell("exit", None)
    assert client.process.wait(60) == 0


def test_second_initialize_is_refused(client: Wire, tmp_path: Path, path: Path) -> None:
    assert client.error(client.put("initialize", {"processId": None, "rootUri": None, "capabilities": {}}))[0] == -32600
    still_right(client, path)


def test_initialized_that_says_nothing_is_enough(tmp_path: Path, path: Path) -> None:
    with Wire(cwd=tmp_path) as client:
        client.ask("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}})
        client.send({"jsonrpc": "2.0", "method": "initialized"})
        client.open(path)
        client.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        still_right(client, path)


# --- Places ---


@pytest.mark.parametrize("line", [10_000, 2**31 - 1, 2**31, 2**53, 1e308, 10**400])
@pytest.mark.parametrize("character", [0, 2**53])
def test_position_past_the_end_is_the_end(client: Wire, path: Path, line: float, character: int) -> None:
    for method in ("definition", "hover", "documentHighlight", "completion", "prepareRename", "prepareCallHierarchy"):
        answer = client.ask(f"textDocument/{method}", client.at(path, line, character))
        assert "result" in answer or answer["error"]["code"] == -32602, answer
    still_right(client, path)


def test_character_past_the_end_of_a_line_is_its_end(client: Wire, path: Path) -> None:
    assert client.definition(path, 4, 2**53) == END


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "no address",
        "file:///nowhere/x.go",
        "untitled:x.go",
        "file:///",
        "file:",
        "file:///a%00.go",
        "http://[",
        "file:///%",
    ],
)
def test_unknown_file_has_no_answer(client: Wire, path: Path, uri: str) -> None:
    place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    for method in ("definition", "hover", "documentHighlight", "completion"):
        answer = client.ask(f"textDocument/{method}", place)
        assert not answer["result"] or not answer["result"].get("items")
    for method in ("codeLens", "documentLink", "documentSymbol", "semanticTokens/full"):
        assert "error" not in client.ask(f"textDocument/{method}", place) or method == "documentSymbol"
    client.tell("textDocument/didClose", place)
    client.tell("textDocument/didSave", place)
    client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 1}]})
    still_right(client, path)
