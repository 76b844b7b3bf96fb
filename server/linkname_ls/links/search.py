"""The search of one folder for link sites, in as few passes over the bytes as it takes.

It reads what ``go list ./...`` would, most of it only to find that no directive is there. So the time goes into the
calls of the system, and what is said of speed here was measured (docs/performance.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from linkname_ls.build.files import below
from linkname_ls.build.reader import Mark, Reader, marks_of
from linkname_ls.links.sites import LinkSite, asm_sites, go_sites
from linkname_ls.source.directives import has_marker, scan_pragmas
from linkname_ls.source.positions import Span

_DOT = "·".encode()
_NAME = rb"\w.%~\x80-\xff-"
_NAME_BYTES = b"".join(re.findall(rb"[" + _NAME + rb"]", bytes(range(256))))
_PLAIN_NAME = re.compile(rb"(?<![" + _NAME + rb"])[A-Za-z_]\w*(?:<ABI\w+>)?\(SB\)")
_MAIN = b"package main"

PrefixIn = Callable[[str], str]
"""Gives the symbol prefix of the package in a folder."""

Progress = Callable[[int], None]
"""Called now and then with the number of files searched so far; may raise to stop the search."""
_STEP = 500

AT_ONCE = 32
"""Most files of one folder that are searched before anything else is looked after."""


def now_and_then(progress: Progress | None) -> Progress:
    """Return what may be called as often as one likes."""
    told = 0

    def tell(count: int) -> None:
        nonlocal told
        if progress is not None and count // _STEP != told:
            told = count // _STEP
            progress(count)

    return tell


class Job(NamedTuple):
    """A folder to search, or some of its files."""

    folder: str
    names: list[str]


def parts(folders: Iterable[tuple[str, list[str]]]) -> Iterator[Job]:
    """Yield folders with the names of their files, large ones in parts."""
    for folder, names in folders:
        for at in range(0, len(names), AT_ONCE):
            yield Job(folder, names[at : at + AT_ONCE])


class Found(NamedTuple):
    """What the files of a folder hold, by their names."""

    sites: dict[str, tuple[LinkSite, ...]]
    """Only files that have any."""
    directives: dict[str, int]
    """How many directives a file has, marks included; only files that have any."""
    mains: list[str]
    """Files that could be of package main; of a tree that can change."""
    marks: dict[str, Mark]
    """The state of each file when it was read; none of a sealed tree."""
    same: list[str]
    """Files that were not read, for their marks are known."""
    prefix: str | None
    """The symbol prefix that assembly was read with; None when that made no difference."""

    @property
    def plain(self) -> tuple[object, ...]:
        """The same in types that ``marshal`` knows, for :func:`found_in`: of files that were all read."""
        sites = {
            name: [(one.kind, one.symbol, *one.span, one.local) for one in sites] for name, sites in self.sites.items()
        }
        return (sites, self.directives, self.mains, self.marks, self.prefix)


def found_in(folder: str, sites: Any, directives: Any, mains: Any, marks: Any, prefix: Any) -> Found:
    """Return what :attr:`Found.plain` was made of."""
    start = below(folder)
    made = {
        name: tuple(
            LinkSite(kind, symbol, start + name, Span(first, last), local) for kind, symbol, first, last, local in found
        )
        for name, found in sites.items()
    }
    return Found(made, directives, mains, marks, [], prefix)


class Search:
    """Searches folders, one after the other: not for two threads at once."""

    def __init__(self, *, sealed: bool, mains: bool) -> None:
        """Of a ``sealed`` tree nobody looks again whether files have changed; ``mains``: main packages matter."""
        self.how = {"sealed": sealed, "mains": mains}
        """What makes another one like this."""
        self._sealed = sealed
        self._mains = mains
        self._reader = Reader(marking=not sealed)

    def folder(
        self,
        folder: str,
        names: list[str],
        prefix_in: PrefixIn,
        known: Mapping[str, Mark] | None = None,
        now: Mapping[str, Mark] | None = None,
    ) -> Found:
        """Search the files of a folder. ``known`` and ``now`` are marks: a file with the same in both is not read."""
        found = Found({}, {}, [], {}, [], None)
        start, reader, now = below(folder), self._reader, now or {}
        own: list[str] = []

        def prefix() -> str:
            if not own:
                own.append(prefix_in(folder))
            return own[0]

        for name, size in reader.read(folder, names, known or {}, now):
            if size < 0:
                if size == Reader.SAME:
                    found.same.append(name)
                    found.marks[name] = now[name]
                elif any(marks_of(folder, [name]).values()):
                    # Not readable is no reason to forget that it is there.
                    found.marks[name] = 0
                continue
            if not self._sealed:
                found.marks[name] = reader.mark
            if name.endswith(".s"):
                sites = _assembly(start + name, reader.bytes(size), prefix)
            else:
                if self._mains and _may_be_main(reader.data, size):
                    found.mains.append(name)
                if not has_marker(reader.data, size):
                    continue
                directives, imports = scan_pragmas(reader.bytes(size))
                sites = go_sites(start + name, directives, imports)
                if count := sum(one.accepted for one in directives):
                    found.directives[name] = count
            if sites:
                found.sites[name] = sites
        return found._replace(prefix=own[0]) if own else found


def _assembly(path: str, data: bytes, prefix: Callable[[], str]) -> tuple[LinkSite, ...]:
    packages = _packages_named(data)
    if packages:
        packages.discard(prefix().replace("/", "∕").encode())
    if not packages and not _names_plainly(data):
        return ()
    from linkname_ls.source.assembly import scan_assembly

    own = prefix()
    return asm_sites(path, scan_assembly(data, own), own)


def _may_be_main(data: bytearray, size: int) -> bool:
    """Whether a Go file could be of package main."""
    if data.startswith(b"package "):
        return data.startswith(_MAIN)
    end = data.find(b"\npackage ", 0, size)
    # Outside of block comments that line is the package clause, or stands behind it.
    if end >= 0 and data.find(b"/*", 0, end) < 0:
        size = min(size, end + 1 + len(_MAIN))
    return data.find(_MAIN, 0, size) >= 0


def _packages_named(data: bytes) -> set[bytes]:
    """Return what stands in front of the middle dots of assembly; nothing means the file's own package."""
    pieces = data.split(_DOT)
    del pieces[-1]
    names = {piece[len(piece.rstrip(_NAME_BYTES)) :] for piece in pieces}
    names.discard(b"")
    return names


def _names_plainly(data: bytes) -> bool:
    """Whether assembly has an operand without a middle dot: a symbol of no package, such as C's."""
    at = data.find(b"(SB)")
    while at >= 0:
        # Nearly all are ·name(SB) or name<>(SB).
        if data[at - 1] != 0x3E or data[at - 2] != 0x3C:
            start = max(0, data.rfind(b"\n", 0, at))
            tail = data.rfind(_DOT, start, at)
            dotted = tail >= 0 and data[tail + len(_DOT) : at].replace(b"_", b"").isalnum()
            if not dotted and _PLAIN_NAME.search(data, start, at + 4) is not None:
                return True
        at = data.find(b"(SB)", at + 4)
    return False
