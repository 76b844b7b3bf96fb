"""A package's files, and the names that they declare, found by opening as little as possible."""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from linkname_ls.links.sources import Source, SourceStore, language_of
from linkname_ls.links.symbols import path_to_prefix, split_member
from linkname_ls.source.directives import Directive
from linkname_ls.source.gofile import Declaration
from linkname_ls.source.lazily import cached_property
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.source.assembly import AsmSite


_STORE_BYTES = 48 << 20
"""How much source the kept packages may hold."""
_FEW = 8
"""How many files of a package may have changed for the rest to be worth a look."""


class Declared(NamedTuple):
    """A declaration and the file it stands in."""

    source: Source
    declaration: Declaration


class Bound(NamedTuple):
    """A directive and the file it stands in."""

    source: Source
    directive: Directive


class Used(NamedTuple):
    """An identifier that means a package-level name, and the file it stands in."""

    source: Source
    span: Span


_Here = TypeVar("_Here", Declared, Bound, Used)
_Value = TypeVar("_Value")
MOST_NAMES = 20_000
"""How many names a package remembers that it was asked for: each half-typed one is another."""
_Search = Callable[[Iterable["Source"]], Iterator[_Here]]


class Package:
    """The files of one folder that share a package clause, for every platform.

    ``asm`` holds the folder's assembly, for the package that it belongs to.
    """

    def __init__(self, folder: Path, path: str, name: str, sources: Sequence[Source], asm: Sequence[Source]) -> None:
        self.folder = folder
        self.path = path
        """Its import path; for an external test package with ``_test`` behind it."""
        self.name = name
        self.sources = tuple(sources)
        self.asm = tuple(asm)
        self.external = name.endswith("_test") and all(source.is_test for source in sources)
        """Whether it is an external test package."""
        self.prefix = "main" if name == "main" else path_to_prefix(path)
        """What its symbols start with."""
        self._found: dict[str, tuple[Declared, ...]] = {}
        self._bound: dict[str, tuple[Bound, ...]] = {}
        self._used: dict[str, tuple[Used, ...]] = {}
        self._assembled: dict[str, tuple[tuple[Source, AsmSite], ...]] = {}
        self._before: Package | None = None
        """The package as it was before its last change."""
        self._changed: tuple[Source, ...] = ()

    def follow(self, before: Package) -> None:
        """Take over what was found in the package as it was before, where its files are the same."""
        same = set(before.sources)
        changed = tuple(source for source in self.sources if source not in same)
        if (before.name, before.path) == (self.name, self.path) and len(changed) <= _FEW:
            before._before = None  # What it has not been asked for itself is too old.
            self._before, self._changed = before, changed
            if before.asm == self.asm:
                self._assembled = before._assembled

    def _search(
        self,
        name: str,
        known: dict[str, tuple[_Here, ...]] | None,
        among: Callable[[Iterable[Source]], Iterator[_Here]],
    ) -> tuple[_Here, ...]:
        """Return what is found of a name, looking only into what has changed since it was found before."""
        before = known.get(name) if known is not None else None
        if before is None:
            return tuple(among(self.sources))
        order = self._order
        kept = [one for one in before if one.source in order]
        return tuple(sorted([*kept, *among(self._changed)], key=lambda one: order[one.source]))

    @cached_property
    def _order(self) -> dict[Source, int]:
        return {source: at for at, source in enumerate(self.sources)}

    def find(self, member: str) -> tuple[Declared, ...]:
        """Return the declarations called ``member`` (``f``, ``T.m``, ``(*T).m``), of every platform; maybe none.

        Only files in which the name stands where a declaration could be are parsed.
        """
        found = self._found.get(member)
        if found is None:
            parts = split_member(member)
            if parts is None:
                found = ()
            else:
                known = self._before._found if self._before is not None else None
                found = self._search(member, known, partial(_declared, *parts))
            _remember(self._found, member, found)
        return found

    @cached_property
    def directives(self) -> tuple[Bound, ...]:
        """All linkname directives of the package, in the order of file names."""
        return tuple(Bound(source, directive) for source in self.sources for directive in source.directives)

    @cached_property
    def redeclared(self) -> dict[str, list[Source]]:
        """The files that could declare a predeclared type anew, by its name; see :attr:`Source.redeclared`."""
        result: dict[str, list[Source]] = {}
        for source in self.sources:
            for name in source.redeclared:
                result.setdefault(name, []).append(source)
        return result

    @cached_property
    def by_target(self) -> dict[str, list[Bound]]:
        """All directives of the package with a target, by that, refused ones too."""
        result: dict[str, list[Bound]] = {}
        for bound in self.directives:
            if bound.directive.target is not None:
                result.setdefault(bound.directive.target.text, []).append(bound)
        return result

    @cached_property
    def by_local(self) -> dict[str, list[Bound]]:
        """All directives of the package by local name, refused ones too."""
        result: dict[str, list[Bound]] = {}
        for bound in self.directives:
            if bound.directive.local is not None:
                result.setdefault(bound.directive.local.text, []).append(bound)
        return result

    def directives_for(self, name: str) -> tuple[Bound, ...]:
        """Return the accepted directives whose local name is ``name``."""
        found = self._bound.get(name)
        if found is None:
            known = self._before._bound if self._before is not None else None
            found = _remember(self._bound, name, self._search(name, known, partial(_accepted, name)))
        return found

    def uses(self, name: str) -> tuple[Used, ...]:
        """Return where the Go files mention a package-level name, as :func:`~linkname_ls.source.uses.mentions` does."""
        found = self._used.get(name)
        if found is None:
            known = self._before._used if self._before is not None else None
            found = _remember(self._used, name, self._search(name, known, partial(_used, name)))
        return found

    def binding(self, declared: Declared) -> Bound | None:
        """Return the directive that applies to a function or variable, or None.

        The one in the declaration's own file comes first; then one that can be built together with it.
        """
        declaration = declared.declaration
        if declaration.kind not in ("func", "var"):
            return None
        candidates = self.directives_for(declaration.name)
        if not candidates:
            return None
        for bound in candidates:
            if bound.source.path == declared.source.path:
                return bound
        for bound in candidates:
            if not bound.source.constraint.excludes(declared.source.constraint):
                return bound
        return None

    def natural_symbol(self, declaration: Declaration) -> str:
        """Return the symbol of a declaration that no directive renames."""
        return f"{self.prefix}.{declaration.member}"

    def symbol_of(self, declared: Declared) -> str:
        """Return the link symbol of a declaration: the directive's target, else its natural one."""
        bound = self.binding(declared)
        if bound is not None and bound.directive.target is not None:
            return bound.directive.target.text
        return self.natural_symbol(declared.declaration)

    def assembly(self, symbol: str) -> tuple[tuple[Source, AsmSite], ...]:
        """Return the sites of a symbol in the package's own assembly files."""
        found = self._assembled.get(symbol)
        if found is None:
            found = _remember(self._assembled, symbol, tuple(self._assembly(symbol)))
        return found

    def _assembly(self, symbol: str) -> Iterator[tuple[Source, AsmSite]]:
        short = symbol.removeprefix(self.prefix) if symbol.startswith(self.prefix + ".") else symbol
        last = symbol.rpartition(".")[2].encode()
        for source in self.asm:
            if last not in source.data:
                continue
            for site in source.assembly:
                if site.symbol in (short, symbol):
                    yield source, site


def _remember(known: dict[str, _Value], name: str, found: _Value) -> _Value:
    """Keep what was found of a name; when there are too many, all begin anew."""
    if len(known) >= MOST_NAMES:
        known.clear()
    known[name] = found
    return found


def _declared(receiver: str, pointer: bool, name: str, sources: Iterable[Source]) -> Iterator[Declared]:  # noqa: FBT001
    word = name.encode()
    for source in sources:
        # Most files fall at the first test, which is a plain search for bytes; what is parsed needs none.
        if not source.outlined and (word not in source.data or not could_declare(source.data, name)):
            continue
        for declaration in source.go.named(name):
            if (
                declaration.receiver == receiver
                # A value method can be had through the pointer too: the compiler makes a wrapper.
                and (pointer or not declaration.pointer)
            ):
                yield Declared(source, declaration)


def _accepted(name: str, sources: Iterable[Source]) -> Iterator[Bound]:
    for source in sources:
        for directive in source.accepted_for(name):
            yield Bound(source, directive)


def _used(name: str, sources: Iterable[Source]) -> Iterator[Used]:
    # Imported late: a question about one directive needs no syntax tree.
    from linkname_ls.source.uses import mentions

    for source in sources:
        if source.mentions(name):
            for node, _ in mentions(source.data, source.tree, name):
                yield Used(source, Span(node.start_byte, node.end_byte))


_LONGEST = 1000
"""Letters of a name that is searched for before a file is parsed."""
_HEAD = 256
"""How many bytes before its name a declaration may begin: a receiver written over several lines."""


def _may_declare(data: bytes, word: bytes, declares: re.Pattern[bytes]) -> bool:
    """Whether a declaration's pattern matches; looks around each place of a rare word only, which is much faster."""
    if data.count(word) * 2 * _HEAD > len(data):
        return declares.search(data) is not None
    at, looked_at = data.find(word), 0
    while at >= 0:
        start = data.rfind(b"\n", 0, max(at - _HEAD, 0)) + 1
        # What follows the name may stand on the next line.
        end = data.find(b"\n", at + len(word))
        end = data.find(b"\n", end + 1) if end >= 0 else end
        end = end + 1 if end >= 0 else len(data)
        if declares.search(data, start, end):
            return True
        looked_at += end - start
        if looked_at > len(data):  # on lines without an end
            return declares.search(data, end) is not None
        at = data.find(word, at + len(word))
    return False


def could_declare(data: bytes, name: str) -> bool:
    """Whether a declaration of ``name`` could stand in a file, by its text alone; never False when one does.

    But where more than ``_HEAD`` bytes of line comments stand between ``func`` and the name.
    """
    # A pattern of a whole line is made slowly, and there are few such names.
    return len(name) > _LONGEST or _may_declare(data, name.encode(), _declaration_pattern(name))


@lru_cache(maxsize=512)
def _declaration_pattern(name: str) -> re.Pattern[bytes]:
    """Match where a package could declare ``name``: behind ``func``, a receiver, ``var``, ``type``, or in a group."""
    # In bytes a letter beyond ASCII is no \w, and so no boundary of a word either.
    word = re.escape(name.encode()) + rb"(?![\w\x80-\xff])"
    # On one line: a list may go on over thousands, and the pattern begins at each of them.
    others = rb"(?:[\w\x80-\xff]+[ \t]*,[ \t]*)*"
    return re.compile(
        rb"\bfunc\s*(?:\([^()]*\)\s*)?(?://[^\n]*\n\s*)*"
        + word
        + rb"|\b(?:var|const|type)\s*\(?\s*"
        + others
        + word
        + rb"|(?:^|;)[ \t]*"
        + others
        + word
        + rb"(?!\s*(?:[(.\[{:+*/%&|^-]|$))"
        # Comments and calls have names in brackets, where no declaration is one without more.
        rb"|\([ \t]*" + others + word + rb"(?!\s*(?:[)(.\[{:+*/%&|^-]|$))"
        rb"|(?:^|[;(])[ \t]*" + others + word + rb"(?:\s+[*\[({]|\[\s*[\w\x80-\xff]+[\s,])"
        # A receiver may hold comments with brackets.
        rb"|\)[ \t]*" + word + rb"(?=\s*(?:[(\[]|/\*))"
        # gofmt keeps comments where they were written; after one anything may be meant.
        rb"|\*/\s*" + word,
        re.MULTILINE,
    )


@dataclass(slots=True)
class _Kept:
    """The packages of a folder, and what they were made of."""

    disk: dict[str, Source]
    """The files that were read from disk."""
    open: dict[str, Source]
    """The texts of the editor that stood for others."""
    packages: tuple[Package, ...]
    fixed: bool
    """Whether the files on disk never change."""
    fresh: bool = True
    """Whether nobody has said since that the disk may have changed."""

    @property
    def size(self) -> int:
        return sum(len(source.data) for source in (*self.disk.values(), *self.open.values()))


class PackageStore:
    """Keeps packages, with what was found in them, while their files are the same. Safe to use from several threads.

    The disk is looked at again when :meth:`forget` says so. One store serves one platform.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, _Kept] = OrderedDict()
        self._bytes = 0

    def get(
        self,
        folder: Path,
        path: str | None,
        store: SourceStore,
        overlays: Mapping[str, Source],
        platform: Platform,
        *,
        fixed: bool,
    ) -> tuple[Package, ...]:
        """Return the packages of a folder as :func:`load_packages` does.

        ``overlays`` are the open files in it; ``fixed`` says that those on disk never change.
        """
        with self._lock:
            known = self._kept.get(folder)
            if known is not None:
                self._kept.move_to_end(folder)
        if known is not None and known.fresh and known.open == overlays:
            return known.packages
        # What was open and is not any more has to be read from disk.
        if known is not None and known.fresh and known.open.keys() <= overlays.keys():
            disk = {name: source for name, source in known.disk.items() if name not in overlays}
        else:
            disk = dict(_on_disk(folder, store, overlays))
        if known is not None and known.disk == disk and known.open == overlays:
            known.fresh = True
            return known.packages
        packages = load_packages(folder, path, [*disk.values(), *overlays.values()], platform)
        for before in known.packages if known is not None else ():
            for package in packages:
                package.follow(before)
        kept = _Kept(disk, dict(overlays), packages, fixed)
        with self._lock:
            old = self._kept.pop(folder, None)
            if old is not None:
                self._bytes -= old.size
            self._kept[folder] = kept
            self._bytes += kept.size
            while self._bytes > _STORE_BYTES and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.size
        return packages

    def forget(self, folders: Collection[Path] | None = None) -> None:
        """Look at the disk again when next asked for what these folders hold; with None all that can change."""
        with self._lock:
            for folder, kept in self._kept.items():
                if not kept.fixed if folders is None else folder in folders:
                    kept.fresh = False


def load_packages(folder: Path, path: str | None, sources: Sequence[Source], platform: Platform) -> tuple[Package, ...]:
    """Return the packages of a folder: its own, an external test package, and what ignored files call themselves.

    Empty when the folder has no Go file. ``path`` is the folder's import path; None for a folder outside of everything
    known, which then goes by the package's name.
    """
    by_name: dict[str, list[Source]] = {}
    asm: list[Source] = []
    for source in sources:
        if source.language == "asm":
            asm.append(source)
        else:
            by_name.setdefault(source.package_name, []).append(source)
    names = [name for name in by_name if name]
    owner = _owner(by_name, platform)
    packages: list[Package] = []
    for name in names:
        external = name.endswith("_test") and all(source.is_test for source in by_name[name])
        own = path if path is not None else name.removesuffix("_test") if external else name
        packages.append(
            Package(
                folder,
                f"{own}_test" if external else own,
                name,
                sorted(by_name[name], key=lambda source: source.name),
                sorted(asm, key=lambda source: source.name) if name == owner and not external else (),
            )
        )
    packages.sort(key=lambda package: package.name != owner)
    return tuple(packages)


def _owner(by_name: dict[str, list[Source]], platform: Platform) -> str:
    """Return the name of the package that a folder is imported as: that of most of the files that are built."""

    def rank(name: str) -> tuple[bool, bool, bool, int]:
        sources = [source for source in by_name[name] if not source.is_test]
        # A file that no build takes (//go:build ignore) says nothing while others speak.
        return (
            bool(name),
            any(source.constraint.holds(platform) for source in sources),
            any(source.constraint.satisfiable() for source in sources),
            len(sources),
        )

    return max(by_name, key=rank, default="")


def _on_disk(folder: Path, store: SourceStore, overlays: Mapping[str, Source]) -> Iterator[tuple[str, Source]]:
    """Yield the files of a folder that are not open, by path."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if language_of(entry.name) is None or entry.path in overlays:
                    continue
                try:
                    stat = entry.stat()
                except OSError:
                    continue
                if (stat.st_mode & 0o170000) == 0o100000:
                    source = store.read(entry.path, (stat.st_mtime_ns, stat.st_size))
                    if source is not None:
                        yield entry.path, source
    except (OSError, ValueError):
        pass
