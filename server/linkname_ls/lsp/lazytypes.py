"""lsprotocol's classes, each finished when it is first used: a session needs a tenth of them.

``lsprotocol.types`` has attrs work on 554 classes, which is two thirds of the time that a pygls server takes to start.
While that module is imported, :func:`attrs.define` is one that does its work later, at the first instance or the first
look at the fields. Nothing inside attrs or lsprotocol is touched: a version of lsprotocol that makes its classes in
another way has them at once, as without this module.
"""

from __future__ import annotations

import sys
import threading
import typing
from typing import Any

import attrs

_MODULE = "lsprotocol.types"
_FIELDS = "__attrs_attrs__"
"""Where attrs keeps a class's fields; ``attrs.has`` and cattrs look there."""
_define = attrs.define
_lock = threading.RLock()


class _Fields:
    """Stands where the fields of a class will be. Whoever looks for them gets them."""

    def __get__(self, instance: object, owner: type) -> object:
        for cls in owner.__mro__:
            if isinstance(vars(cls).get(_FIELDS), _Fields):
                _finish(cls)
        return getattr(owner, _FIELDS)


def import_types() -> None:
    """Import lsprotocol's types so that each is finished late; does nothing when they are imported already."""
    if _MODULE in sys.modules:
        return
    attrs.define = _later
    try:
        __import__(_MODULE)
    finally:
        attrs.define = _define


def unfinished(kind: object) -> bool:
    """Whether a type is a class that has not been used yet."""
    return isinstance(kind, type) and isinstance(vars(kind).get(_FIELDS), _Fields)


def _later(maybe_cls: type | None = None, **options: Any) -> Any:
    """Stand in for :func:`attrs.define`, as it is used in lsprotocol; whatever is new there is done at once."""
    if maybe_cls is None or options or maybe_cls.__module__ != _MODULE or "__init__" in vars(maybe_cls):
        return _define(maybe_cls, **options)
    setattr(maybe_cls, _FIELDS, _Fields())
    maybe_cls.__init__ = _init  # pyright: ignore[reportAttributeAccessIssue]
    return maybe_cls


def _init(self: object, *args: Any, **kwargs: Any) -> None:
    cls = next(cls for cls in type(self).__mro__ if "__init__" in vars(cls))
    _finish(cls)
    cls.__init__(self, *args, **kwargs)


def _finish(cls: type) -> None:
    with _lock:
        if not unfinished(cls):
            return  # another thread was quicker
        # Resolved first: a thread that comes now must not see names instead of types.
        cls.__annotations__ = typing.get_type_hints(cls, vars(sys.modules[_MODULE]), {})
        # In place: the class that everybody has got stays the class.
        _define(cls, init=True, slots=False)
