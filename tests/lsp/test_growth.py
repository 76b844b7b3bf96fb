"""What does not grow with the length of a session. Counted, not timed; benchmarks/soak.py has the whole of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types

from linkname_ls.links import packages
from linkname_ls.links.index import Index
from linkname_ls.links.packages import Package
from linkname_ls.links.parsed import ParsedFiles
from linkname_ls.links.sources import Source
from linkname_ls.lsp import standing
from linkname_ls.lsp.protocol import Protocol
from linkname_ls.lsp.server import Server
from linkname_ls.lsp.standing import Standing
from linkname_ls.lsp.state import State
from linkname_ls.source.positions import Span
from support.txtar import write

TWO = """
    -- a/go.mod --
    module example.com/a
    -- a/a.go --
    package a
    -- b/go.mod --
    module example.com/b
    -- b/b.go --
    package b
    """


def kept(thing: object, name: str) -> Any:
    """Return what something keeps under a name of its own."""
    return vars(thing)[name]


def test_notifications_leave_nothing_behind() -> None:
    heard: list[int] = []
    server = Server(run_go=False)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        heard.append(params.text_document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_: types.DidSaveTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        heard.append(0)

    async def work() -> None:
        document = {"uri": "file:///a.go", "version": 1}
        for method in ("didChange", "didSave"):
            params: dict[str, object] = {"textDocument": document, "contentChanges": []}
            message = {"jsonrpc": "2.0", "method": f"textDocument/{method}", "params": params}
            for _ in range(1000):
                protocol.receive(json.dumps(message).encode())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    protocol = cast("Protocol", server.protocol)
    protocol._begun = True  # pyright: ignore[reportPrivateUsage]
    asyncio.run(work())
    assert (heard.count(1), heard.count(0)) == (1000, 1000)
    assert not kept(protocol, "_request_futures")


def test_oldest_files_forget_their_syntax_trees() -> None:
    parsed = ParsedFiles(most=1000)
    sources = [Source(f"/{number}.go", b"package p" + b" " * 291) for number in range(9)]
    for source in sources:
        _ = source.tree
        parsed.add(source)
    assert [source.parsed is not None for source in sources] == [False] * 6 + [True] * 3
    assert parsed.size == 900
    assert sources[0].tree.root_node.type == "source_file"
    assert sources[0].edited(Span(8, 9), b"q").package_name == "q"


def test_a_file_that_is_gone_counts_no_more() -> None:
    parsed = ParsedFiles(most=1000)
    source = Source("/a.go", b"package p")
    parsed.add(source)
    del source
    assert parsed.size == 0


def test_one_file_above_the_limit_keeps_its_syntax_tree() -> None:
    parsed, source = ParsedFiles(most=10), Source("/a.go", b"package p\n\nvar a = 1\n")
    _ = source.tree
    parsed.add(source)
    assert source.parsed is not None


def test_edits_of_a_large_file_are_remembered_up_to_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "_KEPT_BYTES", 50_000)
    texts = Standing()
    source = Source("/a.go", b"package a\n\nfunc f() {\n\tg()\n}\n\nfunc g() {}\n" + b"// and so on\n" * 770)
    _ = source.tree
    texts.take({"/a.go": source})
    counts: list[int] = []
    for _ in range(30):
        _ = source.tree
        source = source.edited(Span(23, 23), b" ")
        counts.append(texts.take({"/a.go": source})[1])
    assert max(counts) == 5
    assert counts.count(0) == 5


def test_half_typed_names_are_remembered_up_to_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_NAMES", 10)
    source = Source("/p/a.go", b"package p\n\nfunc f() {}\n")
    package = Package(Path("/p"), "p", "p", [source], [])
    for number in range(95):
        assert not package.find(f"f{number}")
        assert not package.directives_for(f"f{number}")
        assert not package.uses(f"f{number}")
        assert not package.assembly(f"p.f{number}")
    assert [len(kept(package, name)) for name in ("_found", "_bound", "_used", "_assembled")] == [5, 5, 5, 5]
    assert package.find("f")


def test_trees_of_removed_folders_are_forgotten(tmp_path: Path) -> None:
    fixture = write(tmp_path, TWO)
    state = State(run_go=False)
    state.set_folders([fixture.path("a"), fixture.path("b")])
    state.index_all(lambda _, __: None)
    index = cast("Index", kept(state, "_index"))
    both = {tree.root for tree in index.known()}
    assert {fixture.path("a"), fixture.path("b")} <= both
    state.set_folders([fixture.path("b")])
    state.index_all(lambda _, __: None)
    assert {tree.root for tree in index.known()} == both - {fixture.path("a")}


def test_opening_a_file_again_adds_nothing(tmp_path: Path) -> None:
    fixture = write(tmp_path, TWO)
    state = State(run_go=False)
    state.set_folders([fixture.path("a")])
    state.set_watched()
    assert state.open_folder(fixture.path("b"))
    before = state.generation
    for _ in range(100):
        assert not state.open_folder(fixture.path("b"))
    assert state.generation == before
    assert kept(state, "_opened") == [fixture.path("b")]
