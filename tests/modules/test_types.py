"""Modules that are in use everywhere pull what they say, or what lies alike."""

from __future__ import annotations

import pytest

from linkname_ls.build.files import walk
from linkname_ls.checks.rules import check_source
from support.modules import Consumer


@pytest.mark.parametrize(
    ("consumer", "module"),
    [
        ("sonic", "github.com/bytedance/sonic"),
        ("sonic", "github.com/bytedance/sonic/loader"),
        ("go_json", "github.com/goccy/go-json"),
        ("purego", "github.com/ebitengine/purego"),
        ("x_sys", "golang.org/x/sys"),
    ],
)
def test_no_types_differ(request: pytest.FixtureRequest, consumer: str, module: str) -> None:
    user: Consumer = request.getfixturevalue(consumer)
    said: list[str] = []
    for path in walk(user.module(module).dir):
        source = user.snapshot.source(path)
        if source is not None:
            said += [
                f"{path}: {one.message}"
                for one in check_source(user.snapshot, source)
                if one.code in ("signature-mismatch", "variable-type-mismatch")
            ]
    assert said == []
