"""Package patterns match what the go command's do."""

from __future__ import annotations

import time

import pytest

from linkname_ls.build.patterns import matcher


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("net/...", "net", True),
        ("net/...", "net/http", True),
        ("net/...", "netip", False),
        ("n...t", "nt", True),
        ("a...b...c", "a/b/c", True),
        ("a...b...c", "acb", False),
        ("...", "a/vendor/b", False),
        (".../vendor/...", "a/vendor/b", True),
        ("a/vendor/...", "a/vendor", True),
    ],
)
def test_dots_stand_for_anything_but_a_vendor_above_others(pattern: str, path: str, fits: bool) -> None:
    assert matcher(pattern)(path) is fits


def test_many_dots_take_no_longer() -> None:
    began = time.monotonic()
    assert not matcher("..." * 40 + "x")("example.com/" * 20)
    assert time.monotonic() - began < 1
