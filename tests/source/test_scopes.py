"""Whether a name in a function means the package's, or something nearer."""

from __future__ import annotations

import pytest

from linkname_ls.source.scopes import identifier_at, is_package_level
from linkname_ls.source.syntax import parse


def marked(text: str) -> list[bool]:
    """Whether the identifiers behind each ``«`` of a text are the package's."""
    found: list[bool] = []
    pieces = f"package p\n\n{text}\n".split("«")
    tree = parse("".join(pieces).encode())
    at = 0
    for piece in pieces[:-1]:
        at += len(piece.encode())
        node = identifier_at(tree, at)
        name = node.text if node is not None and node.type == "identifier" else None
        found.append(node is not None and name is not None and is_package_level(node, name.decode()))
    assert found
    return found


def is_local(text: str) -> bool:
    """Whether all marked names of a text are local."""
    return not any(marked(text))


def is_package(text: str) -> bool:
    """Whether all marked names of a text are the package's."""
    return all(marked(text))


def body(text: str) -> str:
    return f"func f() {{\n{text}\n}}"


# What is declared around a function's body


def test_a_name_that_nothing_declares_here() -> None:
    assert is_package(body("«now()\n_ = «now\n«now.x()\n_ = []int{«now}"))


def test_a_parameter() -> None:
    assert is_local("func f(a, now int) { «now() }")
    assert is_local("func f(now ...int) { «now() }")


def test_a_parameter_without_a_name_declares_nothing() -> None:
    assert is_package("func f(now) { «now() }")


def test_a_parameter_of_many() -> None:
    # The parser takes the first names of a long list for types.
    many = ", ".join(f"a{at}" for at in range(16))
    assert is_local(f"func f(now, {many} int) {{ «now() }}")
    assert is_package(f"func f({many}, now) {{ «now() }}")


def test_a_result() -> None:
    assert is_local("func f() (now int) { «now = 1; return }")


def test_a_receiver() -> None:
    assert is_local("func (now *T) f() { «now() }")


def test_a_type_parameter() -> None:
    assert is_local("func f[now any](x int) { _ = «now(x) }")
    assert is_local("func (t *List[now]) f() { _ = «now(1) }")


def test_the_declared_names_themselves_are_local() -> None:
    assert is_local("func («t T) f(«a int, «b ...int) («c int) { «d := 1; var «e int; const «g = 1 }")


def test_the_own_name_of_a_function_is_the_package_s() -> None:
    assert is_package("func «now(now int) {}")


def test_another_function_s_parameter() -> None:
    assert is_package("func f(now int) {}\nfunc g() { «now() }")


def test_the_package_s_variable() -> None:
    assert is_package("var now int\nfunc f() { «now = 1 }")
    assert is_package("var a = «now\nvar b = func() int { return «now() }\nvar now int")
    assert is_package("var (\n\ta = 1\n\tb = «a\n)\nconst (\n\tc = 1\n\td = «c\n)")


def test_the_parameters_of_a_closure_at_package_level() -> None:
    assert marked("var a = func(now int) int { return «now }(«now)") == [False, True]


# What statements declare


def test_a_short_declaration_from_its_end_on() -> None:
    assert marked(body("«now()\nnow := 1\n«now()")) == [True, False]


def test_the_right_side_of_its_own_declaration() -> None:
    assert marked(body("«now := «now()\n_ = «now")) == [False, True, False]


def test_a_var_from_its_end_on() -> None:
    assert marked(body("_ = «now\nvar «now = «now()\n_ = «now")) == [True, False, True, False]


def test_names_of_a_var_group() -> None:
    assert marked(body("var (\n\ta = «now\n\tnow, b = 1, «now\n\tc = «now\n)\n_ = «now")) == [True, True, False, False]


def test_names_of_a_const_group() -> None:
    assert marked(body("const (\n\ta = «now\n\tnow = 1\n\tc = «now\n)\n_ = «now")) == [True, False, False]


def test_a_local_type() -> None:
    assert marked(body("_ = «now(1)\ntype now int\n_ = «now(1)")) == [True, False]
    assert is_local(body("type (\n\tnow int\n\tb [len(«now{})]int\n)"))


def test_an_assignment_declares_nothing() -> None:
    assert is_package(body("«now = 1\n_ = «now\n«now++\n«now += 1"))


def test_a_block_ends_what_it_declares() -> None:
    assert marked(body("{\n\tnow := 1\n\t_ = «now\n}\n_ = «now")) == [False, True]


def test_an_inner_block_sees_the_outer_ones() -> None:
    assert is_local(body("now := 1\nif x {\n\tfor {\n\t\t{\n\t\t\t_ = «now\n\t\t}\n\t}\n}"))


def test_a_closure_sees_what_is_around_it() -> None:
    assert is_local(body("now := 1\ngo func() { «now() }()"))


def test_a_closure_s_parameters_and_results() -> None:
    assert marked(body("g := func(now int) { «now() }\n«now()")) == [False, True]
    assert is_local(body("g := func() (now int) { return «now }"))


def test_the_blank_identifier_names_nothing() -> None:
    assert is_local("var «_ = 1\nfunc f() { «_ = 1; _, «_ = g() }")


# Statements with a header


def test_an_if_s_own_declaration() -> None:
    text = "if now := «now(); «now != nil {\n\t«now()\n} else if «now {\n\t«now()\n} else {\n\t«now()\n}\n«now()"
    assert marked(body(text)) == [True, False, False, False, False, False, True]


def test_a_for_clause() -> None:
    text = "for now := «now; «now < 1; «now++ {\n\t«now()\n}\n«now()"
    assert marked(body(text)) == [True, False, False, False, True]


def test_a_range_clause() -> None:
    text = "for i, now := range «now {\n\t«now()\n}\n«now()"
    assert marked(body(text)) == [True, False, True]


def test_a_range_clause_that_assigns() -> None:
    assert is_package(body("for «now = range «now {\n\t«now()\n}"))


def test_a_switch_s_own_declaration() -> None:
    text = "switch now := «now; «now {\ncase «now:\n\t«now()\ndefault:\n\t«now()\n}\n«now()"
    assert marked(body(text)) == [True, False, False, False, False, True]


def test_a_case_ends_what_it_declares() -> None:
    assert marked(body("switch {\ncase a:\n\tnow := 1\n\t_ = «now\ncase b:\n\t«now()\n}")) == [False, True]


def test_the_alias_of_a_type_switch() -> None:
    text = "switch «now := «now.(type) {\ncase int:\n\t«now()\ndefault:\n\t«now()\n}\n«now()"
    assert marked(body(text)) == [False, True, False, False, True]


def test_a_type_switch_s_own_declaration() -> None:
    assert is_local(body("switch now := g(); x := «now.(type) {\ncase int:\n\t«now()\n\t_ = «x\n}"))


def test_a_receive_in_a_select() -> None:
    text = "select {\ncase «now, ok := <-«now:\n\t«now()\ncase «now = <-c:\n\t«now()\ncase c <- «now:\n}\n«now()"
    assert marked(body(text)) == [False, True, False, True, True, True, True]


def test_a_labelled_declaration() -> None:
    assert is_local(body("now := 1\nL:\n\tx := 2\n\t_ = «x\n\t_ = «now"))


# Names that are no variables


def test_a_label() -> None:
    assert is_local(body("«now:\n\tfor {\n\t\tbreak «now\n\t}\n\tgoto «now"))


def test_a_label_hides_nothing() -> None:
    assert is_package(body("now:\n\tfor {\n\t\t«now()\n\t\tbreak now\n\t}"))


def test_a_selected_name() -> None:
    assert is_local(body("x.«now()\nx.y.«now = 1\n_ = x().«now"))


def test_the_operand_of_a_selector() -> None:
    assert is_package(body("«now.x()\n«now.y.z = 1"))


def test_the_key_of_a_struct_literal() -> None:
    assert is_local(body("_ = T{«now: 1}\n_ = &T{«now: 1}\n_ = p.T{«now: 1}\n_ = T[int]{«now: 1}"))
    assert is_local(body("_ = struct{ now int }{«now: 1}"))


def test_the_value_in_a_literal() -> None:
    assert is_package(body("_ = T{x: «now, y: «now()}\n_ = T{«now, 1}\n_ = []int{«now}"))


def test_the_key_of_a_map_or_array_literal() -> None:
    assert is_package(body("_ = map[int]int{«now: 1}\n_ = [9]int{«now: 1}\n_ = []int{«now: 1}\n_ = [...]int{«now: 1}"))


def test_the_key_of_an_inner_literal_without_a_type() -> None:
    assert is_package(body("_ = map[int]map[int]int{«now: {«now: 1}}"))
    assert is_package(body("_ = map[[2]int]*[]int{{«now: 1}: {«now: 1}}"))
    assert is_local(body("_ = []T{{«now: 1}, 2: {«now: 1}}\n_ = map[int]*T{1: {«now: 1}}\n_ = map[T]int{{«now: 1}: 2}"))
    assert is_local(body("_ = []struct{ now int }{{«now: 1}}"))


def test_the_name_of_a_field_or_method_is_not_a_use() -> None:
    assert is_local(body("var x struct { «now int }\nvar y interface { «now() }"))


def test_a_named_type() -> None:
    assert is_local(body("var x «now"))


# Half-typed code


@pytest.mark.parametrize("text", ["«now(", "if «now {", "x := «now", "_ = T{«now", "for {\n\t«now("])
def test_a_half_typed_use(text: str) -> None:
    assert is_package(f"func f() {{\n\t{text}")


def test_a_half_typed_function_keeps_its_names() -> None:
    assert is_local("func f(now int) {\n\t«now(\n}")


# The identifier under a cursor


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(9, "p"), (10, "x"), (11, "x"), (12, None), (13, "now"), (15, "now"), (16, "now"), (17, None)],
)
def test_the_identifier_under_a_cursor(offset: int, expected: str | None) -> None:
    #                                 0         1
    #                                 0123456789012345678
    node = identifier_at(parse(b"package p;x  now   "), offset)
    assert (node.text.decode() if node is not None and node.text is not None else None) == expected


@pytest.mark.parametrize("offset", [-1, 0, 1, 99])
def test_no_identifier_outside_of_the_text(offset: int) -> None:
    assert identifier_at(parse(b""), offset) is None


def test_a_deeply_nested_expression() -> None:
    assert is_package(body("_ = " + "(" * 2000 + "«now" + ")" * 2000))
    assert is_local(body("_ = [][]int{" + "{" * 2000 + "«now: 1" + "}" * 2000 + "}"))
