"""Go to implementation and to declaration: between bodies and what stands for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linkname_ls.features.declaration import declaration
from linkname_ls.features.implementation import implementation
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from linkname_ls.links.table import Site
from linkname_ls.source.positions import Span
from support.ask import short, snapshot_of, source_of
from support.txtar import write

Find = Callable[[Snapshot, Source, int], "tuple[Span, list[Site]] | None"]


def check(root: Path, text: str, find: Find) -> None:
    """Assert that the cursor leads to exactly what is marked."""
    fixture = write(root, text)
    snapshot = snapshot_of(root)
    found = find(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    sites = found[1] if found is not None else []
    assert sorted(short(root, site) for site in sites) == sorted(fixture.marked)


BODIES = """
    -- high/high.go --
    package high

    func {0}now() int64

    func Now() int64 {{ return {1}now() }}
    -- high/empty.s --
    -- low/low.go --
    //go:build !windows

    package low

    import _ "unsafe"

    //go:linkname impl example.com/m/high.now
    func «impl»() int64 {{ return 1 }}
    -- low/low_windows.s --
    TEXT «example·com∕m∕high·now»(SB), 4, $16-8
    	RET
    """


@pytest.mark.parametrize("place", range(2))
def test_implementations_are_the_bodies_on_every_platform(tmp_path: Path, place: int) -> None:
    check(tmp_path, BODIES.format(*("$0" if at == place else "" for at in range(2))), implementation)


DECLARATIONS = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname pulled example.com/m/b.secret
    func «pulled»() int
    -- c/c.go --
    package c

    import _ "unsafe"

    //go:linkname also example.com/m/b.secret
    func «also»() int
    -- b/b.go --
    package b

    import _ "unsafe"

    //go:linkname {0}secret
    func {1}secret() int {{ return 1 }}

    var x = {2}secret()
    """


@pytest.mark.parametrize("place", range(3))
def test_declarations_are_what_stands_for_a_body(tmp_path: Path, place: int) -> None:
    check(tmp_path, DECLARATIONS.format(*("$0" if at == place else "" for at in range(3))), declaration)


@pytest.mark.parametrize("find", [implementation, declaration])
@pytest.mark.parametrize(
    "text",
    [
        "-- a.go --\npackage a\n\nfunc $0f() {}\n",
        "-- a.go --\npackage a\n\nfunc f() { $0x() }\n",
        '-- a.go --\npackage a\n\nimport _ "unsafe"\n\n//go:linkname $0\n',
        "-- a.go --\npackage a\n\n//go:$0linkname f\nfunc f() {}\n",
    ],
)
def test_nothing_is_said_where_nothing_leads_on(tmp_path: Path, find: Find, text: str) -> None:
    check(tmp_path, text, find)


def test_a_body_that_a_directive_publishes_leads_to_who_awaits_it(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        -- a/a.go --
        package a

        func «await»()
        -- a/empty.s --
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname f example.com/m/a.await
        func $0f() {}
        """,
        declaration,
    )
