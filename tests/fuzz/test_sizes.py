"""Texts of a size or depth that nobody writes are read in a time that goes with their size, and without an exception.

Each took many seconds, or forever, before what it names was mended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linkname_ls.build.patterns import matcher
from linkname_ls.checks.excuses import read_excuses
from linkname_ls.checks.names import NAMES
from linkname_ls.checks.settings import parse_toml
from linkname_ls.links.packages import could_declare
from linkname_ls.source.assembly import scan_assembly
from linkname_ls.source.directives import scan_pragmas
from linkname_ls.source.readable import readable
from support.answers import Answers
from support.ask import snapshot_of
from support.properties import TARGETS
from support.txtar import write

BOUND = 45.0
"""Seconds: four times what the slowest takes beside three other busy processes. What was wrong took minutes."""
HEAD = b'package p\n\nimport _ "unsafe"\n\n//go:linkname f runtime.fastrand\nfunc f() uint32\n\nfunc g() {\n'

READ: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "directives on one line": (scan_pragmas, b"x //go:linkname a b " * 50_000),
    "a directive of many words": (scan_pragmas, b"//go:linkname " + b"a " * 200_000),
    "block comments without an end": (TARGETS["go-file"].check, b"package p\n" + b"/* \n" * 20_000),
    "strings without an end": (TARGETS["go-file"].check, b'package p\nvar s = "' * 5_000),
    "lists of type parameters without an end": (readable, b"func (t T) m[\n" * 20_000),
    "groups without an end": (readable, b"var (a\n" * 20_000),
    "references on one line": (scan_assembly, "CALL x·y(SB) ".encode() * 50_000),
    "blanks behind assembly's words": (scan_assembly, (b"a" + b"\t" * 1000) * 500 + b"SB"),
    "a thousand excuses in a run": (read_excuses, b"//linkname:ignore a\n" * 20_000),
    "a name on one line": (lambda data: could_declare(data, "f"), b"xf " * 100_000),
    "a list with a line for each name": (lambda data: could_declare(data, "f"), b"ff,\n" * 200_000),
    "a number of 5,000 digits": (lambda data: parse_toml(data, NAMES), b"x = " + b"9" * 5_000),
    "a configuration of brackets": (lambda data: parse_toml(data, NAMES), b"x = " + b"[" * 50_000),
    "a pattern of dots": (lambda data: matcher(data.decode())("example.com/" * 20), b"..." * 40 + b"x"),
}


def _numbered(text: bytes, count: int, more: int = 0) -> bytes:
    """Return a text again and again with a number in two places, in the second one so much more."""
    return b"".join(text % (at, at + more) for at in range(count))


ASKED = {
    "braces": b"{" * 20_000 + b" f() " + b"}" * 20_000 + b"}\n",
    "parentheses": b"_ = " + b"(" * 20_000 + b"f()" + b")" * 20_000 + b"\n}\n",
    "brackets": b"_ = " + b"f[" * 10_000 + b"f" + b"]" * 10_000 + b"\n}\n",
    "conditions": b"if " + b"x && " * 10_000 + b"x { f() }\n}\n",
    "denials": b"_ = " + b"!" * 20_000 + b"f()\n}\n",
    "labels": b"L: " * 10_000 + b"f()\n}\n",
    "functions": b"func() {" * 5_000 + b"f()" + b"}()" * 5_000 + b"\n}\n",
    "types": b"}\n\ntype T " + b"struct{ a " * 5_000 + b"int" + b"}" * 5_000 + b"\n",
    "huge numbers": b"if x == "
    + b"9" * 10_000
    + b" { f() }\n}\n\nconst x = 1 << 1_000_000_000\n\nvar v ["
    + b"8" * 9_000
    + b"]int\n",
    "directives of one name": b"}\n" + b"//go:linkname a b\n" * 5_000,
    "directives of many names": b"}\n" + _numbered(b"//go:linkname a%d b%d\n", 10_000),
    "directives on one line": b"}\n" + b"x //go:linkname a b " * 20_000 + b"\n",
    "directives of one target": b"}\n" + _numbered(b"//go:linkname a%d example.com/q.b\nfunc a%d()\n", 5_000),
    "directives of one symbol that no release has": b"}\n"
    + _numbered(b"//go:linkname a%d time.nosuch\nfunc a%d()\n", 2_500)
    + b"func h() {\n"
    + b"".join(b"a%d()\n" % at for at in range(2_500))
    + b"}\n",
    "directives of symbols that no release has": b"}\n"
    + b"".join(b"//go:linkname a%d time.nosuch%d\nfunc a%d()\n" % (at, at, at) for at in range(1_000))
    + b"func h() {\n"
    + b"".join(b"a%d()\n" % at for at in range(1_000))
    + b"}\n",
    "directives of one symbol of another system": b"}\n"
    + _numbered(b"//go:linkname a%d syscall.getprocaddress\nfunc a%d()\n", 2_500)
    + b"func h() {\n"
    + b"".join(b"a%d()\n" % at for at in range(2_500))
    + b"}\n",
    "what has many readings": b",&" * 5_000 + b"\n}\n",
    "calls in one function": b"f()\n" * 2_500 + b"}\n",
    "else ifs": b"if x { " + b"} else if x { " * 10_000 + b"f() }\n}\n",
    "calls": b"_ = " + b"f(" * 20_000 + b"f()" + b")" * 20_000 + b"\n}\n",
}
LINKED = b"""package p

import _ "unsafe"

//go:linkname f example.com/m.body
func f(a T0)

func body(a int) {}

//go:linkname v example.com/m.value
var v T0

var value = 1

"""
TYPES = {
    "names": _numbered(b"type T%d T%d\n", 4_000, 1) + b"type T4000 int\n",
    "aliases": _numbered(b"type T%d = T%d\n", 4_000, 1) + b"type T4000 = int\n",
    "structs": _numbered(b"type T%d struct { a T%d }\n", 4_000, 1) + b"type T4000 int\n",
    "interfaces": _numbered(b"type T%d interface { T%d }\n", 4_000, 1) + b"type T4000 interface { m() }\n",
    "arrays": _numbered(b"type T%d [2]T%d\n", 4_000, 1) + b"type T4000 int\n",
    "doubled structs": b"".join(b"type T%d struct { a, b T%d }\n" % (at, at + 1) for at in range(60))
    + b"type T60 int\n",
    "doubled aliases": b"".join(b"type T%d = struct { a T%d; b T%d }\n" % (at, at + 1, at + 1) for at in range(60))
    + b"type T60 = int\n",
    "doubled constants": b"type T0 [c0]int\n"
    + b"".join(b"const c%d = c%d + c%d\n" % (at, at + 1, at + 1) for at in range(60)),
    "long sums": b"type T0 [c0]int\n"
    + b"".join(b"const c%d = %bc%d\n" % (at, b"1 + " * 90, at + 1) for at in range(20))
    + b"const c20 = 1\n",
}


@pytest.mark.parametrize("name", READ)
def test_reading_goes_with_the_size(name: str) -> None:
    read, data = READ[name]
    began = time.monotonic()
    read(data)
    assert time.monotonic() - began < BOUND


@pytest.mark.parametrize("name", ASKED)
def test_everything_can_be_asked_of_it(name: str, tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    began = time.monotonic()
    answers.check(HEAD + ASKED[name])
    assert time.monotonic() - began < BOUND


@pytest.mark.parametrize("name", TYPES)
def test_types_are_followed_so_far(name: str, tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    began = time.monotonic()
    answers.check(LINKED + TYPES[name])
    assert time.monotonic() - began < BOUND


def test_thousands_of_modules_in_go_work(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        -- a/go.mod --
        module example.com/a
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname f $0runtime.fastrand
        func f() uint32
        """,
    )
    uses = "".join(f"\t./d{at}\n" for at in range(1_000))
    (tmp_path / "go.work").write_text(f"go 1.26\n\nuse (\n\t./a\n{uses})\n")
    for at in range(1_000):
        (tmp_path / f"d{at}").mkdir()
        (tmp_path / f"d{at}" / "go.mod").write_text(f"module example.com/d{at}\n")
    began = time.monotonic()
    snapshot = snapshot_of(tmp_path)
    found = [*snapshot.searched_trees(tmp_path / "a")]
    assert len(found) >= 1_001
    assert time.monotonic() - began < BOUND
