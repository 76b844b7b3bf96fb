"""A server that is told of every edit knows the same as one that is given each text anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from linkname_ls.links.sources import Source
from linkname_ls.lsp.documents import Documents
from linkname_ls.source.positions import Encoding
from support.keystrokes import Keystrokes
from support.properties import ENCODINGS, same_source
from support.trees import goroot
from support.twins import Result, Session, run


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["time/sleep.go", "sync/runtime.go"])
def test_edited_text_is_the_text_that_the_editor_holds(name: str, encoding: Encoding, tmp_path: Path) -> None:
    path, documents = tmp_path / "p.go", Documents()
    hands = Keystrokes((goroot("own") / "src" / name).read_text("utf-8"), encoding, seed=1)
    documents.open(types.TextDocumentItem(path.as_uri(), "go", 1, hands.text))
    for version in range(2, 120):
        identifier = types.VersionedTextDocumentIdentifier(version, path.as_uri())
        document = documents.change(identifier, hands.edit(), encoding)
        assert document is not None
        same_source(document.source, Source(path, hands.text.encode()))


def test_half_of_a_character_moves_nothing_behind_it(tmp_path: Path) -> None:
    path, documents = tmp_path / "p.go", Documents()
    document = documents.open(types.TextDocumentItem(path.as_uri(), "go", 1, "package p // \ud835 x\n"))
    assert document is not None
    assert document.source.lines.offset(0, 15, "utf-16") == document.source.data.index(b"x")


@pytest.mark.parametrize(("file", "encoding"), [("sync/runtime.go", "utf-8"), ("time/sleep.go", "utf-16")])
def test_two_servers_answer_alike(file: str, encoding: Encoding) -> None:
    result = Result()
    run(Session(file, encoding, seed=3, steps=40), result)
    assert not result.failures, result.failures[0].reason
    assert result.steps == 40
