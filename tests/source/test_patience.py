"""What the Go parser would not come to an end with is given up, by count, and nobody waits for it meanwhile."""

from __future__ import annotations

import gc
import sys
import threading
import time

import pytest

from linkname_ls.links.sources import Source
from linkname_ls.source.positions import Span
from linkname_ls.source.syntax import parse

HEAD = b'package p\n\nimport _ "unsafe"\n\n//go:linkname f runtime.fastrand\nfunc f() uint32\n\n'
CODE = b"func g(a int) int {\n\tx := a*2 + 5\n\treturn x\n}\n"
BOUND = 20.0
"""Seconds: each would take minutes."""


@pytest.mark.parametrize("piece", [b",&", b"<+", b",*", b"*/ ", b"case *-", b"+case ", b"*case "])
def test_text_that_has_too_many_readings_is_given_up(piece: bytes) -> None:
    source = Source("/p.go", HEAD + piece * 20_000)
    began = time.monotonic()
    assert source.has_error
    assert source.unread
    assert source.names("f")
    assert not source.go.declarations
    assert [one.local and one.local.text for one in source.directives] == ["f"]
    assert source.limits == "/p.go is nothing that the Go parser comes to an end with: only its directives are read."
    assert time.monotonic() - began < BOUND


def test_text_is_given_up_when_an_edit_makes_it_hopeless_and_read_when_another_mends_it() -> None:
    source = Source("/p.go", HEAD + CODE * 50)
    assert [one.name for one in source.go.declarations][:2] == ["f", "g"]
    end = len(source.data)
    broken = source.edited(Span(end, end), b",&" * 20_000)
    assert broken.unread
    mended = Source("/p.go", broken.data[:end])
    assert not mended.unread
    assert str(mended.tree.root_node) == str(source.tree.root_node)


LARGE = {
    "code": CODE * 20_000,
    "a table": b"var x = []byte{" + b"1, 2, 3, " * 100_000 + b"}\n",
    "half-typed": CODE * 10_000 + b"func (",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_are_read(name: str) -> None:
    assert not Source("/p.go", HEAD + LARGE[name]).unread


@pytest.mark.parametrize("piece", [b"{", b"(", b"[]", b"- ", b"<-", b"a:"])
def test_text_that_nests_by_the_million_is_given_up_before_it_takes_memory(piece: bytes) -> None:
    assert Source("/p.go", HEAD + piece * (7_000_000 // len(piece))).unread


def test_nodes_have_their_text() -> None:
    long = b"/* " + b"word " * 50_000 + b"*/"
    data = HEAD + CODE + b"func h() {" + long + b"}\n"
    nodes = [parse(data).root_node]
    while nodes:
        node = nodes.pop()
        assert node.text == data[node.start_byte : node.end_byte]
        nodes += node.children


def test_parsing_leaves_nothing_behind() -> None:
    def again(times: int) -> int:
        for number in range(times):
            tree = parse(HEAD + CODE * 10_000 + b"// %d\n" % number)
            assert tree.root_node.children[0].text == b"package p"
        gc.collect()
        return sys.getallocatedblocks()

    before = again(3)
    assert again(100) - before < 400  # the texts have eight pieces each


def test_others_run_while_a_text_is_parsed() -> None:
    thread = threading.Thread(target=parse, args=(HEAD + b'"' * 30_000,))
    ticks = 0
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        ticks += 1
    assert ticks > 10  # a few times when nobody else gets on
