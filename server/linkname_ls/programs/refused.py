"""Which symbols of the standard library a Go release does not let other packages refer to.

Since Go 1.23 the linker refuses references that come through a linkname directive, or from assembly, to what the
standard library neither marks nor pushes, and to the names on a list. It reads both from the object files; here they
are read from the sources of the Go tree that would build.

Source: ``checkLinkname`` and ``blockedLinknames`` in cmd/link/internal/loader/loader.go; golang/go#67401.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkname_ls.links.effective import Release
    from linkname_ls.programs.linker import Linker
    from linkname_ls.programs.member import Definition, Member

_LIST = re.compile(r"var blockedLinknames = map\[string\]\[\]string\{\n(.*?)\n\}", re.DOTALL)
_ENTRY = re.compile(r'^\t"([^"]+)":\s*\{([^}]*)\}', re.MULTILINE)
_BUILTIN = re.compile(r"^func (\w+)\(", re.MULTILINE)
_OBJECT = re.compile(r'^\t\{"([^"]+)", 0\}', re.MULTILINE)
_FROZEN = re.compile(r"^crypto/internal/fips140/v[^/]*/")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the linker refuses a reference."""

    reason: Literal["listed", "unmarked", "std only"]
    allowed: tuple[str, ...] = ()
    """Of a listed name: the packages that may refer to it."""

    def why(self, release: Release) -> str:
        """Return it in words: a clause to stand behind a colon."""
        go = ".".join(map(str, release))
        if self.reason == "listed":
            who = f"only {' and '.join(self.allowed)} may" if self.allowed else "nobody may"
            return f"{who} refer to it in Go {go}"
        if self.reason == "std only":
            return f"Go {go} marks it for the standard library only"
        return f"Go {go} does not mark it for use by other packages"


@lru_cache(maxsize=16)
def blocked_names(goroot: Path | None) -> dict[str, tuple[str, ...]]:
    """Return the names on a Go tree's list, with the packages that may refer to them; empty before Go 1.23.

    Empty, too, for a tree without the linker's sources.
    """
    found = _LIST.search(_text(goroot, "src/cmd/link/internal/loader/loader.go"))
    entries: list[tuple[str, str]] = _ENTRY.findall(found[1]) if found is not None else []
    return {name: tuple(re.findall(r'"([^"]+)"', packages)) for name, packages in entries}


@lru_cache(maxsize=16)
def _builtins(goroot: Path | None) -> frozenset[str]:
    """Return the functions of package runtime that the compiler knows by itself."""
    return frozenset(_BUILTIN.findall(_text(goroot, "src/cmd/compile/internal/typecheck/_builtin/runtime.go")))


@lru_cache(maxsize=16)
def _builtin_objects(goroot: Path | None) -> frozenset[str]:
    """Return what assembly refers to by number and not by name (ABI 0 in cmd/internal/goobj/builtinlist.go)."""
    return frozenset(_OBJECT.findall(_text(goroot, "src/cmd/internal/goobj/builtinlist.go")))


def _text(goroot: Path | None, name: str) -> str:
    try:
        return (goroot / name).read_text("utf-8", "replace") if goroot is not None else ""
    except OSError:
        return ""


def refusal(
    linker: Linker,
    symbol: str,
    referrer: Member,
    *,
    assembly: bool = False,
    variable: bool = False,
    defined: Sequence[Definition] | None = None,
) -> Refusal | None:
    """Return why a program's linker would refuse that a package refers to a symbol; None when it does not.

    ``assembly`` says that the reference stands in an assembly file, ``variable`` that it is a variable. Whether the
    compiler emits the reference at all is another question, and so is whether the symbol is defined. ``defined`` are
    its definitions, where the caller knows them already.
    """
    if linker.release < (1, 23):
        return None
    goroot = linker.program.snapshot.worlds(linker.program.folder)[0].toolchain.goroot
    if assembly and symbol in _builtin_objects(goroot):
        return None  # NumberSyms in cmd/internal/obj/sym.go: such a reference has no name that the linker could refuse
    allowed = blocked_names(goroot).get(symbol)
    if allowed is not None:
        path = _FROZEN.sub("crypto/internal/fips140/", referrer.path)
        return None if path in allowed else Refusal("listed", allowed)
    if referrer.std:
        return None
    definitions = [one for one in (defined or linker.definitions(symbol)) if one.kind != "library"]
    # A variable that others share through a directive is a definition in each of them; its own package's counts.
    own = linker.program.named(symbol)
    definitions = [one for one in definitions if one.member is own] or definitions
    if not definitions or not all(one.member.std for one in definitions):
        return None
    if variable and all(one.kind == "text" for one in definitions):
        # The address of a function, taken through a variable. Since Go 1.27 assembly alone is looked at; what becomes
        # of the wrappers of others see checks/aliased_function.py.
        if linker.register_abi:
            definitions = [one for one in definitions if one.native_abi == "ABI0"]
        if linker.release < (1, 27) or not definitions:
            return None
    if assembly and linker.release < (1, 27) and any(one.kind == "text" for one in definitions):
        return None
    if linker.release == (1, 23) and symbol.removeprefix("runtime.") in _builtins(goroot):
        return None
    reasons = {_judged(linker, symbol, referrer, one) for one in definitions}
    return None if None in reasons else Refusal("std only" if "std only" in reasons else "unmarked")


def _judged(
    linker: Linker, symbol: str, referrer: Member, definition: Definition
) -> Literal["unmarked", "std only"] | None:
    members = [definition.member]
    if definition.declaration is None and definition.kind == "text":
        if linker.release < (1, 27) or not linker.register_abi:
            return None
        if "." not in symbol or symbol.startswith(referrer.path):
            return None
        # The mark of a function in assembly stands at its Go declaration.
        own = linker.program.named(symbol)
        members += [own] if own is not None else []
    keywords = {bound.directive.keyword for member in members for bound in member.naming(symbol)}
    if "linkname" in keywords:
        return None
    return "std only" if keywords else "unmarked"
