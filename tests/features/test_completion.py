"""Completion inside a directive: what is offered, in which order, and what it writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.checks.drafted_pull import drafted_pull
from linkname_ls.features.completion import completion
from linkname_ls.features.completion_docs import explain, plain
from linkname_ls.features.completion_item import Completion, Item
from linkname_ls.features.completion_place import place_at
from linkname_ls.source.edits import Edit, apply_edits
from linkname_ls.source.positions import Span
from support.ask import snapshot_of, source_of
from support.go import ENVIRON, go_env
from support.txtar import write


def complete(root: Path, text: str) -> Completion | None:
    """Return the completion at the cursor."""
    fixture = write(root, text)
    snapshot = snapshot_of(root)
    list(snapshot.searched_trees(fixture.cursor_path.parent))
    return completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)


def items(root: Path, text: str) -> list[Item]:
    """Return what is offered at the cursor."""
    found = complete(root, text)
    assert found is not None
    return list(found.items)


def labels(root: Path, text: str) -> list[str]:
    """Return the labels of what is offered at the cursor."""
    return [item.label for item in items(root, text)]


def in_a(directive: str, *below: str) -> str:
    """Return a fixture with a directive in package a."""
    lines = "\n".join(f"    {line}" for line in (directive, *below))
    return f'\n    -- a/a.go --\n    package a\n\n    import _ "unsafe"\n\n{lines}\n'


def accepted(root: Path, text: str, symbol: str) -> str:
    """Return the file at the cursor once a target has been accepted there."""
    fixture = write(root, text)
    snapshot = snapshot_of(root)
    source = source_of(snapshot, fixture.cursor_path)
    found = completion(snapshot, source, fixture.offset)
    place = place_at(source.data, fixture.offset)
    assert found is not None and place is not None
    assert symbol in [item.symbol for item in found.items]
    more = drafted_pull(snapshot, source, place.span, place.local, symbol)
    for edit in more:
        assert edit.span.end <= place.line.start or edit.span.start > place.line.end
    return apply_edits(source.data, [Edit(found.span, symbol), *more]).decode()


# -- the first argument


def test_names_without_a_directive_come_first_and_bodyless_ones_before_all(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0

        func body() {}

        //go:linkname linked
        func linked()

        var variable int

        func bodyless() int
        -- a/b.go --
        package a

        func elsewhere()
        """
    assert labels(tmp_path, text) == ["bodyless", "elsewhere", "body", "variable", "linked"]


def test_what_stands_below_the_directive_comes_before_all(tmp_path: Path) -> None:
    found = labels(tmp_path, in_a("func first()", "", "//go:linkname $0", "//go:noescape", "func below() {}"))
    assert found == ["below", "first"]


def test_the_directive_at_the_cursor_does_not_count_for_its_own_name(tmp_path: Path) -> None:
    found = labels(tmp_path, in_a("//go:linkname f$0", "", "func fa()", "func f()"))
    assert found == ["fa", "f"]


def test_names_come_with_their_signatures(tmp_path: Path) -> None:
    found = items(tmp_path, in_a("//go:linkname $0", "", "func f(", "\ta int,", ") (err error)", "", "var v []int"))
    assert [(item.label, item.kind, item.detail) for item in found] == [
        ("f", "function", "func f(a int) (err error)"),
        ("v", "variable", "var v []int"),
    ]


def test_what_no_directive_can_name_is_not_offered(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package main

        import _ "unsafe"

        //go:linkname $0

        type T struct{}

        const c = 1

        func (T) method() {}
        func generic[X any]() {}
        func init() {}
        func _() {}
        func main() {}
        func f() {}
        -- a/a_windows.go --
        package main

        func windows() {}
        -- a/a_test.go --
        package main

        func test() {}
        """
    assert labels(tmp_path, text) == ["f"]


def test_a_test_file_can_name_what_tests_declare(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        func f() {}
        -- a/a_test.go --
        package a

        //go:linkname $0
        func test() {}
        """
    assert labels(tmp_path, text) == ["test", "f"]


def test_nothing_declared_is_nothing_offered(tmp_path: Path) -> None:
    assert labels(tmp_path, in_a("//go:linkname $0")) == []


def test_names_in_an_unfinished_file(tmp_path: Path) -> None:
    found = labels(
        tmp_path, in_a("//go:linkname $0", "func now() int", "", "func broken( {", "\tif", "", "func f() {}")
    )
    assert found[0] == "now"
    assert "f" in found


def test_an_argument_is_replaced_as_a_whole(tmp_path: Path) -> None:
    text = in_a("//go:linkname no$0x a.b", "func now()")
    found = complete(tmp_path, text)
    assert found is not None
    assert write(tmp_path, text).files["a/a.go"].encode()[slice(*found.span)] == b"nox"


# -- packages


def test_packages_are_filtered_by_their_elements(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f run$0
        -- runner/x.go --
        package runner
        -- lib/running/x.go --
        package running
        -- prune/x.go --
        package prune
        """
    found = labels(tmp_path, text)
    assert found[0] == "runtime"
    assert found.index("runtime/debug") < found.index("internal/runtime/maps")
    assert "example.com/m/runner" in found
    assert "example.com/m/lib/running" in found
    assert "example.com/m/prune" not in found


def test_the_workspace_comes_before_the_go_tree(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f $0
        -- z/z.go --
        package z
        """
    found = labels(tmp_path, text)
    assert found[:2] == ["example.com/m/z", "runtime"]


def test_paths_are_escaped_as_symbols_spell_them(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f %s$0
        -- lib.v3/x.go --
        package lib
        """
    for number, typed in enumerate(("example.com/m/l", "example.com/m/lib%2e", "example.com/m/lib.v")):
        (item,) = items(tmp_path / str(number), text % typed)
        assert item.text == "example.com/m/lib%2ev3"
        assert item.filter.startswith(typed)


def test_symbols_of_a_path_with_dots(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f example.com/m/%s.$0
        -- lib.v3/x.go --
        package lib

        func g() {}
        """
    for number, typed in enumerate(("lib%2ev3", "lib.v3")):
        (item,) = items(tmp_path / str(number), text % typed)
        assert item.text == "example.com/m/lib%2ev3.g"
        assert item.filter == f"example.com/m/{typed}.g"


def test_programs_go_by_the_name_of_main(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f m$0
        -- mine/x.go --
        package main

        func main() {}
        """
    found = labels(tmp_path, text)
    assert found[0] == "main"
    assert "example.com/m/mine" not in found


def test_dependencies_are_offered_with_their_internal_packages(tmp_path: Path) -> None:
    text = """
        -- m/go.mod --
        module example.com/m

        go 1.21

        require example.org/dep.v2 v2.0.0

        replace example.org/dep.v2 => ../dep
        -- m/a/a.go --
        package a

        //go:linkname f example.org$0
        -- dep/go.mod --
        module example.org/dep.v2
        -- dep/dep.go --
        package dep
        -- dep/internal/deep/deep.go --
        package deep
        -- dep/testdata/no/no.go --
        package no
        """
    fixture = write(tmp_path, text)
    snapshot = snapshot_of(tmp_path / "m")
    found = completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert found is not None
    assert [item.label for item in found.items] == ["example.org/dep%2ev2", "example.org/dep.v2/internal/deep"]


# -- symbols

LIBRARY = """
    -- b/b.go --
    package b

    import _ "unsafe"

    type T struct{}

    type G[X any] struct{}

    func (*T) pointer() {}
    func (T) value() {}
    func (G[X]) generic() {}
    func plain() {}
    func bodyless()
    func assembled()
    func generic[X any]() {}
    func init() {}

    //go:linkname marked
    func marked(n int) {}

    //go:linkname renamed example.com/m/c.renamed
    func renamed() {}

    var variable int
    -- b/b_test.go --
    package b

    func test() {}
    -- b/b_windows.go --
    package b

    func windows() {}
    -- b/b.s --
    TEXT ·assembled(SB), 0, $8-0
    	RET
    -- c/c.go --
    package c

    import _ "unsafe"

    //go:linkname impl example.com/m/b.bodyless
    func impl() {}

    //go:linkname fresh example.com/m/b.new
    func fresh() int { return 1 }

    //go:linkname pulled example.com/m/b.plain
    func pulled()
    """


def test_a_package_s_symbols_those_that_others_know_of_first(tmp_path: Path) -> None:
    imports = """
    -- a/imports.go --
    package a

    import _ "example.com/m/b"
    import _ "example.com/m/c"
    """
    found = items(tmp_path, in_a("//go:linkname f example.com/m/b.$0") + imports + LIBRARY)
    assert [(item.label.removeprefix("example.com/m/b."), item.kind, item.detail) for item in found] == [
        ("bodyless", "function", "pushed by example.com/m/c: func impl()"),
        ("marked", "function", "marked: func marked(n int)"),
        ("new", "function", "pushed by example.com/m/c: func fresh() int"),
        ("assembled", "function", "in assembly: func assembled()"),
        ("plain", "function", "func plain()"),
        ("variable", "variable", "var variable int"),
        ("(*T).pointer", "method", "func (*T) pointer()"),
        ("T.value", "method", "func (T) value()"),
    ]


def test_a_function_can_be_functions_and_methods_only(tmp_path: Path) -> None:
    found = items(tmp_path, in_a("//go:linkname f example.com/m/b.$0", "func f()") + LIBRARY)
    assert {item.kind for item in found} == {"function", "method"}


def test_a_variable_can_be_variables_only(tmp_path: Path) -> None:
    found = labels(tmp_path, in_a("//go:linkname v example.com/m/b.$0", "var v int") + LIBRARY)
    assert found == ["example.com/m/b.variable"]


def test_the_same_signature_comes_first_in_its_group(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import "example.com/m/b"

        //go:linkname f example.com/m/b.$0
        func f(t b.T, n int) error
        -- b/b.go --
        package b

        import _ "unsafe"

        type T struct{}

        func a() {}
        func z(t T, count int) error { return nil }

        //go:linkname marked
        func marked() {}
        """
    found = labels(tmp_path, text)
    assert found == ["example.com/m/b.marked", "example.com/m/b.z", "example.com/m/b.a"]


@pytest.mark.parametrize("typed", ["(*T).", "(*T).po", "(*"])
def test_methods_are_found_by_what_is_typed(tmp_path: Path, typed: str) -> None:
    found = items(tmp_path, in_a(f"//go:linkname f example.com/m/b.{typed}$0") + LIBRARY)
    assert found[0].text == "example.com/m/b.(*T).pointer"


def test_what_is_typed_of_a_name_decides(tmp_path: Path) -> None:
    found = labels(tmp_path, in_a("//go:linkname f example.com/m/b.pl$0") + LIBRARY)
    assert found[0] == "example.com/m/b.plain"
    assert "example.com/m/b.marked" not in found


def test_a_push_is_offered_what_awaits_it(tmp_path: Path) -> None:
    text = """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl $0
        func impl() int { return 1 }
        -- high/high.go --
        package high

        import _ "unsafe"

        //go:linkname now
        func now() int

        func body() {}
        -- other/other.go --
        package other

        import _ "unsafe"

        //go:linkname wanted example.com/m/nowhere.wanted
        func wanted()
        """
    found = items(tmp_path, text)
    assert (found[0].label, found[0].detail) == ("example.com/m/high.now", "awaits a body: func now() int")
    assert "example.com/m/high.body" not in [item.label for item in found]


def test_a_push_into_a_package_is_offered_its_bodyless_functions_and_what_others_pull(tmp_path: Path) -> None:
    text = """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/high.$0
        func impl() int { return 1 }
        -- high/high.go --
        package high

        func now() int
        func body() {}
        func assembled()
        -- high/high.s --
        TEXT ·assembled(SB), 0, $8-0
        	RET
        -- other/other.go --
        package other

        import _ "unsafe"

        //go:linkname wanted example.com/m/high.wanted
        func wanted()

        //go:linkname body example.com/m/high.body
        func body()
        """
    assert labels(tmp_path, text) == ["example.com/m/high.now", "example.com/m/high.wanted"]


# -- the Go tree


def test_what_this_release_lets_a_package_pull_comes_first_and_says_so(tmp_path: Path) -> None:
    first = items(tmp_path, in_a("//go:linkname f runtime.nanotime$0", "func f() int64"))[0]
    assert (first.label, first.detail) == ("runtime.nanotime", "marked: func nanotime() int64")


def test_what_this_release_refuses_comes_last_and_says_so(tmp_path: Path) -> None:
    found = items(tmp_path, in_a("//go:linkname f runtime.sc$0", "func f()"))
    refused = [item.note.startswith("refused by Go 1.") for item in found]
    assert refused == sorted(refused)
    schedinit = next(item for item in found if item.label == "runtime.schedinit")
    assert schedinit.detail == f"{schedinit.note}: func schedinit()"
    assert schedinit.note.startswith("refused by Go 1.")
    assert "does not mark it" in schedinit.warning


def test_what_the_linker_is_told_to_let_pass_is_not_called_refused(tmp_path: Path) -> None:
    fixture = write(tmp_path, in_a("//go:linkname f runtime.schedinit$0", "func f()"))
    snapshot = snapshot_of(tmp_path)
    found = completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset, unchecked=True)
    assert found is not None
    assert {item.note for item in found.items if item.label == "runtime.schedinit"} == {"needs -checklinkname=0"}


def test_half_typed_functions_are_no_pushes(tmp_path: Path) -> None:
    found = labels(tmp_path, in_a("//go:linkname f runtime.nanotime$0", "func f("))
    assert found[0] == "runtime.nanotime"


def test_the_standard_library_is_refused_nothing(tmp_path: Path) -> None:
    time = go_env("GOROOT") / "src/time/sleep.go"
    snapshot = snapshot_of(time.parent)
    source = source_of(snapshot, time)
    edited = source.edited(Span(len(source.data), len(source.data)), b"\n//go:linkname f runtime.schedinit")
    found = completion(snapshot.with_text(edited), edited, len(edited.data))
    assert found is not None
    assert [item.note for item in found.items if item.label == "runtime.schedinit"] == [""]


def test_what_the_runtime_pushes(tmp_path: Path) -> None:
    found = items(tmp_path, in_a("//go:linkname f time.no$0", "func f() (int64, int32, int64)"))
    names = [item.label for item in found]
    assert "time.now" in names
    assert next(item for item in found if item.label == "time.now").note == "pushed by runtime"


def test_a_method_whose_receiver_can_be_named_is_not_refused(tmp_path: Path) -> None:
    (item,) = items(tmp_path, in_a("//go:linkname f bytes.(*Buffer).gro$0", "func f()"))[:1]
    assert item.label == "bytes.(*Buffer).grow"
    assert not item.note.startswith("refused")


def test_many_are_cut_and_asked_for_again(tmp_path: Path) -> None:
    found = complete(tmp_path, in_a("//go:linkname f runtime.$0"))
    assert found is not None
    assert len(found.items) == 200
    assert found.incomplete


def test_what_a_symbol_is(tmp_path: Path) -> None:
    fixture = write(tmp_path, in_a("$0") + LIBRARY.replace("func plain", "// plain does.\n    func plain"))
    explained = explain(snapshot_of(tmp_path), "example.com/m/b.plain", fixture.cursor_path.parent)
    assert explained is not None
    assert plain(explained, "Beware.") == "Beware.\n\nfunc plain()\n\nplain does.\n\nb/b.go:13"


# -- the directive as a word


def test_the_directive_with_what_is_declared_below(tmp_path: Path) -> None:
    two, one = items(tmp_path, in_a("//go:li$0", "// now tells.", "func now() int64"))
    assert two.snippet == "//go:linkname ${1:now} ${2:importpath.name}"
    assert two.text == "//go:linkname now "
    assert one.snippet == "//go:linkname ${1:now}"
    assert one.text == "//go:linkname now"


@pytest.mark.parametrize("below", ["", "func (T) m()", "func g[X any]()", "func init() {}", "type T int", "func _()"])
def test_the_directive_above_nothing_that_it_can_name(tmp_path: Path, below: str) -> None:
    two, _ = items(tmp_path, in_a("\t//go:$0", below))
    assert two.snippet == "//go:linkname ${1:local} ${2:importpath.name}"
    assert two.text == "//go:linkname "


def test_the_directive_in_front_of_arguments_is_the_word_alone(tmp_path: Path) -> None:
    (item,) = items(tmp_path, in_a("//go:linkn$0 f a.b"))
    assert (item.text, item.snippet) == ("//go:linkname", "")


@pytest.mark.parametrize("head", ["", 'import "C"\n'])
def test_the_directive_brings_unsafe_along(tmp_path: Path, head: str) -> None:
    text = f"-- a/a.go --\npackage a\n\n{head}\n//go:linkn$0\nfunc f()\n"
    (item, _) = items(tmp_path, text)
    assert "".join(edit.text for edit in item.edits).strip() == ("" if head else 'import _ "unsafe"')


@pytest.mark.parametrize("directive", ["//go:linkname $0", "//go:linkname $0f a.b"])
def test_a_local_name_brings_unsafe_along(tmp_path: Path, directive: str) -> None:
    (item,) = items(tmp_path, f"-- a/a.go --\npackage a\n\n{directive}\nfunc f()\n")
    assert "".join(edit.text for edit in item.edits).strip() == 'import _ "unsafe"'


@pytest.mark.parametrize(
    "line",
    [
        "x := 1 //go:linkname $0",
        "// go:linkname $0",
        "/*go:linkname $0*/",
        "//go:noin$0",
        "//go:linknames $0",
        "//go:$0embed x",
        "//go$0",
        "// runtime.$0",
        "var s = `\n    //go:linkname $0\n    `",
        "/*\n    //go:linkname $0\n    */",
        'var s = "//go:linkname $0"',
        "//go:linkname a b c$0",
        "//go:linkname a b $0",
        "//go:linkname\tf $0",
        "fmt.$0Println()",
    ],
)
def test_no_answer_elsewhere(tmp_path: Path, line: str) -> None:
    assert complete(tmp_path, in_a(line, "func f()")) is None


def test_no_answer_without_a_package(tmp_path: Path) -> None:
    assert complete(tmp_path, "-- a/a.go --\n//go:linkname f$0\n") is None


# -- accepting a target

NOW = """
    -- main.go --
    package main

    import _ "unsafe"

    //go:linkname now runtime.nano$0
    {below}func main() {{ println(now() > 0) }}
    """


@pytest.mark.parametrize("below", ["func now()\n\n    ", "\n    ", ""])
def test_an_accepted_target_makes_a_program_that_builds(tmp_path: Path, below: str) -> None:
    after = accepted(tmp_path, NOW.format(below=below), "runtime.nanotime")
    assert "//go:linkname now runtime.nanotime\nfunc now() int64\n\n" in after
    (tmp_path / "main.go").write_text(after)
    subprocess.run(("go", "build", "-o", tmp_path / "out", "."), cwd=tmp_path, env=ENVIRON, check=True)
    assert subprocess.run(("gofmt", "-l", "main.go"), cwd=tmp_path, capture_output=True, check=True).stdout == b""


def test_a_method_gets_its_receiver_and_imports(tmp_path: Path) -> None:
    text = """
        -- main.go --
        package main

        //go:linkname grow bytes.(*Buffer).gr$0
        func grow()

        func main() { println(grow(nil, 0)) }
        """
    after = accepted(tmp_path, text, "bytes.(*Buffer).grow")
    assert 'import (\n\t"bytes"\n\t_ "unsafe"\n)\n' in after
    assert "func grow(b *bytes.Buffer, n int) int\n" in after
    (tmp_path / "main.go").write_text(after)
    subprocess.run(("go", "build", "-o", tmp_path / "out", "."), cwd=tmp_path, env=ENVIRON, check=True)


def test_a_variable_that_is_missing_is_declared(tmp_path: Path) -> None:
    text = """
        -- main.go --
        package main

        //go:linkname hook example.com/m/b.ho$0

        func main() { println(hook == nil) }
        -- b/b.go --
        package b

        import "time"

        var hook func(*time.Timer) []time.Duration

        var guessed = 1
        """
    after = accepted(tmp_path, text, "example.com/m/b.hook")
    assert 'import (\n\t"time"\n\t_ "unsafe"\n)\n' in after
    assert "example.com/m/b.hook\nvar hook func(*time.Timer) []time.Duration\n\n" in after
    (tmp_path / "main.go").write_text(after)
    subprocess.run(("go", "build", "-o", tmp_path / "out", "."), cwd=tmp_path, env=ENVIRON, check=True)
    after = accepted(tmp_path / "guessed", text.replace("ho$0", "gu$0"), "example.com/m/b.guessed")
    assert "var" not in after


def test_what_somebody_has_written_stays(tmp_path: Path) -> None:
    for number, written in enumerate(("func now() int", "func now(x int)", "func now() {}", "var now int")):
        text = NOW.format(below=f"{written}\n\n    ")
        fixture = write(tmp_path / str(number), text)
        snapshot = snapshot_of(fixture.root)
        source = source_of(snapshot, fixture.cursor_path)
        place = place_at(source.data, fixture.offset)
        assert place is not None
        assert drafted_pull(snapshot, source, place.span, "now", "runtime.nanotime") == ()


@pytest.mark.parametrize("local", ["other", "T", "unsafe", "_", "init"])
def test_a_name_that_is_taken_is_not_declared_again(tmp_path: Path, local: str) -> None:
    text = f"""
        -- a/a.go --
        package a

        import "unsafe"

        //go:linkname {local} runtime.nano$0

        type T unsafe.Pointer
        -- a/b_windows.go --
        package a

        func other() int64 {{ return 0 }}
        """
    assert "func" not in accepted(tmp_path, text, "runtime.nanotime")


def test_types_that_cannot_be_named_leave_the_target_alone(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        //go:linkname f example.com/m/b.$0
        func f()
        -- b/b.go --
        package b

        type t struct{}

        func g(t) {}
        """
    after = accepted(tmp_path, text, "example.com/m/b.g")
    assert after.endswith('import _ "unsafe"\n\n//go:linkname f example.com/m/b.g\nfunc f()\n')


@pytest.mark.parametrize("link", ["b", "c", ""])
def test_a_package_that_no_import_leads_to_is_said(tmp_path: Path, link: str) -> None:
    imported = f'import _ "example.com/m/{link}"\n' if link else ""
    text = f"""
        -- a/a.go --
        package a

        import _ "unsafe"
        {imported}
        //go:linkname f example.com/m/b.$0
        func f()
        -- b/b.go --
        package b

        func g() {{}}
        -- c/c.go --
        package c

        import _ "example.com/m/b"
        """
    (item,) = items(tmp_path, text)
    assert item.note == ("" if link else "not imported")
    assert ("No import of this package leads to example.com/m/b" in item.warning) is (not link)
