"""The facts of a Go tree, from its own sources.

Done in two steps, for a symbol of one package may be defined or marked in another: first what each package says
(:mod:`linkname_ls.releases.units`), then what that makes of each symbol, as the linker would see it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from linkname_ls.links.catalog import catalog
from linkname_ls.links.packages import Package
from linkname_ls.links.symbols import path_to_prefix
from linkname_ls.releases.facts import Extract, Fact, Release, Status, Symbols, owner
from linkname_ls.releases.fingerprint import fingerprint
from linkname_ls.releases.lists import blocked_names, builtin_functions, numbered_symbols
from linkname_ls.releases.reading import Reading
from linkname_ls.releases.units import Claim, Naming, Unit, imports_of, unit_of


def package_paths(reading: Reading) -> dict[str, Path]:
    """Return the packages of a tree that a program can link, with their folders."""
    return {one.path: Path(one.folder) for one in catalog(reading.snapshot, reading.source_folder)}


def units(reading: Reading, folders: Iterable[Path], prefix: str = "") -> list[Unit]:
    """Return what the packages in folders say; nothing for a folder with none but a program.

    ``prefix`` is what symbols begin with when no others are asked about.
    """
    found: list[Unit] = []
    for folder in folders:
        packages = reading.snapshot.packages(folder)
        if packages and packages[0].name != "main" and _built(reading, packages[0]):
            found.append(unit_of(reading, packages[0], prefix))
    return found


def _built(reading: Reading, package: Package) -> bool:
    return any(reading.ports.mask(source) and not source.is_test for source in package.sources)


def release_of(reading: Reading) -> Release:
    """Return what a tree says beside its packages."""
    goroot = reading.goroot
    return Release(
        reading.release,
        reading.ports.names,
        blocked_names(goroot),
        builtin_functions(goroot),
        numbered_symbols(goroot),
        fingerprint(goroot),
    )


def joined(reading: Reading, found: Iterable[Unit]) -> Extract:
    """Return the facts that all packages of a tree make."""
    everyone = {one.path: one for one in found}
    claims: dict[str, list[tuple[str, Claim, int]]] = defaultdict(list)
    namings: dict[tuple[str, str], list[tuple[Naming, int]]] = defaultdict(list)
    for path, unit in everyone.items():
        for claim, mask in unit.claims.items():
            claims[claim.symbol].append((path, claim, mask))
        for naming, mask in unit.namings.items():
            namings[path, naming.symbol].append((naming, mask))
    packages: dict[str, Symbols] = defaultdict(dict)
    for symbol in sorted(claims):
        own = owner(symbol)
        facts = _facts(reading, own, claims[symbol], namings)
        if facts:
            packages[own][symbol] = facts
    imports = {path: unit.imports for path, unit in sorted(everyone.items())}
    return Extract(release_of(reading), imports, dict(sorted(packages.items())))


def _facts(
    reading: Reading,
    own: str,
    claims: list[tuple[str, Claim, int]],
    namings: Mapping[tuple[str, str], list[tuple[Naming, int]]],
) -> tuple[Fact, ...]:
    # What is declared without a body counts where nobody defines it. Among variables that others share through a
    # directive the own package's counts, and what gives it a value where that does not (programs/refused.py).
    defined = mine = valued = 0
    for path, claim, mask in claims:
        if claim.made != "nothing":
            defined |= mask
            mine |= mask if path == own else 0
            valued |= mask if path == own and claim.made != "bare" else 0
    merged: dict[Fact, int] = defaultdict(int)
    for path, claim, mask in claims:
        if claim.made == "nothing":
            left = mask & ~defined
        elif path == own:
            left = mask
        else:
            left = mask & ~(mine if claim.made == "bare" else valued)
        if not left:
            continue
        # The mark of a function in assembly stands at its Go declaration.
        markers = (path, own) if claim.made == "text" and path != own else (path,)
        named = [one for marker in markers for one in namings.get((marker, claim.symbol), ())]
        for status, shame, where in _statuses(named, left):
            fact = Fact(
                kind=claim.kind,
                text=claim.text,
                shape=claim.shape,
                platforms=(),
                everywhere=False,
                definer=path,
                made=claim.made,
                abi=claim.abi,
                wrapped=claim.wrapped,
                status=status,
                shame=shame,
            )
            merged[fact] |= reading.ports.platforms(where)
    names = reading.ports.names
    done: list[Fact] = []
    for fact, mask in merged.items():
        platforms = tuple(name for at, name in enumerate(names) if mask >> at & 1)
        done.append(fact._replace(platforms=platforms, everywhere=len(platforms) == len(names)))
    return tuple(sorted(done))


def _statuses(named: list[tuple[Naming, int]], mask: int) -> list[tuple[Status, tuple[str, ...], int]]:
    """Split builds by whether directives name a definition there."""
    parts: dict[int, int] = defaultdict(int)
    found: list[tuple[Status, tuple[str, ...], int]] = []
    pending = [(mask, 0)]
    for at, (_, where) in enumerate(named):
        split: list[tuple[int, int]] = []
        for left, which in pending:
            split += [(left & where, which | 1 << at), (left & ~where, which)]
        pending = [(left, which) for left, which in split if left]
    for left, which in pending:
        parts[which] |= left
    for which, left in parts.items():
        chosen = [naming for at, (naming, _) in enumerate(named) if which >> at & 1]
        keywords = {keyword for naming in chosen for keyword in naming.keywords}
        status: Status = "marked" if "linkname" in keywords else "std only" if keywords else "unmarked"
        shame = dict.fromkeys(module for naming in chosen for module in naming.shame)
        found.append((status, tuple(shame), left))
    return found


def extract(goroot: Path) -> Extract:
    """Return all facts of a Go tree; takes a minute. For one package see :func:`facts_of`."""
    reading = Reading(goroot)
    return joined(reading, units(reading, package_paths(reading).values()))


_COULD_NAME = re.compile(rb"//go:linkname(?:std)? \S+ \S")


@lru_cache(maxsize=4)
def _opened(goroot: Path) -> tuple[Reading, dict[str, Path]]:
    """Return a tree that does not change, and its packages."""
    reading = Reading(goroot)
    return reading, package_paths(reading)


def release_at(goroot: Path) -> Release:
    """Return what a Go tree that does not change says beside its packages.

    With :func:`facts_of` it is what :func:`~linkname_ls.releases.judge.judge_facts` needs: for a release that is on
    the machine its own sources go before the table.
    """
    return release_of(_opened(goroot)[0])


@lru_cache(maxsize=1024)
def imported_by(goroot: Path, path: str) -> tuple[str, ...] | None:
    """Return what a package of a Go tree that does not change imports, on any platform; None for no such package."""
    reading, folders = _opened(goroot)
    packages = reading.snapshot.packages(folders[path]) if path in folders else ()
    return imports_of(reading, packages[0]) if packages else None


@lru_cache(maxsize=64)
def facts_of(goroot: Path, path: str) -> Symbols:
    """Return the facts of one package of a Go tree that does not change; empty where there is no such package.

    Reads the package, and those whose directives or assembly name its symbols.
    """
    reading, folders = _opened(goroot)
    word = path.rpartition("/")[2].encode()
    near = [folder for other, folder in folders.items() if other == path or _names(reading, folder, word)]
    return joined(reading, units(reading, near, f"{path_to_prefix(path)}.")).packages.get(path, {}) if near else {}


def _names(reading: Reading, folder: Path, word: bytes) -> bool:
    """Whether directives or assembly in a folder could name symbols of the package that ends in a word."""
    for package in reading.snapshot.packages(folder)[:1]:
        for source in package.sources:
            if any(word + b"." in line for line in _directives(source.data)):
                return True
        if any(word + "·".encode() in source.data for source in package.asm):
            return True
    return False


def _directives(data: bytes) -> list[bytes]:
    return [data[one.start() : data.find(b"\n", one.end())] for one in _COULD_NAME.finditer(data)]
