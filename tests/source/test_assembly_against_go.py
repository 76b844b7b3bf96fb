"""Go's assembler decides which functions a file defines and refers to; this program must agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.source.assembly import scan_assembly
from support.go import go_env, run

Facts = set[tuple[str, str, str]]
"""``def`` or ``ref``, the symbol, its ABI."""


def assembler_says(file: Path, package: str, folder: Path, goos: str, goarch: str) -> Facts:
    """What ``go tool asm -gensymabis`` tells the compiler about a file."""
    (folder / "go_asm.h").touch()  # the compiler would write it
    output = folder / "symabis"
    defines = (f"GOOS_{goos}", f"GOARCH_{goarch}", "GOAMD64_v1", "GO386_sse2")
    run(
        go_env("GOTOOLDIR") / "asm",
        *("-gensymabis", "-o", output, "-p", package),
        *("-I", folder, "-I", go_env("GOROOT") / "pkg" / "include"),
        *(argument for name in defines for argument in ("-D", name)),
        file,
        env={"GOOS": goos, "GOARCH": goarch},
    )
    lines = (line.split() for line in output.read_text().splitlines())
    return {(kind, symbol, abi) for kind, symbol, abi in lines}


def our_facts(data: bytes, package: str) -> Facts:
    return {
        (
            "def" if site.kind == "text" else "ref",
            package + site.symbol if site.symbol.startswith(".") else site.symbol,
            site.abi or "ABI0",
        )
        for site in scan_assembly(data)
        if site.kind != "globl"
    }


def kind(facts: Facts, wanted: str) -> set[tuple[str, str]]:
    return {(symbol, abi) for one, symbol, abi in facts if one == wanted}


@pytest.mark.parametrize(("goos", "goarch"), [("linux", "amd64"), ("linux", "386"), ("darwin", "arm64")])
def test_the_assembly_of_the_standard_library(tmp_path: Path, goos: str, goarch: str) -> None:
    env = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
    form = '{{$p := .}}{{range .SFiles}}{{$p.ImportPath}} {{$p.Dir}}/{{.}}{{"\\n"}}{{end}}'
    listing = run("go", "list", "-f", form, "std", env=env).split("\n")
    files = [line.partition(" ") for line in listing if line]

    assert len(files) > 30
    for package, _, name in files:
        data = Path(name).read_bytes()
        expected, ours = assembler_says(Path(name), package, tmp_path, goos, goarch), our_facts(data, package)
        assert kind(expected, "def") <= kind(ours, "def"), name
        # NO_LOCAL_POINTERS, of an included file, refers to this one.
        references = kind(expected, "ref") - {("no_pointers_stackmap", "ABI0")}
        assert references <= kind(ours, "ref"), name
        if b"#if" not in data:
            assert kind(ours, "def") == kind(expected, "def"), name


ODD = """\
// TEXT ·comment(SB), $0
/* TEXT ·block(SB), $0
*/ TEXT ·afterblock(SB), $0
	RET
	TEXT ·indented(SB), $0; RET; TEXT ·second(SB), $0
	RET
TEXT ·blank (SB), $0
TEXT ·blanks ( SB ) , $0
TEXT ·abi<ABIInternal>(SB), $0
TEXT ·abiblank <ABI0> (SB), $0
TEXT ·static<>(SB), $0
TEXT plain(SB), $0
TEXT ·größe(SB), $0
TEXT ·T·m(SB), $0
TEXT other∕pkg·f(SB), $0
TEXT ·_1(SB), $0
label: TEXT ·labelled(SB), $0
label2:
	CALL p·call(SB)
	CALL\tp∕q·path(SB) // CALL p·comment(SB)
	JMP p·jump<ABIInternal>(SB)
	MOVQ $p·address(SB), AX
	LEAQ p·offset+8(SB), AX
	MOVQ $'"', AX; CALL p·aftercharacter(SB)
	CALL p·static<>(SB)
	CALL plainref(SB)
	MOVQ $plainref2+8(SB), AX; JMP plainref3(SB)
	MOVQ p·frame+8(FP), AX
#define DEFINE(NAME, SIZE) \\
TEXT NAME(SB), $SIZE; \\ // why
	CALL p·inmacro(SB)
DEFINE(·defined, 8)
DEFINE(·definedblank , (8+8))
#define REFER(NAME) CALL NAME(SB); \\
	CALL p·inmacro2(SB)
	REFER(p·referred)
	NOP; REFER( p·referred2 ); RET
#define WHOLE TEXT ·whole(SB), $0
WHOLE
GLOBL ·variable(SB), 8, $8
DATA ·variable+0(SB)/8, $p·indata(SB)
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_odd_spellings(tmp_path: Path, newline: str) -> None:
    # Runtime is one of the few packages that may name an ABI.
    file = tmp_path / "odd.s"
    file.write_bytes(ODD.replace("\n", newline).encode())
    expected, ours = (
        assembler_says(file, "runtime", tmp_path, "linux", "amd64"),
        our_facts(file.read_bytes(), "runtime"),
    )
    assert len(expected) > 25
    # The variable that DATA fills is a reference for us; the assembler lists functions only.
    assert ours == expected | {("ref", "runtime.variable", "ABI0")}
