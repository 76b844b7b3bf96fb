"""What is worked out when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - as functools calls it
    """A property that is worked out once for each object, by whoever is first, and by several if they ask at once.

    The one in functools has a lock up to Python 3.11, one for all objects of the class: while a file was parsed that
    takes 8 seconds, nobody got the syntax tree of any other.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self._name = ""
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> cached_property[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> cached_property[T] | T:
        if instance is None:
            return self
        # All get the same object: some are keys. Python does not ask here again for what is in the object's own table.
        return instance.__dict__.setdefault(self._name, self._work(instance))
