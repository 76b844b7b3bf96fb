"""References: every site of a symbol."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.references import references
from support.ask import check_references, snapshot_of, source_of
from support.txtar import write

PULL = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname {0}f «example.com/m/b.{1}g»
    func «{2}f»() int
    -- b/b.go --
    package b

    import _ "unsafe"

    //go:linkname «{3}g»
    func «{4}g»() int {{ return 1 }}
    -- c/c_amd64.s --
    TEXT ·x(SB), 4, $16-0
    	CALL «example·com∕m∕b·{5}g»(SB)
    -- c/c.go --
    package c

    func x()
    """


@pytest.mark.parametrize("place", range(6))
def test_every_site_of_a_link_gives_the_same_set(tmp_path: Path, place: int) -> None:
    check_references(tmp_path, PULL.format(*("$0" if at == place else "" for at in range(6))))


def test_references_of_a_push_hold_both_ends_and_assembly(tmp_path: Path) -> None:
    check_references(
        tmp_path,
        """
        -- low/low.go --
        //go:build !amd64

        package low

        import _ "unsafe"

        //go:linkname impl «example.com/m/high.Now»
        func «impl»() int { return 1 }
        -- low/low_amd64.s --
        TEXT «example·com∕m∕high·Now»(SB), 4, $16-8
        	RET
        -- high/high.go --
        package high

        func «$0Now»() int
        -- high/empty.s --
        """,
    )


def test_symbol_of_a_shared_library_is_referred_to_by_directives(tmp_path: Path) -> None:
    check_references(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:cgo_import_dynamic «ours_$0read» read "libours.so"

        //go:linkname procRead «ours_read»
        var «procRead» uintptr
        -- a/a_amd64.s --
        TEXT ·x(SB), 4, $16-0
        	CALL «ours_read»(SB)
        -- b/b.go --
        package b

        func x()
        -- b/b_amd64.s --
        TEXT ·x(SB), 4, $16-0
        	CALL «ours_read»(SB)
        """,
    )


def test_other_symbols_with_the_same_local_name_are_left_out(tmp_path: Path) -> None:
    check_references(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0f «example.com/m/b.g»
        func «f»() int
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        -- c/c.go --
        package c

        import _ "unsafe"

        //go:linkname f example.com/m/c2.g
        func f() int
        """,
    )


def test_without_the_declaration_only_directives_and_assembly_remain(tmp_path: Path) -> None:
    fixture = write(tmp_path, PULL.format("", "", "", "", "$0", ""))
    snapshot = snapshot_of(tmp_path)
    found = references(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset, include_declaration=False)
    assert found is not None
    assert {site.kind for site in found} == {"directive", "assembly"}


def test_ordinary_function_has_none(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        func $0f() int { return 1 }
        """,
    )
    snapshot = snapshot_of(tmp_path)
    assert references(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset) is None


def test_go_function_that_its_own_assembly_calls_is_linked(tmp_path: Path) -> None:
    check_references(
        tmp_path,
        """
        -- a/a.go --
        package a

        func asm() int

        func «$0called»() int { return 7 }
        -- a/a_amd64.s --
        TEXT ·asm(SB), 4, $16-8
        	CALL «·called»(SB)
        	RET
        """,
    )


def test_the_main_function_of_a_program_is_left_to_gopls(tmp_path: Path) -> None:
    fixture = write(tmp_path, "-- main.go --\npackage main\n\nfunc $0main() {}\n")
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, fixture.cursor_path)
    assert references(snapshot, source, fixture.offset) is None


@pytest.mark.parametrize("opened", [False, True])
def test_another_program_is_no_part_of_the_answer_open_or_not(tmp_path: Path, opened: bool) -> None:
    program = 'package main\n\nimport _ "unsafe"\n\n//go:linkname hook\nfunc hook() int { return 1 }\n'
    write(tmp_path, f"-- one/main.go --\n{program}-- two/main.go --\n{program}")
    snapshot = snapshot_of(tmp_path)
    if opened:
        snapshot = snapshot.with_text(source_of(snapshot, tmp_path / "one/main.go"))
    source = source_of(snapshot, tmp_path / "two/main.go")
    found = references(snapshot, source, source.data.index(b"hook() int"))
    assert {site.source.path.parent.name for site in found or ()} == {"two"}


METHOD = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname {0}f «example.com/m/b.(*T).{1}g»
    func «{2}f»(t any) int

    func call() int {{ return «f»(nil) }}
    -- b/b.go --
    package b

    type T struct{{ next *T }}

    func (t *T) «{3}g»() int {{ return t.next.«g»() }}

    type outer struct{{ T }}

    type other struct{{ T }}

    func (other) g() int {{ return 0 }}

    type doer interface{{ g() int }}

    var all = map[string]*T{{}}

    func uses(o outer, p other, d doer, g func()) int {{
    	g()
    	for _, t := range all {{
    		t.«g»()
    	}}
    	return new(T).«g»() + o.«g»() + p.g() + p.T.«g»() + d.g() + len([]func(*T) int{{(*T).«g»}})
    }}
    -- b/b_windows.go --
    package b

    func windows(t T) {{ t.«g»() }}
    -- b/b_test.go --
    package b

    func tested(t T) {{ t.«g»() }}
    """


@pytest.mark.parametrize("place", range(4))
def test_linked_method_with_its_uses_as_far_as_types_are_written(tmp_path: Path, place: int) -> None:
    check_references(tmp_path, METHOD.format(*("$0" if at == place else "" for at in range(4))))
