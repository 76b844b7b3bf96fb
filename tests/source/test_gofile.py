"""What a Go file declares, right or half-typed."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linkname_ls.source.gofile import (
    Declaration,
    GoFile,
    comment_block,
    doc_comment,
    may_lack_bodies,
    outline,
    package_name,
)
from linkname_ls.source.positions import Span
from linkname_ls.source.syntax import parse


def read(text: str) -> GoFile:
    data = text.encode()
    return outline(data, parse(data))


def declared(text: str) -> list[str]:
    """Kind and member name of what a text behind ``package p`` declares."""
    return [f"{one.kind} {one.member}" for one in read(f"package p\n\n{text}\n").declarations]


def the(text: str) -> Declaration:
    """The only declaration of a text behind ``package p``."""
    (found,) = read(f"package p\n\n{text}\n").declarations
    return found


def imports(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.path) for one in read(f"package p\n\n{text}\n").imports]


# The package clause


@pytest.mark.parametrize(
    "text",
    [
        "package p",
        "package p\n",
        "package p;",
        "package p // c",
        "package p // package q",
        "\n\n\tpackage  \tp\n",
        "package\np\n",
        "package /* c */ p\n",
        "package // c\n\np\n",
        "// package q\npackage p\n",
        "// package q",
        "/*\npackage q\n*/\npackage p\n",
        "/* a */ /* b */ package p\n",
        "\ufeffpackage p\n",
        "\ufeff// c\npackage p\n",
        "//go:build linux\r\n\r\n// Package p.\r\npackage p\r\n",
        "////////////////////\n// Copyright\n////////////////////\n\npackage p\n",
    ],
)
def test_the_package_clause(text: str) -> None:
    expected = "p" if text != "// package q" else ""
    assert package_name(text.encode()) == expected
    assert read(text).package == expected


def test_a_package_name_beyond_ascii() -> None:
    assert package_name("package größe\n".encode()) == "größe"
    assert read("package größe\n").package == "größe"


@pytest.mark.parametrize(
    "text",
    ["", "package", "package ", "package\n", "packagep\n", "pack", "// only a comment\n", "/* package p", "func f()"],
)
def test_no_package_clause(text: str) -> None:
    assert package_name(text.encode()) == ""
    assert read(text).package == ""


def test_something_half_typed_before_the_package_clause() -> None:
    assert package_name(b"/ Copyright\n\npackage p\n") == "p"


def test_a_long_comment_without_a_package_clause_is_read_quickly() -> None:
    # A pattern that could split these slashes into comments in many ways would not come back.
    assert package_name(b"/" * 200_000) == ""
    assert package_name(b"// " * 100_000 + b"\n") == ""
    assert package_name(b"/*" * 100_000) == ""


def test_the_span_of_the_package_clause() -> None:
    assert read("// c\npackage p // d\n").package_span == Span(5, 14)


def test_no_span_without_a_package_clause() -> None:
    assert read("func f() {}\n").package_span is None


# Imports


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import "fmt"', [("", "fmt")]),
        ("import `fmt`", [("", "fmt")]),
        ('import _ "unsafe"', [("_", "unsafe")]),
        ('import . "fmt"', [(".", "fmt")]),
        ('import f "fmt"', [("f", "fmt")]),
        ('import "C"', [("", "C")]),
        ('import ("fmt"; _ "unsafe")', [("", "fmt"), ("_", "unsafe")]),
        ('import (\n\t"fmt" // c\n\n\t/* d */ u "unsafe"\n)', [("", "fmt"), ("u", "unsafe")]),
        ('import "fmt"\nimport "os"', [("", "fmt"), ("", "os")]),
        ('import "fmt"; import "os"', [("", "fmt"), ("", "os")]),
        ('import "a`"', [("", "a`")]),
        ('import `a"`', [("", 'a"')]),
        ("import ()", []),
        ('import "example.com/a-b.c/d"', [("", "example.com/a-b.c/d")]),
    ],
)
def test_imports(text: str, expected: list[tuple[str, str]]) -> None:
    assert imports(text) == expected


def test_import_that_is_being_typed() -> None:
    assert imports('import "fm') == [("", "fm")]


def test_imports_path() -> None:
    file = read('package p\n\nimport u "unsafe"\n')
    assert file.imports_path("unsafe")
    assert not file.imports_path("u")


def test_the_span_of_an_import_is_name_and_path() -> None:
    text = 'package p\n\nimport _ "unsafe" // c\n'
    assert text[slice(*read(text).imports[0].span)] == '_ "unsafe"'


def test_an_import_in_text_is_none() -> None:
    assert imports('// import "a"\n/*\nimport "b"\n*/\nvar x = `\nimport "c"\n`') == []


# Functions and methods


@pytest.mark.parametrize("text", ["func f(); var t = T {\n}", "func f(); { println() }", "func f(); // {"])
def test_function_that_ends_at_a_semicolon_has_no_body(text: str) -> None:
    data = f"package p\n\n{text}\n".encode()
    assert may_lack_bodies(data)
    assert outline(data, parse(data)).named("f")[0].bodyless


@pytest.mark.parametrize("text", ["func f() { a(); b() }", "func f() {\n\ta(); b()\n}"])
def test_semicolon_in_a_body_ends_no_function(text: str) -> None:
    assert not may_lack_bodies(f"package p\n\n{text}\n".encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("func f() {}", "func f"),
        ("func f()", "func f"),
        ("func f[T any](x T) {}", "func f"),
        ("func init() {}", "func init"),
        ("func größe() {}", "func größe"),
        ("func (t T) m() {}", "method T.m"),
        ("func (t *T) m() {}", "method (*T).m"),
        ("func (T) m() {}", "method T.m"),
        ("func (*T) m() {}", "method (*T).m"),
        ("func (_ *T) m() {}", "method (*T).m"),
        ("func (t (T)) m() {}", "method T.m"),
        ("func (t *(T)) m() {}", "method (*T).m"),
        ("func (t (*T)) m() {}", "method (*T).m"),
        ("func ((*T)) m() {}", "method (*T).m"),
        ("func (t List[K]) m() {}", "method List.m"),
        ("func (t *Map[K, V]) m() {}", "method (*Map).m"),
        ("func (*Map[_, V]) m() {}", "method (*Map).m"),
        ("func (t *T,) m()", "method (*T).m"),
    ],
)
def test_functions_and_methods(text: str, expected: str) -> None:
    assert declared(text) == [expected]


def test_a_function_without_a_body_is_bodyless() -> None:
    assert the("func f()").bodyless
    assert the("func (t T) m() int").bodyless


def test_a_function_with_a_body_is_not() -> None:
    assert not the("func f() {}").bodyless
    assert not the("var f = func() {}").bodyless


def test_a_bodyless_function_before_another_declaration() -> None:
    file = read("package p\n\nfunc f()\nfunc g() {}\nfunc h() (x int)\nvar x int\n")
    assert [one.has_body for one in file.declarations] == [False, True, False, False]


def test_a_generic_function() -> None:
    assert the("func f[T any]() {}").generic
    assert not the("func f(x T) {}").generic


def test_the_header_of_a_function_ends_before_its_body() -> None:
    text = "func f(a int) (b string) {\n}"
    assert f"package p\n\n{text}\n"[slice(*the(text).header)] == "func f(a int) (b string)"


def test_the_header_of_a_bodyless_function_is_all_of_it() -> None:
    assert the("func f(a int) (b string)").header == the("func f(a int) (b string)").span


def test_a_function_in_a_function_is_not_declared() -> None:
    assert declared("func f() {\n\tg := func() { var x int; _ = x }\n\ttype T int\n\tconst c = 1\n}") == ["func f"]


# Variables, constants, types


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var x int", ["var x"]),
        ("var x, y = 1, 2", ["var x", "var y"]),
        ("var (\n\tx int\n\n\t// c\n\ty, z = f()\n)", ["var x", "var y", "var z"]),
        ("var ()", []),
        ("var ( x int )", ["var x"]),
        ("var ( x = 1 )", ["var x"]),
        ("var (x = 1; y = 2)", ["var x", "var y"]),
        ("var _ I = T{}", ["var _"]),
        ("const c = 1", ["const c"]),
        ("const ( c = 1 )", ["const c"]),
        ("const (\n\tc = iota\n\td\n\te, f = 1, 2\n)", ["const c", "const d", "const e", "const f"]),
        ("type T int", ["type T"]),
        ("type A = int", ["type A"]),
        ("type L[T any] struct{ next *L[T] }", ["type L"]),
        ("type ( T int )", ["type T"]),
        ("type (\n\tT struct {\n\t\tx int\n\t}\n\tU = T\n)", ["type T", "type U"]),
        ("var x int; var y int; func f() {}", ["var x", "var y", "func f"]),
    ],
)
def test_variables_constants_and_types(text: str, expected: list[str]) -> None:
    assert declared(text) == expected


def test_whether_a_variable_is_initialised() -> None:
    file = read("package p\n\nvar x int\nvar y = 1\nvar (\n\ta, b int = 1, 2\n\tc *int\n)\n")
    assert [one.initialised for one in file.declarations] == [False, True, True, True, False]


def test_the_header_of_a_variable_ends_with_its_type() -> None:
    text = "package p\n\nvar x map[string]int = f()\nvar y = 1\n"
    assert [text[slice(*one.header)] for one in read(text).declarations] == ["x map[string]int", "y = 1"]


def test_the_span_of_a_variable_alone_is_the_declaration() -> None:
    text = "package p\n\nvar x, y int\n"
    assert [text[slice(*one.span)] for one in read(text).declarations] == ["var x, y int", "var x, y int"]


@pytest.mark.parametrize("keyword", ["var", "const"])
def test_the_span_of_a_variable_in_a_group_is_its_spec(keyword: str) -> None:
    text = f"package p\n\n{keyword} (\n\t// c\n\tx = 1\n)\n\n{keyword} (\n\ty = 1\n\tz = 2\n)\n"
    assert [text[slice(*one.span)] for one in read(text).declarations] == ["x = 1", "y = 1", "z = 2"]


def test_names_know_where_they_stand() -> None:
    text = "package p\n\n// é\nvar x, y int\n\nfunc (t *T) f() {}\n".encode()
    file = outline(text, parse(text))
    assert [text[slice(*one.name_span)] for one in file.declarations] == [b"x", b"y", b"f"]


# Odd bytes


def test_a_crlf_file() -> None:
    file = read('package p\r\n\r\nimport (\r\n\t"fmt"\r\n)\r\n\r\nfunc f()\r\n\r\nvar x int\r\n')
    assert [one.member for one in file.declarations] == ["f", "x"]
    assert file.imports_path("fmt")


def test_a_byte_order_mark() -> None:
    assert [one.member for one in read("\ufeffpackage p\n\nfunc f()\n").declarations] == ["f"]


def test_bytes_that_are_no_utf8() -> None:
    data = b'package p\n\n// \xff\nfunc f() { x("\xff") }\n\nvar \xff int\n\nfunc g()\n'
    assert {"f", "g"} <= {one.name for one in outline(data, parse(data)).declarations}


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", b"package p\n" + b"(" * 5000, b"func " * 5000, b"{" * 5000])
def test_garbage_declares_nothing(data: bytes) -> None:
    assert outline(data, parse(data)).declarations == ()


# Half-typed files

BEFORE = """\
package p

import (
	"fmt"
	_ "unsafe"
)

var first, second int

//go:linkname now time.now
func now() (sec int64, nsec int32)

"""

AFTER = """\

// Text with code at the margin.
const text = `
func hidden() {}
`

func (t *T) method() {
	fmt.Println()
}

func last()
"""

HALF_TYPED = [
    "func ",
    "func foo",
    "func foo(",
    "func foo(a int, b",
    "func foo() {",
    "func foo() {\n\tvar local int\n",
    "func foo() {\n\tif x {",
    "func foo() {\n\tx.",
    "func foo() {\n\tx.\n}",
    "func foo() {\n\tg(\n}",
    "func foo() {\n\tx := \n}",
    'func foo() {\n\tx := "abc\n}',
    "func foo() {\n\tfor i := range \n}",
    "func foo() {\n\tswitch x {\n\tcase \n}",
    "func foo() {\n\treturn func() {\n}",
    "func foo() }",
    "func (",
    "func (t",
    "func (t *T) ",
    "func (t *T) foo(",
    "}",
    "{",
    ")",
    "foo",
    "foo.",
    "@",
    "var ",
    "var foo =",
    'var foo = "abc',
    "var foo = []int{1,",
    "var foo = map[string]func(){",
    "type ",
    "type foo struct {",
    "type foo interface {\n\tm(",
    "const ",
    "const (\n\tfoo = iota",
    "var (\n\tfoo int",
    "import ",
    'import "',
    "if x {",
    "x := 1",
    "//go:linkname foo ",
    "// comment",
]


@pytest.mark.parametrize("line", HALF_TYPED)
def test_what_is_half_typed_hides_nothing_else(line: str) -> None:
    file = read(f"{BEFORE}{line}\n{AFTER}")
    members = [one.member for one in file.declarations if one.name != "foo"]
    assert members == ["first", "second", "now", "text", "(*T).method", "last"]
    assert file.package == "p"
    assert file.imports_path("fmt")
    assert file.imports_path("unsafe")


@pytest.mark.parametrize("line", HALF_TYPED)
def test_what_is_half_typed_changes_nothing_else(line: str) -> None:
    whole = [one for one in read(BEFORE + AFTER).declarations if one.span.end < len(BEFORE)]
    assert [one for one in read(f"{BEFORE}{line}\n{AFTER}").declarations if one.span.end < len(BEFORE)] == whole


@pytest.mark.parametrize(
    "text", ["func foo() {", "func foo() {\n\tif x {", "func foo(a int", "func foo() int {\n\tvar x"]
)
def test_a_function_that_is_being_typed_is_not_said_to_be_bodyless(text: str) -> None:
    file = read(f"package p\n\n{text}\n\nfunc g()\n")
    assert [(one.name, one.bodyless) for one in file.declarations] == [("foo", False), ("g", True)]


def test_a_variable_of_an_unfinished_function_is_not_declared() -> None:
    assert declared("func f() {\n\tvar x int\n\tconst c = 1\n\tif y {\n") == ["func f"]


def test_a_half_typed_file_with_a_byte_order_mark() -> None:
    file = read("\ufeffpackage p\n\nfunc foo() {\n\nfunc f()\n")
    assert file.package_span == Span(3, 12)
    assert [one.name for one in file.declarations] == ["foo", "f"]


def test_code_in_a_raw_string_is_not_declared() -> None:
    assert declared("func f() {\n\nvar x = `\nfunc g() {}\nvar y int\n`\n\n/*\nfunc h()\n*/\n") == ["func f", "var x"]


def test_specs_of_an_unfinished_group_are_declared() -> None:
    assert declared("var (\n\tx int\n\ty = 2\n") == ["var x", "var y"]


# Comments


def doc(text: str) -> str:
    """The doc comment of what begins at ``«``."""
    text = dedent(text)
    return doc_comment(text.replace("«", "").encode(), len(text[: text.index("«")].encode()))


def test_a_doc_comment() -> None:
    assert doc("// f does\n//\n//\tit.\n«func f()") == "f does\n\n\tit."


def test_directives_are_no_doc() -> None:
    assert doc("// f does.\n//\n//go:linkname f g\n//go:noescape\n//nolint:x\n«func f()") == "f does."
    assert doc("//go:linkname f g\n«func f()") == ""


def test_a_blank_line_ends_a_doc_comment() -> None:
    assert doc("// licence\n\n// f does.\n«func f()") == "f does."
    assert doc("// licence\n\n«func f()") == ""


def test_code_ends_a_doc_comment() -> None:
    assert doc("var x int // x is\n«func f()") == ""
    assert doc("// x is\nvar x int\n// f does.\n«func f()") == "f does."


def test_a_block_comment_as_doc() -> None:
    assert doc("/*\nf does\nit.\n*/\n«func f()") == "f does\nit."
    assert doc("/* f does. */\n«func f()") == "f does."


def test_a_block_comment_behind_code_is_no_doc() -> None:
    assert doc("var x = 1 /* one */\n«func f()") == ""


def test_the_end_of_a_block_comment_without_its_start_is_no_doc() -> None:
    assert doc("x */\n«func f()") == ""


def test_an_indented_doc_comment() -> None:
    assert doc("var (\n\t// x is\n\t// it.\n\t«x int\n)") == "x is\nit."


def test_the_doc_comment_of_a_crlf_file() -> None:
    assert doc("// f does\r\n// it.\r\n«func f()\r\n") == "f does\nit."


def test_no_doc_comment_on_the_first_line() -> None:
    assert doc("«func f()") == ""
    assert doc("\n«func f()") == ""


def block(text: str) -> str:
    """The prose of the comment lines around ``«``."""
    text = dedent(text)
    return comment_block(text.replace("«", "").encode(), len(text[: text.index("«")].encode()))


def test_the_comment_block_around_a_directive() -> None:
    assert block("x\n// Above.\n//go:lin«kname f g\n// Below.\nfunc f()\n// Not.\n") == "Above.\nBelow."


def test_a_comment_block_ends_at_a_blank_line() -> None:
    assert block("// Not.\n\n// A.\n//go:linkname f g«\n\n// Not.\n") == "A."


def test_a_directive_alone_has_no_prose() -> None:
    assert block("«//go:linkname f g") == ""
