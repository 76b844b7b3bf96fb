"""Versions of Go itself ("1.21", "1.21rc1", "1.21.0"), which are not semantic versions.

Source: src/internal/gover/gover.go and src/cmd/go/internal/gover/toolchain.go of the Go tree.
"""

from __future__ import annotations

import re

VersionKey = tuple[int, int, int, str, int]
"""Sorts like ``gover.Compare``: major, minor, patch (-1: none), kind ("" < beta < rc), its number."""

_INVALID: VersionKey = (-1, -1, -1, "", -1)
_NUMBER = r"(0|[1-9][0-9]{0,17})"
_VERSION = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}|([a-z]+){_NUMBER}?)?)?", re.ASCII)
_TOOLCHAIN = re.compile(rf"go(1\.{_NUMBER}(?:\.{_NUMBER}|(?:rc|beta|alpha){_NUMBER})?)(-[A-Za-z0-9_.+]+)?", re.ASCII)
_RELEASE = re.compile(r"go(1\.[0-9]+(?:\.[0-9]+|(?:rc|beta|alpha)[0-9]+)?)", re.ASCII)


def version_key(version: str) -> VersionKey:
    """A sort key for a Go version without its "go" ("1.21rc1"); malformed versions sort before all others.

    From 1.21 on the language version comes first: 1.21 < 1.21rc1 < 1.21.0. Before, 1.20 is the same as
    1.20.0.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        return _INVALID
    major, minor, patch, kind, pre = match.groups()
    if minor is None:
        return int(major), 0, 0, "", -1
    if patch is None and kind is None and int(minor) < 21:
        patch = "0"
    return (
        int(major),
        int(minor),
        -1 if patch is None else int(patch),
        kind or "",
        -1 if pre is None else int(pre),
    )


def compare_go(a: str, b: str) -> int:
    """-1, 0 or 1 as Go version ``a`` is older than, the same as or newer than ``b`` (both without "go")."""
    x, y = version_key(a), version_key(b)
    return (x > y) - (x < y)


def is_go_version(version: str) -> bool:
    """Whether this is a well-formed Go version without its "go"."""
    return version_key(version) != _INVALID


def is_language_version(version: str) -> bool:
    """Whether this names a language ("1.21") and not one release of it ("1.21.0", "1.21rc1")."""
    key = version_key(version)
    return key != _INVALID and key[2] == -1 and key[3] == ""


def language_version(version: str) -> str:
    """The language of a Go version: "1.21.3" and "1.21rc1" give "1.21"; malformed ones give ""."""
    key = version_key(version)
    return "" if key == _INVALID else f"{key[0]}.{key[1]}"


def minor_release(version: str) -> int:
    """The N of "1.N.P" or "go1.N.P"; 0 when the version is unknown."""
    return max(0, version_key(toolchain_version(version) or version)[1])


def toolchain_version(name: str) -> str:
    """The Go version in a toolchain's name: "go1.21.3" and "go1.21.3-corp" give "1.21.3".

    "" for anything else, above all for what could be a path: the name becomes part of a folder name.
    """
    match = _TOOLCHAIN.fullmatch(name)
    return match.group(1) if match else ""


def release_in(text: str) -> str:
    """The toolchain name inside a VERSION file or GOVERSION ("devel go1.28-abc", "go1.26.1 X:foo").

    "" when there is none.
    """
    match = _RELEASE.search(text)
    return match.group(0) if match else ""
