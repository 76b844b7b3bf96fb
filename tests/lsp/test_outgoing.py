"""What goes to the client is what cattrs would have made of it."""

from __future__ import annotations

import collections.abc
import enum
import json
import random
import types as python
import typing
from typing import Any

import attrs
import pytest
from lsprotocol import types
from pygls.protocol import default_converter

from linkname_ls.lsp.outgoing import plain

CLASSES: dict[str, type] = {
    name: kind for name, kind in types.ALL_TYPES_MAP.items() if isinstance(kind, type) and attrs.has(kind)
}
_DEEP = 6
THEIRS = default_converter()


class Maker:
    """Makes objects of the protocol's with anything in them."""

    def __init__(self, seed: str) -> None:
        self._choice = random.Random(seed)

    def instance(self, kind: Any, depth: int = 0, *, bare: bool = False) -> Any:
        """An object of a class; a bare one has what it must have."""
        hints = typing.get_type_hints(kind, dict(vars(types)))
        values: dict[str, Any] = {}
        for field in attrs.fields(kind):
            needed = field.default is attrs.NOTHING
            fixed = not needed and field.validator is not None and field.default is not None
            left_out = bare or depth > _DEEP or (depth > 2 and self._choice.random() < 0.6)
            if field.init and (needed or not (fixed or left_out)):
                values[field.alias or field.name] = self.value(hints[field.name], depth)
        return kind(**values)

    def value(self, kind: Any, depth: int) -> Any:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if kind is None or kind is type(None):
            return None
        if origin in (typing.Union, python.UnionType):
            if depth > _DEEP and type(None) in arguments:
                return None
            return self.value(self._choice.choice([one for one in arguments if one is not type(None)]), depth + 1)
        if origin is typing.Literal:
            return self._choice.choice(arguments)
        if origin in (list, collections.abc.Sequence):
            return [self.value(arguments[0], depth + 1) for _ in range(0 if depth > _DEEP else 2)]
        if origin is tuple:
            return tuple(self.value(one, depth + 1) for one in arguments)
        if origin in (dict, collections.abc.Mapping):
            return {} if depth > _DEEP else {self.value(arguments[0], depth): self.value(arguments[1], depth + 1)}
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return self._choice.choice(list(kind))
        if isinstance(kind, type) and attrs.has(kind):
            return self.instance(kind, depth + 1)
        plainly: dict[Any, list[Any]] = {str: ["", "é"], int: [0, 5], float: [1.5], bool: [True, False]}
        return self._choice.choice(plainly.get(kind, [None, 1, "a", [1], {"a": 1}]))


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_class_is_written_as_by_the_converter_of_pygls(name: str) -> None:
    for seed in range(4):
        made = Maker(f"{name} {seed}").instance(CLASSES[name], bare=not seed)
        if getattr(made, "result", made) is None:
            assert plain(made)["result"] is None  # theirs cannot write an answer that is nothing
            continue
        assert json.loads(json.dumps(plain(made))) == json.loads(json.dumps(THEIRS.unstructure(made)))


def test_what_is_of_no_class_stays_as_it_is() -> None:
    class Own:
        pass

    own = Own()
    assert plain(own) is own
    assert plain({"a": (1, types.Position(1, 2)), types.MarkupKind.Markdown: None}) == {
        "a": [1, {"line": 1, "character": 2}],
        "markdown": None,
    }
