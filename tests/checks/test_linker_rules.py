"""What the linker's rules say where no program decides, and what nobody says: libraries, platforms, dependencies."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.build.files import walk
from linkname_ls.checks.rules import check_module, check_source
from linkname_ls.checks.settings import NOTHING_SET, Settings
from linkname_ls.programs.workspace import Programs
from support.ask import snapshot_of, toolchain
from support.txtar import write

RELEASE = ".".join(toolchain().version.removeprefix("go").split(".")[:2])


def said(
    root: Path, text: str, *, settings: Settings = NOTHING_SET, tests: bool = True, goos: str = "linux"
) -> list[str]:
    """Return the findings in a module as ``file:line: severity: message [rule]``."""
    write(root, text)
    snapshot = snapshot_of(root, goos=goos)
    programs = Programs(snapshot, tests=tests)
    found: list[str] = []
    for path in walk(root):
        source = snapshot.source(path)
        assert source is not None
        if source.is_test and not tests:
            continue
        for one in check_source(snapshot, source, settings, programs):
            line, _ = source.lines.compiler(one.span.start)
            name = source.path.relative_to(root).as_posix()
            found.append(f"{name}:{line}: {one.severity}: {one.message} [{one.code}]")
    return found


def test_library_is_told_what_its_users_must_import(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f()
        -- b/b.go --
        package b

        func g() {}
        """,
    ) == [
        "a/a.go:5: information: a program that calls f must import example.com/m/b, which defines example.com/m/b.g "
        "[unlinked-target]"
    ]


def test_undefined_target_that_no_program_reaches_is_a_warning(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- main.go --
        package main

        import _ "unsafe"

        //go:linkname f example.com/nowhere.f
        func f()

        func unused() { f() }

        func main() {}
        """,
    ) == [
        "main.go:5: warning: relocation target example.com/nowhere.f not defined as soon as a program reaches f "
        "[undefined-target]"
    ]


def test_refused_reference_in_a_library_bites_its_programs(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f runtime.schedinit
        func f()

        func F() { f() }
        """,
    ) == [
        "a/a.go:5: warning: invalid reference to runtime.schedinit in every program that imports this package: "
        f"Go {RELEASE} does not mark it for use by other packages [refused-reference]"
    ]


def test_import_that_would_be_refused_is_not_advised(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """
        -- main.go --
        package main

        import _ "unsafe"

        //go:linkname zones net.zoneCache
        var zones [8]uintptr

        //go:linkname escape text/template.JSEscapeString
        func escape(string) string

        func main() { println(zones[0], escape("")) }
        """,
    )
    assert found == [
        "main.go:5: warning: zones is a new variable that is zero: net is not linked into example.com/m; were it "
        f"linked, Go {RELEASE} would refuse the reference [unlinked-variable]",
        "main.go:8: error: relocation target text/template.JSEscapeString not defined: package text/template, which "
        f"defines it, is not linked into example.com/m; were it linked, Go {RELEASE} would refuse the reference "
        "[unlinked-target]",
    ]


def test_checklinkname_makes_hints_of_refused_references(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """
        -- main.go --
        package main

        import _ "unsafe"

        //go:linkname f runtime.schedinit
        func f()

        func main() { f() }
        """,
        settings=Settings(ldflags="-checklinkname=0"),
    )
    assert found == [
        "main.go:5: hint: invalid reference to runtime.schedinit without -checklinkname=0: "
        f"Go {RELEASE} does not mark it for use by other packages [refused-reference]"
    ]


def test_only_the_test_fails(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/nowhere.f
        func f()
        -- a/a_test.go --
        package a

        import "testing"

        func TestF(t *testing.T) { f() }
        """
    (found,) = said(tmp_path, text)
    assert found.startswith("a/a.go:5: error: relocation target example.com/nowhere.f not defined")
    (found,) = said(tmp_path, text, tests=False)
    assert found.startswith("a/a.go:5: warning: ")


def test_variable_that_stands_alone(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- main.go --
        package main

        import _ "unsafe"

        //go:linkname v example.com/m/b.v
        var v int

        //go:linkname w example.com/m/b.misspelled
        var w int

        func main() { println(v, w) }
        -- b/b.go --
        package b

        var v = 1
        """,
    ) == [
        "main.go:5: warning: v is a new variable that is zero: example.com/m/b is not linked into example.com/m "
        "[unlinked-variable]",
        "main.go:8: warning: nothing defines example.com/m/b.misspelled: w is a new variable that is zero "
        "[unlinked-variable]",
    ]


def test_target_of_another_platform(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- a/a_windows.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.f
        func f()
        -- b/b_linux.go --
        package b

        func f() {}
        """,
    ) == [
        "a/a_windows.go:5: warning: example.com/m/b.f exists only where linux holds, where this file is never built "
        "[other-platform-target]"
    ]


def test_target_that_some_platforms_lack(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """
        -- a/a.go --
        //go:build linux || darwin

        package a

        import (
        	_ "unsafe"

        	_ "example.com/m/b"
        )

        //go:linkname f example.com/m/b.f
        func f()
        -- b/b.go --
        package b
        -- b/b_linux.go --
        package b

        func f() {}
        """,
    )
    assert found == [
        "a/a.go:11: hint: example.com/m/b.f does not exist on darwin/amd64, darwin/arm64, ios/amd64 and 1 more, where "
        "this file is built too: it needs linux [other-platform-target]"
    ]


def test_both_ends_with_bodies(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        """
        -- main.go --
        package main

        import (
        	_ "unsafe"

        	_ "example.com/m/b"
        )

        //go:linkname f example.com/m/b.f
        func f() {}

        func main() {}
        -- b/b.go --
        package b

        import _ "unsafe"

        //go:linkname f
        func f() {}
        """,
    ) == [
        "main.go:9: error: duplicated definition of symbol example.com/m/b.f: example.com/m/b defines it too "
        "[duplicate-symbol]",
        "b/b.go:5: error: duplicated definition of symbol example.com/m/b.f: example.com/m defines it too "
        "[duplicate-symbol]",
    ]


def test_two_drivers_for_different_programs_are_no_duplicates(tmp_path: Path) -> None:
    driver = """
        -- {name}/d.go --
        package {name}

        import _ "unsafe"

        //go:linkname open example.com/m/api.open
        func open() int {{ return 1 }}
        -- cmd/{name}/main.go --
        package main

        import (
        	"example.com/m/api"
        	_ "example.com/m/{name}"
        )

        func main() {{ api.Open() }}
        """
    text = """
        -- api/api.go --
        package api

        import _ "unsafe"

        //go:linkname open
        func open() int

        func Open() int { return open() }
        """
    assert said(tmp_path, text + driver.format(name="one") + driver.format(name="two")) == []


BROKEN = """
    -- go.mod --
    module example.com/app

    go 1.21

    require example.com/middle v1.0.0

    require example.com/bad v1.0.0 // indirect

    replace (
    	example.com/bad => ./bad
    	example.com/middle => ./middle
    )
    -- main.go --
    package main

    import "example.com/middle"

    func main() { middle.F() }
    -- middle/go.mod --
    module example.com/middle

    go 1.21

    require example.com/bad v1.0.0
    -- middle/middle.go --
    package middle

    import "example.com/bad/inner"

    func F() { inner.F() }
    -- bad/go.mod --
    module example.com/bad

    go 1.21
    -- bad/inner/inner.go --
    package inner

    import _ "unsafe"

    //go:linkname f runtime.schedinit
    func f()

    func F() { f() }
    """


def test_broken_dependency_is_said_on_its_require_line_with_the_chain(tmp_path: Path) -> None:
    write(tmp_path, BROKEN)
    snapshot = snapshot_of(tmp_path)
    (main,) = snapshot.universe.worlds[0].mains
    found = check_module(snapshot, main, NOTHING_SET, Programs(snapshot))
    assert found is not None
    source, (finding,) = found
    assert source.path == tmp_path / "go.mod"
    assert source.text(finding.span) == "require example.com/middle v1.0.0"
    assert finding.severity == "error"
    assert finding.message == (
        "example.com/app imports example.com/middle, which imports example.com/bad/inner, which links to "
        "runtime.schedinit: invalid reference to runtime.schedinit: "
        f"Go {RELEASE} does not mark it for use by other packages"
    )


def test_broken_dependency_that_no_program_links_is_not_mine_to_hear(tmp_path: Path) -> None:
    write(
        tmp_path,
        BROKEN.replace("func main() { middle.F() }", "func main() {}").replace('import "example.com/middle"', ""),
    )
    snapshot = snapshot_of(tmp_path)
    (main,) = snapshot.universe.worlds[0].mains
    found = check_module(snapshot, main, NOTHING_SET, Programs(snapshot))
    assert found is not None
    assert found[1] == []
