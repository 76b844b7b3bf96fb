"""Documents opened twice, edits out of order, thousands of requests at once, and clients that are gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.processes import peak_memory
from support.txtar import write
from support.wire import TIMEOUT, Wire, framed

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
END = [("b.go", 2)]
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 2**53, "character": 2**53}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, LINK).path("a/a.go")


@pytest.fixture
def client(tmp_path: Path, path: Path) -> Iterator[Wire]:
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        yield client


# --- Documents ---


def test_document_opened_twice_has_the_text_that_came_last(client: Wire, path: Path) -> None:
    client.open(path, "package a\n")
    client.open(path, version=1)
    assert client.definition(path, *PLACE) == END
    assert client.logged("is open already")


def test_change_of_what_is_not_open_is_told_to_the_log_and_changes_nothing(client: Wire, path: Path) -> None:
    client.change(path, 5, {"text": "package other\n"})
    assert client.definition(path, *PLACE) == END
    assert client.logged("didChange", "is not open")


def test_document_closed_twice_is_as_it_is_on_disk(client: Wire, path: Path) -> None:
    client.open(path, "package other\n")
    for _ in range(2):
        client.tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    assert client.definition(path, *PLACE) == END
    assert client.logged("didClose", "is not open")


def test_edits_outside_of_the_text_are_at_its_end(client: Wire, path: Path) -> None:
    text = path.read_text()
    client.open(path, text.rpartition("\nfunc")[0])
    far = {"line": 1000, "character": 7}
    client.change(path, 2, {"range": {"start": far, "end": far}, "text": "\nfunc" + text.rpartition("\nfunc")[2]})
    assert client.definition(path, 5, 5) == END
    assert client.logged("there is no line 1000")


def test_range_to_the_end_of_all_lines_replaces_everything(client: Wire, path: Path) -> None:
    client.open(path, "package other\n\nvar x int\n")
    client.change(path, 2, {"range": WHOLE, "text": path.read_text()})
    assert client.definition(path, *PLACE) == END


def test_versions_that_go_back_are_applied_as_they_come(client: Wire, path: Path) -> None:
    client.open(path, "package a\n", version=9)
    client.change(path, 3, {"text": "package b\n"})
    client.change(path, 3, {"text": path.read_text()})
    assert client.definition(path, *PLACE) == END
    assert client.logged("follows", times=2)


def test_range_that_is_backwards_is_the_same_range(client: Wire, path: Path) -> None:
    client.open(path, "package a\n")
    client.change(path, 2, {"range": {"start": WHOLE["end"], "end": WHOLE["start"]}, "text": path.read_text()})
    assert client.definition(path, *PLACE) == END


# --- Many at once ---


def message(number: int | None, method: str, params: object) -> bytes:
    told = {"jsonrpc": "2.0", "method": method, "params": params}
    return framed(json.dumps({**told, "id": number} if number is not None else told).encode())


def test_ten_thousand_requests_are_all_answered_once_in_bounded_memory(client: Wire, path: Path) -> None:
    client.open(path)
    assert client.definition(path, *PLACE) == END
    before = peak_memory(client.process.pid)
    numbers = [client.put("textDocument/definition", client.at(path, *PLACE)) for _ in range(10_000)]
    for number in numbers:
        assert client.answer(number)["result"][0]["uri"].endswith("/b/b.go")
    assert len(client.answers) == len(set(client.answers))
    assert client.definition(path, *PLACE) == END
    assert peak_memory(client.process.pid) - before < 200 << 20


def test_edit_between_queued_requests_counts_for_those_behind_it(client: Wire, path: Path) -> None:
    client.open(path)
    ahead = [client.put("textDocument/definition", client.at(path, *PLACE)) for _ in range(500)]
    client.change(path, 2, {"text": "\n" + path.read_text()})
    behind = [client.put("textDocument/definition", client.at(path, 5, 30)) for _ in range(500)]
    assert all(client.answer(number)["result"] for number in ahead + behind)


def test_queued_requests_can_be_cancelled_and_are_answered_once(client: Wire, path: Path) -> None:
    client.open(path)
    params = {**client.at(path, *PLACE), "context": {"includeDeclaration": True}}
    numbers, burst = range(1000, 11_000), b""
    for number in numbers:
        burst += message(number, "textDocument/references", params) + message(None, "$/cancelRequest", {"id": number})
    client.raw(burst)
    cancelled = 0
    for number in numbers:
        answer = client.answer(number)
        cancelled += "error" in answer
        assert "result" in answer or answer["error"]["code"] == -32800
    assert cancelled > 5000
    assert len(client.answers) == len(set(client.answers))
    client.tell("$/cancelRequest", {"id": numbers[0]})
    client.tell("$/cancelRequest", {"id": "nobody's"})
    client.tell("$/cancelRequest", {"id": []})
    assert client.definition(path, *PLACE) == END


def test_client_that_does_not_read_its_answers_holds_nobody_up(tmp_path: Path, path: Path) -> None:
    with Wire(cwd=tmp_path, deaf=True) as client:
        client.put("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}})
        client.tell("initialized", {})
        client.open(path)
        number = 0
        for _ in range(3000):  # a pipe holds 64 KiB
            number = client.put("textDocument/definition", client.at(path, *PLACE))
        client.hear()
        assert client.answer(number)["result"][0]["uri"].endswith("/b/b.go")


# --- Gone ---

COMMANDS = [(), ("--with", "no-such-gopls")]


def ended(client: Wire, status: int = 1) -> bool:
    return client.process.wait(TIMEOUT) == status


@pytest.mark.parametrize("arguments", COMMANDS)
def test_server_ends_when_its_input_is_closed(tmp_path: Path, path: Path, arguments: tuple[str, ...]) -> None:
    with Wire((sys.executable, "-m", "linkname_ls", *arguments), cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.open(path)
        for _ in range(200):
            client.put("textDocument/references", {**client.at(path, *PLACE), "context": {"includeDeclaration": True}})
        assert client.end() == 1


def test_client_that_leaves_in_due_form_and_closes_its_pipe_at_once_is_status_0(tmp_path: Path, path: Path) -> None:
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.open(path)
        burst = b"".join(message(n, "textDocument/definition", client.at(path, *PLACE)) for n in range(1000, 1500))
        client.raw(burst + message(9, "shutdown", None) + message(None, "exit", None))
        assert client.end() == 0


def test_server_ends_in_the_middle_of_a_message(tmp_path: Path) -> None:
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path)
        client.raw(framed(b"{" + b" " * 100_000)[:50_000])
        assert client.end() == 1
        assert client.logged("breaks off")


def test_server_ends_when_nobody_hears_it(tmp_path: Path, path: Path) -> None:
    with Wire(cwd=tmp_path, deaf=True) as client:
        assert client.process.stdout is not None
        client.put("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}})
        client.process.stdout.close()
        client.put("no/such", None)
        assert ended(client)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("arguments", COMMANDS)
def test_server_ends_with_its_parent_though_another_holds_the_pipe(
    tmp_path: Path, path: Path, arguments: tuple[str, ...]
) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with Wire((sys.executable, "-m", "linkname_ls", *arguments), cwd=tmp_path) as client:
        client.begin(tmp_path, processId=parent.pid)
        client.open(path)
        assert client.definition(path, *PLACE) == END
        parent.send_signal(signal.SIGKILL)
        assert ended(client)
    parent.communicate()


@pytest.mark.parametrize("process", [None, 0, -1, 2**22 + 1, 2**31 - 1])
def test_parent_that_nobody_is_is_not_waited_for(tmp_path: Path, path: Path, process: int | None) -> None:
    with Wire(cwd=tmp_path) as client:
        client.begin(tmp_path, processId=process)
        client.open(path)
        assert client.definition(path, *PLACE) == END
