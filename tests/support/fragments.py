"""Pieces of which hostile texts are made: what means something to one of our parsers, and what breaks off in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from support.txtar import parse

_CHECKS = Path(__file__).parents[1] / "checks"

_ANY = [
    *(b"", b" ", b"\t", b"\n", b"\r\n", b"\r", b"\f", b"\v", b"\0", b"\x7f", b"\\", b";", b",", b".", b"_", b"a", b"0"),
    *(b"(", b")", b"[", b"]", b"{", b"}", b'"', b"`", b"'", b"//", b"/*", b"*/", b"/", b"*", b"=", b"!", b"-", b"+"),
    # A byte order mark, letters of two to four bytes, spaces and line ends of Unicode, and what is no UTF-8.
    *(
        b"\xef\xbb\xbf",
        "é世𝒳".encode(),
        "\u2028\u0085\u3000\u00a0".encode(),
        b"\xff",
        b"\xed\xa0\x80",
        b"\xe2\x82",
        b"\xf0",
    ),
    *(b"9" * 30, b"9" * 5000, b"0x" + b"f" * 40, b"1e999999999", b"(" * 40, b"{" * 40, b"[" * 40, b"a" * 300),
]
_GO = [
    *(
        b"package p\n",
        b"package",
        b'import _ "unsafe"\n',
        b"import (\n",
        b'\t"unsafe"\n',
        b'import "C"\n',
        b"func ",
        b"func f()\n",
    ),
    *(
        b"func f() {\n",
        b"func (t *T) m()\n",
        b"func (t T) m[P any](x P) {\n",
        b"func f[T any](x T) T\n",
        b"var v int\n",
    ),
    *(
        b"var (a = 1; b = 2)\n",
        b"const c = iota\n",
        b"const (\n\tA = 1 << iota\n\tB\n)\n",
        b"type T struct { a, b int }\n",
    ),
    *(
        b"type T = U\n",
        b"type I interface { m() }\n",
        b"//go:linkname ",
        b"//go:linkname f runtime.f\n",
        b"//go:linkname f\n",
    ),
    *(
        b"//go:linknamestd f\n",
        b'//go:cgo_import_dynamic a b "c.so"\n',
        b"//go:cgo_import_static a\n",
        b"//go:noinline\n",
    ),
    *(
        b"//go:build linux\n",
        b"//line x.go:9\n",
        b"//export f\n",
        b"//linkname:ignore unused-excuse why\n",
        b"runtime.f",
    ),
    *(
        b"example.com/m/q.(*T).m",
        b"%2e",
        b"f",
        b"T",
        b"f()",
        b"_ = f\n",
        b"if x { ",
        b"} else ",
        b"for ",
        b"range ",
        b"switch x {\n",
    ),
    *(
        b"case 1:\n",
        b"default:\n",
        b"select {",
        b"return",
        b"defer f()\n",
        b"go f()\n",
        b"func() {",
        b"}()\n",
        b"goto L\n",
        b"L:\n",
    ),
    *(
        b"panic(1)\n",
        b"map[string]int{",
        b"[]func(){f}",
        b"[...]int{1}",
        b"x := ",
        b"&& ",
        b"|| ",
        b"<- ",
        b":= ",
        b"...",
        b"~int",
    ),
    *(
        b"chan ",
        b"*",
        b"struct{",
        b"interface{",
        b"unsafe.Sizeof(",
        b"x.(type)",
        b"fallthrough\n",
        b"break\n",
        b"nil",
        b"true",
        b"1 << 70",
    ),
]
_ASSEMBLY = [
    *("TEXT ·f(SB), NOSPLIT, $0-8\n".encode(), "GLOBL ·v<>(SB), 8, $8\n".encode(), "DATA ·v+0(SB)/8, $1\n".encode()),
    *(
        b"\tRET\n",
        "CALL runtime·f<ABIInternal>(SB)\n".encode(),
        "JMP example·com∕m·f(SB)\n".encode(),
        "·".encode(),
        "∕".encode(),
    ),
    *(b"(SB)", b"SB", b"<>", b"<ABI0>", b'#include "textflag.h"\n', b"#define F(a) CALL a(SB)\n", "F(·x)\n".encode()),
    *(
        b"#ifdef GOOS_linux\n",
        b"#ifndef A\n",
        b"#else\n",
        b"#endif\n",
        b"#undef A\n",
        b"#define A",
        b"\\\n",
        "#define A ·f\n".encode(),
    ),
    *(b"TEXT ", b"GLOBL ", b"#", b"# define A(b, c) TEXT b(SB)\n", b"+8", b"-0", b"<<", b"$", b"(FP)"),
]
_MODULE = [
    *(
        b"module example.com/m\n",
        b"go 1.21\n",
        b"go 1.21rc1\n",
        b"toolchain go1.26.1\n",
        b"require ",
        b"require (\n",
        b")\n",
    ),
    *(
        b"example.com/a v1.2.3\n",
        b"example.com/a v1.2.3 // indirect\n",
        b"// indirect; x\n",
        b"v0.0.0-20200101000000-abcdef123456",
    ),
    *(
        b"replace example.com/a => ../a\n",
        b"replace example.com/a v1.0.0 => example.com/b v1.0.0\n",
        b" => ",
        b"exclude ",
    ),
    *(
        b"retract [v1.0.0, v1.1.0]\n",
        b"use ./a\n",
        b"use (\n\t.\n\t./b\n)\n",
        b"godebug default=go1.21\n",
        b"tool example.com/t\n",
    ),
    *(b'"example.com/a"', b'"\\x41"', b"`./a`", b"v2.0.0+incompatible", b"ignore ./x\n", b"v1.2.3-0.pre.1+meta"),
    *(
        b"# example.com/a v1.2.3\n",
        b"## explicit; go 1.21\n",
        b"example.com/a/b\n",
        b"# a v1 => b v2\n",
        b"## workspace\n",
    ),
]
_CONSTRAINT = [
    *(
        b"//go:build ",
        b"// +build ",
        b"//go:build linux && !cgo\n\n",
        b"// +build linux,!386 darwin\n\n",
        b"linux",
        b"windows",
    ),
    *(
        b"amd64",
        b"unix",
        b"go1.21",
        b"go1.99999",
        b"cgo",
        b"race",
        b"ignore",
        b"goexperiment.boringcrypto",
        b"boringcrypto",
    ),
    *(
        b" && ",
        b" || ",
        b"!",
        b"!!",
        b"(",
        b")",
        b",",
        b"package p\n",
        b"/* c */ ",
        b"\n\n",
        b"custom",
        b"amd64.v3",
        b"gc",
        b"android",
    ),
]
_SETTINGS = [
    *(
        b"[rules]\n",
        b"[build]\n",
        b'comment-as-target = "off"\n',
        b'advice = "hint"\n',
        b'tags = ["faketime"]\n',
        b'tags = "a b"\n',
    ),
    *(
        b'ldflags = "-checklinkname=0"\n',
        b"= ",
        b'"off"',
        b'"loud"',
        b"[",
        b"]]\n",
        b"'''",
        b'"""',
        b"1979-05-27T07:32:00Z",
        b"{a = 1}",
    ),
    *(
        b"# c\n",
        b"rules.link = 1\n",
        b"nan",
        b"inf",
        b"0x",
        b"9" * 5000 + b"\n",
        b"1e400\n",
        b"\\uD800",
        b"[a.b]\n",
        b"x = ",
    ),
    *(
        b'{"rules": {"link": "off"}}',
        b'{"rules": null, "tags": ["a", 1]}',
        b'{"build": {"tags": {}}}',
        b"null",
        b"true",
    ),
    *(b"-tags=a,b ", b"-ldflags='-X a.b=c' ", b"--race ", b"-mod=vendor ", b"-checklinkname=0", b"all=-s", b"./...=-w"),
]

PIECES: dict[str, Sequence[bytes]] = {
    "go": [*_ANY, *_GO],
    "assembly": [*_ANY, *_ASSEMBLY],
    "module": [*_ANY, *_MODULE],
    "constraint": [*_ANY, *_CONSTRAINT],
    "settings": [*_ANY, *_SETTINGS],
}
"""By the language of a text: go, assembly, module (go.mod and its kin), constraint, settings."""


@cache
def seeds(language: str) -> Sequence[bytes]:
    """Return whole texts in a language to change a little: the files of the suite's programs."""
    ends = {"go": ".go", "assembly": ".s", "module": ("go.mod", "go.work", "modules.txt"), "constraint": ".go"}
    found = [b"".join(PIECES[language][-8:])]
    if language in ends:
        cases = sorted(path for folder in ("cases", "programs") for path in (_CHECKS / folder).glob("*.txtar"))
        files = [(name, text) for case in cases for name, text in parse(case.read_text("utf-8"))[1].items()]
        found += [text.encode() for name, text in files if name.endswith(ends[language])]
    return sorted({*found})


def mutated(text: bytes, pieces: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a text with some of it gone, doubled, or replaced by a piece."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 2, 8, 40)))
        kind = chance.random()
        put = b"" if kind < 0.25 else text[start:end] * 2 if kind < 0.35 else chance.choice(pieces)
        if kind > 0.95:
            put = chance.randbytes(chance.randint(1, 8))
        text = text[:start] + put + text[end:]
    return text
