"""The fixes of the linker's rules, done, and judged by building the program that comes out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from linkname_ls.build.files import walk
from linkname_ls.checks.finding import Fix
from linkname_ls.checks.rules import check_source
from linkname_ls.source.edits import apply_edits
from support.ask import snapshot_of
from support.txtar import write

LIBRARY = """
-- lib/lib.go --
package lib

func secret() int { return 1 }

type T struct{}

func (t *T) method() int { return 1 }

var Counter = 1
-- yaml.v3/y.go --
package yaml

func secret() int { return 1 }
"""
MAIN = """
-- main.go --
package main

import (
	_ "unsafe"
{imports})

//go:linkname f {target}
func f() int

func main() {{ println(f()) }}
"""


def program(target: str, *imports: str) -> str:
    lines = "".join(f'\n\t_ "{one}"\n' for one in imports)
    return LIBRARY + MAIN.format(target=target, imports=lines)


LIB, YAML = "example.com/m/lib", "example.com/m/yaml.v3"
FIXES = {
    "nearly the name": (program(f"{LIB}.secrets", LIB), f"Link to {LIB}.secret"),
    "another case": (program(f"{LIB}.Secret", LIB), f"Link to {LIB}.secret"),
    "an unescaped dot": (program(f"{YAML}.secret", YAML), "Link to example.com/m/yaml%2ev3.secret"),
    "an escape in upper case": (
        program("example.com/m/yaml%2Ev3.secret", YAML),
        "Link to example.com/m/yaml%2ev3.secret",
    ),
    "the package's name": (program("lib.secret", LIB), f"Link to {LIB}.secret"),
    "the package's name in its path": (
        program("example.com/m/yaml.secret", YAML),
        "Link to example.com/m/yaml%2ev3.secret",
    ),
    "a relative path": (program("./lib.secret", LIB), f"Link to {LIB}.secret"),
    "quotes": (program(f'"{LIB}".secret', LIB), f"Link to {LIB}.secret"),
    "parentheses": (program(f"{LIB}.secret()", LIB), f"Link to {LIB}.secret"),
    "a method without its pointer": (program(f"{LIB}.T.method", LIB), f"Link to {LIB}.(*T).method"),
    "a method without its type": (program(f"{LIB}.method", LIB), f"Link to {LIB}.(*T).method"),
    "a package that has moved": (program("example.com/m/old/lib.secret", LIB), f"Link to {LIB}.secret"),
    "dots for slashes": (program("net.http.cloneURL", "net/http"), "Link to net/http.cloneURL"),
    "nearly a name that is pushed": (program("runtime.fastrand64x"), "Link to runtime.fastrand64"),
    "a package that is not linked": (program(f"{LIB}.secret"), f'Add import _ "{LIB}"'),
    "a package of std that is not linked": (program("net/http.cloneURL"), 'Add import _ "net/http"'),
    "assembly that calls an unmarked function": (
        """
        -- lib/lib.go --
        package lib

        // g does.
        func g() {}
        -- main.go --
        package main

        import _ "example.com/m/lib"

        func f()

        func main() { f() }
        -- f_amd64.s --
        TEXT ·f(SB), 4, $8-0
        	JMP example·com∕m∕lib·g(SB)
        """,
        "Mark example.com/m/lib.g",
    ),
    "a function without a body": (
        """
        -- main.go --
        package main

        func f() int

        func main() {}
        """,
        "Add empty.s, which makes the compiler leave missing bodies to the linker",
    ),
}


@pytest.mark.parametrize("what", FIXES)
def test_fix_makes_the_program_link(tmp_path: Path, what: str) -> None:
    text, title = FIXES[what]
    write(tmp_path, text)
    assert build(tmp_path) != ""
    done(offered(tmp_path, title))
    assert build(tmp_path) == ""


def test_variable_is_linked_by_an_import(tmp_path: Path) -> None:
    text = program("example.com/m/lib.Counter").replace("func f() int", "var f int").replace("f()", "f")
    write(tmp_path, text)
    assert run(tmp_path) == "0\n"
    done(offered(tmp_path, 'Add import _ "example.com/m/lib"'))
    assert run(tmp_path) == "1\n"


def test_import_that_would_be_refused_is_not_offered(tmp_path: Path) -> None:
    write(tmp_path, program("text/template.JSEscapeString"))
    assert not any("import" in fix.title for fix in fixes(tmp_path))


def test_import_that_would_be_a_cycle_is_not_offered(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f example.com/m/b.g
        func f() int

        func F() int { return f() }
        -- b/b.go --
        package b

        import "example.com/m/a"

        func g() int { return a.F() }
        -- main.go --
        package main

        import "example.com/m/a"

        func main() { a.F() }
        """,
    )
    assert "relocation target example.com/m/b.g not defined" in build(tmp_path)
    assert [fix.title for fix in fixes(tmp_path)] == []


def test_handshake_is_completed_in_another_module_of_the_workspace(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- go.work --
        go 1.21

        use (
        	./app
        	./lib
        )
        -- lib/go.mod --
        module example.com/lib

        go 1.21
        -- lib/lib.go --
        package lib

        // f does.
        //go:noinline
        func f() int { return 1 }
        -- app/go.mod --
        module example.com/app

        go 1.21
        -- app/main.go --
        package main

        import (
        	_ "unsafe"

        	_ "example.com/lib"
        )

        //go:linkname f example.com/lib.f
        func f() int

        func main() { println(f()) }
        """,
    )
    done(offered(tmp_path, "Mark example.com/lib.f"))
    assert (tmp_path / "lib/lib.go").read_text() == (
        'package lib\n\nimport _ "unsafe"\n\n'
        "// f does.\n//\n//go:linkname f\n//go:noinline\nfunc f() int { return 1 }\n"
    )
    assert fixes(tmp_path) == []
    assert run(tmp_path / "app") == "1\n"


def test_handshake_is_not_completed_in_a_module_that_nobody_has_opened(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- lib/go.mod --
        module example.com/lib

        go 1.21
        -- lib/lib.go --
        package lib

        func f() int { return 1 }
        -- app/go.mod --
        module example.com/app

        go 1.21

        require example.com/lib v1.0.0

        replace example.com/lib => ../lib
        -- app/main.go --
        package main

        import (
        	_ "unsafe"

        	_ "example.com/lib"
        )

        //go:linkname f example.com/lib.f
        func f() int

        func main() { println(f()) }
        """,
    )
    snapshot = snapshot_of(tmp_path / "app")
    source = snapshot.source(tmp_path / "app/main.go")
    assert source is not None
    (hint,) = check_source(snapshot, source)
    assert (hint.code, hint.fixes) == ("missing-handshake", ())


def fixes(root: Path) -> list[Fix]:
    """Return the fixes of all files below a folder, all of their edits in ``elsewhere``."""
    snapshot = snapshot_of(root)
    found: list[Fix] = []
    folders = [root, *(path.parent for path in root.glob("*/go.mod"))]
    for path in dict.fromkeys(path for folder in folders for path in walk(folder)):
        source = snapshot.source(path)
        assert source is not None
        for finding in check_source(snapshot, source):
            for fix in finding.fixes:
                edits = ((source, fix.edits), *fix.elsewhere)
                found.append(Fix(fix.title, (), fix.preferred, edits, fix.creates))
    return found


def offered(root: Path, title: str) -> Fix:
    found = fixes(root)
    assert title in [fix.title for fix in found]
    return next(fix for fix in found if fix.title == title)


def done(fix: Fix) -> None:
    for source, edits in fix.elsewhere:
        source.path.write_bytes(apply_edits(source.data, edits))
        formatted = subprocess.run(["gofmt", "-l", source.path], capture_output=True, text=True, check=False)
        assert source.path.suffix == ".s" or formatted.stdout == ""
    for path, text in fix.creates:
        path.write_text(text)


def build(root: Path) -> str:
    environ = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": ""}
    return subprocess.run(
        ["go", "build", "./..."], cwd=root, env=environ, capture_output=True, text=True, check=False
    ).stderr


def run(root: Path) -> str:
    environ = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": ""}
    return subprocess.run(["go", "run", "."], cwd=root, env=environ, capture_output=True, text=True, check=True).stderr
