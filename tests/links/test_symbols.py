"""How link symbols are spelled."""

from __future__ import annotations

import re

import pytest

from linkname_ls.links.symbols import path_to_prefix, prefix_to_path, split_member, split_symbol
from support.go import go_env


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("runtime", "runtime"),
        ("sync/atomic", "sync/atomic"),
        ("example.com/m", "example.com/m"),
        ("example.com", "example%2ecom"),
        ("gopkg.in/yaml.v3", "gopkg.in/yaml%2ev3"),
        ("f.o.o/b.a.r/v..1.", "f.o.o/b.a.r/v%2e%2e1%2e"),
        ("a-b~c+d/e_f", "a-b~c+d/e_f"),
        ("a/b c", "a/b%20c"),
        ('a"b%c/d', "a%22b%25c/d"),
        ("größe/☺", "gr%c3%b6%c3%9fe/%e2%98%ba"),
        ("a\x7f\x00", "a%7f%00"),
        ("", ""),
    ],
)
def test_a_path_and_its_prefix(path: str, prefix: str) -> None:
    assert path_to_prefix(path) == prefix
    assert prefix_to_path(prefix) == path


def unquoted(text: str) -> str:
    """A Go string without its quotes."""
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def test_go_s_own_table_of_paths_and_prefixes() -> None:
    table = (go_env("GOROOT") / "src/cmd/internal/objabi/path_test.go").read_text()
    rows = re.findall(r'^\t\{"(.*)", "(.*)"\},$', table, re.MULTILINE)
    assert len(rows) > 10
    for path, prefix in rows:
        assert path_to_prefix(unquoted(path)) == unquoted(prefix)
        assert prefix_to_path(unquoted(prefix)) == unquoted(path)


@pytest.mark.parametrize("prefix", ["foo%", "foo%1", "foo%%12", "foo%1g", "example%2Ecom"])
def test_what_is_no_escape_stays_as_it_is(prefix: str) -> None:
    assert prefix_to_path(prefix).startswith(prefix[:4])


def test_a_prefix_that_is_no_utf8() -> None:
    assert prefix_to_path("a%ff") == "a\ufffd"


def test_a_folder_s_name_that_is_no_utf8() -> None:
    assert path_to_prefix("a\udcff") == "a%ff"


@pytest.mark.parametrize(
    ("symbol", "path", "member"),
    [
        ("time.now", "time", "now"),
        ("sync/atomic.f", "sync/atomic", "f"),
        ("main.f", "main", "f"),
        ("example.com/m.f", "example.com/m", "f"),
        ("example%2ecom.f", "example.com", "f"),
        ("gopkg.in/yaml%2ev3.T.m", "gopkg.in/yaml.v3", "T.m"),
        ("gopkg.in/yaml%2ev3.(*T).m", "gopkg.in/yaml.v3", "(*T).m"),
        ("a.b/c.(*T).m", "a.b/c", "(*T).m"),
        ("reflect.(*rtype).Align", "reflect", "(*rtype).Align"),
        ("p.T.m", "p", "T.m"),
        ("p.F[a.b/c.T]", "p", "F[a.b/c.T]"),
        ("a.b/p.(*T[c.d/e.U]).m", "a.b/p", "(*T[c.d/e.U]).m"),
        ("vendor/golang.org/x/net/idna.f", "vendor/golang.org/x/net/idna", "f"),
        ("p.init.0", "p", "init.0"),
        ("gopkg.in/yaml.v3.f", "gopkg.in/yaml", "v3.f"),  # without an escape it names another package
        ("gr%c3%b6%c3%9fe.f", "größe", "f"),
    ],
)
def test_a_symbol_s_path_and_member(symbol: str, path: str, member: str) -> None:
    assert split_symbol(symbol) == (path, member)


@pytest.mark.parametrize(
    "symbol",
    ["", "f", "libc_read", ".", ".f", "a.", "a.b/c", "a.b/", "a.b/.f", "/", "/.f", "(*T).m", "größe.f", "a%2eb/c.f"],
)
def test_a_symbol_of_no_package(symbol: str) -> None:
    assert split_symbol(symbol) is None


def test_a_path_of_a_symbol_leads_back_to_it() -> None:
    for path in ("a", "a.b", "a.b/c", "a.b/c.d", "a b/%.c", "ö.ö/ö.ö"):
        for member in ("f", "T.m", "(*T).m"):
            assert split_symbol(f"{path_to_prefix(path)}.{member}") == (path, member)


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("f", ("", False, "f")),
        ("T.m", ("T", False, "m")),
        ("(*T).m", ("T", True, "m")),
        ("_f1", ("", False, "_f1")),
        ("Größe.maß", ("Größe", False, "maß")),
    ],
)
def test_a_member_s_receiver_and_name(member: str, expected: tuple[str, bool, str]) -> None:
    assert split_member(member) == expected


@pytest.mark.parametrize(
    "member",
    [
        "",
        ".",
        "T.",
        ".m",
        "*T.m",
        "(T).m",
        "(*T)",
        "(*T).",
        "(*).m",
        "init.0",
        "f.func1.2",
        "F[int]",
        "f\n",
        "f g",
        "1f",
    ],
)
def test_what_no_declaration_is_called(member: str) -> None:
    assert split_member(member) is None
