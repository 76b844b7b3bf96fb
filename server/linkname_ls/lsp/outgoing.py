"""What goes to the client: lsprotocol's objects as dictionaries and lists, by what they hold.

cattrs writes a function for each class, and for every class that its fields could hold: 40 ms until the answer to
``initialize`` is written, and 5 to 14 ms for the first message of each other kind. Looking at the object itself needs
the classes that are there alone. The result is the same (tests/lsp/test_outgoing.py).
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import attrs
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

_PLAIN = frozenset({str, int, float, bool, type(None)})
_FIELDS = "__attrs_attrs__"


class _Member(NamedTuple):
    """A field of a class, as the protocol has it."""

    field: str
    name: str
    """What the protocol calls it."""
    default: object
    always: bool
    """Whether it is written though it has its default: there null and nothing are not the same."""


_members: dict[type, tuple[_Member, ...]] = {}


def write_by_contents(converter: Converter) -> None:
    """Have a converter make dictionaries of objects by what they hold."""

    def hook(_: object) -> Callable[[Any], Any]:
        return plain

    converter.register_unstructure_hook_factory(attrs.has, hook)


def plain(value: Any) -> Any:
    """Return an object of lsprotocol's, a list or a dictionary as what JSON is made of; anything else as it is."""
    kind = cast("type[object]", type(value))
    if kind in _PLAIN:
        return value
    members = _members.get(kind)
    if members is None:
        if isinstance(value, list | tuple):
            return [plain(one) for one in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {plain(name): plain(one) for name, one in cast("dict[Any, Any]", value).items()}
        if isinstance(value, enum.Enum):
            return value.value
        if not hasattr(kind, _FIELDS):
            return value
        members = _members[kind] = tuple(_members_of(kind))
    found: dict[str, Any] = {}
    for field, name, default, always in members:
        one = getattr(value, field)
        if always or one != default:
            found[name] = one if type(one) in _PLAIN else plain(one)
    return found


def _members_of(kind: type) -> list[_Member]:
    return [
        _Member(one.name, protocol_name(one.name), one.default, types.is_special_property(kind, one.name))
        for one in cast("tuple[attrs.Attribute[Any], ...]", getattr(kind, _FIELDS))
    ]


def protocol_name(field: str) -> str:
    """Return a field's name as the protocol spells it: ``documentUri`` for ``document_uri``, ``from`` for ``from_``."""
    first, *others = field.removesuffix("_").split("_")
    return first + "".join(one.title() for one in others)
