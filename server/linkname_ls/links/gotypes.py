"""Go types with every name said in full, so that those of two packages compare.

Equal means identical (https://go.dev/ref/spec#Type_identity). What cannot be read for sure (a package that is not
there, a type of C code, a name that two files declare) is :class:`Unreadable`, which equals nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linkname_ls.links.packages import Declared, Package


@dataclass(frozen=True, eq=False)
class Unreadable:
    """A type, or the length of an array, that cannot be told."""


@dataclass(frozen=True, slots=True)
class Basic:
    """A type that Go has itself; ``error`` and ``unsafe.Pointer`` too."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A declared type."""

    path: str
    name: str
    arguments: tuple[Type, ...]
    package: Package = field(compare=False, repr=False)
    declared: Declared = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """``*T``."""

    element: Type


@dataclass(frozen=True, slots=True)
class Slice:
    """``[]T``."""

    element: Type


@dataclass(frozen=True, slots=True)
class Array:
    """``[n]T``."""

    length: int | Unreadable
    element: Type


@dataclass(frozen=True, slots=True)
class Map:
    """``map[K]V``."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class Chan:
    """A channel; ``direction`` is ``chan``, ``<-chan`` or ``chan<-``."""

    direction: str
    element: Type


@dataclass(frozen=True, slots=True)
class Func:
    """A function's type; of a method, with the receiver as its first parameter."""

    parameters: tuple[Type, ...]
    """A variadic last one is a slice."""
    results: tuple[Type, ...]
    variadic: bool


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct type."""

    fields: tuple[tuple[str, Type, str], ...]
    """Name (with the package's path where it is not exported), type, tag; an embedded field's name has a ``&``."""


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface type."""

    methods: frozenset[tuple[str, Func]]
    embedded: frozenset[Type]


Type = Unreadable | Basic | Named | Pointer | Slice | Array | Map | Chan | Func | Struct | Interface

UNSAFE_POINTER = Basic("unsafe.Pointer")


_SMALL = frozenset({"386", "arm", "armbe", "mips", "mipsle"})


def word_size(goarch: str) -> int:
    """Return the size of a pointer in bytes."""
    return 4 if goarch in _SMALL else 8
