"""The fix that copies a signature: what it writes compiles, is gofmt'd, and leaves nothing to report."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from linkname_ls.checks.finding import Fix
from linkname_ls.checks.rules import check_source
from linkname_ls.source.edits import apply_edits
from support.ask import WITHOUT_LINKER, snapshot_of, source_of
from support.txtar import write

BLANK = 'import _ "unsafe"\n'

OTHERS = """\
-- c/c.go --
package c

type T struct{ A, B int }

type Short int8
"""


def fix_of(root: Path, head: str, pull: str, definition: str, *more: tuple[str, str]) -> tuple[Path, Fix | None]:
    """Write package a with a pull, b with what it pulls; return a's file and the fix that is offered."""
    write(root, OTHERS)
    for name, text in (
        ("a/a.go", f"package a\n\n{head}\n//go:linkname f example.com/m/b.g\n{pull}\n"),
        ("b/b.go", f"package b\n\n{definition}\n"),
        *more,
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    path = root / "a/a.go"
    snapshot = snapshot_of(root)
    (found,) = (one for one in check_source(snapshot, source_of(snapshot, path)) if one.code == "signature-mismatch")
    return path, found.fixes[0] if found.fixes else None


# imports, pull, what it pulls; imports and pull when mended
COPIED = {
    "names of the parameters": (
        (BLANK, "func f()"),
        "func g(a, b int, s string) (n int, err error) { return 0, nil }",
        (BLANK, "func f(a, b int, s string) (n int, err error)"),
    ),
    "parameters without names": (
        (BLANK, "func f(x int) // why"),
        "func g(int, ...string) bool { return false }",
        (BLANK, "func f(int, ...string) bool // why"),
    ),
    "several results": (
        (BLANK, "func f() (int, error)"),
        'func g() (string, error) { return "", nil }',
        (BLANK, "func f() (string, error)"),
    ),
    "pointer to a type without a name here": (
        (BLANK, "func f(n int8)"),
        "type t struct{ a, b int }\n\nfunc g(p *t, all []*t) {}",
        ('import "unsafe"\n', "func f(p unsafe.Pointer, all []unsafe.Pointer)"),
    ),
    "unsafe that is not used any more": (
        ('import "unsafe"\n', "func f(p unsafe.Pointer)"),
        "func g(n int8) {}",
        (BLANK, "func f(n int8)"),
    ),
    "unsafe that is used elsewhere": (
        ('import "unsafe"\n\nvar x unsafe.Pointer\n', "func f(p unsafe.Pointer)"),
        "func g(n int8) {}",
        ('import "unsafe"\n\nvar x unsafe.Pointer\n', "func f(n int8)"),
    ),
    "standard library, imported now": (
        ('import (\n\t"os"\n\t_ "unsafe"\n)\n\nvar _ os.File\n', "func f(n int8)"),
        'import "time"\n\nfunc g(t time.Time, d *time.Duration) {}',
        ('import (\n\t"os"\n\t"time"\n\t_ "unsafe"\n)\n\nvar _ os.File\n', "func f(t time.Time, d *time.Duration)"),
    ),
    "standard library and unsafe": (
        (BLANK, "func f(n int8)"),
        'import "time"\n\ntype t struct{}\n\nfunc g(d time.Duration, p *t) {}',
        ('import (\n\t"time"\n\t"unsafe"\n)\n', "func f(d time.Duration, p unsafe.Pointer)"),
    ),
    "standard library under a name": (
        ('import (\n\tclock "time"\n\t_ "unsafe"\n)\n\nvar _ clock.Time\n', "func f(n int8)"),
        'import "time"\n\nfunc g(t time.Time) {}',
        ('import (\n\tclock "time"\n\t_ "unsafe"\n)\n\nvar _ clock.Time\n', "func f(t clock.Time)"),
    ),
    "own type": (
        (BLANK + "\ntype Own struct{ a, b int }\n", "func f(n int8)"),
        'import "example.com/m/a"\n\nfunc g(o a.Own) {}',
        (BLANK + "\ntype Own struct{ a, b int }\n", "func f(o Own)"),
    ),
    "type of the other end, whose package is imported": (
        ('import (\n\t_ "unsafe"\n\n\t"example.com/m/b"\n)\n\nvar _ b.T\n', "func f(n int8)"),
        "type T struct{ a, b int }\n\nfunc g(t T, n [2 * size]T) {}\n\nconst size = 2",
        ('import (\n\t_ "unsafe"\n\n\t"example.com/m/b"\n)\n\nvar _ b.T\n', "func f(t b.T, n [4]b.T)"),
    ),
    "type of the other end, whose package is not imported yet": (
        (BLANK, "func f(n int8)"),
        "type T struct{ a int }\n\nfunc g(t T) {}",
        ('import (\n\t_ "unsafe"\n\n\t"example.com/m/b"\n)\n', "func f(t b.T)"),
    ),
    "package that nobody here imports yet": (
        (BLANK, "func f(n int8)"),
        'import "example.com/m/c"\n\nfunc g(t c.T) {}',
        ('import (\n\t_ "unsafe"\n\n\t"example.com/m/c"\n)\n', "func f(t c.T)"),
    ),
    "package that is imported for its effects": (
        ('import (\n\t_ "unsafe"\n\n\t_ "example.com/m/c"\n)\n', "func f(n int8)"),
        'import "example.com/m/c"\n\nfunc g(t c.T) {}',
        ('import (\n\t_ "unsafe"\n\n\t"example.com/m/c"\n)\n', "func f(t c.T)"),
    ),
    "structure and functions": (
        (BLANK, "func f(n int8)"),
        "type t struct{}\n\nfunc g(s struct{ a int }, h func(p *t, n int) error, m map[string][]int) {}",
        (
            'import "unsafe"\n',
            "func f(s struct{ a int }, h func(p unsafe.Pointer, n int) error, m map[string][]int)",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIED)
def test_copied_signature_compiles_and_is_formatted(tmp_path: Path, case: str) -> None:
    (head, pull), definition, (new_head, new_pull) = COPIED[case]
    path, fix = fix_of(tmp_path, head, pull, definition)
    build(tmp_path)
    assert fix is not None
    assert fix.title == "Copy the signature of example.com/m/b.g"
    path.write_bytes(apply_edits(path.read_bytes(), fix.edits))
    assert path.read_text() == f"package a\n\n{new_head}\n//go:linkname f example.com/m/b.g\n{new_pull}\n"
    build(tmp_path)
    formatted = subprocess.run(["gofmt", "-l", path], capture_output=True, text=True, check=True)
    assert formatted.stdout == ""
    snapshot = snapshot_of(tmp_path)
    assert check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER) == []


def build(root: Path) -> None:
    environ = {**os.environ, "GOFLAGS": "", "GOWORK": "off"}
    done = subprocess.run(["go", "build", "./a", "./b"], cwd=root, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_package_that_another_file_imports_is_imported_here_too(tmp_path: Path) -> None:
    path, fix = fix_of(
        tmp_path,
        BLANK,
        "func f(n int64)",
        'import "example.com/m/c"\n\nfunc g(s c.Short) {}',
        ("a/other.go", 'package a\n\nimport _ "example.com/m/c"\n'),
    )
    assert fix is not None
    path.write_bytes(apply_edits(path.read_bytes(), fix.edits))
    assert 'import (\n\t_ "unsafe"\n\n\t"example.com/m/c"\n)\n' in path.read_text()
    assert path.read_text().endswith("func f(s c.Short)\n")
    build(tmp_path)


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        ("(*T).byPointer", "func f(t *b.T, n int, s string) int"),
        ("(*T).byValue", "func f(t *b.T, n int) int"),
        ("(*T).nameless", "func f(*b.T, int) int"),
        ("(*T).anonymous", "func f(_ *b.T, n int) int"),
    ],
)
def test_receiver_becomes_the_first_parameter(tmp_path: Path, symbol: str, written: str) -> None:
    definition = (
        "type T struct{ a, b int }\n\n"
        "func (t *T) byPointer(n int, s string) int { return n }\n\n"
        "func (t T) byValue(n int) int { return n }\n\n"
        "func (t *T) nameless(int) int { return 0 }\n\n"
        "func (*T) anonymous(n int) int { return n }\n"
    )
    write(tmp_path, OTHERS)
    for folder, text in (
        ("a", f"package a\n\n{BLANK}\n//go:linkname f example.com/m/b.{symbol}\nfunc f()\n"),
        ("b", f"package b\n\n{definition}"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.go").write_text(text)
    path = tmp_path / "a/a.go"
    snapshot = snapshot_of(tmp_path)
    (found,) = check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER)
    path.write_bytes(apply_edits(path.read_bytes(), found.fixes[0].edits))
    assert path.read_text().endswith(f"{written}\n")
    build(tmp_path)
    snapshot = snapshot_of(tmp_path)
    assert check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER) == []


UNSPEAKABLE = {
    "type that is not exported": (BLANK, "func f()", "type t struct{ a int }\n\nfunc g(x t) {}"),
    "package that imports this one": (
        BLANK,
        "func f()",
        'import _ "example.com/m/a"\n\ntype T struct{ a int }\n\nfunc g(t T) {}',
    ),
    "internal package": (BLANK, "func f()", 'import "internal/abi"\n\nfunc g(t abi.Type) {}'),
    "name that is taken": (
        BLANK + "\nvar time int\n",
        "func f()",
        'import "time"\n\nfunc g(t time.Time) {}',
    ),
    "import that nobody would use any more": (
        'import (\n\t"time"\n\t_ "unsafe"\n)\n',
        "func f(t time.Time)",
        "func g(n int8) {}",
    ),
    "predeclared name that is declared anew here": (
        BLANK + "\ntype string int\n",
        "func f()",
        "func g(s string) {}",
    ),
    "comment among the parameters": (BLANK, "func f( /* none */ )", "func g(n int8) {}"),
    "type over several lines": (BLANK, "func f()", "func g(s struct {\n\ta int\n\tb string\n}) {\n}"),
}


@pytest.mark.parametrize("case", UNSPEAKABLE)
def test_no_fix_is_offered_where_the_file_cannot_name_a_type(tmp_path: Path, case: str) -> None:
    head, pull, definition = UNSPEAKABLE[case]
    _, fix = fix_of(tmp_path, head, pull, definition)
    assert fix is None


def test_no_fix_is_offered_for_a_declaration_in_another_file(tmp_path: Path) -> None:
    text = """
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    -- a/f.go --
    package a

    func f()
    -- b/b.go --
    package b

    func g(int) {}
    """
    path = write(tmp_path, text).path("a/a.go")
    snapshot = snapshot_of(tmp_path)
    (found,) = check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER)
    assert found.fixes == ()
