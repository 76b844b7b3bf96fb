"""Changes to a file."""

from __future__ import annotations

from itertools import permutations

from linkname_ls.source.edits import Edit, apply_edits
from linkname_ls.source.positions import Span


def test_no_edit() -> None:
    assert apply_edits(b"abc", []) == b"abc"


def test_an_insertion() -> None:
    assert apply_edits(b"abc", [Edit(Span(1, 1), "é")]) == "aébc".encode()


def test_a_replacement_and_a_deletion() -> None:
    assert apply_edits(b"abc", [Edit(Span(0, 2), "x")]) == b"xc"
    assert apply_edits(b"abc", [Edit(Span(1, 3), "")]) == b"a"


def test_at_the_end_of_the_file() -> None:
    assert apply_edits(b"abc", [Edit(Span(3, 3), "d")]) == b"abcd"


def test_the_order_of_edits_does_not_matter() -> None:
    edits = [Edit(Span(0, 1), "long"), Edit(Span(2, 2), "x"), Edit(Span(4, 6), "")]
    assert {apply_edits(b"abcdef", order) for order in permutations(edits)} == {b"longbxcd"}


def test_an_insertion_before_a_replacement() -> None:
    assert apply_edits(b"abc", [Edit(Span(1, 2), "B"), Edit(Span(1, 1), "+")]) == b"a+Bc"


def test_offsets_are_bytes() -> None:
    assert apply_edits("é𝔤".encode(), [Edit(Span(2, 2), "-")]) == "é-𝔤".encode()
