"""What a server has begun with the editor, while it runs and when it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from linkname_ls.companion.pending import OURS, THEIRS
from linkname_ls.companion.wire import dump, parse
from support.routed import Session


@pytest.fixture
def session() -> Session:
    return Session({}, {})


def question(number: object, method: str = "window/showMessageRequest", params: object = None) -> bytes:
    return dump({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def progress(token: str, kind: str) -> bytes:
    return dump({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": {"kind": kind}}})


def registers(name: str) -> bytes:
    one = {"id": name, "method": "workspace/didChangeWatchedFiles"}
    return question(3, "client/registerCapability", {"registrations": [one]})


def heard(session: Session) -> list[dict[str, Any]]:
    """What the editor has heard since it was last asked."""
    said = [parse(body) for body in session.editor.bodies]
    session.editor.bodies.clear()
    return said


@pytest.mark.parametrize("name", [THEIRS, OURS])
def test_question_that_a_server_takes_back_is_taken_back_under_the_number_that_the_editor_knows(
    session: Session, name: str
) -> None:
    for one in (THEIRS, OURS):
        session.router.from_server(one, question(5))
    theirs, ours = (said["id"] for said in heard(session))
    session.router.from_server(name, dump({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 5}}))
    (cancelled,) = heard(session)
    assert (theirs, cancelled["params"]["id"]) == (5, {THEIRS: 5, OURS: ours}[name])


@pytest.mark.parametrize("name", [THEIRS, OURS])
def test_progress_is_cancelled_with_whose_it_is(session: Session, name: str) -> None:
    session.router.from_server(name, progress("t", "begin"))
    session.tell("window/workDoneProgress/cancel", {"token": "t"})
    assert session.sent == ((1, 0) if name == THEIRS else (0, 1))


def test_answer_that_nobody_has_asked_for_goes_nowhere(session: Session) -> None:
    session.router.from_client(dump({"jsonrpc": "2.0", "id": 9, "result": None}))
    assert session.sent == (0, 0)


def test_open_question_of_a_server_that_is_gone_is_taken_back_and_its_answer_reaches_no_other(session: Session) -> None:
    session.router.from_server(THEIRS, question(1))
    heard(session)
    session.router.ended(THEIRS, "it crashed")
    assert {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}} in heard(session)
    session.answer(THEIRS, "linkname-ls/again", {"capabilities": {}})
    # The new one counts from 1 too, and the editor has not answered yet.
    session.router.from_server(THEIRS, question(1, "workspace/applyEdit"))
    (asked,) = heard(session)
    again = session.ends[THEIRS]
    again.bodies.clear()
    session.router.from_client(dump({"jsonrpc": "2.0", "id": 1, "result": {"title": "for the one before"}}))
    assert again.bodies == []
    session.router.from_client(dump({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": True}}))
    assert parse(again.bodies[0]) == {"jsonrpc": "2.0", "id": 1, "result": {"applied": True}}
    # All is answered: its numbers are its own again.
    session.router.from_server(THEIRS, question(1))
    assert heard(session)[0]["id"] == 1


def test_progress_of_a_server_that_is_gone_ends(session: Session) -> None:
    for name, token in ((THEIRS, "done"), (THEIRS, "open"), (OURS, "ours")):
        session.router.from_server(name, progress(token, "begin"))
    session.router.from_server(THEIRS, progress("done", "end"))
    heard(session)
    session.router.ended(THEIRS, "it crashed")
    ended = [said["params"] for said in heard(session) if said["method"] == "$/progress"]
    assert ended == [{"token": "open", "value": {"kind": "end"}}]


def test_registrations_of_a_server_that_is_gone_are_taken_back(session: Session) -> None:
    session.router.from_server(THEIRS, registers("gone before"))
    session.router.from_server(THEIRS, registers("watch"))
    session.router.from_server(OURS, registers("ours"))
    one = {"id": "gone before", "method": "workspace/didChangeWatchedFiles"}
    session.router.from_server(THEIRS, question(4, "client/unregisterCapability", {"unregisterations": [one]}))
    heard(session)
    session.router.ended(THEIRS, "it crashed")
    (taken,) = (said for said in heard(session) if said["method"] == "client/unregisterCapability")
    assert taken["params"] == {"unregisterations": [{**one, "id": "watch"}]}
    session.router.from_client(dump({"jsonrpc": "2.0", "id": taken["id"], "result": None}))
    assert session.sent == (1, 0)  # the new gopls's initialize


def test_server_that_comes_back_is_told_of_folders_and_settings(session: Session) -> None:
    first = session.tell("workspace/didChangeConfiguration", {"settings": {"old": 1}})
    folders = session.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": "a"}], "removed": []}})
    last = session.tell("workspace/didChangeConfiguration", {"settings": {"new": 1}})
    session.router.ended(OURS, "it crashed")
    again = session.ends[OURS]
    session.answer(OURS, "linkname-ls/again", {"capabilities": {}})
    assert parse(again.bodies[1])["method"] == "initialized"
    assert again.bodies[2:] == [folders, last]
    assert first not in again.bodies


def test_shutdown_succeeds_though_a_server_dies_of_it_or_none_is_left(session: Session) -> None:
    session.ask(7, "shutdown", None)
    session.answer(OURS, 7, None)
    session.router.ended(THEIRS, "it crashed")
    assert parse(session.editor.bodies[-1]) == {"jsonrpc": "2.0", "id": 7, "result": None}
    alone = Session({}, {})
    alone.router.servers.clear()
    alone.ask(7, "shutdown", None)
    assert parse(alone.editor.bodies[-1]) == {"jsonrpc": "2.0", "id": 7, "result": None}
