"""github.com/ebitengine/purego."""

from __future__ import annotations

import pytest

from linkname_ls.links.table import Role
from support.modules import Consumer

PUREGO = "github.com/ebitengine/purego"

LEADS_NOWHERE = {
    # The C library reads these from the program. Nobody else defines them: the variables bound to them are them.
    ("internal/fakecgo/freebsd.go", "environ"),
    ("internal/fakecgo/freebsd.go", "__progname"),
    ("internal/fakecgo/netbsd.go", "environ"),
    ("internal/fakecgo/netbsd.go", "__progname"),
    ("internal/fakecgo/netbsd.go", "__ps_strings"),
}


def test_every_argument_leads_somewhere(purego: Consumer) -> None:
    assert sum(1 for _ in purego.questions(PUREGO)) == 168
    assert purego.unresolved(PUREGO) == LEADS_NOWHERE


def test_every_directive_of_this_build_leads_to_one_definition_of_this_build(purego: Consumer) -> None:
    todays = purego.todays(PUREGO)
    assert {place for place, roles in todays.items() if roles != [Role.DEFINES]} == set()
    assert len(todays) == 68


def test_variable_that_only_c_reads_leads_to_itself_and_not_to_another_systems(purego: Consumer) -> None:
    file = purego.module(PUREGO).dir / "internal/fakecgo/netbsd.go"
    assert purego.definition(file, r"^//go:linkname (_environ) ") == [
        (f"{PUREGO}/internal/fakecgo/netbsd.go", "_environ")
    ]


def test_symbol_without_a_package_leads_to_assembly(purego: Consumer) -> None:
    file = purego.module(PUREGO).dir / "dlfcn.go"
    found = purego.definition(file, r"^//go:linkname dlopen (dlopen)$")
    assert found[0] == (f"{PUREGO}/dlfcn_stubs.s", "dlopen")


def test_assembly_without_a_package_leads_to_the_variable_bound_to_it(purego: Consumer) -> None:
    file = purego.module(PUREGO).dir / "dlfcn_stubs.s"
    assert purego.definition(file, r"^TEXT (dlopen)\(SB\)") == [(f"{PUREGO}/dlfcn.go", "dlopen")]


def test_file_of_another_system_leads_to_the_ends_of_that_system_only(purego: Consumer) -> None:
    file = purego.module(PUREGO).dir / "internal/fakecgo/go_netbsd.go"
    assert purego.definition(file, r"^//go:linkname (x_threadentry_trampoline) ") == [
        (f"{PUREGO}/internal/fakecgo/trampolines_{arch}.s", "threadentry_trampoline") for arch in ("amd64", "arm64")
    ]


@pytest.mark.parametrize(
    ("file", "symbol", "end"),
    [
        ("internal/fakecgo/iscgo.go", "runtime.iscgo", ("runtime/cgo.go", "iscgo")),
        ("internal/fakecgo/callbacks.go", "_cgo_init", ("runtime/cgo.go", "_cgo_init")),
        ("internal/fakecgo/linux.go", "syscall.cgo_libc_setegid", ("syscall/syscall_linux.go", "cgo_libc_setegid")),
    ],
)
def test_push_into_the_go_tree_leads_to_what_awaits_it(
    purego: Consumer, file: str, symbol: str, end: tuple[str, str]
) -> None:
    path = purego.module(PUREGO).dir / file
    assert purego.definition(path, rf"^//go:linkname \w+ ({symbol})$") == [end]


def test_variable_in_runtime_knows_who_pushes_it(purego: Consumer) -> None:
    found = purego.references(purego.go_source / "runtime/cgo.go", r"^var (iscgo)\b")
    assert {
        ("runtime/cgo/iscgo.go", "runtime.iscgo"),
        (f"{PUREGO}/internal/fakecgo/iscgo.go", "runtime.iscgo"),
        (f"{PUREGO}/internal/fakecgo/iscgo.go", "_iscgo"),
    } <= set(found)


def test_assembly_of_a_dependency_leads_into_runtime(purego: Consumer) -> None:
    file = purego.module(PUREGO).dir / "sys_arm.s"
    assert purego.definition(file, r"(runtime·goarmsoftfp)\(SB\)") == [("runtime/runtime2.go", "goarmsoftfp")]
