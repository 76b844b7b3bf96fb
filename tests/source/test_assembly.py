"""The symbols of assembly files."""

from __future__ import annotations

import pytest

from linkname_ls.source.assembly import scan_assembly


def symbols(text: str) -> list[str]:
    """Kind, symbol and ABI of what a text defines and refers to."""
    return [f"{site.kind} {site.symbol} {site.abi}".rstrip() for site in scan_assembly(text.encode())]


def test_a_function_of_the_own_package() -> None:
    assert symbols("TEXT ·now(SB),NOSPLIT,$0-16\n") == ["text .now"]


def test_a_function_of_another_package() -> None:
    assert symbols("TEXT runtime∕internal∕sys·f(SB), $0\n") == ["text runtime/internal/sys.f"]


def test_a_method_has_two_dots() -> None:
    assert symbols("TEXT ·T·m(SB), $0\n") == ["text .T.m"]


def test_an_abi() -> None:
    assert symbols("TEXT ·f<ABIInternal>(SB), $0\nTEXT ·g<ABI0>(SB), $0\n") == ["text .f ABIInternal", "text .g ABI0"]


def test_a_symbol_of_the_file_alone_is_left_out() -> None:
    assert symbols("TEXT f<>(SB), $0\nTEXT ·g<>(SB), $0\n\tCALL ·g<>(SB)\nGLOBL x<>(SB), $8\n") == []


def test_a_variable() -> None:
    assert symbols("GLOBL ·x(SB), NOPTR, $8\n") == ["globl .x"]


def test_data_refers_to_its_variable() -> None:
    assert symbols("DATA ·x+0(SB)/8, $·y(SB)\n") == ["reference .x", "reference .y"]


@pytest.mark.parametrize(
    "line",
    [
        "\tCALL runtime·f(SB)",
        "\tJMP\truntime·f(SB)",
        "\tMOVQ $runtime·f(SB), AX",
        "\tMOVQ runtime·f(SB), AX",
        "\tMOVQ runtime·f+8(SB), AX",
        "\tMOVQ runtime·f-8(SB), AX",
        "\tMOVQ runtime·f+const_off(SB), AX",
        "\tMOVQ runtime·f+(8*2)(SB), AX",
        "\tMOVQ runtime·f+0x10(SB)(CX*8), AX",
        "\tBL *runtime·f(SB)",
        "\tCALL runtime·f (SB)",
        "\tCALL runtime·f( SB )",
        "loop: CALL runtime·f(SB)",
        "loop:\tCALL runtime·f(SB); RET",
        "\tNOP; CALL runtime·f(SB)",
    ],
)
def test_a_reference(line: str) -> None:
    assert symbols(f"{line}\n") == ["reference runtime.f"]


def test_a_reference_to_an_abi() -> None:
    assert symbols("\tCALL runtime·f<ABIInternal>(SB)\n") == ["reference runtime.f ABIInternal"]


def test_other_operands_are_no_symbols() -> None:
    assert symbols("\tMOVQ x+8(FP), AX\n\tMOVQ ·y-8(SP), BX\n\tJMP loop\n\tMOVQ (AX), BX\n\tADD (SB), AX\n") == []


def test_a_reference_without_a_dot_is_a_symbol_of_no_package() -> None:
    assert symbols("\tCALL libc_open(SB)\n") == ["reference libc_open"]


def test_a_word_that_the_file_defines_is_no_symbol() -> None:
    assert symbols("#define target 8\n\tCALL target(SB)\n") == []


def test_a_macro_stands_for_a_symbol_where_its_name_is_written() -> None:
    text = "#define target runtime·exit\n\tCALL target(SB)\nTEXT target(SB), 4, $0\n"
    assert symbols(text) == ["reference runtime.exit", "text runtime.exit"]
    assert {text.encode()[site.span.start : site.span.end] for site in scan_assembly(text.encode())} == {
        "runtime·exit".encode()
    }


def test_a_macro_can_hold_the_whole_operand() -> None:
    assert symbols("#define HOOK ·hook(SB)\nTEXT HOOK, 4, $0\n") == ["text .hook"]


def test_a_macro_that_nobody_uses_is_nothing() -> None:
    assert symbols("#define HOOK ·hook(SB)\nTEXT ·f(SB), 4, $0\n") == ["text .f"]


def test_a_plain_name_is_defined() -> None:
    assert symbols("TEXT _rt0_amd64(SB), NOSPLIT, $-8\n") == ["text _rt0_amd64"]


def test_only_the_word_in_front_defines() -> None:
    assert symbols("\tMOVQ $TEXT·f(SB), AX\n\tXTEXT ·g(SB)\n") == ["reference TEXT.f", "reference .g"]


def test_several_on_a_line() -> None:
    text = "TEXT ·a(SB), $0; CALL p·b(SB); RET; TEXT ·c(SB), $0; MOVQ ·d(SB), AX\n"
    assert symbols(text) == ["text .a", "reference p.b", "text .c", "reference .d"]


def test_spans_are_byte_offsets() -> None:
    text = "// é\nTEXT\t·now<ABIInternal>(SB), $0\n\tCALL time·größe+1(SB)\n".encode()
    assert [text[slice(*site.span)].decode() for site in scan_assembly(text)] == ["·now", "time·größe"]


@pytest.mark.parametrize(
    "text",
    [
        "// TEXT ·f(SB), $0\n",
        "/* TEXT ·f(SB), $0 */\n",
        "/*\nTEXT ·f(SB), $0\n*/\n",
        '\tBYTE $"TEXT ·f(SB)"\n',
        '\tBYTE $"\\"; TEXT ·f(SB)"\n',
        "/* TEXT ·f(SB), $0\n",
    ],
)
def test_comments_and_strings_are_passed_over(text: str) -> None:
    assert symbols(text) == []


def test_a_quote_in_a_character_begins_no_string() -> None:
    assert symbols("\tCMPB AX, $'\"'; CALL p·f(SB)\n\tCMPB AX, $'\\''; CALL p·g(SB) // \"\n") == [
        "reference p.f",
        "reference p.g",
    ]


def test_a_comment_between_is_a_blank() -> None:
    assert symbols("TEXT /* c */ ·f /* d */ (SB), $0\n") == ["text .f"]


def test_crlf() -> None:
    assert symbols("TEXT ·f(SB), $0\r\n\tCALL p·g(SB)\r\n") == ["text .f", "reference p.g"]


def test_every_branch_of_a_condition_counts() -> None:
    text = "#ifdef GOARCH_amd64\nTEXT ·f(SB), $0\n#else\nTEXT ·g(SB), $0\n#endif\n"
    assert symbols(text) == ["text .f", "text .g"]


def test_a_macro_that_defines() -> None:
    text = (
        "#define CALLFN(NAME,MAXSIZE)\t\t\t\\\n"
        "TEXT NAME(SB), WRAPPER|NOFRAME, $MAXSIZE-48;\t\\\n"
        "\tNO_LOCAL_POINTERS\n\n"
        "CALLFN(·call16, 16)\n"
        "CALLFN(p·call32, (16+16))\n"
    )
    assert symbols(text) == ["text .call16", "text p.call32"]


def test_a_macro_that_refers() -> None:
    text = (
        "#define DISPATCH(NAME, SIZE) \\\n\tMOVQ $NAME(SB), AX; \\\n\tJMP AX\n\tDISPATCH(p·f, 16); DISPATCH(p·g, 32)\n"
    )
    assert symbols(text) == ["reference p.f", "reference p.g"]


def test_a_macro_that_does_both_defines() -> None:
    text = "#define F(NAME) GLOBL NAME(SB), $8; DATA NAME(SB)/8, $1\nF(·x)\n"
    assert symbols(text) == ["globl .x"]


def test_the_abi_in_or_behind_a_macro() -> None:
    text = (
        "#define F(NAME) TEXT NAME<ABIInternal>(SB), $0\n#define G(NAME) TEXT NAME(SB), $0\nF(·f)\nG(·g<ABIInternal>)\n"
    )
    assert symbols(text) == ["text .f ABIInternal", "text .g ABIInternal"]


def test_the_other_arguments_of_a_macro_are_no_symbols() -> None:
    assert symbols("#define F(NAME, OTHER) CALL NAME(SB); MOVQ OTHER, AX\nF(p·f, p·g)\n") == ["reference p.f"]


def test_the_names_in_a_macro_itself() -> None:
    text = "#define F \\\n\tCALL p·f(SB) \\ // why\n\tCALL p·g(SB)\n#define G TEXT ·h(SB), $0\n"
    assert symbols(text) == ["reference p.f", "reference p.g", "text .h"]


def test_a_parameter_is_one_only_in_its_macro() -> None:
    text = "#define F(NAME) TEXT NAME(SB), $0\nTEXT NAME(SB), $0\nF(·f)\n"
    assert symbols(text) == ["text NAME", "text .f"]


def test_macros_in_a_crlf_file() -> None:
    text = "#define F(NAME) \\\r\n\tTEXT NAME(SB), $0 \\\r\n\tRET\r\nF(·f)\r\n"
    assert symbols(text) == ["text .f"]


def test_a_macro_with_too_few_arguments() -> None:
    assert symbols("#define F(A, NAME) TEXT NAME(SB), $0\nF(1)\nF()\nF(\nF(1, \n") == []


def test_a_half_typed_file() -> None:
    assert symbols("TEXT ·f(SB\nTEXT ·g(SB)\nTEXT ·\nCALL p·\nTEXT\n#define\n#define F(\nCALL p·h(SB)") == [
        "text .g",
        "reference p.h",
    ]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe(SB)", b"\0(SB)", b"(SB)", b"\xc2(SB)"])
def test_garbage(data: bytes) -> None:
    scan_assembly(data)


def test_a_large_broken_file_is_read_quickly() -> None:
    # A pattern that could match one of these in many ways would not come back.
    for filler in ('"', "'", "/*", "a+", "a(", "a", "\\", "·", "#define F(A) A(SB)\n", "F(·a,", "TEXT ", "(SB)"):
        scan_assembly(f"#define F(A) TEXT A(SB)\n{filler * 30_000}\nSB".encode())


def test_blanks_behind_a_word_are_read_once() -> None:
    sites = scan_assembly((b"a" + b"\t" * 1000) * 500 + "CALL ·f <ABIInternal> (SB)\n".encode())
    assert [(site.symbol, site.abi) for site in sites] == [(".f", "ABIInternal")]
