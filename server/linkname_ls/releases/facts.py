"""What a Go release says of a link symbol of its standard library."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from linkname_ls.links.symbols import split_symbol

Kind = Literal["func", "method", "var"]
Made = Literal["go", "text", "globl", "data", "bare", "nothing"]
"""How a symbol is defined: a Go body, a function or data in assembly, a variable with or without an initial value, or
not at all: a function is declared without a body, and neither Go nor assembly has one (the compiler may put its own
code in its place)."""
Status = Literal["marked", "std only", "unmarked"]
"""Whether a directive names the definition: ``linkname``, ``linknamestd`` alone, or none."""
Abi = Literal["ABI0", "ABIInternal"]

_VERSION = re.compile(r"(?:go)?(\d+)\.(\d+)(?:\.(\d+))?")


class ReleaseId(NamedTuple):
    """An exact release: (1, 26, 8)."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def language(self) -> tuple[int, int]:
        """The release without its patch: (1, 26)."""
        return self.major, self.minor


def release_id(text: str) -> ReleaseId | None:
    """Return the release that a text such as "1.26.8" or "go1.26.0" means; None for what is none.

    "1.26" is its first patch; a release candidate or beta is what it leads to.
    """
    match = _VERSION.match(text)
    return ReleaseId(int(match[1]), int(match[2]), int(match[3] or 0)) if match is not None else None


class Fact(NamedTuple):
    """What a symbol is on some platforms of a release."""

    kind: Kind
    text: str
    """Its type as Go writes it, for people: ``func(*T, int) error``; "" where none is written."""
    shape: str
    """The type with its names resolved, see :mod:`linkname_ls.releases.shapes`; "" where it cannot be told."""
    platforms: tuple[str, ...]
    """Where it is so: ``linux/amd64``; sorted."""
    everywhere: bool
    """Whether those are all platforms of the release."""
    definer: str
    """The import path of the package that defines it."""
    made: Made
    abi: Abi
    """Of a function: the calling convention that it has by itself."""
    wrapped: bool
    """Of a function: whether it can be called by either convention, where the two differ."""
    status: Status
    shame: tuple[str, ...]
    """The modules that the comment above its mark names ("hall of shame"), in the order of the comment."""


class Release(NamedTuple):
    """What a release says beside its packages."""

    id: ReleaseId
    ports: tuple[str, ...]
    """Its platforms, sorted; those that its sources call broken are left out."""
    blocked: dict[str, tuple[str, ...]]
    """The names on the linker's list, with the packages that may refer to them."""
    builtins: frozenset[str]
    """Functions that compiled code refers to by number."""
    numbered: frozenset[str]
    """Symbols that assembly refers to by number."""
    fingerprint: str
    """That of the sources that all this is read from, see :mod:`linkname_ls.releases.fingerprint`."""


Symbols = dict[str, tuple[Fact, ...]]
"""By link symbol; sorted."""


class Extract(NamedTuple):
    """All facts of one release."""

    release: Release
    imports: dict[str, tuple[str, ...]]
    """By import path: what each package imports."""
    packages: dict[str, Symbols]
    """By the import path that symbols begin with; "" for those that begin with none."""


def owner(symbol: str) -> str:
    """Return the import path that a symbol begins with, "" for one that begins with none."""
    parts = split_symbol(symbol) if "." in symbol else None
    return parts[0] if parts is not None else ""
