"""Modules that are in use everywhere are clean, but for hints that are true."""

from __future__ import annotations

import pytest

from linkname_ls.build.files import walk
from linkname_ls.checks.rules import check_source
from support.modules import Consumer

BASE64 = "github.com/cloudwego/base64x._subr__b64"


@pytest.mark.parametrize(
    ("consumer", "module", "expected"),
    [
        # base64x offers these two to nobody, and sonic's authors know: the modules are of one house.
        (
            "sonic",
            "github.com/bytedance/sonic",
            ["missing-handshake " + BASE64 + "decode", "missing-handshake " + BASE64 + "encode"],
        ),
        ("sonic", "github.com/bytedance/sonic/loader", []),
        ("go_json", "github.com/goccy/go-json", []),
        ("purego", "github.com/ebitengine/purego", []),
        ("x_sys", "golang.org/x/sys", []),
    ],
)
def test_what_is_said_of_a_module(
    request: pytest.FixtureRequest, consumer: str, module: str, expected: list[str]
) -> None:
    user: Consumer = request.getfixturevalue(consumer)
    said: list[str] = []
    for path in walk(user.module(module).dir):
        source = user.snapshot.source(path)
        if source is not None and source.constraint.satisfiable():
            said += [f"{one.code} {one.symbol}" for one in check_source(user.snapshot, source)]
    assert sorted(said) == expected
