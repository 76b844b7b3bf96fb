"""The reverse side of the table: which files name a link symbol that is not their own.

Made of *link sites*: directives with a target, assembly that crosses packages, symbols of shared libraries. They are
few, so they are found by a search for bytes over whole module trees, and only files that hit are read further. What
the packages declare is not in here; see :mod:`linkname_ls.links.packages`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.build.files import walk
from linkname_ls.links.sources import Source, Stamp, read_bytes, stamp_of
from linkname_ls.source.directives import MARKERS
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

LinkKind = Literal["directive", "text", "globl", "reference", "cgo"]

_DOT = "·".encode()
_NO_NAME = re.compile(rb"[^\w.%~\x80-\xff-]")
_PLAIN_NAME = re.compile(rb"(?<![\w.%~\x80-\xff-])[A-Za-z_]\w*(?:<ABI\w+>)?\(SB\)")
_MAIN = b"package main"


@dataclass(frozen=True, slots=True)
class LinkSite:
    """A place that names a link symbol of (usually) another package."""

    kind: LinkKind
    symbol: str
    path: str
    span: Span
    """The symbol's name in the file."""
    local: str
    """The local name of a directive, else ""."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder to index: a module's root, or GOROOT/src."""

    root: Path
    immutable: bool
    vendor: bool
    """Whether ``vendor`` folders below it belong to it."""
    keep_modules: frozenset[str] = frozenset()
    """Folders with a go.mod of their own that belong to it all the same (GOROOT/src/cmd)."""


@dataclass(frozen=True)
class TreeIndex:
    """The link sites of one tree."""

    files: Mapping[str, tuple[LinkSite, ...]]
    """By path; only files that have any."""
    count: int
    """How many files were searched."""
    directive_counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """By path: how many directives a file has, marks included."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict[str, "Stamp"])
    """Of a tree that can change: the state of each file when it was searched."""
    mains: frozenset[str] = frozenset()
    """Of a tree that can change: its files that could be of package main."""
    nested: frozenset[str] = frozenset()
    """Folders below with a go.mod of their own."""
    by_symbol: Mapping[str, tuple[LinkSite, ...]] = field(init=False)

    def __post_init__(self) -> None:
        table: dict[str, list[LinkSite]] = {}
        for sites in self.files.values():
            for site in sites:
                table.setdefault(site.symbol, []).append(site)
        object.__setattr__(self, "by_symbol", {symbol: tuple(sites) for symbol, sites in table.items()})

    @property
    def directives(self) -> int:
        """How many linkname directives the tree has, those that the compiler would refuse left out."""
        return sum(self.directive_counts.values())


def link_sites(source: Source, own_prefix: str) -> tuple[LinkSite, ...]:
    """Return the link sites of one file.

    ``own_prefix`` is the symbol prefix of its package: assembly names of the package itself are left out, for they are
    found through the package.
    """
    path = str(source.path)
    sites = [
        LinkSite("directive", target.text, path, target.span, local.text)
        for directive in source.directives
        if directive.accepted and (local := directive.local) is not None and (target := directive.target) is not None
    ]
    sites += [LinkSite("cgo", cgo.local.text, path, cgo.local.span, "") for cgo in source.cgo_imports]
    if source.language == "asm":
        own = own_prefix + "."
        sites += [
            LinkSite(site.kind, site.symbol, path, site.span, "")
            for site in source.assembly
            if not site.symbol.startswith(".") and not site.symbol.startswith(own)
        ]
    return tuple(sites)


def _may_link(path: str, data: bytes, own_prefix: Callable[[], str]) -> bool:
    """Whether a file could hold a link site: the cheap test that nearly every file fails."""
    if path.endswith(".go"):
        return any(marker in data for marker in MARKERS)
    # What stands in front of a middle dot is a package, or nothing for the file's own.
    packages = {_NO_NAME.split(before[-256:])[-1] for before in data.split(_DOT)[:-1]}
    packages.discard(b"")
    if packages:
        packages.discard(own_prefix().replace("/", "∕").encode())
    return bool(packages) or _PLAIN_NAME.search(data) is not None


def scan_file(path: str, data: bytes, prefix_of: Callable[[Path], str]) -> tuple[tuple[LinkSite, ...], int]:
    """Return the link sites of a file's bytes, and how many directives it has (marks too).

    ``prefix_of`` gives the symbol prefix of a folder.
    """
    if not _may_link(path, data, lambda: prefix_of(Path(path).parent)):
        return (), 0
    source = Source(Path(path), data)
    sites = link_sites(source, prefix_of(source.path.parent) if source.language == "asm" else "")
    return sites, sum(directive.accepted for directive in source.directives)


Progress = Callable[[int], None]
"""Called now and then with the number of files searched so far; may raise to stop the scan."""


def scan_tree(
    tree: Tree,
    prefix_of: Callable[[Path], str],
    old: TreeIndex | None = None,
    progress: Progress | None = None,
) -> TreeIndex:
    """Search a tree and return its link sites.

    With ``old``, only files whose stamp differs are read again. What cannot be read is left out.
    """
    nested: set[str] = set()
    files: dict[str, tuple[LinkSite, ...]] = {}
    stamps: dict[str, Stamp] = {}
    mains: set[str] = set()
    counts: dict[str, int] = {}
    count = 0
    for path in walk(
        tree.root,
        vendor=tree.vendor,
        keep_modules=tree.keep_modules,
        on_module=lambda folder: nested.add(str(folder)),
    ):
        count += 1
        if progress is not None and count % 500 == 0:
            progress(count)
        stamp: Stamp | None = None
        if not tree.immutable:
            stamp = stamp_of(path)
            if stamp is None:
                continue
            stamps[path] = stamp
            if old is not None and old.stamps.get(path) == stamp:
                if sites := old.files.get(path):
                    files[path] = sites
                if directives := old.directive_counts.get(path):
                    counts[path] = directives
                if path in old.mains:
                    mains.add(path)
                continue
        data = read_bytes(path)
        if data is None:
            continue
        if not tree.immutable and _MAIN in data and path.endswith(".go"):
            mains.add(path)
        sites, directives = scan_file(path, data, prefix_of)
        if sites:
            files[path] = sites
        if directives:
            counts[path] = directives
    return TreeIndex(files, count, counts, stamps, frozenset(mains), frozenset(nested))


class Index:
    """The link sites of all trees that were asked for, each searched once. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trees: dict[Tree, TreeIndex] = {}
        self._busy: dict[Tree, threading.Lock] = {}

    def peek(self, tree: Tree) -> TreeIndex | None:
        """Return a tree's sites if they are known already."""
        with self._lock:
            return self._trees.get(tree)

    def get(self, tree: Tree, prefix_of: Callable[[Path], str], progress: Progress | None = None) -> TreeIndex:
        """Return a tree's sites, searching it first if need be; two callers do not search it twice."""
        known = self.peek(tree)
        if known is not None:
            return known
        with self._lock:
            busy = self._busy.setdefault(tree, threading.Lock())
        with busy:
            known = self.peek(tree)
            if known is None:
                known = scan_tree(tree, prefix_of, progress=progress)
                with self._lock:
                    self._trees[tree] = known
        return known

    def refresh(self, tree: Tree, prefix_of: Callable[[Path], str]) -> None:
        """Bring a tree that was searched before up to date with the disk; does nothing for one that cannot change."""
        known = self.peek(tree)
        if known is None or tree.immutable:
            return
        with self._lock:
            busy = self._busy.setdefault(tree, threading.Lock())
        with busy:
            fresh = scan_tree(tree, prefix_of, known)
            with self._lock:
                self._trees[tree] = fresh

    def known(self) -> dict[Tree, TreeIndex]:
        """Return all that has been searched so far."""
        with self._lock:
            return dict(self._trees)

    def sites(self, symbol: str, trees: Iterable[Tree]) -> Iterator[LinkSite]:
        """Yield the sites of a symbol in those of the trees that have been searched."""
        for tree in trees:
            known = self.peek(tree)
            if known is not None:
                yield from known.by_symbol.get(symbol, ())
