"""Uses of package-level names and methods in one file."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import UNKNOWN, Known
from linkname_ls.source.receivers import method_uses
from linkname_ls.source.syntax import parse
from linkname_ls.source.types import Named, Written
from linkname_ls.source.uses import Use, uses

TYPES = parse(
    b"""package p
type T struct{ u U }
func (*T) m() {}
type U int
func (U) m() {}
var v *T
func newT() *T { return nil }
"""
)


class Plain:
    """A package of one struct T with a method m, a variable v and a function new of T, beside what a test asks for."""

    package = "p"
    texts = ()

    def declared(self, name: str, qualifier: str = "") -> Written | None:
        keyword = {"T": "type", "U": "type", "v": "var", "newT": "func"}.get(name)
        return self.found(f"{keyword} {name}".encode()) if keyword and not qualifier else None

    def method(self, kind: Named, method: str) -> Written | None:
        return self.found(f"{kind.name}) {method}".encode()) if method == "m" else None

    def found(self, text: bytes) -> Written | None:
        at = (TYPES.root_node.text or b"").index(text) + len(text)
        node = TYPES.root_node.descendant_for_byte_range(at - 1, at)
        return Written(node.parent, self) if node is not None and node.parent is not None else None

    def lookup(self, name: str) -> Known:
        return {"T": Known("type", type="struct{ u U }"), "U": Known("type"), "v": Known("var", type="*T")}.get(
            name, Known("func", type="*T") if name == "newT" else UNKNOWN
        )

    def imported(self, qualifier: str, name: str) -> Known:
        return Known("func") if qualifier == "lib" else UNKNOWN


def found(code: str, qualifier: str = "") -> list[Use]:
    data = ("package p\n" + dedent(code)).encode()
    return list(uses(data, parse(data), "f", Plain(), qualifier))


@pytest.mark.parametrize(
    ("code", "holder"),
    [
        ("func g() { f() }", "g"),
        ("func (T) g() { f() }", "T.g"),
        ("func (t *T) g() { f() }", "(*T).g"),
        ("func (t *T[K]) g() { f() }", "(*T).g"),
        ("func g[K any]() { f() }", "g"),
        ("func g() { func() { f() }() }", "g"),
        ("var x = f()", ""),
    ],
)
def test_the_holder_is_spelled_as_in_its_symbol(code: str, holder: str) -> None:
    assert [use.holder for use in found(code)] == [holder]


def test_a_variable_holds_the_value_that_stands_at_its_place() -> None:
    assert [use.variables for use in found("var a, b = 1, f")] == [("b",)]


def test_a_call_is_told_from_a_value() -> None:
    assert [use.called for use in found("func g() { f(); go f(); defer f(); (f)(); _ = f; h(f) }")] == [
        *[True] * 4,
        *[False] * 2,
    ]


@pytest.mark.parametrize(
    "code",
    [
        "func g(f func()) { f() }",
        "func g() { f := 1; _ = f }",
        "func g() { x.f() }",
        "func g() { _ = T{f: 1} }",
        'func g() { _ = "f" } // f',
        "func f() {}",
        "func g() { f: for { break f } }",
    ],
)
def test_what_means_something_else_is_no_use(code: str) -> None:
    assert found(code) == []


def test_an_importer_names_it_behind_the_name_of_the_import() -> None:
    assert [use.holder for use in found("func g() { lib.f(); f() }\nfunc h(lib T) { lib.f() }", "lib")] == ["g"]


@pytest.mark.parametrize(
    ("code", "live"),
    [
        ("func g(t *T) { t.m() }", [Certainty.YES]),
        ("func (t *T) g() { t.m() }", [Certainty.YES]),
        ("func g() { t := &T{}; t.m() }", [Certainty.YES]),
        ("func g() { var t T; t.m() }", [Certainty.YES]),
        ("func g() { new(T).m() }", [Certainty.YES]),
        ("func g() { newT().m() }", [Certainty.YES]),
        ("func g() { v.m() }", [Certainty.YES]),
        ("func g() { T(x).m() }", [Certainty.YES]),
        ("func g() { T.m(x) }", [Certainty.YES]),
        ("func g() { (*T).m(x) }", [Certainty.YES]),
        ("func g() { x.m() }", [Certainty.MAYBE]),
        ("func g() { for _, t := range v.all { t.m() } }", [Certainty.MAYBE]),
        ("func g() { type T struct{}; var t T; t.m() }", [Certainty.MAYBE]),
        ("func g(u U) { u.m() }", []),
        ("func g(t T) { t.u.m() }", []),
        ("func g() { lib.m() }", []),
    ],
)
def test_a_method_is_known_by_the_written_type_of_its_receiver(code: str, live: list[Certainty]) -> None:
    data = f"package p\n{code}\n".encode()
    assert [use.live for use in method_uses(data, parse(data), "m", Named("p", "T"), Plain())] == live
