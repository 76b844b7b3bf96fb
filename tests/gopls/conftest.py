"""The two workspaces, each opened once in both servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.build.files import walk
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from linkname_ls.source.directives import Directive
from support.ask import snapshot_of, source_of
from support.gopls import Asked, ask_both
from support.trees import goroot
from support.txtar import write

SMALL = """
-- go.mod --
module example.com/m

go 1.26
-- main.go --
package main

import (
	_ "time"

	_ "example.com/m/a"
)

func secret() int { return 1 }

func main() {}
-- a/a.go --
package a

import _ "unsafe"

//go:linkname pull example.com/m/b.body
func pull() int

//go:linkname variable example.com/m/b.Count
var variable int

//go:linkname push example.com/m/b.Awaited
func push() int { return 1 }

//go:linkname standard runtime.procPin
func standard() int

//go:linkname external example.com/m/b_test.helper
func external() int

func elsewhere() int

//go:linkname marked
func marked() int

//go:linkname hook example.com/m/b.hook
func hook() int

//go:linkname method example.com/m/b.(*T).get
func method() int

//go:linkname value example.com/m/b.T.read
func value() int

//go:linkname escaped example.com/m/dot%2ev2.f
func escaped() int

//go:linkname plain plain_name
func plain() int

//go:linkname of_main main.secret
func of_main() int

//go:linkname of_main_by_path example.com/m.secret
func of_main_by_path() int

//go:linkname unescaped example.com/m/dot.v2.f
func unescaped() int
-- a/link.go --
package a

import _ "unsafe"

//go:linkname elsewhere example.com/m/b.body
-- a/empty.s --
-- b/b.go --
package b

import _ "unsafe"

// Ünïcode before it: columns count in UTF-16.
/* 😀 */ func body() int { return 1 }

var Count int

func Awaited() int

//go:linkname give example.com/m/a.marked
func give() int { return 1 }

//go:linkname hooked example.com/m/b.hook
func hooked() int { return 1 }

//go:linkname simple plain_name
func simple() int { return 1 }

type T struct{}

func (t *T) get() int { return 1 }

func (t T) read() int { return 1 }
-- b/empty.s --
-- b/b_test.go --
package b_test

func helper() int { return 1 }
-- dot.v2/dot.go --
package dot

func f() int { return 1 }
"""


def _directives(snapshot: Snapshot, root: Path) -> list[tuple[Source, Directive]]:
    """Return the directives below a folder that today's build takes, those of its tests too."""
    sources = [source_of(snapshot, Path(file)) for file in walk(root)]
    return [
        (source, directive)
        for source in sources
        if source.directives and source.in_build(snapshot.platform(source.path.parent))
        for directive in source.directives
        if directive.accepted
    ]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Asked]:
    """The directives of package a of a small module, by local name."""
    root = write(tmp_path_factory.mktemp("small"), SMALL).root
    asked = ask_both(root, tmp_path_factory.mktemp("cache"), _directives(snapshot_of(root), root / "a"))
    return {one.directive.arguments[0].text: one for one in asked}


@pytest.fixture(scope="session")
def go_tree(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """The directives with a target of GOROOT/src, which is the workspace."""
    root = goroot("own") / "src"
    places = [place for place in _directives(snapshot_of(root), root) if place[1].target is not None]
    return ask_both(root, tmp_path_factory.mktemp("cache"), places)
