"""Files as the rest of the server sees them: one version of one file with all that is known of it, and their store.

Unsaved text always wins over the disk. A :class:`Source` never changes; what is read out of it is worked out when
first asked for.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.build.constraints import Constraint, file_constraint, ignored_name
from linkname_ls.build.files import MAX_FILE_BYTES
from linkname_ls.build.reader import read_bytes
from linkname_ls.links.parsed import ParsedFiles
from linkname_ls.source.directives import CgoImport, Directive, could_direct, scan_pragmas
from linkname_ls.source.gofile import GoFile, outline
from linkname_ls.source.header import Import, header_imports, package_name
from linkname_ls.source.lazily import cached_property
from linkname_ls.source.positions import LargeLines, Lines, Span
from linkname_ls.source.predeclared import redeclared

if TYPE_CHECKING:
    import tree_sitter

    from linkname_ls.build.platform import Platform
    from linkname_ls.source.around import Rest
    from linkname_ls.source.assembly import AsmSite

_STORE_BYTES = 48 << 20
_MOST_PARSED = 8 << 20
"""Bytes of the largest file that is parsed, which takes 40 times as much memory, and 3 seconds."""
Language = Literal["go", "asm"]


def language_of(path: str) -> Language | None:
    """Return which of our languages a file name stands for, or None."""
    if path.endswith(".go"):
        return "go"
    return "asm" if path.endswith(".s") else None


@dataclass
class Reads:
    """What has been read out of the bodies of a file's functions so far: an edit of anything else changes no answer."""

    words: set[bytes] = field(default_factory=set[bytes])
    """What was searched for in the whole file."""
    names: set[str] = field(default_factory=set[str])
    """Names of its package of which it was asked only whether the file mentions them."""
    functions: set[str] = field(default_factory=set[str])
    """Functions and methods whose bodies were looked into for more than that, by name."""
    errors: bool = False
    """Whether it was asked if there is anything that the parser cannot read."""
    all: bool = False
    """Whether anything at all may have been read."""


class Source:
    """One version of one ``.go`` or ``.s`` file."""

    def __init__(
        self, path: Path | str, data: bytes, basis: tree_sitter.Tree | None = None, rest: Rest | None = None
    ) -> None:
        self._path = path
        self.data = data
        self.language: Language = "asm" if str(path).endswith(".s") else "go"
        self._basis = basis
        """The syntax tree of an earlier text, told of the edits since: what they left alone need not be parsed."""
        self._rest = rest
        """What is known of an earlier text that had an error."""
        self._exact = True
        self._hopeless = False
        self._parsing = threading.Lock()
        self._named: dict[str, bool] = {}
        self._taken: dict[Platform, bool] = {}
        """Which platforms build the file, as far as that was asked."""

    @cached_property
    def reads(self) -> Reads:
        """What has been read out of the bodies of its functions. Of most files nothing is."""
        return Reads()

    def take_reads(self, before: Source) -> None:
        """Count what was read of another version as read of this one."""
        self.__dict__["reads"] = before.reads

    @cached_property
    def path(self) -> Path:
        """Where the file is. Made late: most files of a package are only searched for a name."""
        return Path(self._path)

    @cached_property
    def name(self) -> str:
        """What the file is called, without its folder."""
        return os.path.basename(self._path)  # noqa: PTH119 - asked for very often

    @cached_property
    def folder(self) -> Path:
        """Where it lies."""
        return _folder(os.path.dirname(self._path))  # noqa: PTH120

    @property
    def unparsed(self) -> bool:
        """Whether the file is too large to be parsed.

        Its directives are known, and which names it could declare, but nothing of what it does: all that is asked of
        its syntax tree has the answer that half-typed files have.
        """
        return len(self.data) > _MOST_PARSED

    @property
    def limits(self) -> str:
        """What is not known of the file, and why, in a sentence; "" for nearly all."""
        if self._hopeless:
            return f"{self.path} is nothing that the Go parser comes to an end with: only its directives are read."
        if not self.unparsed:
            return ""
        size = len(self.data) >> 20
        return f"{self.path} has {size} MB, more than {_MOST_PARSED >> 20}: only its directives are read."

    @cached_property
    def lines(self) -> Lines:
        """Line starts, for conversions."""
        return LargeLines(self.data) if self.unparsed else Lines(self.data)

    @cached_property
    def tree(self) -> tree_sitter.Tree:
        """The syntax tree of a Go file."""
        # Imported late: a question about one directive often needs no syntax tree at all.
        from linkname_ls.source.syntax import UNREADABLE, parse_again

        if self.unparsed:
            self._exact = False
            return parse_again(UNREADABLE, None).tree
        with self._parsing:
            known = self.parsed  # by another thread meanwhile
            if known is not None:
                return known
            tree, self._rest, self._exact, self._hopeless = parse_again(self.data, self._basis, self._rest)
            self._basis = None
            self.__dict__["tree"] = tree
        _parsed.add(self)
        return tree

    @property
    def unread(self) -> bool:
        """Whether the syntax tree says nothing of the file: it is not parsed, or the parser has given up on it."""
        _ = self.tree
        return self.unparsed or self._hopeless

    def forget_tree(self) -> None:
        """Have the syntax tree made again when it is next asked for."""
        self.__dict__.pop("tree", None)

    @property
    def parsed(self) -> tree_sitter.Tree | None:
        """The syntax tree, if it has been made already."""
        return self.__dict__.get("tree")

    @property
    def exact(self) -> bool:
        """Whether the syntax tree is one of these bytes, and not of what they were made to be readable."""
        _ = self.tree
        return self._exact

    def edited(self, span: Span, text: bytes) -> Source:
        """Return the file with a stretch replaced; its syntax tree will be made from this one's."""
        data = self.data[: span.start] + text + self.data[span.end :]
        tree = self.parsed  # which another thread may have it forget
        known = tree if tree is not None else self._basis
        # Edits of what had to be made readable say nothing of the text that was parsed.
        if known is None or not self._exact or len(data) > _MOST_PARSED:
            return Source(self.path, data, rest=self._rest)
        basis = known.copy()
        end = span.start + len(text)
        changed = self.lines.edited(span, data)
        basis.edit(
            start_byte=span.start,
            old_end_byte=span.end,
            new_end_byte=end,
            start_point=self.lines.point(span.start),
            old_end_point=self.lines.point(span.end),
            new_end_point=changed.point(end),
        )
        source = Source(self.path, data, basis, self._rest)
        source.__dict__["lines"] = changed
        return source

    @property
    def has_error(self) -> bool:
        """Whether a Go file holds something that the parser cannot read."""
        self.reads.errors = True
        return self.tree.root_node.has_error

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the file, as a part of another one too."""
        data = word.encode()
        self.reads.words.add(data)
        found = data in self.data
        # Who looks for what it means there trusts nothing in a half-typed file.
        self.reads.errors = self.reads.errors or found
        return found

    def names(self, name: str) -> bool:
        """Whether a Go file mentions a package-level name of its own package, other than to declare it."""
        self.reads.names.add(name)
        found = self._named.get(name)
        if found is None:
            from linkname_ls.source.uses import mentions

            found = name.encode() in self.data and (
                self.unread or next(mentions(self.data, self.tree, name), None) is not None
            )
            self._named[name] = found
        return found

    @cached_property
    def go(self) -> GoFile:
        """What a Go file declares (nothing for assembly)."""
        if self.language != "go":
            return GoFile("", None, (), ())
        if self.unread:
            from linkname_ls.source.syntax import UNREADABLE

            return outline(UNREADABLE, self.tree)
        return outline(self.data, self.tree)

    @property
    def outlined(self) -> bool:
        """Whether it is known already what the file declares."""
        return "go" in self.__dict__

    @cached_property
    def package_name(self) -> str:
        """The name in the package clause, "" when there is none; does not parse the file."""
        return package_name(self.data) if self.language == "go" else ""

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """The imports of a Go file; does not parse the file."""
        return header_imports(self.data) if self.language == "go" else ()

    def imports_path(self, path: str) -> bool:
        """Whether a Go file imports this path, in whatever form; does not parse the file."""
        return any(one.path == path for one in self.imports)

    @cached_property
    def _pragmas(self) -> tuple[tuple[Directive, ...], tuple[CgoImport, ...]]:
        return scan_pragmas(self.data) if self.language == "go" else ((), ())

    @property
    def scanned(self) -> bool:
        """Whether the directives are known already."""
        return "_pragmas" in self.__dict__

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The linkname directives of a Go file, right or wrong."""
        return self._pragmas[0]

    def accepted_for(self, name: str) -> Sequence[Directive]:
        """Return the directives of a Go file that the compiler's parser accepts, of those whose local name this is."""
        if not self.scanned and not could_direct(self.data, name.encode()):
            return ()
        return self._by_local.get(name, ())

    @cached_property
    def _by_local(self) -> Mapping[str, Sequence[Directive]]:
        found: dict[str, list[Directive]] = {}
        for directive in self.directives:
            if directive.accepted and directive.local is not None:
                found.setdefault(directive.local.text, []).append(directive)
        return found

    @property
    def cgo_imports(self) -> tuple[CgoImport, ...]:
        """The ``//go:cgo_import_dynamic`` comments of a Go file."""
        return self._pragmas[1]

    @cached_property
    def assembly(self) -> tuple[AsmSite, ...]:
        """The symbols of an assembly file."""
        if self.language != "asm":
            return ()
        from linkname_ls.source.assembly import scan_assembly

        return scan_assembly(self.data)

    @cached_property
    def constraint(self) -> Constraint:
        """When the file is built, by its name and its header."""
        return file_constraint(self.name, self.data)

    @cached_property
    def redeclared(self) -> frozenset[str]:
        """The predeclared types (``string``, ``error``) that the file could declare anew, by its text alone."""
        return redeclared(self.data)

    @property
    def is_test(self) -> bool:
        """Whether only ``go test`` builds it."""
        return str(self._path).endswith("_test.go")

    @cached_property
    def uses_cgo(self) -> bool:
        """Whether it imports "C" (and so is built with cgo only)."""
        return self.language == "go" and b'"C"' in self.data and self.imports_path("C")

    def in_build(self, platform: Platform) -> bool:
        """Whether ``go build`` (or ``go test``) for this platform takes the file."""
        taken = self._taken.get(platform)
        if taken is None:
            taken = self._taken[platform] = (
                not ignored_name(self.name) and self.constraint.holds(platform) and (platform.cgo or not self.uses_cgo)
            )
        return taken

    def text(self, span: Span) -> str:
        """Return a stretch of the file as text."""
        return self.data[span.start : span.end].decode("utf-8", "replace")


_parsed = ParsedFiles()


@lru_cache(maxsize=4096)
def _folder(path: str) -> Path:
    """Return the one path that stands for a folder: the same object is found faster in what is kept by folder."""
    return Path(path)


Stamp = tuple[int, int]
"""(modification time in ns, size in bytes): when it differs, the file has changed."""


class SourceStore:
    """Reads files and remembers the last ones, by stamp. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Stamp, Source]] = OrderedDict()
        self._bytes = 0
        self._limits: dict[str, str] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        """Which files are too large to be read whole, in sentences."""
        with self._lock:
            return tuple(self._limits.values())

    def read(self, path: str, stamp: Stamp | None = None) -> Source | None:
        """Return the file as it is on disk, or None when it is no readable regular file.

        ``stamp`` saves a look at the disk when the caller has just looked.
        """
        if stamp is None:
            stamp = stamp_of(path)
            if stamp is None:
                return None
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(path)
                return kept[1]
        data = read_bytes(path)
        if data is None:
            return None
        source = Source(path, data)
        if source.unparsed or (not data and stamp[1] > MAX_FILE_BYTES):
            # Not kept: it would push out all others.
            with self._lock:
                self._limits[path] = source.limits or f"{path} has {stamp[1] >> 20} MB: it is taken as empty."
            return source
        with self._lock:
            old = self._kept.pop(path, None)
            if old is not None:
                self._bytes -= len(old[1].data)
            self._kept[path] = (stamp, source)
            self._bytes += len(data)
            while self._bytes > _STORE_BYTES and len(self._kept) > 1:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._bytes -= len(dropped.data)
        return source


def stamp_of(path: str) -> Stamp | None:
    """Return a file's stamp, or None when it is missing or no regular file."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - the fast path of the scan
    except (OSError, ValueError):
        return None
    return (stat.st_mtime_ns, stat.st_size) if (stat.st_mode & 0o170000) == 0o100000 else None


Overlays = Mapping[str, Source]
"""Open documents by path: what the editor holds, saved or not."""
