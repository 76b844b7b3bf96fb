"""The facts of the releases that are shipped with the package. Nothing is read before the first question."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path

from linkname_ls.links.symbols import path_to_prefix, split_symbol
from linkname_ls.releases import form
from linkname_ls.releases.facts import Extract, Fact, Release, ReleaseId, Symbols, owner, release_id
from linkname_ls.releases.wrappers import value_method, wrapper

DATA = Path(__file__).with_name("std.zip")
"""The file that ``tools/std_facts.py`` writes."""


class Table:
    """A file of facts. What was read is kept; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        # In memory: no handle stays open on a file that an upgrade would replace.
        return zipfile.ZipFile(io.BytesIO(self._path.read_bytes()))

    @cached_property
    def header(self) -> form.Header:
        """The releases, and what masks mean."""
        return form.read_header(self._archive.read("releases").decode())

    @cached_property
    def ids(self) -> tuple[ReleaseId, ...]:
        """The releases, oldest first."""
        return tuple(one.id for one in self.header.releases)

    @cached_property
    def import_graphs(self) -> list[dict[str, tuple[str, ...]]]:
        """For each release what each package imports."""
        return form.read_imports(self._archive.read("imports").decode(), self.header)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The packages that have symbols in any release, sorted; "" among them."""
        names = [name for name in self._archive.namelist() if name.startswith(form.FACTS)]
        return tuple(name.removeprefix(form.FACTS) for name in names)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.paths)

    @lru_cache(maxsize=32)  # noqa: B019 - there is one table for the life of the process
    def text(self, path: str) -> str:
        """Return what is written of a package; "" of one that no release has."""
        return self._archive.read(form.FACTS + path).decode() if path in self._known else ""

    @lru_cache(maxsize=4096)  # noqa: B019
    def history(self, symbol: str) -> tuple[tuple[Fact, ...], ...]:
        """Return, for each release, what it says of a symbol; see :func:`history`."""
        path = owner(symbol)
        member = symbol[len(path_to_prefix(path)) + 1 :] if path else symbol
        found = form.read_variants(form.symbol_lines(self.text(path), member), path, self.header)
        method = value_method(member)
        if method:
            lines = form.symbol_lines(self.text(path), method)
            for at, facts in form.read_variants(lines, path, self.header).items():
                found.setdefault(at, tuple(map(wrapper, facts)))
        return tuple(found.get(at, ()) for at in range(len(self.header.releases)))

    @lru_cache(maxsize=1024)  # noqa: B019
    def number(self, release: ReleaseId) -> int | None:
        """Return the number of the release that stands for another: itself, or the nearest patch.

        None for one that is older than all, or whose minor release is not known.
        """
        return _number(self.ids, release)

    def extract(self, at: int) -> Extract:
        """Return all that is known of one release."""
        packages = {path: symbols for path in self.paths if (symbols := self.package(path, at))}
        return Extract(self.header.releases[at], self.import_graphs[at], packages)

    @lru_cache(maxsize=64)  # noqa: B019
    def package(self, path: str, at: int) -> Symbols:
        """Return the symbols of a package in one release."""
        prefix = f"{path_to_prefix(path)}." if path else ""
        found: Symbols = {}
        for name, lines in form.symbols(self.text(path)):
            facts = form.read_variants(lines, path, self.header, at)
            if facts:
                found[prefix + name] = facts[at]
        return found


@cache
def shipped() -> Table:
    """Return the table that is shipped with the package."""
    return Table(DATA)


def releases() -> tuple[ReleaseId, ...]:
    """Return the releases that are known, oldest first."""
    return shipped().ids


def newest_patches() -> tuple[ReleaseId, ...]:
    """Return the newest known patch of each release, oldest release first."""
    return newest_of(releases())


def newest_of(known: Sequence[ReleaseId]) -> tuple[ReleaseId, ...]:
    """Return the newest patch of each release among some, oldest first as they are."""
    return tuple({one.language: one for one in known}.values())


def nearest(version: str) -> ReleaseId | None:
    """Return the known release that stands for a version such as "1.25" or "go1.26.9".

    A language version ("1.25") is its last patch; a patch that is not known the nearest one before it. None for a
    minor release that is not known.
    """
    return nearest_of(releases(), version)


def nearest_of(known: Sequence[ReleaseId], version: str) -> ReleaseId | None:
    """Return the one of some releases, oldest first, that stands for a version; see :func:`nearest`."""
    asked = release_id(version)
    if asked is None:
        return None
    if version.count(".") == 1:
        asked = asked._replace(patch=1 << 30)
    at = _number(known, asked)
    return known[at] if at is not None else None


def _number(known: Sequence[ReleaseId], release: ReleaseId) -> int | None:
    same = [at for at, one in enumerate(known) if one.language == release.language]
    before = [at for at in same if known[at] <= release]
    return before[-1] if before else same[0] if same else None


def release(release: ReleaseId) -> Release | None:
    """Return what a release says beside its packages; None for one of an unknown minor release."""
    at = shipped().number(release)
    return shipped().header.releases[at] if at is not None else None


def history(symbol: str) -> dict[ReleaseId, tuple[Fact, ...]]:
    """Return what each known release says of a symbol, oldest first; () where it does not exist.

    Several facts hold on different platforms.
    """
    return dict(zip(releases(), shipped().history(symbol), strict=True))


def facts(symbol: str, release: ReleaseId) -> tuple[Fact, ...]:
    """Return what a release says of a symbol; () where it does not exist, or the release is not known."""
    at = shipped().number(release)
    return shipped().history(symbol)[at] if at is not None else ()


def package_symbols(path: str, release: ReleaseId) -> Mapping[str, tuple[Fact, ...]]:
    """Return what a release says of each symbol of a package; empty where there is no such package."""
    at = shipped().number(release)
    return shipped().package(path, at) if at is not None else {}


def blocked(release: ReleaseId) -> Mapping[str, tuple[str, ...]]:
    """Return the linker's list of a release: names, and the packages that may refer to them."""
    at = shipped().number(release)
    return shipped().header.releases[at].blocked if at is not None else {}


def imports(release: ReleaseId) -> Mapping[str, tuple[str, ...]]:
    """Return what each package of a release imports, on any platform; empty for an unknown release."""
    at = shipped().number(release)
    return shipped().import_graphs[at] if at is not None else {}


def is_std(symbol: str) -> bool:
    """Whether a symbol begins with the path of a package that any known release has."""
    parts = split_symbol(symbol)
    return parts is not None and shipped().text(parts[0]) != ""


def is_package(path: str) -> bool:
    """Whether any known release has a package that a program can link, if only one of types."""
    return any(path in graph for graph in shipped().import_graphs)
