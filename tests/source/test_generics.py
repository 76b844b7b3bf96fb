"""Methods with type parameters of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.links.sources import Source
from linkname_ls.source.generics import without_type_parameters
from linkname_ls.source.positions import Span
from linkname_ls.source.scopes import identifier_at, is_package_level


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("func (t T) m[P any](x P) {}", "func (t T) m/*P  */(x P) {}"),
        ("func (T) m[P E]() {}", "func (T) m/*P*/() {}"),
        ("func (t *T[K]) m[P, Q interface{ ~[]int }, R func(a, b int)]() {}", "P Q R"),
        ("func (t T) m[\n\tP any,\n](x P) {}", "P"),
        ("func (t T) m(x []int) {}", ""),
        ("func (t T) m[P any", ""),
        ("func f[P any](x P) {}", ""),
        ("var s = `\nfunc (t T) m[P any](x P) {}\n`", ""),
        ("/*\nfunc (t T) m[P any](x P) {}\n*/", ""),
    ],
)
def test_their_lists_become_comments(text: str, parsed: str) -> None:
    found = without_type_parameters(text.encode()).decode()
    assert len(found) == len(text)
    assert found.count("\n") == text.count("\n")
    if "/*" in parsed:
        assert found == parsed
    elif parsed:
        assert f"/*{parsed} " in found
    else:
        assert found == text


TEXT = b"""\
package p

type T struct{}

func (t T) m[P any](x P) P { return P(x) }

func after()
"""


def test_they_are_generic_and_what_follows_is_read() -> None:
    source = Source(Path("a.go"), TEXT)
    assert not source.tree.root_node.has_error
    assert [(one.member, one.generic) for one in source.go.declarations] == [
        ("T", False),
        ("T.m", True),
        ("after", False),
    ]
    assert source.text(source.go.declarations[1].header) == "func (t T) m[P any](x P) P"


def test_their_type_parameters_are_no_package_level_names() -> None:
    source = Source(Path("a.go"), TEXT.replace(b"return P(x)", b"return f(P(x))"))
    for word, outside in ((b"f(", True), (b"P(x)", False)):
        node = identifier_at(source.tree, source.data.index(word))
        assert node is not None
        assert is_package_level(node, word[:1].decode()) is outside


def test_a_comment_of_the_users_is_no_list() -> None:
    source = Source(Path("a.go"), TEXT.replace(b"[P any]", b"/* P */"))
    assert not any(one.generic for one in source.go.declarations)


def test_edits_around_them() -> None:
    source = Source(Path("a.go"), TEXT.replace(b"any](x", b"any(x"))
    assert source.tree.root_node.has_error
    typed = source.edited(Span(TEXT.index(b"](x P)"), TEXT.index(b"](x P)")), b"]")
    assert typed.data == TEXT
    assert typed.tree.root_node.has_error is False
    deleted = typed.edited(Span(TEXT.index(b"[P"), TEXT.index(b"(x P)")), b"")
    assert [one.generic for one in deleted.go.declarations] == [False, False, False]


def test_a_half_typed_file() -> None:
    source = Source(Path("a.go"), TEXT + b"\nfunc broken( {\n")
    assert [one.member for one in source.go.declarations if one.generic] == ["T.m"]
