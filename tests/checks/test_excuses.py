"""Excuses: which findings a comment takes away, and what is said of comments that take none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.checks.excuses import Excuse, excuse_fix, read_excuses
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.source.edits import apply_edits
from support.ask import WITHOUT_LINKER, snapshot_of, source_of
from support.txtar import write

HEAD = 'package a\n\nimport _ "unsafe"\n\n'
ODD = "//go:linkname f //why\n"
"""What comment-as-target warns of."""


def findings(root: Path, text: str, name: str = "a.go", **options: object) -> list[Finding]:
    path = write(root, "-- a/empty.s --\n").path(f"a/{name}")
    path.write_text(HEAD + text)
    snapshot = snapshot_of(root, **options)  # type: ignore[arg-type]
    return check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER)


@pytest.mark.parametrize(
    "text",
    [
        f"//linkname:ignore comment-as-target it is so\n{ODD}func f() int\n",
        f"//linkname:ignore comment-as-target\n{ODD}func f() int\n",
        f"//linkname:ignore comment-as-target\n//\n//go:noescape\n//\n{ODD}func f() int\n",
        f"// f does.\n//\n//linkname:ignore comment-as-target why not\n{ODD}func f() int\n",
        f"func f() int\n\n//linkname:ignore comment-as-target\n{ODD}",
        f"//linkname:ignore comment-as-target,unused-excuse both\n{ODD}func f() int\n",
        f"//linkname:ignore unused-excuse , comment-as-target both\n{ODD}func f() int\n",
        "//linkname:ignore ineffective-directive\n// go:linkname f x.y\nfunc f() int\n",
        # So does gofmt order what the line above says.
        "// go:linkname f x.y\n//\n//linkname:ignore ineffective-directive\nfunc f() int\n",
    ],
)
def test_finding_below_an_excuse_is_excused(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"// linkname:ignore comment-as-target\n{ODD}func f() int\n",
        f"//linkname:ignored comment-as-target\n{ODD}func f() int\n",
        f"/*//linkname:ignore comment-as-target*/\n{ODD}func f() int\n",
        f"const s = `\n//linkname:ignore comment-as-target\n`\n{ODD}func f() int\n",
    ],
)
def test_what_only_looks_like_an_excuse_is_none(tmp_path: Path, text: str) -> None:
    assert [one.code for one in findings(tmp_path, text)] == ["comment-as-target"]


@pytest.mark.parametrize(
    "text",
    [
        f"//linkname:ignore comment-as-target\n\n{ODD}func f() int\n",
        f"//linkname:ignore comment-as-target\n// f does.\n{ODD}func f() int\n",
        f"{ODD}func f() int //linkname:ignore comment-as-target\n",
        f"{ODD}//linkname:ignore comment-as-target\nfunc f() int\n",
        f"//linkname:ignore undeclared-local\n{ODD}func f() int\n",
    ],
)
def test_excuse_of_something_else_excuses_nothing(tmp_path: Path, text: str) -> None:
    assert sorted(one.code for one in findings(tmp_path, text)) == ["comment-as-target", "unused-excuse"]


def test_excuse_behind_a_function_without_a_body(tmp_path: Path) -> None:
    path = write(tmp_path, "-- a/a.go --\npackage a\n\nfunc f() int //linkname:ignore missing-function-body\n").root
    snapshot = snapshot_of(path)
    assert check_source(snapshot, source_of(snapshot, path / "a/a.go"), WITHOUT_LINKER) == []


@pytest.mark.parametrize(
    ("excuse", "message", "left"),
    [
        ("//linkname:ignore undeclared-local it is so", "this excuses nothing: no undeclared-local is found here", ""),
        ("//linkname:ignore", "this excuse names no rule: //linkname:ignore RULE reason", ""),
        (
            "//linkname:ignore undeclared-locl why",
            'There is no rule "undeclared-locl". Did you mean undeclared-local?',
            "//linkname:ignore undeclared-local why\n",
        ),
        ("//linkname:ignore xyz", 'There is no rule "xyz". `linkname-ls explain` lists them.', ""),
    ],
)
def test_excuse_in_vain_is_reported(tmp_path: Path, excuse: str, message: str, left: str) -> None:
    text = f"{excuse}\nfunc f() int\n"
    (found,) = findings(tmp_path, text)
    assert (found.code, found.severity, found.stage) == ("unused-excuse", "warning", "advice")
    assert found.message == message
    fixed = apply_edits((HEAD + text).encode(), found.fixes[0].edits).decode()
    assert fixed == f"{HEAD}{left}func f() int\n"


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ("comment-as-target,undeclared-local", "comment-as-target"),
        ("undeclared-local,comment-as-target", "comment-as-target"),
        ("undeclared-local, comment-as-target", "comment-as-target"),
    ],
)
def test_rule_in_vain_beside_one_that_is_not(tmp_path: Path, rules: str, left: str) -> None:
    text = f"//linkname:ignore {rules} why\n{ODD}func f() int\n"
    (found,) = findings(tmp_path, text)
    assert found.message == "this excuses nothing: no undeclared-local is found here"
    fixed = apply_edits((HEAD + text).encode(), found.fixes[0].edits).decode()
    assert fixed == f"{HEAD}//linkname:ignore {left} why\n{ODD}func f() int\n"


def test_removing_an_excuse_leaves_the_comment_formatted(tmp_path: Path) -> None:
    text = "// f does.\n//\n//linkname:ignore undeclared-local\nfunc f() int\n"
    (found,) = findings(tmp_path, text)
    fixed = apply_edits((HEAD + text).encode(), found.fixes[0].edits).decode()
    assert fixed == f"{HEAD}// f does.\nfunc f() int\n"


def test_removing_an_excuse_behind_something_leaves_that(tmp_path: Path) -> None:
    text = "func f() int //linkname:ignore undeclared-local\n"
    (found,) = findings(tmp_path, text)
    assert apply_edits((HEAD + text).encode(), found.fixes[0].edits).decode() == f"{HEAD}func f() int\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("//linkname:ignore undeclared-local\nfunc f() int\n", "a_plan9.go"),
        ("//linkname:ignore undeclared-local\nfunc f( int\n", "a.go"),
        ("//linkname:ignore undeclared-local,unused-excuse only on plan9\nfunc f() int\n", "a.go"),
    ],
)
def test_excuse_that_may_be_needed_elsewhere_is_left_alone(tmp_path: Path, text: str, name: str) -> None:
    assert findings(tmp_path, text, name) == []


def excused(excuse: Excuse) -> set[int]:
    return {line for line in range(9) if line in excuse.lines}


def test_excuses_are_read_in_assembly_and_go_mod() -> None:
    (asm,) = read_excuses(b"//linkname:ignore undefined-symbol\nTEXT \xc2\xb7f(SB), $0-0 // f\n")
    assert (asm.rules[0].text, excused(asm)) == ("undefined-symbol", {1})
    above, behind = read_excuses(
        b"require (\n\t//linkname:ignore a why\n\tx.y/z v1.0.0\n\tx.y/w v1.0.0 //linkname:ignore b\n)\n"
    )
    assert (above.rules[0].text, excused(above)) == ("a", {2})
    assert (behind.rules[0].text, excused(behind)) == ("b", {3})


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        (f"{ODD}func f() int\n", f"//linkname:ignore comment-as-target\n{ODD}func f() int\n"),
        (
            f"// f does.\n//\n//go:noescape\n{ODD}func f() int\n",
            f"// f does.\n//\n//go:noescape\n//linkname:ignore comment-as-target\n{ODD}func f() int\n",
        ),
        (
            "// go:linkname f x.y\nfunc f() int\n",
            "// go:linkname f x.y\n//\n//linkname:ignore ineffective-directive\nfunc f() int\n",
        ),
        (
            f"//linkname:ignore unused-excuse why\n{ODD}func f() int\n",
            f"//linkname:ignore unused-excuse,comment-as-target why\n{ODD}func f() int\n",
        ),
        (
            "func f() int\n\n// go:linkname f x.y",
            "func f() int\n\n// go:linkname f x.y\n//linkname:ignore ineffective-directive\n",
        ),
    ],
)
def test_fix_that_excuses_a_finding(tmp_path: Path, text: str, excused: str) -> None:
    (found,) = findings(tmp_path, text)
    fix = excuse_fix((HEAD + text).encode(), found)
    assert fix is not None
    assert not fix.preferred
    fixed = apply_edits((HEAD + text).encode(), fix.edits).decode()
    assert fixed == HEAD + excused
    assert findings(tmp_path, excused) == []
    path = tmp_path / "a/a.go"
    assert subprocess.run(["gofmt", "-l", path], capture_output=True, text=True, check=True).stdout == ""


def test_error_has_no_fix_that_excuses_it(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "//go:linkname g x.y\n")
    assert found.severity == "error"
    assert excuse_fix(b"", found) is None
