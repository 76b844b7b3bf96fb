"""For editors that list twice what both servers lead to: what ours leaves out is exactly what gopls gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lsprotocol import types

from linkname_ls.features.beside_gopls import Gopls
from linkname_ls.features.subject import subject_at
from linkname_ls.links.table import Table
from support.ask import snapshot_of
from support.client import Editor
from support.gopls import Asked
from support.gopls import Gopls as GoplsEditor
from support.trees import goroot
from support.txtar import write

MODULE = """
-- go.mod --
module example.com/m

go 1.26
-- a/a.go --
package a

import (
	"os"
	_ "unsafe"

	"example.com/m/b"
)

//go:linkname pull example.com/m/b.body
func pull() int

//go:linkname push example.com/m/b.Awaited
func push() int { return pull() + inasm() + b.Shared + nowhere() }

//go:linkname pid syscall.runtime_envs
func pid() []string

//go:linkname parse net/http.parseBasicAuth
func parse()

//go:linkname nano runtime.nanotime // a comment behind it
func nano() int64

//go:linkname counter example.com/m/b.count
var counter int

//go:linkname get example.com/m/b.(*T).get
func get() int

//go:linkname hidden example.com/m/testdata/t.hidden
func hidden() int

func inasm() int

func nowhere() int

var _, _ = os.Args, counter + get() + hidden()
-- a/a.s --
TEXT ·inasm(SB), 4, $0
	RET
-- a/windows.go --
//go:build windows

package a

import _ "unsafe"

//go:linkname onlyWindows example.com/m/b.body
func onlyWindows() int

//go:linkname dll syscall.loadlibrary
func dll()

//go:linkname signal syscall.forkExec
func signal()
-- a/a_test.go --
package a

import _ "unsafe"

//go:linkname tested example.com/m/b.body
func tested() int

var _ = tested() + pull()
-- b/b.go --
package b

var Shared, count = 1, 2

type T struct{}

func (*T) get() int { return count }

var _ = new(T).get()

func body() int { return Awaited() + body() }

func Awaited() int

//go:linkname Shared
-- b/empty.s --
-- testdata/t/t.go --
package t

func hidden() int { return 1 }
"""

NAMES = (
    "pull|push|pid|parse|nano|counter|get|hidden|inasm|nowhere|onlyWindows|tested|body|Awaited|Shared|count"
    "|runtime_envs|loadlibrary|forkExec|parseBasicAuth|nanotime"
)


class Answers(NamedTuple):
    """Where one place leads in three servers, or what refers to it."""

    gopls: list[types.Location]
    ours: list[types.Location]
    beside: list[types.Location]
    """What ours says with ``dedupe``."""


def places(root: Path) -> Iterator[tuple[Path, int, int]]:
    """Yield every place in Go that could be linked: the first and the second letter of each name and target."""
    for path in sorted(root.rglob("*.go")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")):
            for found in re.finditer(rf"\b(?:{NAMES})\b|example\.com/m/b\b|\bruntime\.", line):
                yield path, number, found.start()
                yield path, number, found.start() + 1


def spelled(root: Path, place: tuple[Path, int, int]) -> str:
    path, line, character = place
    return f"{path.relative_to(root)}:{line + 1}:{character + 1}"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Answers]]:
    """The answers at all places of the module, by request and place."""
    root = write(tmp_path_factory.mktemp("dedupe"), MODULE).root
    found: dict[str, dict[str, Answers]] = {"definition": {}, "references": {}}
    with (
        GoplsEditor(root, tmp_path_factory.mktemp("cache")) as gopls,
        Editor(root) as ours,
        Editor(root, options={"gopls": {"dedupe": True}}) as beside,
    ):
        editors = gopls, ours, beside
        for editor in editors:
            for path in sorted(root.rglob("*.go")):
                editor.open(path)
        for place in places(root):
            name = spelled(root, place)
            found["definition"][name] = Answers(*(editor.definition(*place) for editor in editors))
            found["references"][name] = Answers(*(editor.references(*place) for editor in editors))
    return found


def key(location: types.Location) -> tuple[str, int, int]:
    # The "·" of a name in assembly is a part of it to us, and not to gopls.
    return location.uri, location.range.start.line, location.range.end.character


@pytest.mark.parametrize("request_name", ["definition", "references"])
def test_nothing_is_lost(request_name: str, asked: dict[str, dict[str, Answers]]) -> None:
    lost = {
        place: set(map(key, one.ours)) - set(map(key, one.beside)) - set(map(key, one.gopls))
        for place, one in asked[request_name].items()
    }
    assert {place: missing for place, missing in lost.items() if missing} == {}


@pytest.mark.parametrize("request_name", ["definition", "references"])
def test_nothing_is_there_twice(request_name: str, asked: dict[str, dict[str, Answers]]) -> None:
    # But for packages that gopls knows only because one of their files happens to be open.
    twice = {
        place: [twin for twin in map(key, one.beside) if twin in map(key, one.gopls) and "/testdata/" not in twin[0]]
        for place, one in asked[request_name].items()
    }
    assert {place: twins for place, twins in twice.items() if twins} == {}


def test_the_same_was_asked_for_that_both_answer(asked: dict[str, dict[str, Answers]]) -> None:
    for answers in asked.values():
        both = [place for place, one in answers.items() if set(map(key, one.ours)) & set(map(key, one.gopls))]
        assert len(both) > 20


def test_nothing_of_the_go_tree_is_left_to_gopls_that_it_does_not_find(go_tree: list[Asked]) -> None:
    snapshot = snapshot_of(goroot("own") / "src")
    lost: list[str] = []
    left = 0
    for one in go_tree:
        offset = one.directive.arguments[-1].span.start + 1
        table = Table(snapshot)
        subject = subject_at(table, one.source, offset)
        assert subject is not None
        gopls = Gopls(snapshot, subject, offset)
        said = [site for site in table.named(subject.symbol, one.source.path.parent) if gopls.leads_to(site)]
        left += len(said)
        if said and not one.gopls:
            lost.append(str(one))
    assert lost == []
    assert left > 200
