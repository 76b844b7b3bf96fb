"""The search of one tree for link sites, made of as few passes over the bytes as it takes.

It reads what ``go list ./...`` would, most of it only to find that no directive is there. So the time goes into the
calls of the system, and what is said of speed here was measured (docs/performance.md).

Whatever decides what a search finds is in the modules that this one imports: :mod:`linkname_ls.links.cache` keeps
results only as long as these are the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.files import below, names_in, walk_folders
from linkname_ls.build.reader import Mark, Reader, marks_of
from linkname_ls.source.directives import MARKERS, MARKERS_START, CgoImport, Directive, scan_pragmas
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.source.assembly import AsmSite

LinkKind = Literal["directive", "text", "globl", "reference", "cgo"]

_DOT = "·".encode()
_NAME = rb"\w.%~\x80-\xff-"
_NAME_BYTES = b"".join(re.findall(rb"[" + _NAME + rb"]", bytes(range(256))))
_PLAIN_NAME = re.compile(rb"(?<![" + _NAME + rb"])[A-Za-z_]\w*(?:<ABI\w+>)?\(SB\)")
_MAIN = b"package main"


class LinkSite(NamedTuple):
    """A place that names a link symbol of (usually) another package."""

    kind: LinkKind
    symbol: str
    path: str
    span: Span
    """The symbol's name in the file."""
    local: str
    """The local name of a directive, else ""."""


class Tree(NamedTuple):
    """A folder to index: a module's root, or GOROOT/src."""

    root: Path
    immutable: bool
    vendor: bool
    """Whether ``vendor`` folders below it belong to it."""
    keep_modules: frozenset[str] = frozenset()
    """Folders with a go.mod of their own that belong to it all the same (GOROOT/src/cmd)."""
    flat: bool = False
    """Whether only the folder itself belongs to it."""

    @property
    def sealed(self) -> bool:
        """Whether Go itself has checked every file: a module version in the module cache.

        A released Go tree counts as immutable, but people do try things in theirs.
        """
        return self.immutable and not self.vendor


@dataclass(frozen=True)
class TreeIndex:
    """The link sites of one tree."""

    files: Mapping[str, tuple[LinkSite, ...]]
    """By path; only files that have any."""
    count: int
    """How many files were searched."""
    directive_counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """By path: how many directives a file has, marks included."""
    marks: Mapping[str, Mapping[str, Mark]] = field(default_factory=dict[str, "Mapping[str, Mark]"])
    """By folder and name: the state of each file when it was searched. Not kept of trees that do not change."""
    mains: frozenset[str] = frozenset()
    """Of a tree that can change: its files that could be of package main."""
    nested: frozenset[str] = frozenset()
    """Folders below with a go.mod of their own."""
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    """By folder: the symbol prefix that its assembly was read with."""

    @cached_property
    def by_symbol(self) -> Mapping[str, tuple[LinkSite, ...]]:
        """The sites by the symbol that they name."""
        table: dict[str, list[LinkSite]] = {}
        for sites in self.files.values():
            for site in sites:
                table.setdefault(site.symbol, []).append(site)
        return {symbol: tuple(sites) for symbol, sites in table.items()}

    @cached_property
    def main_folders(self) -> frozenset[Path]:
        """Of a tree that can change: its folders that could hold a main package."""
        return frozenset(map(Path, {_folder_of(path) for path in self.mains}))

    @cached_property
    def test_folders(self) -> frozenset[Path]:
        """Of a tree that can change: its folders with test files."""
        tested = (folder for folder, names in self.marks.items() if any(name.endswith("_test.go") for name in names))
        return frozenset(map(Path, tested))

    @property
    def directives(self) -> int:
        """How many linkname directives the tree has, those that the compiler would refuse left out."""
        return sum(self.directive_counts.values())


PrefixOf = Callable[[Path], str]
"""Gives the symbol prefix of the package in a folder."""

Progress = Callable[[int], None]
"""Called now and then with the number of files searched so far; may raise to stop the search."""


def link_sites(source: Source, own_prefix: str) -> tuple[LinkSite, ...]:
    """Return the link sites of one file.

    ``own_prefix`` is the symbol prefix of its package: assembly names of the package itself are left out, for they are
    found through the package.
    """
    path = str(source.path)
    return _go_sites(path, source.directives, source.cgo_imports) + _asm_sites(path, source.assembly, own_prefix)


def _go_sites(path: str, directives: Iterable[Directive], imports: Iterable[CgoImport]) -> tuple[LinkSite, ...]:
    sites = [
        LinkSite("directive", target.text, path, target.span, local.text)
        for directive in directives
        if directive.accepted and (local := directive.local) is not None and (target := directive.target) is not None
    ]
    sites += [LinkSite("cgo", cgo.local.text, path, cgo.local.span, "") for cgo in imports]
    return tuple(sites)


def _asm_sites(path: str, found: Iterable[AsmSite], own_prefix: str) -> tuple[LinkSite, ...]:
    own = own_prefix + "."
    return tuple(
        LinkSite(site.kind, site.symbol, path, site.span, "")
        for site in found
        if not site.symbol.startswith(".") and not site.symbol.startswith(own)
    )


def is_complete(tree: Tree) -> bool:
    """Whether a tree is all there: the go command may be extracting a module.

    While it is, a file ``.partial`` stands beside the zip file, made before the folder and removed when all is done
    (cmd/go/internal/modfetch/fetch.go ``unzip``).
    """
    if not tree.sealed:
        return True
    try:
        if not tree.root.is_dir():
            return False
        for above in tree.root.parents:
            downloads = above / "cache" / "download"
            if downloads.is_dir():
                path, _, version = tree.root.relative_to(above).as_posix().rpartition("@")
                return not (downloads / path / "@v" / f"{version}.partial").exists()
    except (OSError, ValueError):
        return False
    return True


def scan_tree(
    tree: Tree, prefix_of: PrefixOf, old: TreeIndex | None = None, progress: Progress | None = None
) -> TreeIndex:
    """Search a tree and return its link sites.

    With ``old``, only files that have changed since are read again. What cannot be read is left out.
    """
    if old is not None and not same_prefixes(old, prefix_of):
        old = None
    return _Scan(tree, prefix_of, old).run(progress)


def scan_folders(tree: Tree, prefix_of: PrefixOf, old: TreeIndex, folders: Collection[str]) -> TreeIndex | None:
    """Return what is found in a tree of which only files in some folders have changed.

    None where that takes a search of the whole tree: a folder is new, or empty, or another module.
    """
    if not all(folder in old.marks for folder in folders) or not same_prefixes(old, prefix_of):
        return None
    return _Scan(tree, prefix_of, old).again(folders)


def same_prefixes(index: TreeIndex, prefix_of: PrefixOf) -> bool:
    """Whether the folders with assembly still are the packages that they were: another module line renames them."""
    return all(prefix_of(Path(folder)) == prefix for folder, prefix in index.prefixes.items())


class _Scan:
    """One search under way."""

    def __init__(self, tree: Tree, prefix_of: PrefixOf, old: TreeIndex | None) -> None:
        self._tree = tree
        self._prefix_of = prefix_of
        self._old = old
        self._files: dict[str, tuple[LinkSite, ...]] = {}
        self._counts: dict[str, int] = {}
        self._mains: set[str] = set()
        self._prefixes: dict[str, str] = {}
        # Of a sealed tree nobody looks again whether its files have changed.
        self._reader = Reader(marking=not tree.sealed)

    def run(self, progress: Progress | None) -> TreeIndex:
        tree, old, marks = self._tree, self._old, dict[str, Mapping[str, Mark]]()
        nested: list[str] = []
        count, told = 0, 0
        walked = walk_folders(
            tree.root, vendor=tree.vendor, keep_modules=tree.keep_modules, on_module=nested.append, flat=tree.flat
        )
        folders: Iterable[tuple[str, list[str], Mapping[str, Mark]]]
        if old is None:
            folders = ((folder, names, {}) for folder, names in walked)
        else:
            folders = [(folder, names, marks_of(folder, names)) for folder, names in walked if names]
            if old.nested == frozenset(nested) and _are_marks(old, folders):
                return old
        for folder, names, now in folders:
            if not names:
                continue
            found = self._folder(folder, names, now)
            if not tree.sealed:
                marks[folder] = found
            count += len(names)
            if progress is not None and count // 500 != told:
                told = count // 500
                progress(count)
        return TreeIndex(
            self._files, count, self._counts, marks, frozenset(self._mains), frozenset(nested), self._prefixes
        )

    def again(self, folders: Collection[str]) -> TreeIndex | None:
        tree, old = self._tree, self._old
        assert old is not None  # noqa: S101 - else there was nothing to search again
        marks, count = dict(old.marks), old.count
        before = _by_folder(old.files)
        for folder in folders:
            names, is_module = names_in(folder, vendor=tree.vendor)
            if not names or (is_module and folder != str(tree.root) and folder not in tree.keep_modules):
                return None
            count += len(names) - len(marks[folder])
            marks[folder] = self._folder(folder, names, marks_of(folder, names))
        now = _by_folder(self._files)
        # In the order of a search of the whole tree.
        files = {
            path: sites for folder in marks for path, sites in (now if folder in folders else before).get(folder, ())
        }
        kept = (path for path in old.mains if _folder_of(path) not in folders)
        counts = {path: count for path, count in old.directive_counts.items() if _folder_of(path) not in folders}
        return TreeIndex(
            files,
            count,
            {**counts, **self._counts},
            marks,
            frozenset((*kept, *self._mains)),
            old.nested,
            {**old.prefixes, **self._prefixes},
        )

    def _folder(self, folder: str, names: list[str], now: Mapping[str, Mark]) -> dict[str, Mark]:
        """Search the files of a folder and return their marks (none of a sealed tree); ``now`` are those just seen."""
        marks: dict[str, Mark] = {}
        start, reader = below(folder), self._reader
        sealed, search_mains = self._tree.sealed, not self._tree.immutable
        known = self._old.marks.get(folder) if self._old is not None else None
        for name, size in reader.read(folder, names, known or {}, now):
            path = start + name
            if size < 0:
                if size == Reader.SAME:
                    self._keep(folder, path)
                    marks[name] = now[name]
                elif any(marks_of(folder, [name]).values()):
                    # Not readable is no reason to forget that it is there.
                    marks[name] = 0
                continue
            if not sealed:
                marks[name] = reader.mark
            if name.endswith(".s"):
                self._assembly(folder, path, reader.bytes(size))
                continue
            if search_mains and _may_be_main(reader.data, size):
                self._mains.add(path)
            # Where the first of these ends it, no second search is made: in most files.
            at = reader.data.find(MARKERS_START, 0, size)
            if at >= 0 and any(reader.data.find(marker, at, size) >= 0 for marker in MARKERS):
                directives, imports = scan_pragmas(reader.bytes(size))
                self._take(path, _go_sites(path, directives, imports), sum(one.accepted for one in directives))
        return marks

    def _assembly(self, folder: str, path: str, data: bytes) -> None:
        from linkname_ls.source.assembly import scan_assembly

        packages = _packages_named(data)
        if packages:
            packages.discard(self._prefix(folder).replace("/", "∕").encode())
        if packages or _names_plainly(data):
            own = self._prefix(folder)
            self._take(path, _asm_sites(path, scan_assembly(data, own), own), 0)

    def _prefix(self, folder: str) -> str:
        known = self._prefixes.get(folder)
        if known is None:
            known = self._prefixes[folder] = self._prefix_of(Path(folder))
        return known

    def _take(self, path: str, sites: tuple[LinkSite, ...], directives: int) -> None:
        if sites:
            self._files[path] = sites
        if directives:
            self._counts[path] = directives

    def _keep(self, folder: str, path: str) -> None:
        """Take over what was known of a file that has not changed."""
        old = self._old
        assert old is not None  # noqa: S101 - else there was no mark
        self._take(path, old.files.get(path, ()), old.directive_counts.get(path, 0))
        if path in old.mains:
            self._mains.add(path)
        if path.endswith(".s") and (prefix := old.prefixes.get(folder)) is not None:
            self._prefixes[folder] = prefix


def _by_folder(files: Mapping[str, tuple[LinkSite, ...]]) -> dict[str, list[tuple[str, tuple[LinkSite, ...]]]]:
    found: dict[str, list[tuple[str, tuple[LinkSite, ...]]]] = {}
    for path, sites in files.items():
        found.setdefault(_folder_of(path), []).append((path, sites))
    return found


def _folder_of(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - one of many


def _are_marks(old: TreeIndex, folders: Sequence[tuple[str, list[str], Mapping[str, Mark]]]) -> bool:
    """Whether these folders are all that there was, and no file has changed."""
    now = {folder: marks for folder, _, marks in folders}
    return (
        now == old.marks
        and old.count == sum(map(len, now.values()))
        and all(all(marks.values()) for marks in now.values())
    )


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
