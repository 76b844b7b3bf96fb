"""Every fix, done, and judged by building what comes out of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkname_ls.checks.rules import check_source
from linkname_ls.source.edits import apply_edits
from support.ask import WITHOUT_LINKER, snapshot_of, source_of
from support.txtar import write

UNSAFE = 'package a\n\nimport _ "unsafe"\n\n'

FIXES = {
    "missing-function-body below a comment": (
        "package a\n\n// f does.\nfunc f() int\n",
        'package a\n\nimport _ "unsafe"\n\n// f does.\n//\n//go:linkname f\nfunc f() int\n',
    ),
    "misplaced-directive below a comment": (
        UNSAFE + "// f does.\nfunc f() int //go:linkname f example.com/m/b.g\n",
        UNSAFE + "// f does.\n//\n//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "misplaced-directive in a function": (
        UNSAFE + "func f() int\n\nfunc h() {\n\tprintln() //go:linkname f example.com/m/b.g\n}\n",
        UNSAFE + "func f() int\n\nfunc h() {\n\t//go:linkname f example.com/m/b.g\n\tprintln()\n}\n",
    ),
    "wrong-argument-count among directives": (
        UNSAFE + "//go:noescape\n//go:linkname f example.com/m/b.g // why\nfunc f() int\n",
        UNSAFE + "// why\n//\n//go:noescape\n//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "missing-unsafe-import": (
        "package a\n\n//go:linkname f example.com/m/b.g\nfunc f() int\n",
        UNSAFE + "//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "wrong-argument-count": (
        UNSAFE + "//go:linkname f example.com/m/b.g // why\nfunc f() int\n",
        UNSAFE + "// why\n//\n//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "misplaced-directive": (
        UNSAFE + "func f() int //go:linkname f example.com/m/b.g\n",
        UNSAFE + "//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "undeclared-local": (
        UNSAFE + "//go:linkname plain f\nfunc f() int { return 1 }\n",
        UNSAFE + "//go:linkname f plain\nfunc f() int { return 1 }\n",
    ),
    "duplicate-directive": (
        UNSAFE + "//go:linkname f example.com/m/b.g\n//go:linkname f example.com/m/b.h\nfunc f() int\n",
        UNSAFE + "//go:linkname f example.com/m/b.g\nfunc f() int\n",
    ),
    "missing-function-body": (
        "package a\n\nfunc f() int\n",
        UNSAFE + "//go:linkname f\nfunc f() int\n",
    ),
}


@pytest.mark.parametrize("code", FIXES)
def test_fix_makes_the_package_compile_and_stay_formatted(tmp_path: Path, code: str) -> None:
    broken, mended = FIXES[code]
    write(tmp_path, "-- b/b.go --\npackage b\n\nfunc g() int { return 1 }\n")
    path = tmp_path / "a/a.go"
    path.parent.mkdir()
    path.write_text(broken)
    assert subprocess.run(["go", "build", "./a"], cwd=tmp_path, capture_output=True, check=False).returncode != 0
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, path)
    fix, *_ = next(
        finding.fixes for finding in check_source(snapshot, source, WITHOUT_LINKER) if finding.code == code.split()[0]
    )
    fixed = apply_edits(source.data, fix.edits)
    assert fixed.decode() == mended
    path.write_bytes(fixed)
    subprocess.run(["go", "build", "./a"], cwd=tmp_path, check=True)
    formatted = subprocess.run(["gofmt", "-l", "a"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert formatted.stdout == ""
    after = snapshot_of(tmp_path)
    assert check_source(after, source_of(after, path), WITHOUT_LINKER) == []
