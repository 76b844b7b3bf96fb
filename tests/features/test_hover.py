"""Hover: what the first line says, and what stands below it."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.features.hover import hover, markdown
from support.ask import hover_text, snapshot_of, source_of
from support.txtar import write

LINK = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname {local}f example.com/m/b.{target}g
    func {name}f(n int) (string, error)

    func Use() {{ {use}f(1) }}
    -- b/b.go --
    package b

    // g does the work.
    // It has a second line.
    func {other}g(n int) (string, error) {{ return "", nil }}
    """


def link(**places: str) -> str:
    return LINK.format(**{"local": "", "target": "", "name": "", "use": "", "other": "", **places})


def test_pull_says_what_is_pulled_and_where_it_is(tmp_path: Path) -> None:
    lines = hover_text(tmp_path, link(target="$0")).splitlines()
    assert lines[0] == "f pulls example.com/m/b.g: the function in package example.com/m/b, b/b.go:5"


def test_pull_shows_the_linked_signature_and_its_comment(tmp_path: Path) -> None:
    text = hover_text(tmp_path, link(name="$0"))
    assert "\nfunc g(n int) (string, error)\n" in text
    assert "g does the work.\nIt has a second line." in text


def test_all_places_of_a_pull_say_the_same(tmp_path: Path) -> None:
    texts = {hover_text(tmp_path / place, link(**{place: "$0"})) for place in ("local", "target", "name", "use")}
    assert len(texts) == 1


def test_what_is_pulled_says_so(tmp_path: Path) -> None:
    first = hover_text(tmp_path, link(other="$0")).splitlines()[0]
    assert first == "example.com/m/b.g is pulled by 1 directive elsewhere"


def test_push_says_who_awaits_it(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname $0impl example.com/m/high.Now
        func impl() int { return 1 }
        -- high/high.go --
        package high

        func Now() int
        -- high/empty.s --
        """,
    )
    first = text.splitlines()[0]
    assert first == (
        "impl is pushed as example.com/m/high.Now: the body of the bodyless function in package "
        "example.com/m/high, high/high.go:3"
    )


def test_bodyless_function_says_where_its_body_is(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/high.Now
        func impl() int { return 1 }
        -- high/high.go --
        package high

        func $0Now() int
        -- high/empty.s --
        """,
    )
    assert text.splitlines()[0] == (
        "example.com/m/high.Now has no body here; its body is impl in package example.com/m/low, low/low.go:6"
    )


def test_assembly_body_shows_the_go_declaration(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        // Add adds.
        func $0Add(x, y int) int
        -- a/add_amd64.s --
        TEXT ·Add(SB), 4, $16-24
        	RET
        """,
    )
    assert text.splitlines()[0] == (
        "example.com/m/a.Add has no body here; its body is assembly in package example.com/m/a, a/add_amd64.s:1"
    )
    assert "func Add(x, y int) int" in text
    assert "Add adds." in text


def test_ends_of_every_platform_are_listed_with_their_constraint(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func $0f() int
        -- b/b_linux.go --
        package b

        func g() int { return 1 }
        -- b/b_other.go --
        //go:build !linux

        package b

        func g() int { return 2 }
        """,
    )
    assert "b/b_linux.go:3: function g, linux\nb/b_other.go:5: function g, !linux (not in this build)" in text


def test_mark_says_that_others_may_pull(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0g
        func g() int { return 1 }
        """,
    )
    assert text.splitlines()[0] == "example.com/m/a.g is marked: other packages may pull it"


def test_target_that_nothing_defines_says_so(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/gone.$0g
        func f() int
        """,
    )
    assert text.splitlines()[0] == "f pulls example.com/m/gone.g, which is not defined in anything known here"


def test_local_name_of_a_pull_that_finds_nothing_says_so_too(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/gone.g
        func $0f() int
        """,
    )
    assert text.splitlines()[0] == "f pulls example.com/m/gone.g, which is not defined in anything known here"


def test_generic_function_that_is_pulled_says_so(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0g
        func f()
        -- b/b.go --
        package b

        func g[T any]() {}
        """,
    )
    assert text.splitlines()[0] == (
        "f pulls example.com/m/b.g, which is generic: it has no symbol until it is instantiated"
    )


def test_target_in_a_module_that_was_not_downloaded_says_so(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- go.mod --
        module example.com/m

        go 1.21

        require example.com/never/fetched v1.2.3
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/never/fetched/inner.$0g
        func f() int
        """,
    )
    assert text.splitlines()[0] == (
        "f pulls example.com/never/fetched/inner.g: module example.com/never/fetched v1.2.3 is not on this machine "
        "(go mod download fetches it)"
    )


def test_directive_whose_local_name_is_not_declared_says_so(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0nothing runtime.nanotime
        """,
    )
    assert text.splitlines()[0] == "nothing is no function or variable of this package: the directive binds nothing"


def test_pulled_variable_shows_its_type(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname v example.com/m/b.value
        var $0v map[string]int
        -- b/b.go --
        package b

        // value holds it.
        var value map[string]int
        """,
    )
    assert text.splitlines()[0] == "v pulls example.com/m/b.value: the variable in package example.com/m/b, b/b.go:4"
    assert "\nvar value map[string]int\n" in text


def test_symbol_of_a_shared_library_says_which(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        //go:cgo_import_dynamic $0libc_read read "libc.so.6"
        """,
    )
    assert text.splitlines()[0] == "libc_read is read of the shared library libc.so.6"


def test_symbol_of_c_code_says_so(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:cgo_import_static c_init

        //go:linkname c_init c_$0init
        var c_init byte
        """,
    )
    assert text.splitlines()[0] == "c_init pulls c_init: the symbol of C code in package example.com/m/a, a/a.go:5"


def test_variable_of_a_group_shows_the_groups_comment(tmp_path: Path) -> None:
    text = hover_text(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname v example.com/m/b.second
        var $0v int
        -- b/b.go --
        package b

        // Both are counted.
        var (
        	first  int
        	second int
        )
        """,
    )
    assert "Both are counted." in text


def test_doc_comment_cannot_inject_markdown(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func $0f()
        -- b/b.go --
        package b

        // g [runs](command:evil) ![x](http://evil/x.png) <img src=x> `code` ```
        //
        //	```
        //	<b>
        func g() {}
        """,
    )
    snapshot = snapshot_of(tmp_path)
    shown = hover(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert shown is not None
    text = markdown(shown, lambda path, line: f"file:///{path.name}#{line}")
    assert r"\[runs\](command:evil) !\[x\](http://evil/x.png) \<img src=x\> \`code\` \`\`\`" in text
    assert "````go\n```\n<b>\n````" in text


def test_place_that_the_headline_tells_is_a_link_and_not_listed_once_more(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0g
        func f()
        -- b/b.go --
        package b

        func g() {}
        """,
    )
    snapshot = snapshot_of(tmp_path)
    shown = hover(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert shown is not None
    text = markdown(shown, lambda path, line: f"file:///{path.name}#{line}")
    assert text.splitlines()[0].endswith("in package example.com/m/b, [`b/b.go:3`](file:///b.go#2)")
    assert text.count("b/b.go") == 1


def test_hover_of_something_unlinked_is_empty(tmp_path: Path) -> None:
    assert hover_text(tmp_path, "-- a/a.go --\npackage a\n\nfunc $0f() {}\n") == ""
