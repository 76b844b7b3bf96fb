"""Types that differ between the two ends of a link."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.links.snapshot import Snapshot
from support.ask import snapshot_of, source_of
from support.txtar import write

CODES = ("signature-mismatch", "variable-type-mismatch")


def checked(snapshot: Snapshot, path: Path) -> list[Finding]:
    return [one for one in check_source(snapshot, source_of(snapshot, path)) if one.code in CODES]


def found_in(root: Path, text: str, name: str) -> list[Finding]:
    """What is said of one file of a fixture."""
    path = write(root, text).path(name)
    return checked(snapshot_of(root), path)


def pulled(root: Path, pull: str, definition: str, *, imports: str = "", goarch: str = "amd64") -> list[str]:
    """What is said of ``pull`` (in package a, of symbol g) against ``definition`` (in package b)."""
    spec = f"import {imports}\n" if imports else ""
    path = write(
        root,
        f'-- a/a.go --\npackage a\n\nimport "unsafe"\n{spec}\nvar _ unsafe.Pointer\n\n'
        f"//go:linkname f example.com/m/b.g\n{pull}\n"
        "-- a/empty.s --\n"
        f"-- b/b.go --\npackage b\n\n{definition}\n"
        "-- c/c.go --\npackage see\n\ntype T struct{ A, B int }\ntype Alias = T\ntype Word = uintptr\n",
    ).path("a/a.go")
    return [one.message for one in checked(snapshot_of(root, goarch=goarch), path)]


def test_message_names_both_ends_as_they_are_written(tmp_path: Path) -> None:
    assert pulled(tmp_path, "func f(n int) (out int)", "func g(s string) int { return len(s) }") == [
        "signatures differ: f is func(int) int, but example.com/m/b.g is func(string) int"
    ]


def test_finding_points_at_the_directive_and_leads_to_the_other_end(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //«go:linkname f example.com/m/b.g»
        func f(int)
        -- b/b.go --
        package b

        func «g»() {}
        """,
    )
    (found,) = checked(snapshot_of(tmp_path), fixture.path("a/a.go"))
    assert (found.severity, found.stage, found.symbol) == ("warning", "advice", "example.com/m/b.g")
    (related,) = found.related
    assert [("a/a.go", found.span), ("b/b.go", related.span)] == fixture.marked
    assert related.source.path == fixture.path("b/b.go")


ALIKE = {
    "identical": (
        "func f(a, b int, s string) (n int, err error)",
        "func g(int, int, string) (int, error) { return 0, nil }",
    ),
    "universe aliases": ("func f(byte, rune, any)", "func g(uint8, int32, interface{}) {}"),
    "variadic": ("func f(...string)", "func g(names ...string) {}"),
    "variadic as a slice": ("func f([]string)", "func g(names ...string) {}"),
    "unsafe.Pointer for a pointer": ("func f(unsafe.Pointer)", "type t struct{}\n\nfunc g(*t) {}"),
    "uintptr for a map, chan and func": (
        "func f(uintptr, unsafe.Pointer, uintptr)",
        "func g(map[string]int, chan<- int, func(int) bool) {}",
    ),
    "pointers to different types": (
        "type copied struct{ a int }\n\nfunc f(*copied)",
        "type t struct{}\n\nfunc g(*t) {}",
    ),
    "pointer to what cannot be known": ("func f(unsafe.Pointer)", 'import "missing"\n\nfunc g(*missing.T) {}'),
    "named for its underlying type": ("func f(int32, string)", "type n int32\ntype s string\n\nfunc g(n, s) {}"),
    "copied struct": (
        "type own struct{ a int8; b string }\n\nfunc f(own)",
        "type t struct{ x uint8; y string }\n\nfunc g(t) {}",
    ),
    "copied interface": (
        "type own interface{ Error() string }\n\nfunc f(own)",
        "func g(error) {}",
    ),
    "interface taken apart": ("type eface struct{ kind, data unsafe.Pointer }\n\nfunc f(eface)", "func g(any) {}"),
    "struct for its fields": ("func f(struct{ a, b int })", "func g(a, b int) {}"),
    "slice for its header": (
        "func f(struct{ data unsafe.Pointer; len, cap int })",
        "func g([]byte) {}",
    ),
    "alias of an alias": ("func f(int)", "type A = B\ntype B = C\ntype C = int\n\nfunc g(A) {}"),
    "array whose length is a constant": (
        "func f([8]byte)",
        "const half = 1 << 2\nconst n = 2 * half\n\nfunc g([n]byte) {}",
    ),
    "generic type behind a pointer": ("func f(unsafe.Pointer)", "type t[T any] struct{ x T }\n\nfunc g(*t[int]) {}"),
    "generic type that holds no more than a pointer": (
        "func f(uintptr)",
        "type t[T any] struct{ _ [0]*T; p *T }\n\nfunc g(t[int]) {}",
    ),
    "fields in other groups": (
        "func f(struct{ a, b int; c string })",
        "type t struct{ a int; b int; c string }\n\nfunc g(t) {}",
    ),
    "long group": ("func f(a, b, c, d, e, f, g, h, i, j, k int)", "func g(a, b, c, d, e, f, g, h, i, j, k int) {}"),
    "comments among the types": ("func f(a /* first */ int, // last\n\tb string)", "func g(int, string) {}"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_nothing_is_said_of_types_that_lie_alike(tmp_path: Path, case: str) -> None:
    assert pulled(tmp_path, *ALIKE[case]) == []


DIFFERENT = {
    "missing result": ("func f()", "func g() int { return 0 }"),
    "superfluous result": ("func f() (int, error)", "func g() int { return 0 }"),
    "missing parameter": ("func f(int)", "func g(int, int) {}"),
    "superfluous parameter": ("func f(int, int)", "func g(int) {}"),
    "word count": ("func f(string)", "func g([]byte) {}"),
    "size": ("func f(int32)", "func g(int64) {}"),
    "sign": ("func f(uint64)", "func g(int64) {}"),
    "sign of a result": ("func f() int32", "func g() uint32 { return 0 }"),
    "width that the platform gives": ("func f() int", "func g() int64 { return 0 }"),
    "number for a bool": ("func f(uint8)", "func g(bool) {}"),
    "number for a named one": ("func f(int32)", "type n uint32\n\nfunc g(n) {}"),
    "result of another size": ("func f() bool", "func g() int { return 0 }"),
    "float for a whole number": ("func f(float64)", "func g(int64) {}"),
    "order": ("func f(string, int)", "func g([]byte, float64) {}"),
    "pointer for a value": ("type t struct{ a, b int }\n\nfunc f(*t)", "type t struct{ a, b int }\n\nfunc g(t) {}"),
    "struct that has grown": ("type t struct{ a int }\n\nfunc f(t)", "type t struct{ a, b int }\n\nfunc g(t) {}"),
    "interface without methods for one with": ("func f(any)", "func g(error) {}"),
    "array, which is never in registers": ("func f([2]int)", "func g(struct{ a, b int }) {}"),
    "more than fits in registers": (
        "func f(struct{ a, b, c, d, e, f, g, h, i, j int })",
        "func g(a, b, c, d, e, f, g, h, i, j int) {}",
    ),
    "alias": ("func f(int)", "type A = string\n\nfunc g(A) {}"),
    "universe name that is declared anew": ("func f(int)", "type int string\n\nfunc g(int) {}"),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_types_that_lie_differently_are_reported(tmp_path: Path, case: str) -> None:
    (message,) = pulled(tmp_path, *DIFFERENT[case])
    assert message.startswith("signatures differ: f is func(") or message.endswith("differ in memory")


UNKNOWN = {
    "type of C code": ("func f(int)", 'import "C"\n\nfunc g(C.long, string) {}'),
    "package that is not there": ("func f(int)", 'import "missing"\n\nfunc g(missing.T, string) {}'),
    "type that is not there": ("func f(int)", "func g(T, string) {}"),
    "half-typed end": ("func f(int)", "func g(string, map[ {}"),
    "length that cannot be told": ("func f([4]byte)", 'const n = len("12345")\n\nfunc g([n]byte) {}'),
    "dot import that could hold it": ("func f(int)", 'import . "missing"\n\nfunc g(T) {}'),
    "generic function": ("func f(int)", "func g[T any](s string) {}"),
    "type parameter inside": ("func f(int)", "type t[T any] struct{ x T }\n\nfunc g(t[string]) {}"),
    "nobody there": ("func f(int)", "func h(string) {}"),
    "variable": ("func f(int)", "var g string"),
    "type that is an alias of itself": ("func f(int)", "type A = *A\n\nfunc g([3]A, string, B) {}\n\ntype B = B"),
    "type that contains itself": ("func f(int)", "type T struct{ t T }\n\nfunc g(T) {}"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_nothing_is_said_of_what_cannot_be_told(tmp_path: Path, case: str) -> None:
    assert pulled(tmp_path, *UNKNOWN[case]) == []


def test_one_unknown_type_on_both_sides_hides_no_other(tmp_path: Path) -> None:
    text = """
    -- a/a.go --
    package a

    import (
    	_ "unsafe"

    	"example.com/m/b"
    )

    //go:linkname f example.com/m/b.g
    func f(b.Lost, int8)
    -- b/b.go --
    package b

    import "missing"

    type Lost missing.T

    func g(l Lost, n int) {}
    """
    (found,) = found_in(tmp_path, text, "a/a.go")
    assert found.message == ("signatures differ: f is func(b.Lost, int8), but example.com/m/b.g is func(Lost, int)")


@pytest.mark.parametrize(
    ("imports", "written"),
    [
        ('"example.com/m/c"', "see.T"),
        ('other "example.com/m/c"', "other.T"),
        ('other "example.com/m/c"', "other.Alias"),
        ('. "example.com/m/c"', "T"),
    ],
)
@pytest.mark.parametrize(("definition", "says"), [("struct{ a, b int }", False), ("struct{ a, b, c int }", True)])
def test_import_is_known_by_whatever_name(
    tmp_path: Path, imports: str, written: str, definition: str, says: bool
) -> None:
    found = pulled(tmp_path, f"func f({written})", f"func g({definition}) {{}}", imports=imports)
    assert bool(found) is says


@pytest.mark.parametrize(("goarch", "says"), [("amd64", False), ("386", True), ("arm", True)])
def test_int_is_as_wide_as_a_register(tmp_path: Path, goarch: str, says: bool) -> None:
    ends = "type t struct{ a int64 }\n\nfunc f(t)", "type t struct{ a int }\n\nfunc g(t) {}"
    assert bool(pulled(tmp_path, *ends, goarch=goarch)) is says


def test_copied_struct_of_another_platform_is_not_compared(tmp_path: Path) -> None:
    text = """
    -- a/a_windows.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f(int)
    -- b/b.go --
    package b

    func g(string) {}
    """
    assert found_in(tmp_path, text, "a/a_windows.go") == []


METHODS = """
    -- a/a.go --
    package a

    import "unsafe"

    //go:linkname f example.com/m/b.{symbol}
    func f({parameters}) int
    -- b/b.go --
    package b

    type T struct{{ a, b int }}

    func (t *T) byPointer(n int) int {{ return n }}

    func (t T) byValue(n int) int {{ return n }}
    """


@pytest.mark.parametrize(
    ("symbol", "parameters", "said"),
    [
        ("(*T).byPointer", "t unsafe.Pointer, n int", ""),
        ("(*T).byPointer", "n int", "f is func(int) int, but example.com/m/b.(*T).byPointer is func(*T, int) int"),
        ("T.byValue", "a, b, n int", ""),
        (
            "T.byValue",
            "t unsafe.Pointer, n int",
            "f is func(unsafe.Pointer, int) int, but example.com/m/b.T.byValue is func(T, int) int",
        ),
        ("(*T).byValue", "t unsafe.Pointer, n int", ""),
        (
            "(*T).byValue",
            "a, b, n int",
            "f is func(int, int, int) int, but example.com/m/b.(*T).byValue is func(*T, int) int",
        ),
    ],
)
def test_receiver_is_the_first_parameter(tmp_path: Path, symbol: str, parameters: str, said: str) -> None:
    text = METHODS.format(symbol=symbol, parameters=parameters)
    found = found_in(tmp_path, text, "a/a.go")
    assert [one.message for one in found] == ([f"signatures differ: {said}"] if said else [])


@pytest.mark.parametrize(("declared", "says"), [("func g(n int) int", False), ("func g(n int32) int", True)])
def test_assembly_has_the_types_of_the_go_declaration_beside_it(tmp_path: Path, declared: str, says: bool) -> None:
    text = f"""
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f(int) int
    -- a/empty.s --
    -- b/b.go --
    package b

    {declared}
    -- b/b.s --
    TEXT ·g(SB), 4, $0-16
    	RET
    """
    assert bool(found_in(tmp_path, text, "a/a.go")) is says


PUSH = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname pushed example.com/m/b.g
    func pushed(n int) int { return n }
    -- b/b.go --
    package b

    import _ "unsafe"

    //go:linkname g
    func g(s string) int
    """


def test_push_is_compared_with_what_awaits_it(tmp_path: Path) -> None:
    fixture = write(tmp_path, PUSH)
    (found,) = checked(snapshot_of(tmp_path), fixture.path("a/a.go"))
    assert found.message == "signatures differ: pushed is func(int) int, but example.com/m/b.g is func(string) int"
    assert found.fixes == ()


def test_what_awaits_a_push_is_compared_with_it(tmp_path: Path) -> None:
    fixture = write(tmp_path, PUSH)
    (found,) = checked(snapshot_of(tmp_path), fixture.path("b/b.go"))
    assert found.message == "signatures differ: g is func(string) int, but example.com/m/a.pushed is func(int) int"


def test_editor_does_not_wait_for_the_index(tmp_path: Path) -> None:
    fixture = write(tmp_path, PUSH)
    snapshot = snapshot_of(tmp_path, complete=False)
    assert checked(snapshot, fixture.path("b/b.go")) == []
    assert [tree for tree in snapshot.trees(tmp_path) if tree.root == tmp_path and snapshot.index.peek(tree)] == []
    # A target needs no index.
    assert len(checked(snapshot, fixture.path("a/a.go"))) == 1
    for tree in snapshot.trees(tmp_path):
        snapshot.tree(tree)
    assert len(checked(snapshot, fixture.path("b/b.go"))) == 1


def test_several_programs_must_all_differ(tmp_path: Path) -> None:
    text = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f main.g
    func f(int)
    -- one/main.go --
    package main

    func g(int) {}

    func main() {}
    -- two/main.go --
    package main

    func g(string) {}

    func main() {}
    """
    assert found_in(tmp_path, text, "a/a.go") == []
    (tmp_path / "one/main.go").write_text("package main\n\nfunc g(string) {}\n\nfunc main() {}\n")
    assert len(checked(snapshot_of(tmp_path), tmp_path / "a/a.go")) == 1


def test_method_of_the_own_package_is_only_marked(tmp_path: Path) -> None:
    text = """
    -- a/a.go --
    package a

    import _ "unsafe"

    type T int

    func (t T) m() {}

    //go:linkname badlinkname_T_m example.com/m/a.(*T).m
    func badlinkname_T_m(T, string)
    """
    assert found_in(tmp_path, text, "a/a.go") == []


VARIABLES = [
    ("var f int", "var g int", False),
    ("var f uintptr", "var g *int", False),
    ("var f int64", "var g int32", True),
    ("var f string", "var g []byte", False),
    ("var f []byte", "var g string", True),
    ("var f float64", "var g int64", True),
    ("var f int32", "var g int64", True),
    ("var f int", "var g int64", True),
    ("var f struct{ a int }", "var g struct{ a, b int }", False),
    ("var f struct{ a, b int }", "var g struct{ a int }", True),
    ("var f struct{ a, b int }", "var g [2]int", False),
    ("var f byte", "var g struct{ a, b int }", False),
    ("var f [16]byte", "var g struct{ a, b int }", False),
    ("var f uintptr", "var g struct{ a bool; pad [3]byte; align uint64 }", False),
    ("var f [32]byte", "var g struct{ a, b int }", True),
    ("var f map[string]int", "var g = map[string]string{}", False),
    ("var f int", "func g() {}", False),
]


@pytest.mark.parametrize(("pull", "definition", "says"), VARIABLES)
def test_pulled_variable(tmp_path: Path, pull: str, definition: str, says: bool) -> None:
    found = pulled(tmp_path, pull, definition)
    name, _, kind = pull.removeprefix("var ").partition(" ")
    _, _, other = definition.removeprefix("var ").partition(" ")
    shown = other.replace(";", ";")
    assert found == ([f"types differ: {name} is {kind}, but example.com/m/b.g is {shown}"] if says else [])


def test_pushed_variable_must_hold_what_the_other_reads(tmp_path: Path) -> None:
    text = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname pushed example.com/m/b.flag
    var pushed int32 = 1
    -- b/b.go --
    package b

    var flag [2]int32
    """
    (found,) = found_in(tmp_path, text, "a/a.go")
    assert found.message == "types differ: pushed is int32, but example.com/m/b.flag is [2]int32"


def test_types_of_one_name_that_differ(tmp_path: Path) -> None:
    found = pulled(tmp_path, "type t struct{ a int }\n\nfunc f(t)", "type t struct{ a, b int }\n\nfunc g(t) {}")
    assert found == [
        "signatures differ: f and example.com/m/b.g are both func(t), but types of that name differ in memory"
    ]


RUN = """
    -- go.mod --
    module example.com/m

    go 1.21
    -- main.go --
    package main

    import (
    	_ "unsafe"

    	_ "example.com/m/b"
    )

    type pair struct {
    	a int8
    	b float64
    }

    //go:linkname fields example.com/m/b.fields
    func fields(p pair, s string) int

    //go:linkname header example.com/m/b.header
    func header(h struct {
    	data     *byte
    	len, cap int
    }) (n, m int)

    func main() {
    	b := []byte("hello")
    	n, m := header(struct {
    		data     *byte
    		len, cap int
    	}{&b[0], 5, 5})
    	println(fields(pair{1, 2}, "abc"), n, m)
    }
    -- b/b.go --
    package b

    func fields(a int8, b float64, data *byte, n int) int { return int(a)*100 + int(b)*10 + n }

    func header(b []byte) struct{ n, m int } { return struct{ n, m int }{len(b), int(b[1])} }
    """


def test_what_lies_alike_works_when_it_is_run(tmp_path: Path) -> None:
    fixture = write(tmp_path, RUN)
    done = subprocess.run(["go", "run", "."], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == "123 5 101\n"
    assert checked(snapshot_of(tmp_path), fixture.path("main.go")) == []
