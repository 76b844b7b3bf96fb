"""When the linker refuses a reference to the standard library: the rule alone, for trees and for tables of facts.

Source: ``checkLinkname`` in cmd/link/internal/loader/loader.go; golang/go#67401.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from linkname_ls.releases.facts import Abi, Status

_FROZEN = re.compile(r"^crypto/internal/fips140/v[^/]*/")


class Ground(Protocol):
    """A definition of a symbol in the standard library."""

    @property
    def text(self) -> bool:
        """Whether it is a function."""
        ...

    @property
    def assembly(self) -> bool:
        """Whether it stands in assembly."""
        ...

    @property
    def abi(self) -> Abi:
        """Of a function: the calling convention that it has by itself."""
        ...

    @property
    def status(self) -> Status:
        """Whether a directive of its package, or of the one that a function in assembly is declared in, names it."""
        ...


class Rules(NamedTuple):
    """What a release brings to the judgement."""

    release: tuple[int, int]
    register_abi: bool
    """Whether Go and assembly call functions in different ways on the platform."""
    blocked: Mapping[str, tuple[str, ...]]
    """The linker's list."""
    builtins: frozenset[str]
    """Functions that compiled code refers to by number."""
    numbered: frozenset[str]
    """What assembly refers to by number."""


class Reference(NamedTuple):
    """A reference through a directive, or from assembly."""

    symbol: str
    path: str
    """The import path of the package that refers."""
    std: bool
    """Whether that belongs to the Go tree."""
    assembly: bool
    """Whether it stands in an assembly file."""
    variable: bool
    """Whether it is a variable."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the linker refuses a reference."""

    reason: Literal["listed", "unmarked", "std only"]
    allowed: tuple[str, ...] = ()
    """Of a listed name: the packages that may refer to it."""

    def why(self, release: tuple[int, int]) -> str:
        """Return it in words: a clause to stand behind a colon."""
        go = ".".join(map(str, release))
        if self.reason == "listed":
            who = f"only {' and '.join(self.allowed)} may" if self.allowed else "nobody may"
            return f"{who} refer to it in Go {go}"
        if self.reason == "std only":
            return f"Go {go} marks it for the standard library only"
        return f"Go {go} does not mark it for use by other packages"


def refusal(rules: Rules, reference: Reference, definitions: Callable[[], Sequence[Ground] | None]) -> Refusal | None:
    """Return why a reference is refused; None when it is not.

    ``definitions`` gives those that count, which take time to find and often do not matter; None where the symbol is
    not the standard library's. Whether the symbol is defined at all is another question.
    """
    symbol = reference.symbol
    if rules.release < (1, 23):
        return None
    if reference.assembly and symbol in rules.numbered:
        return None  # NumberSyms in cmd/internal/obj/sym.go: such a reference has no name that the linker could refuse
    allowed = rules.blocked.get(symbol)
    if allowed is not None:
        path = _FROZEN.sub("crypto/internal/fips140/", reference.path)
        return None if path in allowed else Refusal("listed", allowed)
    if reference.std:
        return None
    found = definitions()
    if not found:
        return None
    if reference.variable and all(one.text for one in found):
        # The address of a function, taken through a variable. Since Go 1.27 assembly alone is looked at; what becomes
        # of the wrappers of others see checks/aliased_function.py.
        if rules.register_abi:
            found = [one for one in found if one.abi == "ABI0"]
        if rules.release < (1, 27) or not found:
            return None
    if reference.assembly and rules.release < (1, 27) and any(one.text for one in found):
        return None
    if rules.release == (1, 23) and symbol in rules.builtins:
        return None
    reasons = {_judged(rules, reference, one) for one in found}
    return None if None in reasons else Refusal("std only" if "std only" in reasons else "unmarked")


def _judged(rules: Rules, reference: Reference, ground: Ground) -> Literal["unmarked", "std only"] | None:
    if ground.assembly:
        # Up to Go 1.26 the assembler does not tell the linker that it is the standard library's.
        if rules.release < (1, 27) or not rules.register_abi:
            return None
        if "." not in reference.symbol or reference.symbol.startswith(reference.path):
            return None
    return None if ground.status == "marked" else ground.status
