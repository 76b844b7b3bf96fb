"""Rename: programs do the same before and after, and what cannot be renamed says why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from linkname_ls.features.rename import prepare, rename
from linkname_ls.features.rename_plan import Refused
from linkname_ls.source.edits import Edit, apply_edits
from support.ask import snapshot_of, source_of
from support.go import run
from support.txtar import Fixture, write


def renamed(fixture: Fixture, new: str) -> dict[str, list[Edit]] | None:
    """Rename what is at the cursor on disk and return the edits by file."""
    snapshot = snapshot_of(fixture.root)
    source = source_of(snapshot, fixture.cursor_path)
    found = rename(snapshot, source, fixture.offset, new)
    for changed, edits in found or ():
        changed.path.write_bytes(apply_edits(changed.data, edits))
    if found is None:
        return None
    return {changed.path.relative_to(fixture.root).as_posix(): edits for changed, edits in found}


def refusal(root: Path, text: str, new: str = "fresh") -> str:
    """Return why what is at the cursor is not renamed; nothing may have been asked for."""
    fixture = write(root, text)
    snapshot = snapshot_of(fixture.root)
    with pytest.raises(Refused) as refused:
        rename(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset, new)
    return str(refused.value)


def check_rename(root: Path, text: str, new: str = "fresh", platforms: Iterable[str] = (), main: str = "./cmd") -> None:
    """Assert that exactly what is marked is renamed, and that the program says the same before and after.

    Its tests must compile too, and for other platforms everything.
    """
    fixture = write(root, text)
    env = {"GOWORK": str(root / "go.work")} if (root / "go.work").exists() else {}
    before = run("go", "-C", root, "run", main, env=env)
    found = renamed(fixture, new)
    assert found is not None
    assert sorted((name, edit.span) for name, edits in found.items() for edit in edits) == sorted(fixture.marked)
    assert {edit.text for edits in found.values() for edit in edits} == {new}
    assert run("go", "-C", root, "run", main, env=env) == before
    for platform in ("", *platforms):
        goos, _, goarch = platform.partition("/")
        target = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"} if platform else {}
        folders = sorted({path.parent for path in root.rglob("go.mod")})
        for folder in folders:
            run("go", "-C", folder, "vet", "./...", env={**env, **target})


PULL = """
    -- cmd/main.go --
    package main

    import (
    	"fmt"
    	_ "unsafe"

    	"example.com/m/clock"
    )

    //go:linkname stolen example.com/m/clock.{0}«tick»
    func stolen() int

    func main() {{ fmt.Println(stolen(), clock.Read()) }}
    -- cmd/empty.s --
    -- clock/clock.go --
    package clock

    import _ "unsafe"

    type record struct{{ tick int }}

    func (r record) twice() int {{ return r.tick * 2 }}

    //go:linkname {1}«tick»
    func {2}«tick»() int {{ return 41 }}

    func Read() int {{
    	r := record{{tick: {3}«tick»()}}
    	again := func(tick int) int {{ return tick }}
    tick:
    	for range 1 {{
    		break tick
    	}}
    	return again(r.twice()) + func() int {{ return «tick»() }}()
    }}
    -- clock/clock_test.go --
    package clock

    import "testing"

    func TestTick(t *testing.T) {{
    	for _, tt := range []struct{{ tick int }}{{{{tick: «tick»()}}}} {{
    		if tt.tick != 41 {{
    			t.Fatal(tt)
    		}}
    	}}
    }}
    -- go.mod --
    module example.com/m

    go 1.22
    """


@pytest.mark.parametrize("place", range(4))
def test_pulled_function_from_every_place(tmp_path: Path, place: int) -> None:
    check_rename(tmp_path, PULL.format(*("$0" if at == place else "" for at in range(4))))


PUSH = """
    -- cmd/main.go --
    package main

    import (
    	"fmt"

    	"example.com/m/clock"
    	_ "example.com/m/engine"
    )

    func main() {{ fmt.Println(clock.Read()) }}
    -- clock/clock.go --
    package clock

    func {0}«now»() int

    func Read() int {{ return «now»() + 1 }}
    -- clock/empty.s --
    -- engine/engine.go --
    package engine

    import _ "unsafe"

    //go:linkname clock_now example.com/m/clock.{1}«now»
    func clock_now() int {{ return 7 }}
    """


@pytest.mark.parametrize("place", range(2))
def test_function_that_awaits_a_push(tmp_path: Path, place: int) -> None:
    check_rename(tmp_path, PUSH.format(*("$0" if at == place else "" for at in range(2))))


def test_local_name_of_a_pull_alone(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import (
        	"fmt"
        	_ "unsafe"

        	_ "example.com/m/clock"
        )

        //go:linkname $0«tick» example.com/m/clock.tick
        func «tick»() int

        func main() { fmt.Println(«tick»()) }
        -- cmd/empty.s --
        -- clock/clock.go --
        package clock

        import _ "unsafe"

        //go:linkname tick
        func tick() int { return 41 }
        """,
    )


def test_pushing_body_keeps_the_symbol(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import (
        	"fmt"

        	"example.com/m/clock"
        	_ "example.com/m/engine"
        )

        func main() { fmt.Println(clock.Read()) }
        -- clock/clock.go --
        package clock

        func now() int

        func Read() int { return now() }
        -- clock/empty.s --
        -- engine/engine.go --
        package engine

        import _ "unsafe"

        //go:linkname «clock_now» example.com/m/clock.now
        func $0«clock_now»() int { return 7 }
        """,
    )


def test_two_modules_of_a_go_work(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- go.work --
        go 1.21

        use (
        	./app
        	./lib
        )
        -- app/go.mod --
        module example.com/app

        go 1.21
        -- app/main.go --
        package main

        import (
        	"fmt"
        	_ "unsafe"

        	"example.com/lib/clock"
        )

        //go:linkname tick example.com/lib/clock.«Tick»
        func tick() int

        func main() { fmt.Println(tick(), clock.«Tick»()) }
        -- app/empty.s --
        -- lib/go.mod --
        module example.com/lib

        go 1.21
        -- lib/clock/clock.go --
        package clock

        import _ "unsafe"

        //go:linkname «Tick»
        func $0«Tick»() int { return 41 }
        """,
        "Tock",
        main="./app",
    )


ASSEMBLY = """
    -- cmd/main.go --
    package main

    import (
    	"fmt"

    	"example.com/m/clock"
    )

    func main() {{ fmt.Println(clock.Read(), clock.Again()) }}
    -- clock/clock.go --
    package clock

    func {0}«tick»() int

    func again() int

    func Read() int {{ return «tick»() }}

    func Again() int {{ return again() }}
    -- clock/clock_amd64.s --
    #include "textflag.h"

    // tick: ·tick does not count here
    TEXT ·{1}«tick»(SB), NOSPLIT, $16-8
    	MOVQ $41, ret+0(FP)
    	RET

    TEXT ·again(SB), NOSPLIT, $16-8
    	CALL ·{2}«tick»(SB)
    	MOVQ 0(SP), AX
    	MOVQ AX, ret+0(FP)
    	RET

    TEXT ·ticks<>(SB), NOSPLIT, $16-0
    	RET
    -- other/other.go --
    package other

    func leap() int
    -- other/other_amd64.s --
    #include "textflag.h"

    TEXT ·leap(SB), NOSPLIT, $16-8
    	CALL example·com∕m∕clock·{3}«tick»(SB)
    	MOVQ 0(SP), AX
    	MOVQ AX, ret+0(FP)
    	RET
    """


@pytest.mark.parametrize("place", range(4))
def test_function_in_assembly(tmp_path: Path, place: int) -> None:
    check_rename(tmp_path, ASSEMBLY.format(*("$0" if at == place else "" for at in range(4))))


EXPORTED = """
    -- cmd/main.go --
    package main

    import (
    	"fmt"
    	_ "unsafe"

    	"example.com/m/clock"
    	c "example.com/m/clock"
    	. "example.com/m/clock"
    )

    type named struct{{ Tick int }}

    //go:linkname tick example.com/m/clock.«Tick»
    func tick() int

    func shadow(clock named) int {{ return clock.Tick }}

    func main() {{
    	n := named{{Tick: «Tick»()}}
    	fmt.Println(tick(), clock.{1}«Tick»(), c.«Tick»(), {2}«Tick»(), n.Tick, shadow(n))
    }}
    -- cmd/empty.s --
    -- clock/clock.go --
    package clock

    import _ "unsafe"

    // «Tick» counts.
    //
    //go:linkname {0}«Tick»
    func «Tick»() int {{ return 41 }}
    -- clock/x_test.go --
    package clock_test

    import (
    	"testing"

    	"example.com/m/clock"
    )

    func TestTick(t *testing.T) {{ t.Log(clock.«Tick»()) }}
    """


@pytest.mark.parametrize("place", range(3))
def test_exported_function_with_importers(tmp_path: Path, place: int) -> None:
    check_rename(tmp_path, EXPORTED.format(*("$0" if at == place else "" for at in range(3))), "Tock")


def test_variable_on_both_sides(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import (
        	"fmt"
        	_ "unsafe"

        	"example.com/m/clock"
        )

        //go:linkname seen example.com/m/clock.«count»
        var seen int

        func main() {
        	clock.Tick()
        	fmt.Println(seen)
        }
        -- clock/clock.go --
        package clock

        var first, «count» = 1, 2

        func Tick() {
        	if count := first; count > 0 {
        		first = count
        	}
        	$0«count»++
        }
        """,
    )


def test_every_platform_s_declaration(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import (
        	"fmt"
        	_ "unsafe"

        	_ "example.com/m/clock"
        )

        //go:linkname tick example.com/m/clock.$0«tick»
        func tick() int

        func main() { fmt.Println(tick()) }
        -- cmd/empty.s --
        -- clock/clock_windows.go --
        package clock

        func «tick»() int { return 1 }
        -- clock/clock_unix.go --
        //go:build unix

        package clock

        func «tick»() int { return 2 }
        -- clock/clock.go --
        package clock

        import _ "unsafe"

        //go:linkname «tick»

        var Last = «tick»()
        """,
        platforms=("windows/amd64", "linux/386"),
    )


def test_generic_call_and_value_of_a_type_are_uses(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import (
        	"fmt"
        	_ "unsafe"
        )

        //go:linkname $0«value»
        var «value» = [3]int{1, 2, 3}

        var table = map[int]string{len(«value»): "three"}

        func size[T any](x T) int { return len(fmt.Sprint(x)) }

        type holder interface{ value() int }

        type held struct {
        	holder
        	*other
        }

        type other struct{ value [1]int }

        func (o other) size() int { return o.value[0] + len(o.value) + held{}.other.count(«value») }

        func (o *other) count(value [3]int) int { return len(value) }

        func main() {
        	type value struct{ next *value }
        	fmt.Println(value{}, table)
        	more()
        }

        func more() {
        	var x [len(«value»)]int
        	fmt.Println(size[any](«value»), x, map[int]int{«value»[0]: 2})
        }
        """,
    )


def test_undefined_target_changes_wherever_it_is_named(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.«$0g»
        func f()
        -- c/c.go --
        package c

        import _ "unsafe"

        //go:linkname h example.com/m/b.«g»
        func h()
        -- c/c_amd64.s --
        TEXT ·x(SB), 4, $16-0
        	CALL example·com∕m∕b·«g»(SB)
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname g example.com/m/d.other
        func g() {}
        """,
    )
    found = renamed(fixture, "fresh")
    assert found is not None
    assert sorted((name, edit.span) for name, edits in found.items() for edit in edits) == sorted(fixture.marked)


def test_prepare_gives_the_name_behind_the_last_dot(tmp_path: Path) -> None:
    fixture = write(tmp_path, PULL.format("$0", "", "", ""))
    snapshot = snapshot_of(tmp_path)
    assert prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset) == (fixture.marked[0][1], "tick")


@pytest.mark.parametrize("text", ["func $0f() {}", "var x = $0g", "//go:$0linkname f p.f\nfunc f()", "type $0t int"])
def test_what_is_not_linked_is_left_to_gopls(tmp_path: Path, text: str) -> None:
    fixture = write(tmp_path, f"-- a/a.go --\npackage a\n{text}\n")
    assert renamed(fixture, "fresh") is None


def test_same_name_changes_nothing(tmp_path: Path) -> None:
    assert renamed(write(tmp_path, PULL.format("$0", "", "", "")), "tick") == {}


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_function_of_the_go_tree(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname now runtime.$0nanotime
        func now() int64
        """
    assert refusal(tmp_path, text) == (
        "runtime.nanotime is declared in the Go tree, which cannot be changed; rename the local name instead."
    )


def test_go_tree_as_the_workspace() -> None:
    from support.trees import goroot

    source = goroot("own") / "src"
    snapshot = snapshot_of(source)
    file = source_of(snapshot, source / "runtime/time_nofake.go")
    with pytest.raises(Refused, match=r"runtime\.nanotime is declared in the Go tree, which cannot be changed\."):
        prepare(snapshot, file, file.data.index(b"func nanotime() int64") + 5)


def test_symbol_that_a_dependency_names(tmp_path: Path) -> None:
    text = """
        -- m/go.mod --
        module example.com/m

        go 1.21

        require example.com/dep v0.0.0

        replace example.com/dep => ../dep
        -- dep/go.mod --
        module example.com/dep

        go 1.21
        -- dep/dep.go --
        package dep

        import _ "unsafe"

        //go:linkname f example.com/m/a.f
        func f()
        -- m/a/a.go --
        package a

        import _ "example.com/dep"

        func $0f() {}
        """
    fixture = write(tmp_path, text)
    snapshot = snapshot_of(tmp_path / "m")
    with pytest.raises(Refused) as refused:
        prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert str(refused.value) == (
        "example.com/m/a.f is named at dep.go:5 too, in example.com/dep, which is no part of the workspace."
    )


LINKED = """
    -- a/a.go --
    package a

    import (
    	"fmt"
    	_ "unsafe"
    )

    const taken = 1

    //go:linkname $0f
    func f() {{}}

    func g() {{
    	{body}
    	fmt.Println()
    }}
    -- a/a_windows.go --
    package a

    var onWindows = 1
    -- a/a_test.go --
    package a

    import str "strings"

    var tested = str.ToUpper("")
    """


@pytest.mark.parametrize(
    ("new", "body", "reason"),
    [
        ("1f", "", '"1f" is not a Go identifier.'),
        ("", "", '"" is not a Go identifier.'),
        ("a.b", "", '"a.b" is not a Go identifier.'),
        ("func", "", "func is a keyword of Go."),
        ("_", "", "Nothing that is linked can be called _."),
        ("init", "", "Nothing that is linked can be called init."),
        ("len", "", "len is a name that Go itself declares."),
        ("taken", "", "taken is declared in package a already, at a/a.go:8."),
        ("onWindows", "", "onWindows is declared in package a already, at a/a_windows.go:3."),
        ("tested", "", "tested is declared in package a already, at a/a_test.go:5."),
        ("fmt", "", "fmt is the name of an import at a/a.go:4."),
        ("str", "", "str is the name of an import at a/a_test.go:3."),
        ("near", "near := 1; f(); _ = near", "near is something else at a/a.go:14, where f is used."),
        ("near", "f(); { near() }", "near is used at a/a.go:14 and would mean something else."),
        ("fresh", "f(;", "a/a.go has a syntax error; mend that first."),
        ("fresh", "_ = M{f: 1}", "Whether f at a/a.go:14 is a field or the name to change cannot be told."),
    ],
)
def test_name_that_would_not_do(tmp_path: Path, new: str, body: str, reason: str) -> None:
    assert refusal(tmp_path, LINKED.format(body=body), new) == reason


DEEP = "(" * 250 + "{word}" + ")" * 250


@pytest.mark.parametrize(
    ("word", "new", "reason"),
    [
        ("f", "fresh", "f at a/a.go:14 is nested more than 200 levels deep, where nothing is read."),
        ("fresh", "fresh", "fresh at a/a.go:14 is nested more than 200 levels deep, where nothing is read."),
    ],
)
def test_use_that_is_too_deep_to_be_seen(tmp_path: Path, word: str, new: str, reason: str) -> None:
    assert refusal(tmp_path, LINKED.format(body=f"_ = {DEEP.format(word=word)}"), new) == reason


def test_deep_use_in_an_importer(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0F
        func F() int { return 1 }
        -- b/b.go --
        package b

        import "example.com/m/a"

        var n = {deep}()
        """
    found = refusal(tmp_path, text.replace("{deep}", DEEP.format(word="a.F")), "Fresh")
    assert found == "F at b/b.go:5 is nested more than 200 levels deep, where nothing is read."


def test_deep_strings_and_parts_of_words_are_no_uses(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- cmd/main.go --
        package main

        import _ "unsafe"

        //go:linkname «f» main.«f»
        func $0«f»() {}

        func main() { «f»(); println({deep}) }
        """.replace("{deep}", DEEP.format(word='"f" + " of " /* f */')),
    )


def test_comments_that_speak_of_it(tmp_path: Path) -> None:
    text = """
        -- cmd/main.go --
        package main

        import "example.com/m/clock"

        // It says what [clock.«ReadNow»] gives, not what ReadNow or [ReadNow] or (clock.ReadNow) is.
        func main() { println(clock.«ReadNow»()) }
        -- clock/clock.go --
        package clock

        import _ "unsafe"

        // «ReadNow» reads; x.ReadNow does not, but «ReadNow»() does, and so ReadNower.
        //
        //go:linkname «ReadNow»
        func «ReadNow$0»() int { return 1 }

        // Other is like [«ReadNow»], see "[«ReadNow»]" and not a[ReadNow].
        //
        // [ReadNow]: https://example.com
        func Other() {}
        -- go.mod --
        module example.com/m

        go 1.22
        """
    check_rename(tmp_path, text, new="Fresh")


def test_english_word_is_a_name_only_where_a_comment_begins(tmp_path: Path) -> None:
    text = """
        -- cmd/main.go --
        package main

        import _ "unsafe"

        // «now» is now.
        // now and then
        //
        //go:linkname «now»
        func «now$0»() int { return 1 }

        func main() { println(«now»()) }
        -- go.mod --
        module example.com/m

        go 1.22
        """
    check_rename(tmp_path, text)


def test_key_of_a_struct_that_a_dot_import_brings(tmp_path: Path) -> None:
    text = """
        -- cmd/main.go --
        package main

        import . "example.com/m/clock"

        var c = Clock{Now: «Now»}

        func main() { println(c.Now()) }
        -- clock/clock.go --
        package clock

        import _ "unsafe"

        type Clock struct{ Now func() int }

        //go:linkname «Now»
        func «Now$0»() int { return 1 }
        -- go.mod --
        module example.com/m

        go 1.22
        """
    check_rename(tmp_path, text, new="Fresh")


def test_importers_need_an_exported_name(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0F
        func F() {}
        -- b/b.go --
        package b

        import "example.com/m/a"

        var _ = a.F
        """
    assert refusal(tmp_path, text, "f") == "F is used in another package at b/b.go:5, which could not see f."


def test_dot_import_of_a_taken_name(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0F
        func F() {}
        -- b/b.go --
        package b

        import . "example.com/m/a"

        type G int

        var _ = F
        """
    assert refusal(tmp_path, text, "G") == "G is declared in package b already, at b/b.go:5."


@pytest.mark.parametrize("places", [("$0", ""), ("", "$0")])
def test_methods_are_left_to_gopls_with_a_word(tmp_path: Path, places: tuple[str, str]) -> None:
    text = f"""
        -- a/a.go --
        package a

        type T int

        func (t *T) {places[0]}m() {{}}
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname m example.com/m/a.(*T).{places[1]}m
        func m()
        """
    assert refusal(tmp_path, text) == "Methods are renamed by gopls; change the directive afterwards."


def test_two_programs_with_the_name(tmp_path: Path) -> None:
    text = """
        -- one/main.go --
        package main

        func $0f() {}

        func main() {}
        -- two/main.go --
        package main

        func f() {}

        func main() {}
        -- lib/lib.go --
        package lib

        import _ "unsafe"

        //go:linkname f main.f
        func f()
        """
    assert refusal(tmp_path, text) == "main.f, which lib/lib.go names, is declared in several programs."


def test_mark_in_another_program_is_its_own(tmp_path: Path) -> None:
    check_rename(
        tmp_path,
        """
        -- one/main.go --
        package main

        import _ "unsafe"

        //go:linkname «f» main.«f»
        func $0«f»() {}

        func main() { «f»() }
        -- two/main.go --
        package main

        import _ "unsafe"

        //go:linkname f main.f
        func f() {}

        func main() { f() }
        """,
        main="./one",
    )


def test_function_that_c_calls(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import "C"
        import _ "unsafe"

        //export f
        //go:linkname $0f
        func f() {}
        """
    assert refusal(tmp_path, text) == "f is exported to C at a/a.go:6; rename it by hand."


def test_header_of_assembly(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        func $0f()
        -- a/a.s --
        TEXT ·f(SB), 4, $16-0
        	RET
        -- a/a.h --
        #define CALL_F CALL ·f(SB)
        """
    assert refusal(tmp_path, text) == "a.h names f, and what it does with that is not understood."


def test_symbol_of_a_closure_inside(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0f
        func f() { func() {}() }
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname g example.com/m/a.f.func1
        func g()
        """
    assert refusal(tmp_path, text) == "example.com/m/a.f.func1, which is made of it, is linked by b.go."


def test_symbol_that_another_link_has(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0f
        func f() {}
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname g example.com/m/a.fresh
        func g() {}
        """
    assert refusal(tmp_path, text) == "example.com/m/a.fresh is linked already, at b/b.go:5."


def test_module_that_nobody_has_opened_is_left_alone_though_go_work_uses_it(tmp_path: Path) -> None:
    text = """
        -- m/go.work --
        go 1.21

        use (
        	.
        	../other
        )
        -- m/go.mod --
        module example.com/m

        go 1.21
        -- other/go.mod --
        module example.com/other

        go 1.21
        -- other/o.go --
        package other

        import _ "unsafe"

        //go:linkname f example.com/m/a.f
        func f()
        -- m/a/a.go --
        package a

        import _ "example.com/other"

        func $0f() {}
        """
    fixture = write(tmp_path, text)
    snapshot = snapshot_of(tmp_path / "m")
    with pytest.raises(Refused) as refused:
        prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert str(refused.value).endswith(f"is named at o.go:5 too, in {tmp_path / 'other'}, which is not open.")
    snapshot = snapshot_of(tmp_path / "m", tmp_path / "other")
    assert prepare(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
