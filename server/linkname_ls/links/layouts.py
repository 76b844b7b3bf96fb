"""How values lie in memory and in registers: what two ends of a link must agree on.

Sizes: cmd/compile/internal/types/size.go. Registers: src/cmd/compile/abi-internal.md and
cmd/compile/internal/abi/abiutils.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from linkname_ls.links.gotypes import (
    Array,
    Basic,
    Chan,
    Func,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    Unreadable,
    word_size,
)
from linkname_ls.links.typereader import Types

Kind = Literal["whole", "float", "methods", "type"]
"""What a scalar is: a whole number, truth value or pointer; a float; the first word of an interface with or without
methods. Numbers with or without a sign, and pointers to whatever, count as one."""

Scalar = tuple[int, int, Kind]
"""Offset and size in bytes, and what it is."""

_REGISTERS = {
    "amd64": (9, 15),
    "arm64": (16, 16),
    "loong64": (16, 16),
    "ppc64": (12, 12),
    "ppc64le": (12, 12),
    "riscv64": (16, 16),
}
"""How many registers for whole numbers and for floats a call may use (src/internal/abi/abi_*.go); else none."""
_REGISTERS_SINCE = {"s390x": ((1, 26), (8, 16)), "loong64": ((1, 22), (16, 16))}

_MOST_SCALARS = 1 << 14
_MOST_NESTED = 50
"""How deep structs are in structs, by name."""
ALIGN64 = "align64"
"""A type without a size that is aligned to 8 bytes; as a basic type it stands in for that of package atomic."""
_ATOMICS = frozenset({"sync/atomic", "internal/runtime/atomic", "runtime/internal/atomic"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a value of a type lies in memory."""

    size: int
    align: int
    scalars: tuple[Scalar, ...]
    in_registers: bool
    """Whether a call may pass it in registers: it holds no array of two or more elements."""


class _TooDeepError(Exception):
    """Types lie deeper in one another than is followed."""


class Layouts:
    """The layouts of types on one architecture."""

    def __init__(self, types: Types, goarch: str) -> None:
        self._types = types
        self._word = word_size(goarch)
        self._known: dict[Named, Layout | None] = {}
        self._depth = 0

    def of(self, kind: Type) -> Layout | None:
        """Return how a type lies in memory; None when that cannot be told."""
        match kind:
            case Unreadable():
                return None
            case Basic(name):
                return self._basic(name)
            case Pointer() | Map() | Chan() | Func():
                return self._words("whole")
            case Slice():
                return self._words("whole", "whole", "whole")
            case Interface():
                methods = has_methods(kind, self._types.underlying)
                return None if methods is None else self._words("methods" if methods else "type", "whole")
            case Named():
                return self._known[kind] if kind in self._known else self._follow(kind)
            case Array(length, element):
                return self._array(length, element)
            case Struct(fields):
                return self._struct([field for _, field, _ in fields])

    def _words(self, *kinds: Kind) -> Layout:
        word = self._word
        scalars: tuple[Scalar, ...] = tuple((at * word, word, kind) for at, kind in enumerate(kinds))
        return Layout(len(kinds) * word, word, scalars, in_registers=True)

    def _basic(self, name: str) -> Layout:
        if name == "string":
            return self._words("whole", "whole")
        if name == "error":
            return self._words("methods", "whole")
        if name == ALIGN64:
            return Layout(0, 8, (), in_registers=True)
        digits = int(name.lstrip("abcdefghijklmnopqrstuvwxyz.P") or 0) // 8
        if name.startswith("complex"):
            half = digits // 2
            scalars: tuple[Scalar, ...] = ((0, half, "float"), (half, half, "float"))
            return Layout(digits, min(half, self._word), scalars, in_registers=True)
        size = 1 if name == "bool" else digits or self._word
        kind: Kind = "float" if name.startswith("float") else "whole"
        return Layout(size, min(size, self._word), ((0, size, kind),), in_registers=True)

    def _follow(self, kind: Named) -> Layout | None:
        if self._depth >= _MOST_NESTED:
            raise _TooDeepError
        self._known[kind] = None  # a type that contains itself
        self._depth += 1
        try:
            self._known[kind] = self._named(kind)
        except _TooDeepError:
            # Another question may begin further down.
            del self._known[kind]
            if self._depth > 1:
                raise
            return None
        finally:
            self._depth -= 1
        return self._known[kind]

    def _named(self, kind: Named) -> Layout | None:
        layout = self.of(self._types.underlying(kind))
        if layout is not None and is_align64(kind):
            return Layout(layout.size, 8, layout.scalars, layout.in_registers)
        return layout

    def _array(self, length: int | Unreadable, element: Type) -> Layout | None:
        one = self.of(element)
        if one is None or isinstance(length, Unreadable) or length * len(one.scalars) > _MOST_SCALARS:
            return None
        scalars = tuple(_moved(one.scalars, at * one.size) for at in range(length if one.scalars else 0))
        in_registers = length == 0 or (length == 1 and one.in_registers)
        return Layout(length * one.size, one.align, tuple(part for parts in scalars for part in parts), in_registers)

    def _struct(self, fields: Iterable[Type]) -> Layout | None:
        at, align, in_registers = 0, 1, True
        scalars: list[Scalar] = []
        last = 1
        for field in fields:
            layout = self.of(field)
            if layout is None:
                return None
            at = _up(at, layout.align)
            if len(scalars) + len(layout.scalars) > _MOST_SCALARS:
                return None
            scalars += _moved(layout.scalars, at)
            at += layout.size
            align, last = max(align, layout.align), layout.size
            in_registers = in_registers and layout.in_registers
        if at and not last:
            at += 1  # so that the address of the last field is no other value's
        return Layout(_up(at, align), align, tuple(scalars), in_registers)


def is_align64(kind: Named) -> bool:
    """Whether a type is the one by which sync/atomic aligns its 64-bit values, on every platform."""
    return kind.name == ALIGN64 and kind.path in _ATOMICS


def has_methods(kind: Interface, underlying: Callable[[Named], Type]) -> bool | None:
    """Whether an interface has methods; None when what it embeds cannot be told."""
    pending: list[Type] = [kind]
    seen: set[Named] = set()
    sure = True
    while pending:
        one = pending.pop()
        if isinstance(one, Named):
            if one in seen:
                continue
            seen.add(one)
            one = underlying(one)
        if one == Basic("error") or (isinstance(one, Interface) and one.methods):
            return True
        if isinstance(one, Interface):
            pending += one.embedded
        else:
            sure = False
    return False if sure else None


Slot = tuple[str, int, int, Kind]
"""Where a scalar is passed (``register`` with its number, or ``stack`` with its offset), its size, and what it is."""


class _Frame:
    """The registers and the stack that a call uses (``assignState`` in abiutils.go)."""

    def __init__(self, goarch: str, release: tuple[int, int]) -> None:
        since, registers = _REGISTERS_SINCE.get(goarch, ((1, 17), _REGISTERS.get(goarch, (0, 0))))
        self._free = registers if release >= since else (0, 0)
        self._stack = 0
        self._word = word_size(goarch)

    def assign(self, values: Iterable[Layout]) -> tuple[Slot, ...]:
        """Return where the parts of parameters, or of results, are passed."""
        whole, floats = self._free
        slots: list[Slot] = []
        for value in values:
            needed = sum(kind == "float" for _, _, kind in value.scalars)
            others = len(value.scalars) - needed
            if value.size and value.in_registers and others <= whole and needed <= floats:
                for _, size, kind in value.scalars:
                    if kind == "float":
                        slots.append(("float register", floats, size, kind))
                        floats -= 1
                    else:
                        slots.append(("register", whole, size, kind))
                        whole -= 1
                continue
            self._stack = _up(self._stack, value.align)
            slots.extend(("stack", self._stack + at, size, kind) for at, size, kind in value.scalars)
            self._stack += value.size
        self._stack = _up(self._stack, self._word)
        return tuple(slots)


def call_slots(
    parameters: Iterable[Layout], results: Iterable[Layout], goarch: str, release: tuple[int, int]
) -> tuple[tuple[Slot, ...], tuple[Slot, ...]]:
    """Return where a call of a Go release passes its parameters and its results."""
    frame = _Frame(goarch, release)
    return frame.assign(parameters), frame.assign(results)


def alike(ones: Sequence[Scalar | Slot], others: Sequence[Scalar | Slot]) -> bool:
    """Whether scalars lie at the same places, of the same sizes and kinds.

    The first word of an interface may stand as a plain word: runtimes take interfaces apart.
    """
    return len(ones) == len(others) and all(
        one[:-1] == other[:-1]
        and (one[-1] == other[-1] or ("whole" in (one[-1], other[-1]) and "float" not in (one[-1], other[-1])))
        for one, other in zip(ones, others, strict=True)
    )


def _up(offset: int, align: int) -> int:
    return -(-offset // align) * align


def _moved(scalars: Iterable[Scalar], by: int) -> tuple[Scalar, ...]:
    return tuple((at + by, size, kind) for at, size, kind in scalars)
