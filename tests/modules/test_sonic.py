"""github.com/bytedance/sonic and the modules that it brings along."""

from __future__ import annotations

import pytest

from linkname_ls.links.table import Role
from support.modules import Consumer

SONIC = "github.com/bytedance/sonic"
LOADER = "github.com/bytedance/sonic/loader"
GOPKG = "github.com/bytedance/gopkg"

LEADS_NOWHERE = {
    # Go 1.21 replaced it by gcWriteBarrier1 to gcWriteBarrier8; what is left is gcWriteBarrier<>, which only its own
    # assembly file sees. The directive's file says go1.17 && !go1.21.
    ("internal/rt/gcwb_legacy.go", "runtime.gcWriteBarrier"),
}


def test_every_argument_leads_somewhere(sonic: Consumer) -> None:
    assert sum(1 for _ in sonic.questions(SONIC)) == 100
    assert sonic.unresolved(SONIC) == LEADS_NOWHERE


@pytest.mark.parametrize(("module", "arguments"), [(LOADER, 14), (GOPKG, 28)])
def test_every_argument_of_its_own_dependencies_leads_somewhere(sonic: Consumer, module: str, arguments: int) -> None:
    assert sum(1 for _ in sonic.questions(module)) == arguments
    assert sonic.unresolved(module) == set()


@pytest.mark.parametrize("module", [SONIC, LOADER, GOPKG])
def test_every_directive_of_this_build_leads_to_one_definition_of_this_build(sonic: Consumer, module: str) -> None:
    todays = sonic.todays(module)
    assert {place for place, roles in todays.items() if roles != [Role.DEFINES]} == set()
    assert len(todays) >= 6


def test_runtimes_allocator_knows_its_three_pulls(sonic: Consumer) -> None:
    found = sonic.references(sonic.go_source / "runtime/malloc.go", r"^func (mallocgc)\(")
    assert set(found) == {
        ("runtime/malloc.go", "mallocgc"),
        (f"{SONIC}/internal/rt/stubs.go", "runtime.mallocgc"),
        (f"{SONIC}/internal/rt/stubs.go", "Mallocgc"),
        (f"{LOADER}/internal/rt/stackmap.go", "runtime.mallocgc"),
        (f"{LOADER}/internal/rt/stackmap.go", "mallocgc"),
        (f"{GOPKG}/lang/dirtmake/bytes.go", "runtime.mallocgc"),
        (f"{GOPKG}/lang/dirtmake/bytes.go", "mallocgc"),
    }


def test_runtimes_write_barrier_knows_directives_and_assembly(sonic: Consumer) -> None:
    found = sonic.references(sonic.go_source / "runtime/mgc.go", r"^var (writeBarrier)\b")
    assert {
        (f"{SONIC}/internal/rt/gcwb.go", "runtime.writeBarrier"),
        (f"{GOPKG}/collection/lscq/asm.s", "runtime·writeBarrier"),
        (f"{GOPKG}/collection/lscq/asm_arm64.s", "runtime·writeBarrier"),
    } <= set(found)


def test_assembly_reference_leads_to_runtimes_variable(sonic: Consumer) -> None:
    assembly = sonic.module(GOPKG).dir / "collection/lscq/asm.s"
    assert sonic.definition(assembly, r"(runtime·writeBarrier)\(SB\)") == [("runtime/mgc.go", "writeBarrier")]


def test_pull_of_a_modules_own_assembly_leads_to_its_body(sonic: Consumer) -> None:
    dispatch = sonic.module(SONIC).dir / "internal/native/dispatch_arm64.go"
    assert sonic.definition(dispatch, r"^//go:linkname (Quote) ") == [
        (f"{SONIC}/internal/native/neon/quote_arm64.s", "·__quote")
    ]


def test_pull_of_another_modules_variable_leads_there(sonic: Consumer) -> None:
    base64 = sonic.module(SONIC).dir / "internal/rt/base64_amd64.go"
    assert sonic.definition(base64, r"^//go:linkname (SubrB64Decode) ") == [
        ("github.com/cloudwego/base64x/base64x_subr_amd64.go", "_subr__b64decode")
    ]
