"""Where gopls has an answer for a directive's target, ours is the same, to the letter.

gopls splits a target at its last dot and takes what stands before for an import path.
"""

from __future__ import annotations

from pathlib import Path
from urllib.request import url2pathname

import pytest
from lsprotocol import types

from support.gopls import Asked

# Name and file of the end that ours finds and gopls does not.
BEYOND_GOPLS = {
    # "cannot find package": what stands before the last dot is a receiver.
    "method": ("get", "b.go"),
    "value": ("read", "b.go"),
    # "cannot find package": the linker escapes dots in a path's last element.
    "escaped": ("f", "dot.go"),
    # "cannot find package": to the linker a program's package is called main.
    "of_main": ("secret", "main.go"),
    # "does not define": nobody is called so, but another directive gives the symbol.
    "hook": ("hooked", "b.go"),
    # No dot, so gopls does not look at it.
    "plain": ("simple", "b.go"),
    # Of directives with one argument gopls knows nothing.
    "marked": ("give", "b.go"),
}

# The disagreements that are gopls's fault: no linker knows these symbols.
GOPLS_ERRS = (
    "of_main_by_path",  # a program's symbols begin with main, not with its import path
    "unescaped",  # the linker writes dot%2ev2
)


def ends(locations: list[types.Location]) -> list[tuple[str, str]]:
    """Return (identifier, file) of locations."""
    found: list[tuple[str, str]] = []
    for location in locations:
        path = Path(url2pathname(location.uri.removeprefix("file://")))
        line = path.read_text(encoding="utf-8").split("\n")[location.range.start.line].encode("utf-16-le")
        name = line[2 * location.range.start.character : 2 * location.range.end.character].decode("utf-16-le")
        found.append((name, path.name))
    return found


@pytest.mark.parametrize(
    ("local", "end"),
    [
        ("pull", ("body", "b.go")),
        ("elsewhere", ("body", "b.go")),
        ("variable", ("Count", "b.go")),
        ("push", ("Awaited", "b.go")),
        ("external", ("helper", "b_test.go")),
    ],
)
def test_target_leads_where_gopls_leads(small: dict[str, Asked], local: str, end: tuple[str, str]) -> None:
    assert ends(small[local].gopls) == [end]
    assert small[local].ours == small[local].gopls


def test_target_in_the_go_tree_leads_where_gopls_leads(small: dict[str, Asked]) -> None:
    assert [name for name, _ in ends(small["standard"].gopls)] == ["procPin"]
    assert small["standard"].ours == small["standard"].gopls


@pytest.mark.parametrize("local", BEYOND_GOPLS)
def test_target_that_gopls_does_not_find_leads_to_its_end(small: dict[str, Asked], local: str) -> None:
    assert small[local].gopls == []
    assert ends(small[local].ours) == [BEYOND_GOPLS[local]]


@pytest.mark.parametrize("local", GOPLS_ERRS)
def test_symbol_that_does_not_exist_leads_nowhere_but_in_gopls(small: dict[str, Asked], local: str) -> None:
    assert small[local].gopls != []
    assert small[local].ours == []


def test_first_answer_in_the_go_tree_is_gopls_answer(go_tree: list[Asked]) -> None:
    assert [str(one) for one in go_tree if one.gopls and one.ours[:1] != one.gopls] == []


def test_only_answer_in_the_go_tree_is_gopls_answer(go_tree: list[Asked]) -> None:
    assert [str(one) for one in go_tree if one.gopls and len(one.ours) == 1 and one.ours != one.gopls] == []


def test_gopls_answers_for_enough_of_the_go_tree(go_tree: list[Asked]) -> None:
    answered = [one for one in go_tree if one.gopls]
    assert len(answered) > 200
    assert {
        "runtime",
        "runtime/pprof",
        "sync",
        "time",
        "os",
        "net",
        "reflect",
        "internal/poll",
        "internal/runtime/maps",
        "syscall",
        "crypto/internal/fips140",
    } <= {package(one) for one in answered}


def package(one: Asked) -> str:
    return one.source.path.parent.as_posix().rpartition("/src/")[2]


def test_method_of_the_go_tree_leads_to_its_body_though_gopls_does_not_find_it(go_tree: list[Asked]) -> None:
    methods = [one for one in go_tree if one.directive.arguments[-1].text.startswith("reflect.(*rtype).")]
    assert len(methods) > 20
    assert [str(one) for one in methods if one.gopls] == []
    for one in methods:
        assert ends(one.ours)[0][0] == one.directive.arguments[-1].text.rpartition(".")[2]
