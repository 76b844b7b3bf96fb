"""The compiler decides about odd spellings in odd places; this program must agree, to the column."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from linkname_ls.source.directives import Directive, scan_pragmas
from linkname_ls.source.positions import Lines
from support.go import tool

SPELLINGS = [
    "//go:linkname f g",
    "//go:linkname f",
    "//go:linkname f g\r",
    "//go:linkname f\r",
    "//go:linkname f\tg",
    "//go:linkname \t f  g  ",
    "//go:linkname f\u00a0g",
    "//go:linkname f\u2003g\u3000h",
    "//go:linkname f\u2028",
    "//go:linkname f\rg",
    "//go:linkname f\fg\vh",
    "//go:linkname f\u200bg h",
    "//go:linkname f\x1cg h",
    "//go:linkname f\x85g h",
    "//go:linkname",
    "//go:linkname ",
    "//go:linkname \t\r",
    "//go:linkname f g h",
    "//go:linkname f //why",
    "//go:linkname f // why",
    "//go:linkname f g // why",
    "//go:linkname f /* why */",
    '//go:linkname "f" `g`',
    "//go:linkname f 'g",
    "//go:linkname f.g(*h) ,",
    "//go:linkname f //go:linkname f",
    "//go:linkname\tf g",
    "//go:linkname\u00a0f g",
    "//go:linknames f g",
    "//go:linkname: f g",
    "//go:LinkName f g",
    "//Go:linkname f g",
    "// go:linkname f g",
    "//\tgo:linkname f g",
    "///go:linkname f g",
    "////go:linkname f g h",
    "/*go:linkname f g*/",
    "/*go:linkname f g h*/ //go:linkname f g h",
]

PLACES = [
    'package p\n\nimport _ "unsafe"\n\n@\n',
    'package p\n\nimport _ "unsafe"\n\n@',
    '@\npackage p\n\nimport _ "unsafe"\n',
    '\ufeff@\npackage p\n\nimport _ "unsafe"\n',
    '\ufeff \t@\npackage p\n\nimport _ "unsafe"\n',
    'package p\r\n\r\nimport _ "unsafe"\r\n\r\n@\r\n\r\nvar _ int\r\n',
    'package p\n\nimport (\n\t@\n\t_ "unsafe"\n)\n',
    'package p\n\nimport _ "unsafe" @\n',
    'package p @\n\nimport _ "unsafe"\n',
    'package p\n\nimport _ "unsafe"\n\n  \t @\n',
    'package p\n\nimport _ "unsafe"\n\n\r@\n',
    'package p\n\nimport _ "unsafe"\n\n;@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ int @\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ int; @\n',
    'package p\n\nimport _ "unsafe"\n\nvar (\n\t@\n\t_ int\n)\n',
    'package p\n\nimport _ "unsafe"\n\nvar ( @\n\t_ int\n)\n',
    'package p\n\nimport _ "unsafe"\n\ntype _ struct {\n\t@\n\ta int @\n}\n',
    'package p\n\nimport _ "unsafe"\n\nfunc _(\n@\na int) {\n}\n',
    'package p\n\nimport _ "unsafe"\n\nfunc _() { @\n\t@\n} @\n',
    'package p\n\nimport _ "unsafe"\n\n/* c */ @\n',
    'package p\n\nimport _ "unsafe"\n\n/* c\n*/ @\n',
    'package p\n\nimport _ "unsafe"\n\n/* c\n*/@\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = 1 /* c\n*/ @\n',
    'package p\n\nimport _ "unsafe"\n\n/* c */ /* d */\n@\n',
    'package p\n\nimport _ "unsafe"\n\n/*\n@\n*/\n',
    'package p\n\nimport _ "unsafe"\n\n// @\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = `\n@\n`\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = `\n` @\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = "`" + "/*" + "\\"" + "//"\n@\n',
    "package p\n\nimport _ \"unsafe\"\n\nvar _ = '`' + '\"' + '\\'' + '/'\n@\n",
    'package p\n\nimport _ "unsafe"\n\nvar _ = 4 / 2\n@\n',
    # Half-typed files: their own errors hide what is accepted, but not what is refused.
    'package p\n\nimport _ "unsafe"\n\nvar _ = "@"\n@\n',
    "package p\n\nimport _ \"unsafe\"\n\nvar _ = '@'\n@\n",
    'package p\n\nimport _ "unsafe"\n\nvar _ = "abc\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = "abc\\\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = "abc\\q"\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = \'ab\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = \'\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = \'\\\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = `abc\n@\n',
    'package p\n\nimport _ "unsafe"\n\n/* abc\n@\n',
    'package p\n\nimport _ "unsafe"\n\n/*/\n@\n/*/\n@\n',
    'package p\n\nimport _ "unsafe"\n\nvar _ = 1 /\n@\n',
    'package p\n\nimport _ "unsafe"\n\nfunc _() {\n\tif x {\n@\n',
    'package p\n\nimport _ "unsafe"\n\nx @\n@\n',
    'package p\n\nimport _ "unsafe"\n\n\f@\n@\n',
    'package p\n\nimport _ "unsafe"\n\n\u00a0@\n@\n',
    'package p\n\nimport _ "unsafe"\n\n#@\n@\n',
    'package p\n\nimport "\n@\n',
]

Verdicts = set[tuple[str, int, int, str]]
"""File, line, column, and what is wrong."""

_REPORT = re.compile(r"^(f\d+\.go):(\d+):(\d+): (.*)$", re.MULTILINE)
_WORDS = {
    "misplaced compiler directive": "misplaced",
    "usage: //go:linkname localname [linkname]": "usage",
    "//go:linkname must refer to declared function or variable": "accepted",
}


def compiler_says(folder: Path, names: list[str]) -> tuple[Verdicts, set[str]]:
    """The compiler's verdicts about directives, and the files that have an error of any kind."""
    output = tool("compile", "-p", "p", "-e", "-o", "p.o", *names, cwd=folder)
    reports = _REPORT.findall(output)
    verdicts: Verdicts = set()
    for file, line, column, text in reports:
        data = (folder / file).read_bytes()
        at = Lines(data).from_compiler(int(line), int(column))
        # Behind code the compiler calls any //go: comment misplaced.
        if text in _WORDS and data.startswith(b"go:linkname ", at):
            verdicts.add((file, int(line), int(column), _WORDS[text]))
    return verdicts, {file for file, *_ in reports}


def verdict(directive: Directive) -> str:
    """What the compiler will say to a directive for a name that nothing declares."""
    if directive.misplaced:
        return "misplaced"
    return "accepted" if directive.accepted else "usage"


def our_verdicts(name: str, data: bytes) -> Verdicts:
    lines = Lines(data)
    return {(name, *lines.compiler(directive.position), verdict(directive)) for directive in scan_pragmas(data)[0]}


def test_the_compiler_agrees_about_every_spelling_in_every_place(tmp_path: Path) -> None:
    ours: Verdicts = set()
    names: list[str] = []
    for number, (place, spelling) in enumerate(product(PLACES, SPELLINGS)):
        name, data = f"f{number}.go", place.replace("@", spelling).encode()
        (tmp_path / name).write_bytes(data)
        names.append(name)
        ours |= our_verdicts(name, data)

    # Errors of the parser, ours among them, keep the compiler from looking at what is accepted in the same run.
    refused, broken = compiler_says(tmp_path, names)
    accepted, _ = compiler_says(tmp_path, [name for name in names if name not in broken])

    assert len(refused) > 500
    assert len(accepted) > 250
    assert {one for one in ours if one[3] != "accepted"} == refused
    assert {one for one in ours if one[3] == "accepted" and one[0] not in broken} == accepted


@pytest.mark.parametrize("text", ["@", "@\n@\nfunc f()\n", "package\n@\n"])
def test_the_compiler_agrees_about_a_file_without_a_package_clause(tmp_path: Path, text: str) -> None:
    data = text.replace("@", "//go:linkname f g h").encode()
    (tmp_path / "f0.go").write_bytes(data)
    refused, _ = compiler_says(tmp_path, ["f0.go"])
    assert refused
    assert our_verdicts("f0.go", data) == refused
