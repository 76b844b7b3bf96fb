"""Groups that end on the line of their last member."""

from __future__ import annotations

import pytest

from linkname_ls.source.groups import terminated
from linkname_ls.source.syntax import parse


@pytest.mark.parametrize(
    "text",
    [
        "const ( a = iota; b = a )",
        "const (a = iota)",
        "var ( a = 1; b = 2 )",
        "var (a = func(x int) int {\n\treturn x })",
        "var ( a = 1; b = 2 /* last */ )",
        "func f() { var (a = 1); _ = a }",
    ],
)
def test_they_are_read(text: str) -> None:
    data = f"package p\n\n{text}\n".encode()
    assert len(terminated(data)) == len(data)
    assert not parse(data).root_node.has_error


@pytest.mark.parametrize(
    "text",
    [
        "const (\n\ta = iota\n\tb\n)",
        "const (a = 1\n)",
        "const (a = 1;)",
        "type ( T int )",
        "var s = `var (a = 1)`",
        "// var (a = 1)",
        "func variable(a int)",
        "const (a = 1",
        "const (a = 1]",
    ],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    data = f"package p\n\n{text}\n".encode()
    assert terminated(data) is data


def test_groups_without_an_end_leave_the_rest_as_it_is() -> None:
    text = b"var (a\n" * 20_000
    assert terminated(text) == text
