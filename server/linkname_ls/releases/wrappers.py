"""What the compiler makes of a value method so that it can be called through a pointer.

No table holds these wrappers: they follow from the method. Nothing marks one, unless a directive names it so.
Source: cmd/compile/internal/reflectdata/reflect.go (``methodWrapper``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.releases.shapes import pointer_shape

if TYPE_CHECKING:
    from linkname_ls.releases.facts import Fact

_THROUGH_POINTER = re.compile(r"(.*)\(\*(\w+)\)\.(\w+)")


def value_method(symbol: str) -> str:
    """Return the method "time.Time.String" that "time.(*Time).String" may wrap; "" for what is no such name.

    With or without the package in front.
    """
    found = _THROUGH_POINTER.fullmatch(symbol)
    return "{}{}.{}".format(*found.groups()) if found is not None else ""


def wrapper(fact: Fact) -> Fact:
    """Return what holds of the wrapper of a value method."""
    return fact._replace(
        text=fact.text.replace("func(", "func(*", 1),
        shape=pointer_shape(fact.shape),
        made="go",
        abi="ABIInternal",
        wrapped=False,
        status="unmarked",
        shame=(),
    )
