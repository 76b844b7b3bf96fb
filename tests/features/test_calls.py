"""The call hierarchy of what is linked."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.calls import Calls, Item, incoming, outgoing, prepare
from linkname_ls.links.snapshot import Snapshot
from support.ask import snapshot_of, source_of
from support.trees import goroot
from support.txtar import Fixture, write


def prepared(fixture: Fixture) -> tuple[Snapshot, list[Item]]:
    snapshot = snapshot_of(fixture.root)
    return snapshot, prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)


def shown(item: Item) -> str:
    """Return an item as ``file name (detail)``."""
    return f"{item.source.path.name} {item.name} ({item.detail})"


def lines(calls: list[Calls], item: Item | None = None) -> list[str]:
    """Return calls as ``file name (detail) @line,line``, the lines of the caller's file: of ``item``'s if given."""
    found: list[str] = []
    for one in calls:
        source = item.source if item is not None else one.item.source
        numbers = ",".join(str(source.lines.line_of(span.start) + 1) for span in one.spans)
        found.append(f"{shown(one.item)} @{numbers}")
    return found


def callers(snapshot: Snapshot, item: Item) -> list[str]:
    return lines(incoming(snapshot, item.source, item.selection.start, item.symbol))


def callees(snapshot: Snapshot, item: Item) -> list[str]:
    return lines(outgoing(snapshot, item.source, item.selection.start, item.symbol), item)


LINK = """
    -- clock/clock.go --
    package clock

    func {0}now() int

    func Read() int {{ return {1}now() + now() }}

    type T int

    func (t *T) Read() int {{
    	return func() int {{ return now() }}()
    }}

    var a, b = 1, now()

    func value() func() int {{ return now }}

    func hidden(now func() int) int {{ return now() }}
    -- clock/clock_test.go --
    package clock

    func init() {{ go now() }}
    -- clock/empty.s --
    -- engine/engine.go --
    package engine

    import _ "unsafe"

    //go:linkname {2}clock_now example.com/m/clock.{3}now
    func {4}clock_now() int {{ return generic[int](1) + other.x() }}

    func generic[T any](x T) T {{ return x }}

    func use() {{ defer clock_now() }}
    -- engine/engine_amd64.s --
    TEXT ·x(SB), 4, $16-0
    	CALL example·com∕m∕clock·{5}now(SB)
    	RET

    TEXT local<>(SB), 4, $16-0
    	MOVQ $example·com∕m∕clock·now(SB), AX
    	JMP example·com∕m∕clock·now(SB)
    -- user/user.go --
    package user

    import "example.com/m/clock"

    func main() {{ clock.Read() }}
    """


@pytest.mark.parametrize("place", range(6))
def test_item_is_the_body_from_every_place(tmp_path: Path, place: int) -> None:
    _, items = prepared(write(tmp_path, LINK.format(*("$0" if at == place else "" for at in range(6)))))
    assert [shown(item) for item in items] == ["engine.go clock_now (example.com/m/engine)"]
    assert items[0].symbol == "example.com/m/clock.now"


def test_callers_under_every_name(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(write(tmp_path, LINK.format("$0", *[""] * 5)))
    assert callers(snapshot, item) == [
        "clock.go Read (example.com/m/clock, as example.com/m/clock.now) @5,5",
        "clock.go (*T).Read (example.com/m/clock, as example.com/m/clock.now) @10",
        "clock.go b (example.com/m/clock, as example.com/m/clock.now) @13",
        "engine.go use (example.com/m/engine) @10",
        "engine_amd64.s x (example.com/m/engine, as example.com/m/clock.now) @2",
        "engine_amd64.s local<> (example.com/m/engine, as example.com/m/clock.now) @7",
        "clock_test.go init (example.com/m/clock, as example.com/m/clock.now) @3",
    ]


def test_caller_is_asked_in_turn(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(write(tmp_path, LINK.format("$0", *[""] * 5)))
    found = incoming(snapshot, item.source, item.selection.start, item.symbol)
    assert callers(snapshot, found[0].item) == ["user.go main (example.com/m/user) @5"]
    assert [callers(snapshot, one.item) for one in found[1:]] == [[]] * 6


def test_outgoing_call_arrives_in_the_body(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(write(tmp_path, LINK.format("$0", *[""] * 5)))
    assert callees(snapshot, item) == ["engine.go generic (example.com/m/engine) @6"]
    clock = incoming(snapshot, item.source, item.selection.start, item.symbol)
    through = "engine.go clock_now (example.com/m/engine, as example.com/m/clock.now) @"
    assert [callees(snapshot, one.item) for one in clock[:3]] == [[f"{through}5,5"], [f"{through}10"], [f"{through}13"]]


def test_assembly_calls_and_is_called(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(
        write(
            tmp_path,
            """
            -- a/a.go --
            package a

            func $0f()

            func g() { h() }

            func h()
            -- a/a_amd64.s --
            TEXT ·f(SB), 4, $16-0
            	CALL ·g(SB) // CALL ·h(SB)
            	MOVQ $·h(SB), AX
            	RET
            TEXT ·h(SB), 4, $16-0
            	JMP ·f(SB)
            -- a/a_arm64.s --
            TEXT ·f(SB), 4, $16-0
            	B ·h(SB)
            """,
        )
    )
    assert shown(item) == "a_amd64.s f (example.com/m/a)"
    assert callees(snapshot, item) == ["a.go g (example.com/m/a) @2"]
    assert callers(snapshot, item) == ["a_amd64.s h (example.com/m/a) @6"]


def test_body_of_today_s_build(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        func $0f()

        func g() { f() }
        -- a/a.s --
        -- b/b_linux.go --
        package b

        import _ "unsafe"

        //go:linkname f example.com/m/a.f
        func f() {}
        -- b/b_windows.go --
        package b

        import _ "unsafe"

        //go:linkname f example.com/m/a.f
        func f() { g() }

        func g() {}
        """
    fixture = write(tmp_path, text)
    for goos in ("linux", "windows"):
        snapshot = snapshot_of(tmp_path, goos=goos)
        items = prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
        assert [shown(item) for item in items] == [f"b_{goos}.go f (example.com/m/b)"]


@pytest.mark.parametrize(
    "text", ["func $0f() {}", "func g() { $0f() }\nfunc f() {}", "var $0x int", "//go:$0linkname f"]
)
def test_what_is_not_linked_is_left_to_gopls(tmp_path: Path, text: str) -> None:
    _, items = prepared(write(tmp_path, f"-- a/a.go --\npackage a\n{text}\n"))
    assert items == []


def test_linked_variable_is_no_function(tmp_path: Path) -> None:
    text = '-- a/a.go --\npackage a\n\nimport _ "unsafe"\n\n//go:linkname x\nvar $0x int\n'
    assert prepared(write(tmp_path, text))[1] == []


@pytest.mark.parametrize(("offset", "symbol"), [(0, "example.com/m/a.f"), (16, "example.com/m/a.g"), (10**9, "")])
def test_item_that_is_gone_has_no_calls(tmp_path: Path, offset: int, symbol: str) -> None:
    fixture = write(tmp_path, "-- a/a.go --\npackage a\n\nfunc f() { f() }\n")
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, fixture.path("a/a.go"))
    assert len(incoming(snapshot, source, 16, "example.com/m/a.f")) == 1
    assert incoming(snapshot, source, offset, symbol) == []
    assert outgoing(snapshot, source, offset, symbol) == []


def test_half_typed_file_still_answers(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(
        write(tmp_path, "-- a/a.go --\npackage a\n\nfunc $0f()\n\nfunc g() { f( }\n\nfunc h() { f() }\n-- a/a.s --\n")
    )
    assert "a.go h (example.com/m/a) @7" in callers(snapshot, item)


def test_go_tree_s_own_links() -> None:
    source = goroot("own") / "src"
    snapshot = snapshot_of(source)
    file = source_of(snapshot, source / "reflect/value.go")
    (item,) = prepare(snapshot, file, file.data.index(b"func unsafe_New(") + 5)
    assert shown(item) == "malloc.go reflect_unsafe_New (runtime)"
    found = callers(snapshot, item)
    assert any(one.startswith("value.go New (reflect, as reflect.unsafe_New) @") for one in found)
    assert [one.rpartition(" @")[0] for one in callees(snapshot, item)] == ["malloc.go mallocgc (runtime)"]


METHODS = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname pull example.com/m/b.(*T).m
    func $0pull(t any) int

    func far() { pull(nil) }
    -- b/b.go --
    package b

    import "strings"

    type T struct{ builder strings.Builder }

    func (t *T) m() int { t.builder.Grow(1); return t.other() + strings.Count("", "") }

    func (t *T) other() int { return 1 }

    func near(t T, d interface{ m() int }) int { return t.m() + d.m() + len([]func() int{t.m}) }
    """


def test_methods_that_written_types_tell(tmp_path: Path) -> None:
    snapshot, (item,) = prepared(write(tmp_path, METHODS))
    assert shown(item) == "b.go (*T).m (example.com/m/b)"
    assert callers(snapshot, item) == [
        "a.go far (example.com/m/a, as example.com/m/a.pull) @8",
        "b.go near (example.com/m/b) @11",
    ]
    assert callees(snapshot, item) == [
        "builder.go (*Builder).Grow (strings) @7",
        "b.go (*T).other (example.com/m/b) @7",
        "strings.go Count (strings) @7",
    ]
