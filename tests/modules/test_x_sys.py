"""golang.org/x/sys: hundreds of symbols of C libraries, for systems that the tests do not run on."""

from __future__ import annotations

import pytest

from linkname_ls.links.table import Role
from support.modules import Consumer

X_SYS = "golang.org/x/sys"


def test_every_argument_leads_somewhere(x_sys: Consumer) -> None:
    assert sum(1 for _ in x_sys.questions(X_SYS)) == 582
    assert x_sys.unresolved(X_SYS) == set()


def test_every_directive_of_this_build_leads_to_one_definition_of_this_build(x_sys: Consumer) -> None:
    todays = x_sys.todays(X_SYS)
    assert {place for place, roles in todays.items() if roles != [Role.DEFINES]} == set()
    assert len(todays) == 4


@pytest.mark.parametrize("file", ["unix/zsyscall_solaris_amd64.go", "unix/zsyscall_aix_ppc64_gc.go"])
def test_variable_for_a_c_function_leads_to_the_import_in_its_own_file(x_sys: Consumer, file: str) -> None:
    path = x_sys.module(X_SYS).dir / file
    ends = {
        (x_sys.place(site), site.kind)
        for question in x_sys.questions(X_SYS)
        if question.source.path == path
        for site in x_sys.answer(question)
    }
    assert ends == {(f"{X_SYS}/{file}", "cgo")}


def test_darwins_pulls_lead_to_darwin_only(x_sys: Consumer) -> None:
    path = x_sys.module(X_SYS).dir / "unix/syscall_darwin_libSystem.go"
    ends = {
        x_sys.place(site)
        for question in x_sys.questions(X_SYS)
        if question.source.path == path
        for site in x_sys.answer(question)
    }
    assert ends
    assert {end for end in ends if "darwin" not in end} == set()
