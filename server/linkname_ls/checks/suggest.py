"""Did you mean: the symbol that exists and is nearest to one that does not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from linkname_ls.links.symbols import path_to_prefix, split_member
from linkname_ls.programs.linker import Standing

if TYPE_CHECKING:
    from linkname_ls.checks.linking import Link, Reference
    from linkname_ls.checks.unit import Unit
    from linkname_ls.links.packages import Package
    from linkname_ls.links.sites import LinkSite
    from linkname_ls.programs.member import Member


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to say about a symbol that does not exist."""

    text: str
    symbol: str
    """What to write instead, "" when that is not known."""


def suggestion(unit: Unit, link: Link, reference: Reference) -> Suggestion | None:
    """Return what was probably meant by a reference that leads nowhere, or None."""
    if reference.bound is None or reference.bound.directive.target is None:
        return None
    symbol = reference.symbol
    # Thousands of directives may name the same.
    key = "meant", link.program, symbol
    if key not in unit.kept:
        unit.kept[key] = _suggestion(unit, link, symbol)
    return unit.kept[key]


def _suggestion(unit: Unit, link: Link, symbol: str) -> Suggestion | None:
    plain = re.sub("[\"'`]", "", symbol).removesuffix("()")
    for text in dict.fromkeys((plain, unquote(plain))):
        for path, member in _splits(text):
            for meant, why in _candidates(unit, link, path, member):
                if meant != symbol and link.linker.standing(meant) is Standing.DEFINED:
                    return Suggestion(f"did you mean {meant}?{why}", meant)
    for path, member in _splits(plain):
        package = _package(unit, path)
        if package is not None:
            return _without_symbol(package, member)
    return None


def _splits(symbol: str) -> Iterator[tuple[str, str]]:
    """Yield each way to split a symbol into a path and a member, the longest path first."""
    end = symbol.find("(") if "(" in symbol else len(symbol)
    at = symbol.rfind(".", 0, end)
    while at > 0:
        if at < len(symbol) - 1:
            yield symbol[:at], symbol[at + 1 :]
        at = symbol.rfind(".", 0, at)


def _candidates(unit: Unit, link: Link, path: str, member: str) -> Iterator[tuple[str, str]]:
    """Yield symbols that could be meant, the likeliest first, with a remark on each."""
    own = _package(unit, path)
    if own is not None:
        prefix = path_to_prefix(own.path) if own.name != "main" else "main"
        yield f"{prefix}.{member}", _escape_note(path, prefix)
        yield from ((f"{prefix}.{name}", "") for name in _other_names(own, member))
        yield from ((one, " (that is its symbol)") for one in _pushed_names(own, member))
        yield from ((f"{prefix}.{name}", "") for name in _near_names(unit, own, member))
        yield from ((symbol, "") for symbol in _near_pushes(unit, prefix, member))
    wanted = path.removeprefix("./").removeprefix("../").removeprefix("vendor/").strip("/")
    for other in link.program.members.values():
        if other.path != path and _goes_by(other, wanted):
            yield f"{other.prefix}.{member}", " A symbol begins with the import path." if "/" in other.path else ""
    if own is None:
        yield from ((f"{other.prefix}.{member}", "") for other in _moved(link, wanted))
    if own is not None and unit.module is not None and "." not in path.partition("/")[0]:
        for other in link.program.members.values():
            if other.std and other.path != path and other.package is not None and other.package.find(member):
                yield f"{other.prefix}.{member}", ""


def _escape_note(path: str, prefix: str) -> str:
    return " The dots in the last element of the path are escaped." if "%2e" in prefix and path != prefix else ""


def _goes_by(member: Member, name: str) -> bool:
    if member.path.endswith(f"/{name}") or member.path == name.replace(".", "/"):
        return True
    above, _, last = name.rpartition("/")
    return member.package is not None and member.package.name == last and member.path.rpartition("/")[0].endswith(above)


def _package(unit: Unit, path: str) -> Package | None:
    if path == "main":
        return None
    return next(iter(unit.snapshot.import_packages(path, unit.source.folder)), None)


def _other_names(package: Package, member: str) -> Iterator[str]:
    """Yield the other spellings of a method: with and without the pointer."""
    parts = split_member(member.removeprefix("*"))
    if parts is not None and parts[0]:
        receiver, _, name = parts
        yield f"(*{receiver}).{name}"
        yield f"{receiver}.{name}"
    elif parts is not None:
        for source in package.sources:
            if source.mentions(parts[2]):
                for one in source.go.declarations:
                    if one.kind == "method" and one.name == parts[2]:
                        yield one.member


def _pushed_names(package: Package, member: str) -> Iterator[str]:
    for bound in package.directives_for(member):
        if bound.directive.target is not None:
            yield bound.directive.target.text


def _near_names(unit: Unit, package: Package, member: str) -> list[str]:
    """Return the functions of a package that are spelled nearly so."""
    key = "functions", package
    if key not in unit.kept:
        unit.kept[key] = Spellings(
            one.member
            for source in package.sources
            if not source.is_test
            for one in source.go.declarations
            if one.is_function
        )
    names: Spellings = unit.kept[key]
    return [name for name in names.in_any_case(member) if name != member] or names.near(member, 0.8)


def _near_pushes(unit: Unit, prefix: str, member: str) -> list[str]:
    """Return the symbols of a package that others push onto it, spelled nearly so."""
    key = "pushes", prefix
    if key not in unit.kept:
        own = str(unit.source.path)
        unit.kept[key] = Spellings(
            symbol
            for tree in unit.snapshot.searched_trees(unit.source.folder)
            for symbol, sites in tree.by_symbol.items()
            # What is pulled here alone may be as wrong as what it is like.
            if symbol.startswith(f"{prefix}.") and not all(site.path == own and _pulls(unit, site) for site in sites)
        )
    names: Spellings = unit.kept[key]
    return names.near(f"{prefix}.{member}", 0.9)


def _pulls(unit: Unit, site: LinkSite) -> bool:
    return any(one.bodyless for one in unit.source.go.named(site.local))


class Spellings:
    """Names, and which of them are spelled much like another: the runtime has thousands, and so may have a file."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[str, int]]] = {}
        """Each with its letters."""
        self._folded: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            self._by_length.setdefault(len(name), []).append((name, _letters(name)))
            self._folded.setdefault(name.lower(), []).append(name)

    def in_any_case(self, name: str) -> list[str]:
        """Return those that differ from a name by capitals at most."""
        return self._folded.get(name.lower(), [])

    def near(self, name: str, cutoff: float) -> list[str]:
        """Return the two best, as :func:`difflib.get_close_matches` does, which compares each of them with care."""
        length, letters = len(name), _letters(name)
        found: list[str] = []
        for other, names in self._by_length.items():
            # A letter that only one of them has is a place in which they differ.
            need = cutoff * (length + other) / 2 - 1e-9
            if min(length, other) < need:
                continue
            found += (
                one
                for one, theirs in names
                if length - (letters & ~theirs).bit_count() >= need and other - (theirs & ~letters).bit_count() >= need
            )
        return difflib.get_close_matches(name, found, 2, cutoff)


def _letters(name: str) -> int:
    """Return a bit for each letter that stands in a name, one for several of the rarer ones."""
    bits = 0
    for letter in name:
        bits |= 1 << (ord(letter) & 127)
    return bits


def _moved(link: Link, path: str) -> list[Member]:
    """Return the packages of a program in whose path that of one which does not exist could be meant.

    Elements of it have changed places, were taken out or put in (runtime/internal/sys is internal/runtime/sys now).
    """
    elements = path.split("/")
    found = [
        (len(set(elements) ^ set(other.path.split("/"))), other.path, other)
        for other in link.program.members.values()
        if other.path.rpartition("/")[2] == elements[-1]
    ]
    return [other for _, _, other in sorted(found, key=lambda one: one[:2])]


def _without_symbol(package: Package, member: str) -> Suggestion | None:
    """Say why something that a package declares has no symbol."""
    for source, declaration in package.find(member):
        if source.is_test:
            return Suggestion(f"{member} is declared in a test file", "")
        if declaration.generic:
            return Suggestion(f"{member} is generic: it has symbols for its instantiations only", "")
        if declaration.kind in ("const", "type"):
            word = "constant" if declaration.kind == "const" else "type"
            return Suggestion(f"{member} is a {word}, which has no symbol", "")
    if not package.find(member):
        return Suggestion(f"package {package.path} has no {member}", "")
    return None
