"""What is assembled under ``#ifdef``."""

from __future__ import annotations

import pytest

from linkname_ls.build.macros import assembled
from linkname_ls.build.platform import Platform
from linkname_ls.source.assembly import scan_assembly
from linkname_ls.source.certainty import Certainty

LINUX = Platform("linux", "amd64", cgo=False, tags=frozenset({"amd64.v1", "amd64.v2"}))


def _assembled(text: str, platform: Platform = LINUX) -> str:
    """Return the symbols of a file for a platform; those that may be there with a question mark."""
    marks = {Certainty.YES: "", Certainty.MAYBE: "?"}
    found = ((site.symbol, assembled(site.conditions, platform)) for site in scan_assembly(text.encode()))
    return " ".join(f"{symbol}{marks[there]}" for symbol, there in found if there in marks)


def _text(name: str) -> str:
    return f"TEXT ·{name}(SB), $0\n"


@pytest.mark.parametrize(
    ("macro", "there"),
    [
        ("GOOS_linux", ".on"),
        ("GOOS_darwin", ".off"),
        ("GOOS_amd64", ".off"),
        ("GOARCH_amd64", ".on"),
        ("GOARCH_arm64", ".off"),
        ("GOAMD64_v1", ".off"),
        ("GOAMD64_v2", ".on"),
        ("GOARM_7", ".off"),
        ("GOPPC64_power9", ".off"),
        ("hasAVX2", ".on? .off?"),
    ],
)
def test_what_the_go_command_defines(macro: str, there: str) -> None:
    assert _assembled(f"#ifdef {macro}\n{_text('on')}#else\n{_text('off')}#endif\n") == there


def test_a_level_of_another_architecture_that_the_tags_do_not_tell() -> None:
    arm = Platform("linux", "arm64", cgo=False, tags=frozenset())
    assert _assembled(f"#ifdef GOARM64_LSE\n{_text('f')}#endif\n", arm) == ".f?"


def test_branches_inside_branches() -> None:
    inner = f"#ifndef GOARCH_amd64\n{_text('a')}#else\n{_text('b')}#endif\n"
    assert _assembled(f"#ifdef GOOS_linux\n{inner}#else\n{inner}#endif\n{_text('c')}") == ".b .c"


def test_what_the_file_defines_itself() -> None:
    text = f"#define X\n#ifdef X\n{_text('a')}#endif\n#undef X\n# ifdef X\n{_text('b')}#endif\n"
    assert _assembled(text) == ".a"


def test_a_header_may_define_anything_again() -> None:
    assert _assembled(f'#undef X\n#include "x.h"\n#ifdef X\n{_text("a")}#endif\n') == ".a?"


def test_a_definition_under_a_condition_may_be_there() -> None:
    text = f"#ifdef GOOS_linux\n#define X\n#endif\n#ifdef X\n{_text('a')}#endif\n"
    assert _assembled(text) == ".a?"


def test_a_condition_in_a_comment_is_none() -> None:
    assert _assembled(f"/*\n#ifdef GOOS_darwin\n*/\n{_text('a')}// #endif\n") == ".a"


def test_half_typed_conditions() -> None:
    assert _assembled(f"#else\n#endif\n{_text('a')}#ifdef\n{_text('b')}") == ".a .b?"
