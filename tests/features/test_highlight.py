"""Document highlight: what takes part in a link, inside one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.highlight import highlights
from support.ask import snapshot_of, source_of
from support.txtar import write


def check(root: Path, text: str) -> str:
    """Assert that what is marked in the cursor's file is highlighted; returns the first letters of the kinds."""
    fixture = write(root, text)
    snapshot = snapshot_of(root, complete=False)
    source = source_of(snapshot, fixture.cursor_path)
    found = highlights(snapshot, source, fixture.offset) or []
    assert [one.span for one in found] == sorted(span for _, span in fixture.marked)
    return "".join(one.kind[0] for one in found)


PULL = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname «{0}now» «{1}runtime.nanotime»
    func «{2}now»() int64

    func twice(f func(now int64)) {{
    	f(«{3}now»())
    	now := 1
    	_ = now
    }}

    type T struct{{ now int }}

    var x = T{{now: int(«{4}now»())}}
    """


@pytest.mark.parametrize("place", range(5))
def test_names_declaration_and_uses_in_scope(tmp_path: Path, place: int) -> None:
    assert check(tmp_path, PULL.format(*("$0" if at == place else "" for at in range(5)))) == "nnwrr"


def test_declaration_in_another_file_has_its_directive_highlighted(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname «$0now» «runtime.nanotime»

        var x = «now»()
        -- a/b.go --
        package a

        func now() int64
        """,
    )


def test_assembly(tmp_path: Path) -> None:
    kinds = check(
        tmp_path,
        """
        -- a/a_amd64.s --
        TEXT «·f»(SB), 4, $16-8
        	CALL «$0·f»(SB)
        	JMP «example·com∕m∕a·f»(SB)
        	JMP ·g(SB)
        -- a/a.go --
        package a

        func f() int64
        """,
    )
    assert kinds == "wrr"


def test_use_with_a_qualifier(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        -- main.go --
        package main

        import "example.com/m/a"

        func main() {
        	a.«$0F»()
        	a.«F»()
        	F := 1
        	_ = F
        	{
        		a := struct{ F int }{}
        		_ = a.F
        	}
        }
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname F runtime.nanotime
        func F() int64
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        "-- a.go --\npackage a\n\nfunc $0f() {}\n",
        "-- a.go --\npackage a\n\ntype T int\n\nfunc (T) $0m()\n\nvar x = T.m\n",
        "-- a.go --\npackage a\n\n$0//go:linkname\n",
    ],
)
def test_the_rest_is_left_to_gopls(tmp_path: Path, text: str) -> None:
    check(tmp_path, text)
