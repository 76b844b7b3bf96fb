from __future__ import annotations

import pytest

from linkname_ls.build.gomod import (
    Exclude,
    GoMod,
    Replace,
    Require,
    VendoredModule,
    compare_versions,
    escape_path,
    is_semver,
    parse_go_mod,
    parse_go_work,
    parse_modules_txt,
    unescape_path,
    vendored_for_workspace,
)

GO_MOD = b"""\
// Deprecated: no more.
module "example.com/m" // comment

go 1.21.3
toolchain go1.22.1

require example.com/a v1.2.3
require (
\texample.com/b v0.0.0-20200101000000-0123456789ab // indirect
\t`example.com/c` v2.0.0+incompatible // indirect; and more
\texample.com/d v1.0.0 // not indirect
)

replace example.com/a => ../a
replace (
\texample.com/b v0.1.0 => "../with space"
\texample.com/c => example.com/fork/c v1.5.0
)
exclude example.com/d v1.1.0
retract [v1.0.0, v1.1.0]
tool example.com/a/cmd
"""


def test_a_go_mod_file() -> None:
    assert parse_go_mod(GO_MOD) == GoMod(
        module="example.com/m",
        go="1.21.3",
        toolchain="go1.22.1",
        require=(
            Require("example.com/a", "v1.2.3", indirect=False, line=7),
            Require("example.com/b", "v0.0.0-20200101000000-0123456789ab", indirect=True, line=9),
            Require("example.com/c", "v2.0.0+incompatible", indirect=True, line=10),
            Require("example.com/d", "v1.0.0", indirect=False, line=11),
        ),
        replace=(
            Replace("example.com/a", "", "../a", ""),
            Replace("example.com/b", "v0.1.0", "../with space", ""),
            Replace("example.com/c", "", "example.com/fork/c", "v1.5.0"),
        ),
        exclude=(Exclude("example.com/d", "v1.1.0"),),
    )


def test_windows_line_ends_make_no_difference() -> None:
    assert parse_go_mod(GO_MOD.replace(b"\n", b"\r\n")) == parse_go_mod(GO_MOD)


@pytest.mark.parametrize("end", range(0, len(GO_MOD), 7))
def test_a_half_typed_file_gives_what_it_says(end: int) -> None:
    mod = parse_go_mod(GO_MOD[:end])
    assert set(mod.require[:-1]) <= set(parse_go_mod(GO_MOD).require)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\0",
        b"module",
        b"module a b",
        b'module "a',
        b"require (",
        b")",
        b"((()))",
        b"replace => =>",
        b"//",
    ],
)
def test_nonsense_is_survived(data: bytes) -> None:
    assert parse_go_mod(data).require == ()
    assert parse_go_work(data).use == ()
    assert parse_modules_txt(data) == ()


def test_a_comment_ends_a_word() -> None:
    assert parse_go_mod(b"module example.com/m//comment\n").module == "example.com/m"


def test_the_first_module_line_counts() -> None:
    assert parse_go_mod(b"module a\nmodule b\ngo 1.1\ngo 1.2\n") == GoMod(module="a", go="1.1")


def test_a_go_work_file() -> None:
    work = parse_go_work(b"go 1.22\ntoolchain go1.22.1\nuse ./a // one\nuse (\n\t./b\n\t..\n)\nreplace x => ./x\n")
    assert (work.go, work.toolchain) == ("1.22", "go1.22.1")
    assert work.use == ("./a", "./b", "..")
    assert work.replace == (Replace("x", "", "./x", ""),)


def test_a_modules_txt_file() -> None:
    data = b"""\
## workspace
# example.com/a v1.2.3
## explicit; go 1.20
example.com/a
example.com/a/sub
# example.com/b v1.0.0 => ../b
## explicit
example.com/b
# example.com/c v1.0.0
## go 1.17
example.com/c
# example.com/unused v1.0.0
# example.com/listed v1.0.0
## explicit
# example.com/b => ../b
"""
    assert parse_modules_txt(data) == (
        VendoredModule("example.com/a", "v1.2.3", "1.20", ("example.com/a", "example.com/a/sub"), explicit=True),
        VendoredModule("example.com/b", "v1.0.0", "", ("example.com/b",), explicit=True),
        VendoredModule("example.com/c", "v1.0.0", "1.17", ("example.com/c",), explicit=False),
        VendoredModule("example.com/listed", "v1.0.0", "", (), explicit=True),
    )
    assert vendored_for_workspace(data)
    assert not vendored_for_workspace(data.partition(b"\n")[2])


def test_paths_are_escaped_for_the_module_cache() -> None:
    assert escape_path("github.com/Azure/azure-SDK") == "github.com/!azure/azure-!s!d!k"
    assert unescape_path("github.com/!azure/azure-!s!d!k") == "github.com/Azure/azure-SDK"


@pytest.mark.parametrize("escaped", ["github.com/Azure", "a!", "a!!b", "a!1"])
def test_what_is_not_escaped_is_refused(escaped: str) -> None:
    assert unescape_path(escaped) == ""


ORDERED = [
    "v0.0.0-20200101000000-0123456789ab",
    "v0.0.0-20210101000000-0123456789ab",
    "v0.1.0",
    "v1.0.0-1",
    "v1.0.0-2",
    "v1.0.0-10",
    "v1.0.0-alpha",
    "v1.0.0-alpha.1",
    "v1.0.0-alpha.beta",
    "v1.0.0-beta",
    "v1.0.0-beta.2",
    "v1.0.0-beta.11",
    "v1.0.0-rc.1",
    "v1.0.0-rc.1.0.20200101000000-0123456789ab",
    "v1.0.0",
    "v1.0.1-0.20200101000000-0123456789ab",
    "v1.0.1",
    "v1.9.0",
    "v1.10.0",
    "v2.0.0+incompatible",
    "v10.0.0",
]


def test_versions_are_ordered_as_semver_orders_them() -> None:
    for i, a in enumerate(ORDERED):
        for j, b in enumerate(ORDERED):
            assert compare_versions(a, b) == (i > j) - (i < j), (a, b)


def test_build_suffixes_do_not_count() -> None:
    assert compare_versions("v2.0.0+incompatible", "v2.0.0") == 0


@pytest.mark.parametrize(
    "version",
    ["", "1.2.3", "v", "v1.02.3", "v1.2.3-", "v1.2.3-01", "v1.2.3-a..b", "v1.2.3+", "v1.2-x", "v1.2.3-é"],
)
def test_invalid_versions_are_lowest(version: str) -> None:
    assert not is_semver(version)
    assert compare_versions(version, "v0.0.0-0") == -1
    assert compare_versions("v0.0.0-0", version) == 1
    assert compare_versions(version, "also invalid") == 0
