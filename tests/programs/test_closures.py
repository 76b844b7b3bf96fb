"""What a program is made of: go list is the judge."""

from __future__ import annotations

import os

import pytest

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.programs.program import Kind, Program, closure_of
from support.go import ENVIRON, run
from support.trees import goroot

_STORE, _INDEX = SourceStore(), Index()


def _members(package: str, kind: Kind, settings: dict[str, str]) -> set[str]:
    folder = goroot("own") / "src" / package
    universe = Universe([goroot("own") / "src" / "cmd"], read_toolchain({**os.environ, **settings}))
    snapshot = Snapshot(universe, {}, _STORE, _INDEX, complete=True)
    platform = snapshot.platform(folder)
    program = Program(snapshot, folder, kind, platform, closure_of(snapshot, folder, kind, platform))
    assert program.complete
    return set(program.members)


def _listed(package: str, kind: Kind, settings: dict[str, str]) -> set[str]:
    flags = ["-test"] if kind == "test" else []
    listed = run("go", "list", "-deps", *flags, package, env={**ENVIRON, **settings}).splitlines()
    # A variant for the test is listed as "p [q.test]", the main package that go test writes as "q.test".
    return {line.partition(" ")[0] for line in listed} - {f"{package}.test", "unsafe"}


@pytest.mark.parametrize(
    "settings",
    [{}, {"CGO_ENABLED": "0"}, {"GOOS": "windows"}, {"GOOS": "js", "GOARCH": "wasm"}, {"GOFLAGS": "-race"}],
    ids=lambda settings: " ".join(f"{name}={value}" for name, value in settings.items()) or "plain",
)
@pytest.mark.parametrize(("package", "kind"), [("cmd/gofmt", "binary"), ("net/http", "test"), ("os/user", "test")])
def test_a_program_holds_what_go_links_into_it(package: str, kind: Kind, settings: dict[str, str]) -> None:
    assert _members(package, kind, settings) == _listed(package, kind, settings)
