"""What is a comment, and what stands before it on its line."""

from __future__ import annotations

import pytest

from linkname_ls.source.comments import first_on_line, line_comments


def comments(text: str) -> list[str]:
    data = text.encode()
    return [data[start:end].decode() for start, end in line_comments(data)]


def test_a_line_comment_ends_with_its_line() -> None:
    assert comments("x // a\n// b\ny") == ["// a", "// b"]


def test_a_line_comment_at_the_end_of_the_file() -> None:
    assert comments("// a") == ["// a"]


def test_the_carriage_return_of_a_crlf_is_left_out() -> None:
    assert comments("// a\r\n//\r\n") == ["// a", "//"]


def test_a_block_comment_is_passed_over() -> None:
    assert comments("/* // a\n// b\n*/ // c") == ["// c"]


def test_block_comments_do_not_nest() -> None:
    assert comments("/* /* */ // a") == ["// a"]


def test_a_star_before_the_end_of_a_block_comment() -> None:
    assert comments("/***/ // a\n/** x **/ // b") == ["// a", "// b"]


@pytest.mark.parametrize("literal", ['"// a"', "`// a`", "'// a'", '"\\"// a"', "'\\'// a'", "`\n// a\n`", '"\\\\"'])
def test_a_literal_is_passed_over(literal: str) -> None:
    assert comments(f"x = {literal} // b") == ["// b"]


@pytest.mark.parametrize("unfinished", ['"a', "'a", '"a\\', "'\\", '"', "'"])
def test_an_unfinished_string_ends_with_its_line(unfinished: str) -> None:
    assert comments(f"{unfinished}\n// b") == ["// b"]


@pytest.mark.parametrize("unfinished", ["`a", "/* a", "/*", "/* *"])
def test_an_unfinished_raw_string_or_block_comment_ends_with_the_file(unfinished: str) -> None:
    assert comments(f"{unfinished}\n// b\n") == []


def test_a_slash_alone_is_no_comment() -> None:
    assert comments("a / b / / c") == []


@pytest.mark.parametrize("before", ["", " ", "\t", "\r", " \t\r ", "x\n\t", "\ufeff", "\ufeff ", "*/\n"])
def test_only_blanks_before(before: str) -> None:
    assert first_on_line(f"{before}// a".encode(), len(before.encode()))


@pytest.mark.parametrize("before", ["x", "x\n;", "\f", "\v", "\xa0", "*/", "x\n\ufeff", "\ufeff\ufeff", "\0"])
def test_something_before(before: str) -> None:
    assert not first_on_line(f"{before}// a".encode(), len(before.encode()))
