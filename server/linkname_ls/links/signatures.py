"""Whether the two ends of a link agree on their type. The linker does not look; a call simply goes wrong.

Ends differ when a parameter, a result or a variable lies elsewhere or is of another size or kind for one than for the
other, or is a number for both, but not the same. Else types of the same shape do not: nobody can name another package's
unexported types, so that ``unsafe.Pointer`` stands for a pointer, and a copy of a struct for the struct.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.links.gotypes import Basic, Func, Named, Type
from linkname_ls.links.layouts import Layout, Layouts, Scalar, alike, call_slots
from linkname_ls.links.typereader import Types
from linkname_ls.source.signature import declaration_node, function_syntax, function_text, type_text

if TYPE_CHECKING:
    from pathlib import Path

    from linkname_ls.links.packages import Declared, Package
    from linkname_ls.links.snapshot import Snapshot


_NUMBERS = frozenset(
    (
        "bool",
        *(f"{sign}int{width}" for sign in ("", "u") for width in ("", "8", "16", "32", "64")),
        "float32",
        "float64",
    )
)


class Match(Enum):
    """How the types of two ends compare."""

    IDENTICAL = "identical"
    ALIKE = "alike"
    """Different types that lie alike."""
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class End(NamedTuple):
    """A declaration at one end of a link."""

    package: Package
    declared: Declared
    pointer: bool = False
    """Whether the symbol is that of a value method, had through the pointer."""

    @property
    def name(self) -> str:
        """Its name in full, for people: ``example.com/b.(*T).m``."""
        prefix = "main" if self.package.name == "main" else self.package.path
        member = self.declared.declaration.member
        return f"{prefix}.(*{member.replace('.', ').', 1)}" if self.pointer else f"{prefix}.{member}"

    @property
    def text(self) -> str:
        """Its type as Go writes it, on one line; "" when it cannot be read, or a variable has none."""
        declared = self.declared
        node = declaration_node(declared.source.tree, declared.declaration)
        if node is None:
            return ""
        if declared.declaration.is_function:
            syntax = function_syntax(node)
            return function_text(syntax, pointer=self.pointer) if syntax is not None else ""
        kind = node.child_by_field_name("type")
        return type_text(kind) if kind is not None else ""


class Signatures:
    """Compares ends of links, as the toolchain of a folder would compile them."""

    def __init__(self, snapshot: Snapshot, folder: Path, release: tuple[int, int]) -> None:
        self.types = Types(snapshot)
        self._goarch = snapshot.platform(folder).goarch
        self._release = release
        self._layouts = Layouts(self.types, self._goarch)

    def functions(self, one: End, other: End) -> Match:
        """Return how the types of two functions or methods compare."""
        mine = self.types.function(one.package, one.declared, pointer=one.pointer)
        theirs = self.types.function(other.package, other.declared, pointer=other.pointer)
        return self.function_types(mine, theirs)

    def function_types(self, mine: Func | None, theirs: Func | None) -> Match:
        """Return how two functions' types compare; UNKNOWN where one cannot be told."""
        if mine is None or theirs is None:
            return Match.UNKNOWN
        if mine == theirs:
            return Match.IDENTICAL
        sides = ((mine.parameters, mine.results), (theirs.parameters, theirs.results))
        layouts = [[self._all(types) for types in side] for side in sides]
        (parameters, results), (others, their_results) = layouts
        if parameters is not None and results is not None and others is not None and their_results is not None:
            here = call_slots(parameters, results, self._goarch, self._release)
            there = call_slots(others, their_results, self._goarch, self._release)
            if not all(alike(one, other) for one, other in zip(here, there, strict=True)):
                return Match.DIFFERENT
            if any(self._other_numbers(one, other) for one, other in zip(*sides, strict=True)):
                return Match.DIFFERENT
            return Match.ALIKE
        return self._one_by_one((*mine.parameters, None, *mine.results), (*theirs.parameters, None, *theirs.results))

    def _other_numbers(self, ones: Sequence[Type], others: Sequence[Type]) -> bool:
        """Whether a number of the one side is another kind of number for the other.

        It may be signed, a bool, or as wide as the platform makes it. ``uintptr`` stands for any word.
        """
        pairs = [(self._number(one), self._number(other)) for one, other in zip(ones, others, strict=False)]
        return len(ones) == len(others) and any(one and other and one != other for one, other in pairs)

    def _number(self, kind: Type) -> str:
        under = self.types.underlying(kind) if isinstance(kind, Named) else kind
        return under.name if isinstance(under, Basic) and under.name in _NUMBERS else ""

    def _all(self, types: Iterable[Type]) -> list[Layout] | None:
        found = [self._layouts.of(kind) for kind in types]
        known = [layout for layout in found if layout is not None]
        return known if len(known) == len(found) else None

    def _one_by_one(self, mine: tuple[Type | None, ...], theirs: tuple[Type | None, ...]) -> Match:
        """Compare signatures of which one holds a type that cannot be told: all the others must be told."""
        if len(mine) != len(theirs):
            return Match.UNKNOWN
        apart = [(one, other) for one, other in zip(mine, theirs, strict=True) if one != other]
        same = True
        for one, other in apart:
            here = self._layouts.of(one) if one is not None else None
            there = self._layouts.of(other) if other is not None else None
            if here is None or there is None:
                return Match.UNKNOWN
            same = same and alike(here.scalars, there.scalars)
        return Match.ALIKE if same else Match.DIFFERENT

    def variables(self, pulled: End, original: End) -> Match:
        """Return how the type of a pulled variable compares to the original's.

        One that is as the original begins is alike. So is what stands for bytes, or bytes for it: that is memory
        taken for something else on purpose.
        """
        mine = self.types.variable(pulled.package, pulled.declared)
        theirs = self.types.variable(original.package, original.declared)
        return self.variable_types(mine, theirs)

    def variable_types(self, mine: Type | None, theirs: Type | None) -> Match:
        """Return how the type of a pulled variable compares to the original's, as :meth:`variables` does."""
        if mine is None or theirs is None:
            return Match.UNKNOWN
        if mine == theirs:
            return Match.IDENTICAL
        here, there = self._layouts.of(mine), self._layouts.of(theirs)
        if here is None or there is None:
            return Match.UNKNOWN
        if here.size > there.size:
            return Match.DIFFERENT
        begins = tuple(scalar for scalar in there.scalars if scalar[0] < here.size)
        if self._other_numbers((mine,), (theirs,)):
            return Match.DIFFERENT
        same = alike(here.scalars, begins) or _bytes(here.scalars) or _bytes(begins)
        return Match.ALIKE if same else Match.DIFFERENT


def _bytes(scalars: Iterable[Scalar]) -> bool:
    return all(size == 1 for _, size, _ in scalars)
