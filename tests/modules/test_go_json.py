"""github.com/goccy/go-json."""

from __future__ import annotations

import pytest

from linkname_ls.links.table import Role
from support.modules import Consumer

GO_JSON = "github.com/goccy/go-json"

LEADS_NOWHERE = {
    # Go 1.13 called it mapiterelem; the directive's file says !go1.13, its sibling map113.go has the new name.
    ("internal/encoder/map112.go", "reflect.mapitervalue"),
}


def test_every_argument_leads_somewhere(go_json: Consumer) -> None:
    assert sum(1 for _ in go_json.questions(GO_JSON)) == 94
    assert go_json.unresolved(GO_JSON) == LEADS_NOWHERE


def test_every_directive_of_this_build_leads_to_one_definition_of_this_build(go_json: Consumer) -> None:
    todays = go_json.todays(GO_JSON)
    assert {place for place, roles in todays.items() if roles != [Role.DEFINES]} == set()
    assert len(todays) == 46


@pytest.mark.parametrize("method", ["Align", "FieldAlign", "Method", "NumMethod", "Kind", "Elem", "Len", "String"])
@pytest.mark.parametrize("argument", [r"(rtype_{})", r"rtype_{} (reflect\.\(\*rtype\)\.{})"])
def test_pull_of_a_method_leads_to_it(go_json: Consumer, method: str, argument: str) -> None:
    file = go_json.module(GO_JSON).dir / "internal/runtime/rtype.go"
    pattern = rf"^//go:linkname {argument.replace('{}', method)}\b"
    assert go_json.definition(file, pattern) == [("reflect/type.go", method)]


def test_method_of_reflect_knows_its_pull_and_the_directive_that_allows_it(go_json: Consumer) -> None:
    found = go_json.references(go_json.go_source / "reflect/type.go", r"^func \(t \*rtype\) (Align)\(")
    assert set(found) == {
        ("reflect/type.go", "Align"),
        ("reflect/badlinkname.go", "reflect.(*rtype).Align"),
        ("reflect/badlinkname.go", "badlinkname_rtype_Align"),
        (f"{GO_JSON}/internal/runtime/rtype.go", "reflect.(*rtype).Align"),
        (f"{GO_JSON}/internal/runtime/rtype.go", "rtype_Align"),
    }
