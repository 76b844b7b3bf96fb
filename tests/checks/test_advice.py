"""What the toolchain never says."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.source.edits import apply_edits
from support.ask import WITHOUT_LINKER, snapshot_of, source_of
from support.txtar import write

HEAD = 'package a\n\nimport _ "unsafe"\n\n'


def findings(root: Path, text: str) -> list[Finding]:
    path = write(root, "-- a/empty.s --\n").path("a/a.go")
    path.write_text(HEAD + text)
    snapshot = snapshot_of(root)
    return check_source(snapshot, source_of(snapshot, path), WITHOUT_LINKER)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("// go:linkname f runtime.nanotime", "nothing may stand between // and go:linkname"),
        ("//\tgo:linkname f runtime.nanotime", "nothing may stand between // and go:linkname"),
        ("///go:linkname f runtime.nanotime", "nothing may stand between // and go:linkname"),
        ("//go:linkname\tf runtime.nanotime", "one space must follow the word"),
        ("//go:linkname\u00a0f runtime.nanotime", "one space must follow the word"),
        ("//go:linkname: f runtime.nanotime", "one space must follow the word"),
        ("//go:LinkName f runtime.nanotime", "it is written in lower case"),
        ("/*go:linkname f runtime.nanotime*/", "it must be a // comment"),
        ("/* go:linkname f runtime.nanotime */", "it must be a // comment"),
        ("// go:linkname f", "nothing may stand between // and go:linkname"),
    ],
)
def test_comment_that_was_meant_as_a_directive(tmp_path: Path, comment: str, reason: str) -> None:
    (found,) = findings(tmp_path, f"{comment}\nfunc f() int64\n")
    assert found.code == "ineffective-directive"
    assert found.severity == "warning"
    assert found.message == f"this is an ordinary comment and links nothing: {reason}"
    fixed = apply_edits((HEAD + f"{comment}\nfunc f() int64\n").encode(), found.fixes[0].edits).decode()
    wanted = "//go:linkname f" if comment.endswith("f") else "//go:linkname f runtime.nanotime"
    assert fixed == HEAD + f"{wanted}\nfunc f() int64\n"


@pytest.mark.parametrize(
    "comment",
    [
        "// go:linkname is how f gets its body.",
        "// go:linkname f is what binds it",
        "// go:linkname other runtime.nanotime",
        "// go:linkname f\n//\n// comes from elsewhere",
        "// See the go:linkname f runtime.nanotime in the other file.",
        "// //go:linkname f runtime.nanotime",
        "// f is used by go:linkname",
        "//go:linkname f runtime.nanotime",
    ],
)
def test_prose_about_linknames_stays_prose(tmp_path: Path, comment: str) -> None:
    assert findings(tmp_path, f"{comment}\nfunc f() int64\n") == []


def test_fix_keeps_the_code_behind_a_block_comment(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "/*go:linkname f runtime.nanotime*/ func f() int64\n")
    assert found.fixes == ()


def test_fix_is_set_apart_from_the_doc_comment(tmp_path: Path) -> None:
    text = "// f does.\n// go:linkname f runtime.nanotime\nfunc f() int64\n"
    (found,) = findings(tmp_path, text)
    fixed = apply_edits((HEAD + text).encode(), found.fixes[0].edits).decode()
    assert fixed == HEAD + "// f does.\n//\n//go:linkname f runtime.nanotime\nfunc f() int64\n"


def test_text_in_a_string_is_no_comment(tmp_path: Path) -> None:
    assert findings(tmp_path, "var s = `\n// go:linkname f runtime.nanotime\n`\n\nfunc f() int64\n") == []


def test_comment_that_becomes_the_symbols_name(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "//go:linkname f //why\nfunc f() int64\n")
    assert (found.code, found.severity) == ("comment-as-target", "warning")
    assert found.message == 'this names the symbol "//why": there are no comments inside a directive'
    fixed = apply_edits((HEAD + "//go:linkname f //why\nfunc f() int64\n").encode(), found.fixes[0].edits).decode()
    assert fixed == HEAD + "// why\n//\n//go:linkname f\nfunc f() int64\n"


def test_linknamestd_before_go_1_27(tmp_path: Path) -> None:
    found = findings(tmp_path, "//go:linknamestd f runtime.nanotime\nfunc f() int64\n")
    expected = [] if snapshot_of(tmp_path).universe.toolchain.version >= "go1.27" else ["ignored-linknamestd"]
    assert [one.code for one in found] == expected
