"""All fixes of a file at once."""

from __future__ import annotations

import subprocess
from pathlib import Path

from linkname_ls.checks.mend import mend
from support.ask import snapshot_of, source_of
from support.txtar import write


def mended(root: Path, text: str) -> tuple[str, int]:
    path = write(root, text).path("a/a.go")
    snapshot = snapshot_of(root)
    source, count = mend(snapshot, source_of(snapshot, path))
    return source.data.decode(), count


def test_one_import_is_the_fix_of_many_findings(tmp_path: Path) -> None:
    text, count = mended(
        tmp_path,
        """
        -- a/a.go --
        package a

        //go:linkname f runtime.nanotime
        func f() int64

        //go:linkname g runtime.nanotime
        func g() int64
        """,
    )
    assert count == 2
    assert text.count('import _ "unsafe"') == 1
    (tmp_path / "a/a.go").write_text(text)
    subprocess.run(["go", "build", "./a"], cwd=tmp_path, check=True)


def test_what_one_fix_brings_to_light_is_mended_too(tmp_path: Path) -> None:
    text, count = mended(
        tmp_path,
        """
        -- a/a.go --
        package a

        func f() int64 //go:linkname f runtime.nanotime
        """,
    )
    assert count == 2
    assert text == 'package a\n\nimport _ "unsafe"\n\n//go:linkname f runtime.nanotime\nfunc f() int64\n'


def test_fix_that_leaves_a_choice_is_not_done(tmp_path: Path) -> None:
    broken = "package a\n\nfunc f() int\n"
    assert mended(tmp_path, f"-- a/a.go --\n{broken}") == (broken, 0)


def test_duplicate_with_another_target_is_left_to_the_author(tmp_path: Path) -> None:
    head = 'package a\n\nimport _ "unsafe"\n\n'
    other = f"{head}//go:linkname f x.y\n//go:linkname f x.z\nfunc f()\n"
    assert mended(tmp_path, f"-- a/a.go --\n{other}") == (other, 0)
    same = f"{head}//go:linkname f x.y\n//go:linkname f x.y\nfunc f()\n"
    assert mended(tmp_path, f"-- a/a.go --\n{same}") == (f"{head}//go:linkname f x.y\nfunc f()\n", 1)


def test_many_fixes_that_meet_are_done_one_after_the_other(tmp_path: Path) -> None:
    head = 'package a\n\nimport _ "unsafe"\n\n'
    line = "//go:linkname f x.y\n"
    assert mended(tmp_path, f"-- a/a.go --\n{head}{line * 6}func f()\n") == (f"{head}{line}func f()\n", 5)
