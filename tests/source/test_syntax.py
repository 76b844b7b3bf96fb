"""The parser, from the start and after edits."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

from linkname_ls.links.sources import Source
from linkname_ls.source.positions import Span
from linkname_ls.source.syntax import parse, parse_part

TEXT = b"""\
package p

import (
	"fmt"
	_ "unsafe"
)

// \xc3\xa9
//go:linkname now time.now
func now() (sec int64, nsec int32)

type T[K comparable] struct {
	a, b int
}

var (
	x = 1
	y map[string]T[int]
)

func (t *T[K]) m(a int) {
	if a > x {
		fmt.Println(`
func hidden()
`, t.a)
	}
}
"""

PIECES = (
    *(
        b"\n",
        b"\r\n",
        b" ",
        b"{",
        b"}",
        b"(",
        b")",
        b"`",
        b'"',
        b"//",
        b"/*",
        b"*/",
        b"\xc3\xa9",
        b"\xff",
        b"x",
        b"now",
    ),
    *(b"\nfunc f()\n", b"\nvar z int\n", b"func ", b'\nimport "os"\n', b"package q\n", b"//go:linkname f g\n", b""),
)


def test_a_part_of_a_file_keeps_its_offsets() -> None:
    data = b"func broken( {\nfunc f() {}\nvar x int\n"
    start = data.index(b"func f")
    root = parse_part(data, start, data.index(b"var")).root_node
    assert [(node.type, node.start_byte) for node in root.children] == [("function_declaration", start)]


def test_a_part_leaves_nothing_behind() -> None:
    before = str(parse(TEXT).root_node)
    parse_part(TEXT, 0, 5)
    assert str(parse(TEXT).root_node) == before
    assert not parse(TEXT).root_node.has_error


def test_every_thread_has_its_parser() -> None:
    expected = str(parse(TEXT).root_node)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(str(parse(TEXT).root_node))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_an_edit_makes_a_new_source() -> None:
    before = Source(Path("p.go"), b"package p\n\nfunc f()\n")
    assert before.go.declarations[0].name == "f"
    after = before.edited(Span(16, 17), b"now")
    assert after.data == b"package p\n\nfunc now()\n"
    assert after.go.declarations[0].name == "now"
    assert before.data == b"package p\n\nfunc f()\n"
    assert before.go.declarations[0].name == "f"


def test_an_edit_of_a_file_that_nobody_has_parsed() -> None:
    source = Source(Path("p.go"), b"package p\n").edited(Span(10, 10), b"func f()\n").edited(Span(15, 16), b"g")
    assert [one.name for one in source.go.declarations] == ["g"]


def test_edits_of_which_only_the_last_is_parsed() -> None:
    source = Source(Path("p.go"), b"package p\n\nfunc f()\n")
    assert source.tree
    source = source.edited(Span(11, 11), b"var x int\n").edited(Span(0, 0), b"// c\n").edited(Span(5, 5), b"\n")
    assert source.data == b"// c\n\npackage p\n\nvar x int\nfunc f()\n"
    assert [one.name for one in source.go.declarations] == ["x", "f"]


def test_an_edit_changes_directives_and_lines() -> None:
    source = Source(Path("p.go"), b"package p\n//go:linkname f g\nfunc f()\n")
    assert len(source.directives) == 1
    after = source.edited(Span(10, 12), b"\n// ")
    assert after.directives == ()
    assert len(after.lines) == len(source.lines) + 1


def test_an_edit_of_assembly() -> None:
    source = Source(Path("p.s"), "TEXT ·f(SB), $0\n".encode())
    assert [site.symbol for site in source.edited(Span(7, 8), b"g").assembly] == [".g"]


def test_after_any_edits_a_file_reads_as_if_it_was_new() -> None:
    choose = random.Random(22)
    for _ in range(60):
        source = Source(Path("p.go"), TEXT)
        assert source.tree
        for _ in range(12):
            start = choose.randrange(len(source.data) + 1)
            end = min(len(source.data), start + choose.choice((0, 0, 0, 1, 2, 30)))
            source = source.edited(Span(start, end), choose.choice(PIECES))
            if choose.random() < 0.3:
                assert source.tree
        fresh = Source(Path("p.go"), source.data)
        assert source.go == fresh.go, source.data
        assert source.directives == fresh.directives, source.data
        assert source.lines.line_span(3) == fresh.lines.line_span(3), source.data


def test_edits_that_are_taken_back_leave_the_same_tree() -> None:
    choose = random.Random(23)
    source = Source(Path("p.go"), TEXT)
    expected = str(source.tree.root_node)
    for _ in range(100):
        start = choose.randrange(len(TEXT) + 1)
        end = min(len(TEXT), start + choose.randrange(10))
        piece = choose.choice(PIECES)
        broken = source.edited(Span(start, end), piece)
        assert broken.tree
        source = broken.edited(Span(start, start + len(piece)), TEXT[start:end])
        assert source.data == TEXT
        assert str(source.tree.root_node) == expected, (start, end, piece)


def test_marks_inside_a_comment_without_an_end_are_not_followed_one_by_one() -> None:
    data = b"package p\n\nfunc f()\n" + b"/* \n" * 20_000
    began = time.monotonic()
    source = Source("p.go", data)
    assert [one.name for one in source.go.declarations] == ["f"]
    assert source.has_error
    assert time.monotonic() - began < 5


def test_text_with_an_error_is_parsed_as_if_it_were_new() -> None:
    source = Source("p.go", TEXT)
    chance = random.Random(5)
    for _ in range(200):
        _ = source.tree
        at = chance.randint(0, len(source.data))
        source = source.edited(
            Span(at, min(at + chance.randint(0, 9), len(source.data))), chance.choice((b"{", b"", b"(", b'"'))
        )
        assert str(source.tree.root_node) == str(parse(source.data).root_node)
