"""Adding ``import _ "unsafe"``: to the place where gofmt would have it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.source.edits import apply_edits
from linkname_ls.source.gofile import outline
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.syntax import parse
from support.go import ENVIRON, go_env


def added(text: str) -> str | None:
    """A text with the import; None where there is no edit."""
    data = text.encode()
    edits = add_blank_import(data, parse(data), "unsafe")
    return apply_edits(data, edits).decode() if edits else None


REST = "\nfunc f() {}\n"

# What is there behind "package p", and what shall be there.
EXAMPLES: dict[str, tuple[str, str]] = {
    "no import": (
        "\n",
        '\n\nimport _ "unsafe"\n',
    ),
    "no import and a comment behind the clause": (
        " // c\n",
        ' // c\n\nimport _ "unsafe"\n',
    ),
    "no import and a block comment behind the clause": (
        " /* c */\n",
        ' /* c */\n\nimport _ "unsafe"\n',
    ),
    "one import": (
        '\n\nimport "fmt"\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n',
    ),
    "one import that sorts behind": (
        '\n\nimport "vendor/x"\n',
        '\n\nimport (\n\t_ "unsafe"\n\t"vendor/x"\n)\n',
    ),
    "one import with a comment": (
        '\n\nimport "fmt" // c\n',
        '\n\nimport (\n\t"fmt" // c\n\t_ "unsafe"\n)\n',
    ),
    "one import with a block comment": (
        '\n\nimport "fmt" /* c */\n',
        '\n\nimport (\n\t"fmt" /* c */\n\t_ "unsafe"\n)\n',
    ),
    "one import with an alias": (
        '\n\nimport f "fmt"\n',
        '\n\nimport (\n\tf "fmt"\n\t_ "unsafe"\n)\n',
    ),
    "one import with a doc comment": (
        '\n\n// Doc.\nimport "fmt"\n',
        '\n\n// Doc.\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n',
    ),
    "a group": (
        '\n\nimport (\n\t"fmt"\n\t"os"\n)\n',
        '\n\nimport (\n\t"fmt"\n\t"os"\n\t_ "unsafe"\n)\n',
    ),
    "a group with a later path": (
        '\n\nimport (\n\t"fmt"\n\t"vendor/x"\n)\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n\t"vendor/x"\n)\n',
    ),
    "a group with a later path only": (
        '\n\nimport (\n\t"vendor/x"\n)\n',
        '\n\nimport (\n\t_ "unsafe"\n\t"vendor/x"\n)\n',
    ),
    "a group with a block for others": (
        '\n\nimport (\n\t"fmt"\n\n\t"example.com/a"\n\t"zexample.com/b"\n)\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n\n\t"example.com/a"\n\t"zexample.com/b"\n)\n',
    ),
    "a group with a block for others first": (
        '\n\nimport (\n\t"example.com/a"\n\n\t"fmt"\n)\n',
        '\n\nimport (\n\t"example.com/a"\n\n\t"fmt"\n\t_ "unsafe"\n)\n',
    ),
    "a group with doc comments": (
        '\n\nimport (\n\t// A.\n\t"fmt"\n\t// B.\n\t// C.\n\t"vendor/x"\n)\n',
        '\n\nimport (\n\t// A.\n\t"fmt"\n\t_ "unsafe"\n\t// B.\n\t// C.\n\t"vendor/x"\n)\n',
    ),
    "a group whose first doc comment goes with a later path": (
        '\n\nimport (\n\t// A.\n\t/*\n\t   B.\n\t*/\n\t"vendor/x"\n)\n',
        '\n\nimport (\n\t_ "unsafe"\n\t// A.\n\t/*\n\t   B.\n\t*/\n\t"vendor/x"\n)\n',
    ),
    "a group with a comment at its start": (
        '\n\nimport ( // c\n\t"vendor/x"\n)\n',
        '\n\nimport ( // c\n\t_ "unsafe"\n\t"vendor/x"\n)\n',
    ),
    "a group with a comment at its end": (
        '\n\nimport (\n\t"fmt"\n\t// c\n)\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n\t// c\n)\n',
    ),
    "a group with comments behind": (
        '\n\nimport (\n\t"fmt" // a\n\t"os"  // b\n)\n',
        '\n\nimport (\n\t"fmt" // a\n\t"os"  // b\n\t_ "unsafe"\n)\n',
    ),
    "a group with comments behind on both sides": (
        '\n\nimport (\n\t"fmt"      // a\n\t"vendor/x" // b\n)\n',
        '\n\nimport (\n\t"fmt"      // a\n\t"vendor/x" // b\n)\nimport _ "unsafe"\n',
    ),
    "an empty group": (
        "\n\nimport ()\n",
        '\n\nimport (\n\t_ "unsafe"\n)\n',
    ),
    "a group of a comment": (
        "\n\nimport (\n// c\n)\n",
        '\n\nimport (\n// c\n)\nimport _ "unsafe"\n',
    ),
    "several declarations": (
        '\n\nimport "fmt"\nimport "os"\n',
        '\n\nimport "fmt"\nimport _ "unsafe"\nimport "os"\n',
    ),
    "several declarations apart": (
        '\n\nimport "fmt"\n\nimport "os"\n',
        '\n\nimport "fmt"\nimport _ "unsafe"\n\nimport "os"\n',
    ),
    "several groups": (
        '\n\nimport (\n\t"fmt"\n)\n\nimport (\n\t"os"\n)\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n\nimport (\n\t"os"\n)\n',
    ),
    "cgo alone": (
        '\n\n/*\n#include <x.h>\n*/\nimport "C"\n',
        '\n\n/*\n#include <x.h>\n*/\nimport "C"\n\nimport _ "unsafe"\n',
    ),
    "cgo alone in a group": (
        '\n\n// #include <x.h>\nimport (\n\t"C"\n)\n',
        '\n\n// #include <x.h>\nimport (\n\t"C"\n)\n\nimport _ "unsafe"\n',
    ),
    "cgo and another": (
        '\n\n// #include <x.h>\nimport "C"\n\nimport "fmt"\n',
        '\n\n// #include <x.h>\nimport "C"\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n',
    ),
    "another and cgo": (
        '\n\nimport "fmt"\n\n// #include <x.h>\nimport "C"\n',
        '\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n\n// #include <x.h>\nimport "C"\n',
    ),
    "cgo and a group": (
        '\n\n// #include <x.h>\nimport "C"\nimport (\n\t"fmt"\n)\n',
        '\n\n// #include <x.h>\nimport "C"\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n',
    ),
}

HEADERS = {
    "plain": "",
    "build constraint": "//go:build linux\n\n",
    "licence": "// Copyright\n// The authors\n\n// Package p does.\n",
}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_the_place_of_the_import(name: str, header: str) -> None:
    before, after = EXAMPLES[name]
    assert added(f"{header}package p{before}{REST}") == f"{header}package p{after}{REST}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_crlf_file_keeps_its_line_ends(name: str) -> None:
    before, after = (f"package p{one}{REST}".replace("\n", "\r\n") for one in EXAMPLES[name])
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("package p", 'package p\n\nimport _ "unsafe"\n'),
        ("package p\n", 'package p\n\nimport _ "unsafe"\n'),
        ("package p // c", 'package p // c\n\nimport _ "unsafe"\n'),
        ('package p\n\nimport "fmt"', 'package p\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n'),
        ('package p\n\nimport "C"', 'package p\n\nimport "C"\n\nimport _ "unsafe"\n'),
    ],
)
def test_at_the_end_of_the_file(before: str, after: str) -> None:
    assert added(before) == after


# Never formatted by gofmt, or being typed: the result need not be pretty, but right.
ODD = {
    "code on the line of the clause": "package p; var x int\n",
    "a comment over lines behind the clause": "package p /* c\nd */\n\nfunc f() {}\n",
    "code below the clause": "package p\nfunc f() {}\n",
    "a directive below the clause": "package p\n//go:linkname f g\nfunc f()\n",
    "code behind an import": 'package p\n\nimport "fmt"; var x int\n',
    "a comment over lines behind an import": 'package p\n\nimport "fmt" /* c\nd */\n',
    "code below an import": 'package p\n\nimport "fmt"\nfunc f() {}\n',
    "a group on one line": 'package p\n\nimport ("fmt"; "os")\n',
    "a group on one line with a later path": 'package p\n\nimport ("fmt"; "vendor/x")\n',
    "a group on one line with a later path only": 'package p\n\nimport ("vendor/x")\n',
    "a group that ends with its last line": 'package p\n\nimport (\n\t"fmt"\n\t"os")\n',
    "a group that begins with its first line": 'package p\n\nimport ("vendor/x"\n\t"zoo")\n',
    "two specs on a line": 'package p\n\nimport (\n\t"fmt"; "os"\n\t"vendor/x"\n)\n',
    "a comment over lines behind a spec": 'package p\n\nimport (\n\t"fmt" /* c\n\td */\n\t"vendor/x"\n)\n',
    "a comment before a spec": 'package p\n\nimport (\n\t/* c */ "vendor/x"\n)\n',
    "an empty group on lines": "package p\n\nimport (\n\n)\n",
    "blank lines in a group": 'package p\n\nimport (\n\n\t"fmt"\n\n)\n',
    "a byte order mark": "\ufeffpackage p\n\nfunc f() {}\n",
    "a raw string": "package p\n\nimport `fmt`\n",
    "cgo twice": 'package p\n\nimport "C"\nimport "C"\n\nvar x int\n',
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_gets_the_import_too(name: str) -> None:
    text = added(ODD[name])
    assert text is not None
    data = text.encode()
    tree = parse(data)
    assert not tree.root_node.has_error
    assert outline(data, tree).imports_path("unsafe")


def test_gofmt_would_change_nothing(tmp_path: Path) -> None:
    texts = {
        f"{number}_{name}".replace(" ", "_"): f"{header}package p{before}{REST}"
        for name, (before, _) in EXAMPLES.items()
        for number, header in enumerate(HEADERS.values())
    }
    for name, text in texts.items():
        result = added(text)
        assert result is not None
        (tmp_path / f"before_{name}.go").write_text(text)
        (tmp_path / f"after_{name}.go").write_text(result)
    for name, text in ODD.items():
        (tmp_path / f"odd_{name.replace(' ', '_')}.go").write_text(added(text) or "")

    gofmt = go_env("GOROOT") / "bin" / "gofmt"
    done = subprocess.run([gofmt, "-l", tmp_path], capture_output=True, text=True, env=ENVIRON, check=False)
    assert done.stderr == ""
    assert [name for name in done.stdout.splitlines() if not Path(name).name.startswith("odd_")] == []


def test_a_cgo_preamble_stays_one(tmp_path: Path) -> None:
    # cgo takes the comment above a group for the preamble only while "C" is alone in it.
    text = added('package p\n\n// #include <x.h>\nimport (\n\t"C"\n)\n')
    assert text is not None
    assert '// #include <x.h>\nimport (\n\t"C"\n)\n' in text


# Half-typed files


@pytest.mark.parametrize("text", ["", "pack", "package", "package \n\nfunc f() {}\n", "func f() {}\n", "// c\n"])
def test_no_edit_without_a_package_clause(text: str) -> None:
    assert added(text) is None


@pytest.mark.parametrize("half", ["func f(", "func f() {", "var x =", "x", "}", "//go:linkname f "])
def test_what_is_half_typed_below_does_not_matter(half: str) -> None:
    text = added(f'package p\n\nimport (\n\t"fmt"\n)\n\n{half}\n')
    assert text == f'package p\n\nimport (\n\t"fmt"\n\t_ "unsafe"\n)\n\n{half}\n'


@pytest.mark.parametrize("half", ['import "', 'import (\n\t"fmt"\n\t"\n)', "import", "import (", "import x"])
def test_a_half_typed_import_is_left_alone(half: str) -> None:
    text = added(f"package p\n\n{half}\n\nfunc f() {{}}\n")
    assert text == f'package p\n\nimport _ "unsafe"\n\n{half}\n\nfunc f() {{}}\n'
