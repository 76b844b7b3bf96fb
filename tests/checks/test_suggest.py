"""Which names are near to another: what difflib says, in less time."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from linkname_ls.checks.suggest import Spellings

NAMES = st.text(st.sampled_from("abAB_.é\u0161"), max_size=12)


@given(st.lists(NAMES, unique=True), NAMES, st.sampled_from([0.5, 0.8, 0.9]))
def test_names_are_near_that_difflib_calls_near(names: list[str], name: str, cutoff: float) -> None:
    assert Spellings(names).near(name, cutoff) == difflib.get_close_matches(name, names, 2, cutoff)


def test_names_that_differ_in_capitals_come_in_the_order_in_which_they_stand() -> None:
    names = Spellings(["getG", "other", "getg", "getG"])
    assert names.in_any_case("GETG") == ["getG", "getg"]
    assert names.in_any_case("nosuch") == []
