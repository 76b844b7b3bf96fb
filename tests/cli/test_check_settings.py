"""``linkname-ls check``: severities, settings files, and fixes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.txtar import write

BODYLESS = "-- a/a.go --\npackage a\n\nfunc f()\n"
MESSY = """
    -- a/a.go --
    package a

    //go:linkname f runtime.nanotime
    func f() int64

    //go:linkname g runtime.nanotime // why
    func g() int64
    -- vendor/x.y/z/z.go --
    package z

    //go:linkname f runtime.nanotime
    func f() int64
    """


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linkname_ls", "check", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("level", "word", "status"),
    [("error", "error", 1), ("warning", "warning", 0), ("information", "remark", 0), ("hint", "hint", 0)],
)
def test_status_follows_the_severity_that_is_set(tmp_path: Path, level: str, word: str, status: int) -> None:
    write(tmp_path, BODYLESS)
    done = check(tmp_path, "--severity", f"missing-function-body={level}")
    assert done.stdout.startswith(f"a/a.go:3:6: {level}: missing function body")
    assert done.stdout.endswith(f": 1 {word}.\n")
    assert done.returncode == status


def test_rule_that_is_off_reports_nothing(tmp_path: Path) -> None:
    write(tmp_path, BODYLESS)
    done = check(tmp_path, "--severity", "compile=error", "--severity", "missing-function-body=off")
    assert (done.stdout, done.returncode) == ("Checked 0 directives in 1 file: nothing to report.\n", 0)


def test_argument_goes_before_the_file(tmp_path: Path) -> None:
    write(tmp_path, BODYLESS)
    (tmp_path / "linkname-ls.toml").write_text('rules.missing-function-body = "off"\n')
    assert check(tmp_path).returncode == 0
    assert check(tmp_path, "--severity", "compile=error").returncode == 1


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("missing-body=off", 'There is no rule "missing-body". Did you mean missing-function-body?'),
        ("compile=no", '"no" is no level for compile; levels are error, warning, information, hint and off.'),
        ("compile", "It has to be RULE=LEVEL."),
    ],
)
def test_wrong_severity_is_one_sentence_and_status_2(tmp_path: Path, argument: str, sentence: str) -> None:
    done = check(tmp_path, "--severity", argument)
    assert done.stderr == f"linkname-ls: --severity {argument}: {sentence}\n"
    assert done.returncode == 2


def test_wrong_line_of_the_file_is_said_and_the_rest_holds(tmp_path: Path) -> None:
    write(tmp_path, BODYLESS)
    (tmp_path / "linkname-ls.toml").write_text('[rules]\nmissing = "off"\ncompile = "hint"\n')
    done = check(tmp_path)
    assert done.stderr == (
        f'linkname-ls: {tmp_path}/linkname-ls.toml, line 2: There is no rule "missing". '
        "`linkname-ls explain` lists them.\n"
    )
    assert done.stdout.endswith(": 1 hint.\n")


def test_tags_of_the_file_decide_what_is_built(tmp_path: Path) -> None:
    write(tmp_path, "-- a/a.go --\n//go:build x\n\npackage a\n\nfunc f()\n")
    assert check(tmp_path).returncode == 0
    (tmp_path / "linkname-ls.toml").write_text('build.tags = ["x"]\n')
    assert check(tmp_path).returncode == 1
    assert check(tmp_path, "--tags", "y").returncode == 0


def test_excused_finding_is_not_reported(tmp_path: Path) -> None:
    write(tmp_path, "-- a/a.go --\npackage a\n\n//linkname:ignore missing-function-body made later\nfunc f()\n")
    assert check(tmp_path).stdout == "Checked 0 directives in 1 file: nothing to report.\n"


def test_other_places_are_in_the_json(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f
        //go:linkname f
        func f()
        """,
    )
    found = json.loads(check(tmp_path, "--format", "json").stdout)["diagnostics"]
    (one,) = [one for one in found if one["code"] == "duplicate-directive"]
    assert one["related"] == [{"file": "a/a.go", "line": 5, "column": 3, "message": "the directive that counts"}]


def test_fixes_are_written_and_counted(tmp_path: Path) -> None:
    write(tmp_path, MESSY)
    done = check(tmp_path, "--fix")
    assert done.stdout == "Fixed 2 findings.\nChecked 2 directives in 1 file: nothing to report.\n"
    assert done.returncode == 0
    assert (tmp_path / "a/a.go").read_text() == (
        'package a\n\nimport _ "unsafe"\n\n//go:linkname f runtime.nanotime\nfunc f() int64\n\n'
        "// why\n//\n//go:linkname g runtime.nanotime\nfunc g() int64\n"
    )
    subprocess.run(["go", "build", "./a"], cwd=tmp_path, check=True)


def test_fixes_are_counted_in_the_json(tmp_path: Path) -> None:
    write(tmp_path, MESSY)
    assert json.loads(check(tmp_path, "--fix", "--format", "json").stdout)["summary"]["fixed"] == 2


def test_fix_leaves_vendored_files_alone(tmp_path: Path) -> None:
    write(tmp_path, MESSY)
    path = tmp_path / "vendor/x.y/z/z.go"
    before = path.read_text()
    check(tmp_path, "--fix", ".", "vendor/x.y/z/z.go", "vendor/x.y")
    assert path.read_text() == before


def test_without_fix_nothing_is_written(tmp_path: Path) -> None:
    fixture = write(tmp_path, MESSY)
    check(tmp_path)
    assert (tmp_path / "a/a.go").read_text() == fixture.files["a/a.go"]


def test_rule_that_is_off_is_not_mended(tmp_path: Path) -> None:
    fixture = write(tmp_path, MESSY)
    check(tmp_path, "--fix", "--severity", "compile=off")
    assert (tmp_path / "a/a.go").read_text() == fixture.files["a/a.go"]
