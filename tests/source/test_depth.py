"""What is nested deeper than people nest is left alone, without an exception."""

from __future__ import annotations

import pytest

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import UNKNOWN, Known
from linkname_ls.source.depth import MOST, is_deep
from linkname_ls.source.gofile import outline
from linkname_ls.source.signature import declaration_node
from linkname_ls.source.syntax import parse
from linkname_ls.source.uses import places, uses


class Nobody:
    """Knows no names."""

    def lookup(self, name: str) -> Known:
        return UNKNOWN

    def imported(self, qualifier: str, name: str) -> Known:
        return UNKNOWN


def text(body: str) -> bytes:
    return f"package p\n\nfunc f()\n\nfunc g() {{\n{body}\n}}\n".encode()


@pytest.mark.parametrize(("levels", "found"), [(40, 2), (5_000, 1)], ids=["as people nest", "deeper"])
def test_name_in_nested_blocks(levels: int, found: int) -> None:
    data = text("{" * levels + "f()" + "}" * levels)
    assert len([*places(data, parse(data), "f")]) == found


def test_name_behind_what_is_too_deep_is_found() -> None:
    data = text("{" * 5_000 + "f()" + "}" * 5_000 + "\nf()")
    assert [one.start_byte for one in places(data, parse(data), "f")][-1] == data.rindex(b"f()")


def test_nothing_is_sure_behind_a_condition_of_thousands_of_terms() -> None:
    data = text("if " + "x && " * 5_000 + "x { f() }")
    (use,) = uses(data, parse(data), "f", Nobody())
    assert (use.holder, use.emitted, use.live) == ("g", Certainty.MAYBE, Certainty.MAYBE)


def test_type_that_is_too_deep_is_not_read() -> None:
    data = b"package p\n\nvar v " + b"[]" * (MOST + 5) + b"int\n\nvar w []int\n"
    tree = parse(data)
    deep, flat = outline(data, tree).declarations
    assert declaration_node(tree, deep) is None
    node = declaration_node(tree, flat)
    assert node is not None and not is_deep(node)
