"""The call hierarchy, end to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from support.client import Editor
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    func now() int64

    /* 𝄞 */ func Read() int64 { /* 𝄞 */ return now() }
    -- a/a.s --
    -- b/b.go --
    package b

    import _ "unsafe"

    //go:linkname impl example.com/m/a.now
    func impl() int64 { return 1 }
    """


def prepare(editor: Editor, path: Path, line: int, character: int) -> list[types.CallHierarchyItem]:
    found = editor.ask(
        lambda client, document: client.text_document_prepare_call_hierarchy_async(
            types.CallHierarchyPrepareParams(document, types.Position(line, character))
        ),
        path,
    )
    return list(found or ())


def incoming(editor: Editor, item: types.CallHierarchyItem) -> list[types.CallHierarchyIncomingCall]:
    params = types.CallHierarchyIncomingCallsParams(item)
    return list(editor.ask(lambda client, _: client.call_hierarchy_incoming_calls_async(params), Path("/")) or ())


def outgoing(editor: Editor, item: types.CallHierarchyItem) -> list[types.CallHierarchyOutgoingCall]:
    params = types.CallHierarchyOutgoingCallsParams(item)
    return list(editor.ask(lambda client, _: client.call_hierarchy_outgoing_calls_async(params), Path("/")) or ())


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_up_and_down_again_in_every_encoding(tmp_path: Path, encoding: str, units: int) -> None:
    fixture = write(tmp_path, LINK)
    path = fixture.path("a/a.go")
    with Editor(tmp_path, encoding=encoding) as editor:
        editor.open(path)
        (item,) = prepare(editor, path, 2, 5)
        (caller,) = incoming(editor, item)
        (callee,) = outgoing(editor, caller.from_)
        assert incoming(editor, caller.from_) == []
    assert (item.name, item.kind, item.detail) == ("impl", types.SymbolKind.Function, "example.com/m/b")
    assert item.uri == fixture.path("b/b.go").as_uri()
    assert item.selection_range == types.Range(types.Position(5, 5), types.Position(5, 9))
    assert caller.from_.name == "Read"
    assert caller.from_.detail == "example.com/m/a, as example.com/m/a.now"
    start = 41 + 2 * units
    where = types.Range(types.Position(4, start), types.Position(4, start + 3))
    assert list(caller.from_ranges) == [where]
    assert list(callee.from_ranges) == [where]
    assert (callee.to.name, callee.to.uri) == ("impl", item.uri)


def test_item_of_a_text_that_has_changed_has_no_calls(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        (item,) = prepare(editor, path, 2, 5)
        (caller,) = incoming(editor, item)
        editor.change(path, "package a\n")
        assert outgoing(editor, caller.from_) == []
        assert incoming(editor, item) == []


@pytest.mark.parametrize("data", [None, 1, {"symbol": 1, "offset": 2}, {"symbol": "p.f", "offset": -5}, {"offset": 0}])
def test_item_that_is_not_ours_has_no_calls(tmp_path: Path, data: object) -> None:
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        here = types.Range(types.Position(2, 5), types.Position(2, 8))
        item = types.CallHierarchyItem("now", types.SymbolKind.Function, path.as_uri(), here, here, data=data)
        assert incoming(editor, item) == []
        assert outgoing(editor, item) == []
        item.uri = (tmp_path / "gone.go").as_uri()
        assert incoming(editor, item) == []


def test_ordinary_function_is_left_to_gopls(tmp_path: Path) -> None:
    path = write(tmp_path, LINK).path("a/a.go")
    with Editor(tmp_path) as editor:
        editor.open(path)
        assert prepare(editor, path, 4, 16) == []
