from __future__ import annotations

import pickle

import pytest

from linkname_ls.build.constraints import (
    ALWAYS,
    Constraint,
    file_constraint,
    ignored_name,
    parse_constraint,
)
from linkname_ls.build.platform import Platform

LINUX = Platform("linux", "amd64", cgo=True, tags=frozenset({"go1.1", "go1.18", "go1.26"}))
WINDOWS = Platform("windows", "arm64", cgo=False, tags=frozenset({"go1.1", "go1.18", "go1.26"}))


def of(expression: str, name: str = "x.go") -> Constraint:
    return file_constraint(name, f"//go:build {expression}\n\npackage x\n".encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.go", ""),
        ("linux.go", ""),
        ("x_linux.go", "linux"),
        ("x_linux_test.go", "linux"),
        ("x_test.go", ""),
        ("x_amd64.s", "amd64"),
        ("x_linux_amd64.s", "linux && amd64"),
        ("x_linux_amd64_test.go", "linux && amd64"),
        ("x_amd64_linux.go", "linux"),
        ("x_unix.go", ""),
        ("x_linux.pb.go", "linux"),
        ("_linux.go", "linux"),
        ("x_linux_.go", ""),
        ("test_linux_foo.go", ""),
    ],
)
def test_file_name_suffixes(name: str, text: str) -> None:
    assert file_constraint(name, b"package x\n").text == text


def test_a_plain_file_is_always_built() -> None:
    assert file_constraint("x.go", b"// Package x builds things.\npackage x\n") == ALWAYS
    assert ALWAYS.holds(LINUX)


def test_suffix_and_expression_are_joined() -> None:
    assert of("amd64 && !faketime", "x_linux.go").text == "linux && amd64 && !faketime"
    assert of("amd64 || arm64", "x_linux.go").text == "linux && (amd64 || arm64)"


def test_what_the_name_says_already_is_not_repeated() -> None:
    assert of("linux && cgo", "x_linux.go").text == "linux && cgo"


def test_both_suffix_and_expression_must_hold() -> None:
    assert of("amd64", "x_linux.go").holds(LINUX)
    assert not of("amd64", "x_windows.go").holds(LINUX)
    assert not of("arm64", "x_linux.go").holds(LINUX)


def test_the_expression_is_spelled_as_go_spells_it() -> None:
    assert of("!( linux&&amd64 )||(darwin)").text == "!(linux && amd64) || darwin"
    assert of("a && (b && (c || d || (e)))").text == "a && b && (c || d || e)"


def test_plus_build_lines_count_without_go_build() -> None:
    data = b"// +build linux,!cgo darwin\n// +build amd64\n\npackage x\n"
    assert file_constraint("x.go", data).text == "((linux && !cgo) || darwin) && amd64"


def test_go_build_overrides_plus_build() -> None:
    data = b"//go:build linux\n// +build windows\n\npackage x\n"
    assert file_constraint("x.go", data).text == "linux"


@pytest.mark.parametrize("expression", ["linux &&", "!!linux", "linux amd64", "(linux", "a & b", "a-b", "", "é!"])
def test_a_malformed_expression_never_holds(expression: str) -> None:
    constraint = of(expression)
    assert not constraint.holds(LINUX)
    assert not constraint.satisfiable()
    assert constraint.text == (expression or "//go:build")


def test_two_go_build_lines_never_hold() -> None:
    data = b"//go:build linux\n//go:build amd64\n\npackage x\n"
    assert not file_constraint("x.go", data).holds(LINUX)


def test_deep_nesting_is_survived() -> None:
    assert not of("(" * 500 + "linux" + ")" * 500).holds(LINUX)


def test_a_thousand_terms_are_taken_and_one_more_is_not() -> None:
    assert of(" || ".join(["linux"] * 1000)).holds(LINUX)
    assert not of(" || ".join(["linux"] * 1001)).holds(LINUX)


def test_bytes_that_are_not_utf8_are_survived() -> None:
    assert file_constraint("x.go", b"// \xff\n//go:build linux\n\npackage x \xfe\n").text == "linux"
    assert not file_constraint("x.go", b"//go:build linux\xff\n\npackage x\n").holds(LINUX)


def test_text_alone_gives_the_constraint_back() -> None:
    for constraint in (ALWAYS, of("a || b && !(c || d)", "x_windows.go"), of("linux &&"), of("")):
        again = parse_constraint(constraint.text)
        assert again.text == constraint.text
        assert (again.holds(LINUX), again.holds(WINDOWS)) == (
            constraint.holds(LINUX),
            constraint.holds(WINDOWS),
        )


def test_constraints_can_be_pickled() -> None:
    constraint = of("a || !b", "x_linux.go")
    assert pickle.loads(pickle.dumps(constraint)) == constraint


@pytest.mark.parametrize("name", ["_x.go", ".x.go", "_x.s"])
def test_names_that_are_never_built(name: str) -> None:
    assert ignored_name(name)
    assert not ignored_name("x" + name)


@pytest.mark.parametrize(
    "expression",
    [
        "plan9 && arm",
        "!linux && !windows",
        "race && !cgo",
        "!go1.18",
        "goexperiment.jsonv2",
        "amd64.v3",
        "!ignore",
        "boringcrypto",
        "!(gccgo || appengine)",
    ],
)
def test_other_configurations_are_satisfiable(expression: str) -> None:
    assert of(expression).satisfiable()


@pytest.mark.parametrize(
    "expression",
    ["ignore", "linux && windows", "windows && s390x", "zos", "gccgo", "linux && tools", "go1.20 && !go1.18"],
)
def test_some_files_no_port_builds(expression: str) -> None:
    assert not of(expression).satisfiable()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("linux", "windows"),
        ("linux", "!unix"),
        ("cgo", "!cgo"),
        ("go1.21", "!go1.18"),
        ("amd64 || arm64", "386"),
        ("purego", "!purego && amd64"),
        ("linux && amd64", "!amd64"),
        ("solaris && amd64", "plan9"),
        ("goexperiment.boringcrypto", "!boringcrypto"),
        ("gc", "gccgo"),
        ("linux &&", ""),
    ],
)
def test_files_that_are_never_in_one_build(a: str, b: str) -> None:
    other = of(b) if b else ALWAYS
    assert of(a).excludes(other)
    assert other.excludes(of(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("linux", "amd64"),
        ("linux", "android"),
        ("unix", "!linux"),
        ("purego", "integration"),
        ("!go1.21", "go1.18"),
        ("race", "cgo"),
    ],
)
def test_files_that_can_be_in_one_build(a: str, b: str) -> None:
    assert not of(a).excludes(of(b))


def test_nothing_is_said_about_many_free_tags() -> None:
    assert of("a && b && c && d && e && f && g && h").excludes(of("!a"))
    assert not of("a && b && c && d && e && f && g && h && i").excludes(of("!a"))
