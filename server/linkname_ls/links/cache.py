"""What an earlier run has found in a tree, on disk, so that the next one need not search.

One file for each tree, in a folder of the user's alone. It is only ever a copy of what a search would find:

- A file is written beside its place and renamed into it, so whoever reads gets an old one or a new one, whole. Several
  servers may write at once, and be killed at any moment.
- It begins with a checksum of the rest, and says which tree it is of and which scanner made it. Whatever is wrong with
  it, the tree is searched instead.
- What it says of a file holds while the file's :data:`~linkname_ls.build.reader.Mark` is the same, which is looked at
  every time. Only modules in the module cache are believed unseen, for Go lets nobody change them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from linkname_ls.build.files import below
from linkname_ls.build.kept import DAY, VARIABLE, cache_folder, note_use, read_own, write_whole
from linkname_ls.links.scan import TreeIndex, is_complete
from linkname_ls.links.scanner import FOLDER, file_of, scanner
from linkname_ls.links.sites import LinkKind, LinkSite
from linkname_ls.links.tree import Tree
from linkname_ls.source.positions import Span

log = logging.getLogger(__name__)

_MAGIC = b"linkname-ls index "
_KINDS = cast("tuple[LinkKind, ...]", get_args(LinkKind))
_MAX_BYTES = 64 << 20
"""A larger file is neither written nor read."""
_TOTAL_BYTES = 200 << 20
_UNUSED_DAYS = 30
_SCANNER_FOLDER = re.compile(FOLDER + r"[0-9a-f]{8}")
_FILE = re.compile(r"[0-9a-f]{16}\.json(\.[0-9a-f]{16})?")
"""A tree's file, or one that was being written."""
_CODE = re.compile(r"code-[a-z]+-?[0-9]+(\.[0-9a-f]{16})?")
"""What libraries have compiled (lsp/codecache.py), or what was being written of it."""
_WORTH = 16
"""How many files a tree has of which every one is looked at, for it to be quicker looked up than searched."""


class Cache:
    """The results of earlier runs below one folder. Safe to use from several threads and processes."""

    def __init__(self, folder: Path | None, problem: str = "") -> None:
        """Use a folder, which need not exist; None for no cache."""
        self.folder = folder
        self.problem = ""
        """Why nothing is kept, in a sentence; "" when all is well, or nobody wants it."""
        self._tidied = False
        if problem:
            self._complain(problem)
        # Asked now, while the sources on disk still are those that run.
        scanner()

    def _complain(self, problem: str) -> None:
        """Tell the log, once."""
        if not self.problem:
            log.warning(problem)
        self.problem = problem

    def load(self, tree: Tree) -> TreeIndex | None:
        """Return what was stored of a tree, or None. Of one that is not sealed, files may have changed since."""
        if self.folder is None:
            return None
        path = file_of(self.folder, tree)
        data = read_own(path, _MAX_BYTES)
        if data is None:
            return None
        try:
            found = _decode(data, tree)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None
        if found is not None:
            note_use(path)
        return found

    def store(self, tree: Tree, index: TreeIndex) -> None:
        """Keep what was found in a tree. Never raises: what cannot be written is searched for again."""
        if self.folder is None or (index.count < _WORTH and not tree.sealed):
            return
        # The go command may be at it just now.
        if not is_complete(tree):
            return
        path = file_of(self.folder, tree)
        try:
            body = _encode(tree, index)
            if len(body) > _MAX_BYTES:
                self._complain(
                    f"What was found in {tree.root} has {len(body) >> 20} MB, more than {_MAX_BYTES >> 20}: it is not "
                    "kept, so that every start reads all its files anew."
                )
                return
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, body)
        except OSError as error:
            self._complain(
                f"Nothing can be written to {self.folder} ({error.strerror or error}), so that every start reads all "
                f"files anew; {VARIABLE} can name another folder, or be off."
            )
            return
        if not self._tidied:
            self._tidied = True
            threading.Thread(target=tidy, args=(self.folder,), daemon=True).start()


def open_cache(environ: Mapping[str, str]) -> Cache:
    """Return the user's cache: where the environment says, else where the system has such things."""
    return Cache(*cache_folder(environ))


def _state(tree: Tree) -> str:
    """Return what tells whether the folder of a sealed tree is still the one that was extracted; "" of others."""
    if not tree.sealed:
        return ""
    try:
        found = tree.root.stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns}"


# --- Form ---


def _encode(tree: Tree, index: TreeIndex) -> bytes:
    """Return a tree's file: the magic, the checksum of all that follows, and JSON.

    Paths are relative to the tree, strings of sites are numbers in one list.
    """
    start = len(below(str(tree.root)))
    symbols: dict[str, int] = {}
    files: dict[str, list[int]] = {}
    for path, sites in index.files.items():
        numbers: list[int] = []
        for site in sites:
            numbers += (
                _KINDS.index(site.kind),
                symbols.setdefault(site.symbol, len(symbols)),
                site.span.start,
                site.span.end,
                symbols.setdefault(site.local, len(symbols)),
            )
        files[path[start:]] = numbers
    body: dict[str, object] = {
        "scanner": scanner(),
        "tree": tree.key,
        "state": _state(tree),
        "count": index.count,
        "symbols": list(symbols),
        "files": files,
        "directives": {path[start:]: count for path, count in index.directive_counts.items()},
        "marks": {folder[start:]: names for folder, names in index.marks.items()},
        "mains": sorted(path[start:] for path in index.mains),
        "nested": sorted(path[start:] for path in index.nested),
        "prefixes": {folder[start:]: prefix for folder, prefix in index.prefixes.items()},
    }
    # ASCII, so that names of files that are no UTF-8 survive.
    data = json.dumps(body, separators=(",", ":")).encode()
    return b"%s%08x\n%s" % (_MAGIC, zlib.crc32(data), data)


def _decode(data: bytes, tree: Tree) -> TreeIndex | None:
    """Return what a file says of a tree; None, or one of several exceptions, for what is no such file."""
    head = len(_MAGIC) + 9
    if data[:head] != b"%s%08x\n" % (_MAGIC, zlib.crc32(memoryview(data)[head:])):
        return None
    body: Any = json.loads(data[head:])
    if body["scanner"] != scanner() or body["tree"] != tree.key or body["state"] != _state(tree):
        return None
    root = str(tree.root)
    start = below(root)
    symbols = _all(str, body["symbols"])
    files: dict[str, tuple[LinkSite, ...]] = {}
    for name, numbers in body["files"].items():
        path = start + name
        files[path] = tuple(_sites(path, _all(int, numbers), symbols))
    (count,) = _all(int, [body["count"]])

    def folder(name: str) -> str:
        return start + name if name else root

    return TreeIndex(
        files,
        count,
        {start + name: number for name, number in _pairs(int, body["directives"])},
        {folder(name): dict(_pairs(int, names)) for name, names in body["marks"].items()},
        frozenset(start + name for name in _all(str, body["mains"])),
        frozenset(start + name for name in _all(str, body["nested"])),
        {folder(name): prefix for name, prefix in _pairs(str, body["prefixes"])},
    )


def _pairs(kind: type[Any], values: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of an object whose values are all of one type; raises as :func:`_all` does."""
    return zip(values.keys(), _all(kind, values.values()), strict=True)


def _all(kind: type[Any], values: Any) -> list[Any]:
    """Return values that are all of one type, no number of them negative; raises TypeError or ValueError otherwise."""
    found = list(values)
    if set(map(type, found)) - {kind}:
        raise TypeError(kind)
    if kind is int and found and min(found) < 0:
        raise ValueError(found)
    return found


def _sites(path: str, numbers: list[int], symbols: list[str]) -> Iterator[LinkSite]:
    ahead = iter(numbers)
    for kind, symbol, start, end, local in zip(ahead, ahead, ahead, ahead, ahead, strict=True):
        yield LinkSite(_KINDS[kind], symbols[symbol], path, Span(start, end), symbols[local])


# --- Files ---


def tidy(folder: Path) -> None:
    """Remove what nobody has used for a month, and the oldest beyond the room that there is; looks once a day."""
    now = time.time()
    with contextlib.suppress(OSError):
        stamp = folder / "tidied"
        if stamp.exists() and 0 <= now - stamp.stat().st_mtime < DAY:
            return
        stamp.touch(mode=0o600)
        files = sorted(_files(folder), reverse=True)
        total = 0
        for used, path, size in files:
            total += size
            age = now - used
            unfinished = path.suffix not in ("", ".json") and age > DAY
            if age > _UNUSED_DAYS * DAY or total > _TOTAL_BYTES or unfinished:
                with contextlib.suppress(OSError):
                    path.unlink()
        for old in _folders(folder):
            # Fails for one that holds anything.
            with contextlib.suppress(OSError):
                old.rmdir()


def _folders(folder: Path) -> list[Path]:
    """Return the folders of all scanners. The user may have named a folder with other things in it."""
    return [one for one in folder.iterdir() if _SCANNER_FOLDER.fullmatch(one.name) and not one.is_symlink()]


def _files(folder: Path) -> Iterator[tuple[float, Path, int]]:
    """Yield the files of all scanners and compiled code: when each was used last (seconds), and its size in bytes."""
    for place, pattern in ((folder, _CODE), *((one, _FILE) for one in _folders(folder))):
        for path in place.iterdir():
            if pattern.fullmatch(path.name):
                found = path.lstat()
                yield found.st_mtime, path, found.st_size
