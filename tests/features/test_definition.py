"""Go to definition, one place and direction a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.ask import check_definition, definitions
from support.txtar import write


def test_target_of_a_pull_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0g
        func f() int
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        """,
    )


@pytest.mark.parametrize("cursor", ["$0example.com/m/b.g", "example.$0com/m/b.g", "example.com/m/b.g$0"])
def test_anywhere_on_a_target_is_the_same(tmp_path: Path, cursor: str) -> None:
    check_definition(
        tmp_path,
        f"""
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f {cursor}
        func f() int
        -- b/b.go --
        package b

        func «g»() int {{ return 1 }}
        """,
    )


def test_local_name_of_a_pull_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname $0f example.com/m/b.g
        func f() int
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        """,
    )


def test_name_of_a_bodyless_function_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func $0f() int
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        """,
    )


def test_use_of_a_bodyless_function_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f() int
        -- a/use.go --
        package a

        func Use() int { return $0f() + 1 }
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        """,
    )


def test_use_in_another_package_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname Sleep example.com/m/b.sleep
        func Sleep(n int)
        -- main.go --
        package main

        import "example.com/m/a"

        func main() { a.$0Sleep(1) }
        -- b/b.go --
        package b

        func «sleep»(n int) {}
        """,
    )


def test_use_under_an_import_name_leads_to_the_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname Sleep example.com/m/b.sleep
        func Sleep(n int)
        -- main.go --
        package main

        import other "example.com/m/a"

        func main() { other.Sle$0ep(1) }
        -- b/b.go --
        package b

        func «sleep»(n int) {}
        """,
    )


def test_target_with_a_number_leads_to_that_init_function(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0init.1
        func f()
        -- b/a.go --
        package b

        func init() {}
        -- b/a_test.go --
        package b

        func init() {}
        -- b/b.go --
        package b

        func «init»() {}
        """,
    )


def test_target_of_a_push_leads_to_the_declaration_that_awaits_it(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/high.$0Now
        func impl() int { return 1 }
        -- high/high.go --
        package high

        func «Now»() int
        -- high/empty.s --
        """,
    )


def test_local_name_of_a_push_leads_to_its_own_body(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname $0impl example.com/m/high.Now
        func «impl»() int { return 1 }
        -- high/high.go --
        package high

        func Now() int
        -- high/empty.s --
        """,
    )


def test_bodyless_function_leads_to_the_push_from_another_package(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/high.Now
        func «impl»() int { return 1 }
        -- high/high.go --
        package high

        func $0Now() int
        -- high/empty.s --
        """,
    )


def test_push_to_a_name_nobody_declares_leads_to_the_pull(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/nowhere.$0now
        func impl() int { return 1 }
        -- high/high.go --
        package high

        import _ "unsafe"

        //go:linkname get example.com/m/nowhere.now
        func «get»() int
        """,
    )


def test_pull_of_a_pushed_name_nobody_declares_leads_to_the_push(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/nowhere.now
        func «impl»() int { return 1 }
        -- high/high.go --
        package high

        import _ "unsafe"

        //go:linkname get example.com/m/nowhere.$0now
        func get() int
        """,
    )


def test_push_that_nobody_awaits_leads_to_itself(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/nowhere.$0now
        func «impl»() int { return 1 }
        """,
    )


def test_one_argument_form_on_a_bodyless_function_leads_to_the_push(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- low/low.go --
        package low

        import _ "unsafe"

        //go:linkname impl example.com/m/high.now
        func «impl»() int { return 1 }
        -- high/high.go --
        package high

        import _ "unsafe"

        //go:linkname $0now
        func now() int
        """,
    )


def test_mark_leads_to_its_own_declaration(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname g$0
        func «g»() int { return 1 }
        """,
    )


def test_declaration_that_others_pull_leads_to_itself(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f() int
        -- b/b.go --
        package b

        func «$0g»() int { return 1 }
        """,
        complete=True,
    )


def test_directive_in_another_file_than_the_declaration(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        func $0f() int
        -- a/links.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        -- b/b.go --
        package b

        func «g»() int { return 1 }
        """,
    )


def test_variable_pull_leads_to_the_variable(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname v example.com/m/b.value
        var v int

        func Use() int { return $0v }
        -- b/b.go --
        package b

        var (
        	other int
        	«value» = 3
        )
        """,
    )


def test_pointer_method(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname grow example.com/m/b.(*Buf).$0grow
        func grow(b *int, n int)
        -- b/b.go --
        package b

        type Buf struct{}

        func (b *Buf) «grow»(n int) {}
        func (o Other) grow(n int) {}
        """,
    )


def test_value_method_by_value_and_through_the_pointer(tmp_path: Path) -> None:
    for at, target in enumerate(("Buf.size", "(*Buf).size")):
        check_definition(
            tmp_path / str(at),
            f"""
            -- a/a.go --
            package a

            import _ "unsafe"

            //go:linkname size example.com/m/b.$0{target}
            func size(b *int) int
            -- b/b.go --
            package b

            type Buf struct{{}}

            func (b Buf) «size»() int {{ return 1 }}
            """,
        )


def test_escaped_dot_in_the_last_path_element(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/lib%2ev2.$0g
        func f() int
        -- lib.v2/lib.go --
        package lib

        func «g»() int { return 1 }
        """,
    )


def test_unescaped_dot_names_no_package(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/lib.v2.$0g
        func f() int
        -- lib.v2/lib.go --
        package lib

        func g() int { return 1 }
        """,
    )


def test_package_name_other_than_the_path(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- main.go --
        package main

        import "example.com/m/go-lib"

        func main() { lib.$0Do() }
        -- go-lib/lib.go --
        package lib

        import _ "unsafe"

        //go:linkname Do example.com/m/go-lib/inner.do
        func Do()
        -- go-lib/inner/inner.go --
        package innermost

        func «do»() {}
        """,
    )


def test_use_through_a_dot_import(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- main.go --
        package main

        import . "example.com/m/a"

        func main() { Sl$0eep(1) }
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname Sleep example.com/m/b.sleep
        func Sleep(n int)
        -- b/b.go --
        package b

        func «sleep»(n int) {}
        """,
    )


def test_generic_function_has_no_symbol_to_lead_to(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func «$0f»()
        -- b/b.go --
        package b

        func g[T any]() {}
        """,
    )


def test_main_package_goes_by_main(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- cmd/app/main.go --
        package main

        func «secret»() int { return 1 }
        func main()       {}
        -- lib/lib.go --
        package lib

        import _ "unsafe"

        //go:linkname f main.$0secret
        func f() int
        """,
    )


def test_pull_inside_package_main_of_its_own_symbol(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- cmd/app/main.go --
        package main

        import _ "unsafe"

        func «secret»() int { return 1 }
        func main()       {}

        //go:linkname f main.$0secret
        func f() int
        -- cmd/other/main.go --
        package main

        func main() {}
        """,
    )


def test_symbol_of_a_shared_library(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:cgo_import_dynamic «libc_read» read "libc.so.6"

        //go:linkname procRead $0libc_read
        var procRead uintptr
        """,
    )


def test_external_test_package_has_a_path_of_its_own(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- p/p.go --
        package p
        -- p/x_test.go --
        package p_test

        func «helper»() int { return 1 }
        -- p/y_test.go --
        package p

        import _ "unsafe"

        //go:linkname f example.com/m/p_test.$0helper
        func f() int
        """,
    )


def test_vendored_dependency(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- go.mod --
        module example.com/m

        go 1.21

        require example.com/dep v1.0.0
        -- vendor/modules.txt --
        # example.com/dep v1.0.0
        ## explicit; go 1.21
        example.com/dep
        -- vendor/example.com/dep/dep.go --
        package dep

        func «hidden»() int { return 1 }
        -- main.go --
        package main

        import _ "unsafe"
        import _ "example.com/dep"

        //go:linkname f example.com/dep.$0hidden
        func f() int

        func main() { f() }
        """,
    )


def test_package_that_the_go_tree_vendors(tmp_path: Path) -> None:
    fixture = write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname ready vendor/golang.org/x/sys/cpu.$0Initialized
        var ready bool
        """,
    )
    ((name, _),) = definitions(fixture)
    assert name.endswith("src/vendor/golang.org/x/sys/cpu/cpu.go")


def test_replaced_module(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- go.mod --
        module example.com/m

        go 1.21

        require example.com/dep v1.0.0

        replace example.com/dep => ./fork
        -- fork/go.mod --
        module example.com/dep

        go 1.21
        -- fork/dep.go --
        package dep

        func «hidden»() int { return 1 }
        -- main.go --
        package main

        import _ "unsafe"

        //go:linkname f example.com/dep.$0hidden
        func f() int

        func main() { f() }
        """,
    )


def test_module_of_the_same_go_work(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- go.work --
        go 1.21

        use (
        	./one
        	./two
        )
        -- one/go.mod --
        module example.com/one

        go 1.21
        -- one/one.go --
        package one

        import _ "unsafe"

        //go:linkname f example.com/two.$0g
        func f() int
        -- two/go.mod --
        module example.com/two

        go 1.21
        -- two/two.go --
        package two

        func «g»() int { return 1 }
        """,
    )


def test_file_without_a_module(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- go.work --
        -- lone/lone.go --
        package main

        import _ "unsafe"

        //go:linkname f main.$0g
        func f() int

        func «g»() int { return 1 }

        func main() { f() }
        """,
    )


def test_ends_of_the_users_platform_come_first(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func $0f() int
        -- b/b_darwin.go --
        package b

        func «g»() int { return 1 }
        -- b/b_linux.go --
        package b

        func «g»() int { return 2 }
        -- b/other.go --
        //go:build !darwin && !linux

        package b

        func «g»() int { return 3 }
        """
    assert check_definition(tmp_path / "linux", text)[0] == "b/b_linux.go"
    assert check_definition(tmp_path / "darwin", text, goos="darwin")[0] == "b/b_darwin.go"
    assert check_definition(tmp_path / "windows", text, goos="windows")[0] == "b/other.go"


def test_end_behind_a_build_tag_comes_first_with_the_tag(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func $0f() int
        -- b/fast.go --
        //go:build fast

        package b

        func «g»() int { return 1 }
        -- b/slow.go --
        //go:build !fast

        package b

        func «g»() int { return 2 }
        """
    assert check_definition(tmp_path / "without", text)[0] == "b/slow.go"
    assert check_definition(tmp_path / "with", text, tags=("fast",))[0] == "b/fast.go"


def test_each_platforms_directive_binds_its_own_declaration(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a_linux.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.unix
        func $0f() int
        -- a/a_windows.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.windows
        func f() int
        -- b/b.go --
        package b

        func «unix»() int    { return 1 }
        func windows() int { return 2 }
        """,
    )


def test_bodyless_function_leads_to_assembly_of_its_package(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        func $0Add(x, y int) int
        -- a/add_amd64.s --
        #include "textflag.h"

        TEXT «·Add»(SB), NOSPLIT, $16-24
        	RET
        -- a/add_arm64.s --
        TEXT «·Add»(SB), 4, $16-24
        	RET
        """,
    )


def test_branch_of_todays_platform_comes_first(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        func $0Add(x, y int) int
        -- a/add.s --
        #ifdef GOARCH_arm64
        TEXT «·Add»(SB), 4, $16-24
        #endif
        #ifdef GOARCH_amd64
        TEXT «·Add»(SB), 4, $16-24
        #endif
        """
    first, second = (write(tmp_path / goarch, text) for goarch in ("amd64", "arm64"))
    assert definitions(first, goarch="amd64") == definitions(second, goarch="arm64")[::-1]


def test_bodyless_function_leads_to_assembly_of_another_package(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        func $0now() int
        -- a/empty.s --
        -- low/low_amd64.s --
        TEXT «example·com∕m∕a·now»<ABIInternal>(SB), 4, $16-8
        	RET
        -- low/low.go --
        package low
        """,
    )


def test_text_in_assembly_leads_to_the_go_declaration(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        func «Add»(x, y int) int
        -- a/add_amd64.s --
        TEXT ·$0Add(SB), 4, $16-24
        	RET
        """,
    )


def test_call_in_assembly_leads_to_the_go_function(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a_amd64.s --
        TEXT ·entry(SB), 4, $16-0
        	CALL example·com∕m∕b·$0run(SB)
        	RET
        -- a/a.go --
        package a

        func entry()
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname run
        func «run»() {}
        """,
    )


def test_ordinary_function_is_none_of_our_business(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        func plain() int { return 1 }

        func Use() int { return pl$0ain() }
        """,
    )


def test_local_variable_that_shadows_is_none_of_our_business(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname now example.com/m/b.g
        func now() int

        func Use() int {
        	now := func() int { return 2 }
        	return $0now()
        }
        -- b/b.go --
        package b

        func g() int { return 1 }
        """,
    )


def test_field_of_the_same_name_is_none_of_our_business(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname now example.com/m/b.g
        func now() int

        type T struct{ now int }

        func Use(t T) int { return t.$0now }
        -- b/b.go --
        package b

        func g() int { return 1 }
        """,
    )


def test_tab_after_the_word_makes_it_a_comment(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname\tf example.com/m/b.$0g
        func f() int
        -- b/b.go --
        package b

        func g() int { return 1 }
        """,
    )


def test_half_typed_directive_leads_as_far_as_it_can(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0g
        func f(
        -- b/b.go --
        package b

        func «g»() int { return 1
        """,
    )


def test_declaration_that_is_renamed_away_is_still_where_the_target_points(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0g
        func f() int
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname g example.com/m/c.other
        func «g»() int { return 1 }
        """,
    )


def test_symbol_that_crosses_to_another_module_folder_of_the_workspace(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- one/go.mod --
        module example.com/one

        go 1.21
        -- one/one.go --
        package one

        import _ "unsafe"

        //go:linkname impl example.com/two.Hook
        func «impl»() {}
        -- two/go.mod --
        module example.com/two

        go 1.21
        -- two/two.go --
        package two

        func $0Hook()
        -- two/empty.s --
        """,
        complete=True,
    )


def test_file_of_one_system_leads_to_that_systems_end_only(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a_windows.go --
        package a

        import _ "unsafe"

        //go:linkname $0f example.com/m/b.f
        func f() int
        -- b/b_linux.go --
        package b

        func f() int { return 1 }
        -- b/b_windows.go --
        package b

        func «f»() int { return 2 }
        """,
    )


def test_file_of_one_system_leads_to_another_systems_end_when_its_own_has_none(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a_windows.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.$0f
        func f() int
        -- b/b_linux.go --
        package b

        func «f»() int { return 1 }
        """,
    )


def test_bare_variable_leads_to_itself_when_only_another_systems_shares_its_symbol(tmp_path: Path) -> None:
    check_definition(
        tmp_path,
        """
        -- a/a_freebsd.go --
        package a

        import _ "unsafe"

        //go:linkname environ environ
        var environ uintptr
        -- a/a_netbsd.go --
        package a

        import _ "unsafe"

        //go:linkname $0environ environ
        var «environ» uintptr
        """,
    )


def test_method_in_a_long_file_is_found_though_its_receiver_takes_several_lines(tmp_path: Path) -> None:
    padding = "// Nothing.\n" * 200
    check_definition(
        tmp_path,
        f"""
-- a/a.go --
package a

import _ "unsafe"

//go:linkname f example.com/m/b.(*T).$0get
func f() int
-- b/b.go --
package b

type T struct{{}}

{padding}
func (
	t *T,
) «get»() int {{ return 1 }}

{padding}
""",
    )


@pytest.mark.parametrize(
    ("declaration", "name"), [("func «É»() {}", "É"), ("var ö, «w» = 1, 2", "w"), ("func «größé»() {}", "größé")]
)
def test_names_beyond_ascii_are_found(tmp_path: Path, declaration: str, name: str) -> None:
    check_definition(
        tmp_path,
        f"""
        -- p/p.go --
        package p

        import _ "unsafe"

        //go:linkname z example.com/m/q.$0{name}
        -- q/q.go --
        package q

        {declaration}
        """,
    )
