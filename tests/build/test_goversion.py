from __future__ import annotations

import pytest

from linkname_ls.build.goversion import (
    compare_go,
    is_go_version,
    is_language_version,
    language_version,
    minor_release,
    release_in,
    toolchain_version,
)


def test_versions_are_ordered_as_go_orders_them() -> None:
    ordered = [
        "x",
        "1",
        "1.2",
        "1.20",
        "1.20.1",
        "1.21",
        "1.21beta1",
        "1.21rc1",
        "1.21rc2",
        "1.21.0",
        "1.21.10",
    ]
    for i, a in enumerate(ordered):
        for j, b in enumerate(ordered):
            assert compare_go(a, b) == (i > j) - (i < j), (a, b)


def test_before_1_21_the_language_is_its_first_release() -> None:
    assert compare_go("1.20", "1.20.0") == 0
    assert compare_go("1.20rc1", "1.20") == -1


@pytest.mark.parametrize("version", ["", "go1.21", "1.21.", "1.021", "1.21.3rc1", "1.21-x", "v1.21", "1.²", "1.21\n"])
def test_malformed_versions(version: str) -> None:
    assert not is_go_version(version)
    assert language_version(version) == ""
    assert compare_go(version, "also malformed") == 0


def test_languages_and_releases_are_told_apart() -> None:
    assert is_language_version("1.21")
    assert not any(is_language_version(version) for version in ("1.21.0", "1.21rc1", "1.20", ""))


@pytest.mark.parametrize(("version", "language"), [("1.21.3", "1.21"), ("1.22rc1", "1.22"), ("1.9", "1.9")])
def test_the_language_of_a_version(version: str, language: str) -> None:
    assert language_version(version) == language


@pytest.mark.parametrize(("version", "minor"), [("1.21.3", 21), ("go1.22rc1", 22), ("go1.9-corp", 9), ("", 0)])
def test_the_number_of_a_release(version: str, minor: int) -> None:
    assert minor_release(version) == minor


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("go1.21.3", "1.21.3"),
        ("go1.21rc2", "1.21rc2"),
        ("go1.21.3-corp.1", "1.21.3"),
        ("go1.21", "1.21"),
        ("1.21.3", ""),
        ("go1.21.3/../..", ""),
        ("go1.21.3-../../x", ""),
        ("go1.21.3-a\\b", ""),
        ("go1.21.3 ", ""),
        ("go2.1", ""),
        ("default", ""),
        ("", ""),
    ],
)
def test_toolchain_names_are_taken_strictly(name: str, version: str) -> None:
    assert toolchain_version(name) == version


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("go1.26.8\ntime 2026-08-28T16:20:06Z", "go1.26.8"),
        ("devel go1.28-0123abcdef Tue", "go1.28"),
        ("go1.26.1 X:jsonv2", "go1.26.1"),
        ("go1.27rc1", "go1.27rc1"),
        ("weekly.2012-03-27", ""),
        ("", ""),
    ],
)
def test_the_release_in_a_version_text(text: str, name: str) -> None:
    assert release_in(text) == name
