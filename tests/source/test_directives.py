"""``//go:linkname`` comments, right and wrong, as the compiler's scanner finds them."""

from __future__ import annotations

import pytest

from linkname_ls.source.directives import CgoImport, Directive, could_direct, has_marker, scan_pragmas
from linkname_ls.source.positions import Lines


def directives(text: str | bytes) -> tuple[Directive, ...]:
    """The directives of a text."""
    return scan_pragmas(text.encode() if isinstance(text, str) else text)[0]


def the_directive(text: str | bytes) -> Directive:
    """The only directive of a text."""
    (found,) = directives(text)
    return found


def arguments(text: str) -> list[str]:
    """The arguments of the only directive of a text."""
    return [argument.text for argument in the_directive(text).arguments]


def test_two_arguments() -> None:
    directive = the_directive("//go:linkname now time.now\n")
    assert directive.accepted
    assert directive.local is not None
    assert directive.target is not None
    assert (directive.local.text, directive.target.text) == ("now", "time.now")


def test_one_argument_has_no_target() -> None:
    directive = the_directive("//go:linkname now\n")
    assert directive.accepted
    assert directive.local is not None
    assert directive.target is None


def test_spans_are_byte_offsets() -> None:
    text = "// é\n\t//go:linkname nöw  x.y\nfunc f()".encode()
    directive = the_directive(text)
    assert text[slice(*directive.span)] == "//go:linkname nöw  x.y".encode()
    assert [text[slice(*argument.span)] for argument in directive.arguments] == ["nöw".encode(), b"x.y"]


def test_the_position_is_the_g_of_go() -> None:
    text = b"package p\n\t//go:linkname f g\n"
    assert Lines(text).compiler(the_directive(text).position) == (2, 4)


@pytest.mark.parametrize(
    "text",
    [
        "// go:linkname f g",
        "///go:linkname f g",
        "//Go:linkname f g",
        "//go:LinkName f g",
        "//go:linknames f g",
        "//go:linkname:f g",
        "//go:linkname\tf g",
        "//go:linkname\xa0f g",
        "//go:linkname",
        "//go:linkname\r\n",
        "// //go:linkname f g",
        "/*go:linkname f g*/",
        "#go:linkname f g",
    ],
)
def test_what_only_looks_like_a_directive_is_none(text: str) -> None:
    assert directives(f"package p\n{text}\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        '"//go:linkname f g"',
        "`\n//go:linkname f g\n`",
        "'//go:linkname f g'",
        "/*\n//go:linkname f g\n*/",
        '"\\"//go:linkname f g"',
        "'\\'//go:linkname f g'",
        "/* /* */ /*\n//go:linkname f g\n*/",
        "/*/\n//go:linkname f g\n/*/",
    ],
)
def test_text_in_a_string_or_a_block_comment_is_no_directive(text: str) -> None:
    assert directives(f"package p\nvar x = {text}\n") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("//go:linkname f\tg", ["f", "g"]),
        ("//go:linkname \tf g", ["f", "g"]),
        ("//go:linkname   f   g  ", ["f", "g"]),
        ("//go:linkname f\xa0g", ["f", "g"]),
        ("//go:linkname f\u2003g\u3000", ["f", "g"]),
        ("//go:linkname f\rg", ["f", "g"]),
        ("//go:linkname f\fg\v", ["f", "g"]),
        ("//go:linkname f\x1cg", ["f\x1cg"]),  # Python's white space, not Go's
        ("//go:linkname f\u200bg", ["f\u200bg"]),
    ],
)
def test_arguments_are_split_at_what_go_calls_white_space(text: str, expected: list[str]) -> None:
    assert arguments(text) == expected


@pytest.mark.parametrize("text", ["//go:linkname f g\r\n", "//go:linkname f g\r"])
def test_the_carriage_return_of_a_crlf_is_no_part_of_it(text: str) -> None:
    directive = the_directive(text)
    assert [argument.text for argument in directive.arguments] == ["f", "g"]
    assert directive.span.end == len("//go:linkname f g")


def test_one_argument_in_a_crlf_file() -> None:
    assert arguments("package p\r\n//go:linkname f\r\nfunc f()\r\n") == ["f"]


def test_a_comment_behind_the_target_is_more_arguments() -> None:
    directive = the_directive("//go:linkname f g // why\n")
    assert len(directive.arguments) == 4
    assert not directive.accepted


def test_a_comment_without_a_blank_is_the_target() -> None:
    directive = the_directive("//go:linkname f //why\n")
    assert directive.accepted
    assert directive.target is not None
    assert directive.target.text == "//why"


def test_quotes_and_parentheses_are_text() -> None:
    assert arguments('//go:linkname f "p.(*T).m"\n') == ["f", '"p.(*T).m"']


@pytest.mark.parametrize("text", ["//go:linkname ", "//go:linkname  \n", "//go:linkname \r\n"])
def test_no_argument_is_not_accepted(text: str) -> None:
    directive = the_directive(text)
    assert directive.local is None
    assert not directive.accepted


def test_three_arguments_are_not_accepted() -> None:
    assert not the_directive("//go:linkname f g h\n").accepted


@pytest.mark.parametrize("text", ["\t", "    ", " \t ", "\r", ""])
def test_blanks_may_stand_before_it(text: str) -> None:
    assert not the_directive(f"package p\n{text}//go:linkname f g\n").misplaced


@pytest.mark.parametrize("text", ["\ufeff", "\ufeff  "])
def test_a_byte_order_mark_may_stand_before_it(text: str) -> None:
    directive = the_directive(f"{text}//go:linkname f g\npackage p\n")
    assert not directive.misplaced
    assert directive.position == len(text.encode()) + 2


@pytest.mark.parametrize(
    "text",
    ["x", "var x int ", "func f() {} ", ";", "}", "/* c */", "/* c\n*/", "`\n`", "'/'", '"" ', "\f", "\xa0"],
)
def test_behind_anything_else_it_is_misplaced(text: str) -> None:
    directive = the_directive(f"package p\n{text}//go:linkname f g\n")
    assert directive.misplaced
    assert not directive.accepted


@pytest.mark.parametrize(
    "text",
    [
        "{}\npackage p\n",
        'package p\n\nimport (\n{}\n\t_ "unsafe"\n)\n',
        "package p\n\nvar (\n{}\n\tx int\n)\n",
        "package p\n\ntype T struct {{\n{}\n}}\n",
        "package p\n\nfunc f(\n{}\n\ta int) {{\n}}\n",
        "package p\n\nfunc f() {{\n\tg(\n{}\n\t1)\n}}\n",
        "package p\n{}",
        "{}",
    ],
)
def test_it_may_stand_anywhere(text: str) -> None:
    assert the_directive(text.format("\t//go:linkname f g")).accepted


@pytest.mark.parametrize(
    "text",
    [
        'var x = "abc',
        'var x = "abc\\',
        "var x = 'a",
        "var x = '",
        "func f() {",
        "var x = (",
        "/",
        "x := 1 /",
        "\\",
        "*/",
        '`raw` "',
        "/* c */ '",
    ],
)
def test_a_half_typed_line_does_not_hide_the_next(text: str) -> None:
    assert the_directive(f"package p\n{text}\n//go:linkname f g\n").accepted


@pytest.mark.parametrize("text", ["var x = `abc", "/* abc", "/*/", "/* `", "` /*"])
def test_an_unfinished_raw_string_or_block_comment_hides_the_rest(text: str) -> None:
    assert directives(f"package p\n{text}\n//go:linkname f g\n") == ()


def test_a_directive_behind_one_with_a_quote_in_it() -> None:
    found = directives('//go:linkname f "g\n//go:linkname f `g\n//go:linkname f /*g\n//go:linkname h i\n')
    assert len(found) == 4
    assert all(directive.accepted for directive in found)


def test_two_on_one_line_are_one() -> None:
    assert arguments("//go:linkname f //go:linkname\n") == ["f", "//go:linkname"]


def test_linknamestd_has_its_own_keyword() -> None:
    found = directives("//go:linknamestd f g\n//go:linkname f g\n")
    assert [directive.keyword for directive in found] == ["linknamestd", "linkname"]


def test_invalid_utf8_in_an_argument() -> None:
    directive = the_directive(b"//go:linkname f a.\xffb\xc2\n")
    assert directive.target is not None
    assert directive.target.text == "a.\ufffdb\ufffd"
    assert directive.target.span == (16, 21)


def test_the_order_is_that_of_the_text() -> None:
    text = "".join(f"//go:linkname f{number}\nvar s{number} = `` /* */\n" for number in range(5))
    assert [directive.arguments[0].text for directive in directives(text)] == ["f0", "f1", "f2", "f3", "f4"]


def test_a_large_broken_file_is_read_quickly() -> None:
    # One alternative of the scanner's pattern that could be matched in many ways would not come back from this.
    for filler in ('"', "'", '"\\', "/", "/*", "* /", "`'", "//go:linkname"):
        directives("package p\n" + filler * 50_000 + "\n//go:linkname f\n")
        directives("package p\n/* */\n" + filler * 50_000 + "\n//go:linkname f\n")


def cgo_imports(text: str) -> list[tuple[str, str, str]]:
    found: tuple[CgoImport, ...] = scan_pragmas(text.encode())[1]
    return [(one.local.text, one.remote, one.library) for one in found]


def test_a_symbol_of_a_shared_library() -> None:
    text = '//go:cgo_import_dynamic libc_open open "/usr/lib/libSystem.B.dylib"\n'
    assert cgo_imports(text) == [("libc_open", "open", "/usr/lib/libSystem.B.dylib")]


def test_without_a_remote_name_a_library_symbol_is_called_as_here() -> None:
    assert cgo_imports("//go:cgo_import_dynamic open\n") == [("open", "open", "")]


def test_a_library_alone_imports_no_symbol() -> None:
    assert cgo_imports('//go:cgo_import_dynamic _ _ "libc.so"\n') == []


def test_a_library_with_a_blank_in_its_name() -> None:
    assert cgo_imports('//go:cgo_import_dynamic f g "my lib.so"\n') == [("f", "g", "my lib.so")]


def test_a_misplaced_cgo_import_counts_for_nothing() -> None:
    assert cgo_imports("var x int //go:cgo_import_dynamic f\n") == []
    assert cgo_imports("//go:cgo_import_dynamic f g h i\n") == []


def test_word_is_looked_for_on_the_lines_of_directives_alone() -> None:
    text = b"package p\n\n//go:linkname f x.y\nfunc f()\nfunc h() { f() }\n"
    assert could_direct(text, b"f")
    assert could_direct(text, b"x.y")
    assert not could_direct(text, b"h")
    assert could_direct(b"//go:linkname g x.y", b"g")


@pytest.mark.parametrize("marker", ["linkname a b", "linknamestd a", "cgo_import_dynamic a b", "cgo_import_static a"])
def test_marker_is_seen_behind_what_begins_like_it(marker: str) -> None:
    data = f"//go:build linux\n\npackage p\n\n////go:{marker}\n".encode()
    assert has_marker(data, len(data))
    # Behind the end of a file lie the bytes of others.
    assert not has_marker(bytearray(data), len(data) - len(marker) - 1)


def test_other_pragmas_are_no_markers() -> None:
    data = b"//go:build linux\n\npackage p\n\n//go:noescape\nfunc f(int)\n//go:link\n// go:linkname a b\n"
    assert not has_marker(data, len(data))
