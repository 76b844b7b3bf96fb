"""Go's own parser decides what the files of its standard library declare; this program must agree, to the column."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.source.gofile import GoFile, outline
from linkname_ls.source.positions import Lines
from linkname_ls.source.syntax import parse
from support.go import standard, survey

PACKAGES = (
    "runtime",
    "reflect",
    "sync",
    "syscall",
    "time",
    "net",
    "os",
    "math/big",
    "encoding/json",
    "go/types",
    "internal/abi",
    "internal/runtime/...",
    "internal/poll",
    "internal/trace/...",
    "crypto/...",
)

Fact = tuple[str, ...]
"""kind, name, receiver or import path, line, column, pointer receiver, has a body or value"""


def word(value: bool) -> str:
    return str(value).lower()


def facts(data: bytes, file: GoFile) -> list[Fact]:
    """What this program reads in a file, put as ``survey.go`` puts it."""
    lines = Lines(data)
    found: list[Fact] = []
    for one in file.imports:
        place = lines.compiler(one.span.start)
        found.append(("import", one.name, one.path, *map(str, place), "false", "false"))
    for one in file.declarations:
        place = lines.compiler(one.name_span.start)
        filled = one.has_body if one.is_function else one.initialised
        found.append((one.kind, one.name, one.receiver, *map(str, place), word(one.pointer), word(filled)))
    return found


def test_the_standard_library_declares_what_go_says() -> None:
    expected: dict[str, list[Fact]] = {}
    names: dict[str, str] = {}
    for line in survey("outline", *standard(*PACKAGES)).splitlines():
        head, *rest = line.split("\t")
        if head == "file":
            names[rest[0]] = rest[1]
            expected[rest[0]] = []
        else:
            expected[next(reversed(expected))].append((head, *rest))

    assert len(expected) > 2000
    assert sum(map(len, expected.values())) > 100_000
    for path, found in expected.items():
        data = Path(path).read_bytes()
        file = outline(data, parse(data))
        assert facts(data, file) == found, path
        assert file.package == names[path], path
