"""Reads the types of a Go tree for all its platforms at once.

A type is worked out for one build, together with the files that it was read from: it is the same in every build that
takes all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.platform import default_platform
from linkname_ls.build.toolchain import Toolchain, tree_version
from linkname_ls.links.index import Index
from linkname_ls.links.packages import Declared
from linkname_ls.links.signatures import End
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.typereader import Meaning, Place, Types
from linkname_ls.links.universe import Universe
from linkname_ls.releases.facts import ReleaseId, release_id
from linkname_ls.releases.ports import Ports
from linkname_ls.releases.shapes import UNKNOWN, function_shape, shape_text

if TYPE_CHECKING:
    from linkname_ls.links.gotypes import Named, Type
    from linkname_ls.links.packages import Package
    from linkname_ls.links.sources import Source


class Reading:
    """A Go tree that is read for its facts."""

    def __init__(self, goroot: Path) -> None:
        version = tree_version(goroot)
        found = release_id(version)
        if found is None:
            raise ValueError(f"{goroot} is no Go tree of a release: its version is {version or 'unknown'}")
        self.release: ReleaseId = found
        self.goroot = goroot
        self.source_folder = goroot / "src"
        self.ports = Ports(goroot, found.minor)
        toolchain = Toolchain(
            goroot=goroot,
            version=version,
            gomodcache=None,
            gopath=(),
            platform=default_platform("linux", "amd64"),
            mod_flag="",
            gowork="off",
            toolchain_mode="local",
            problem="",
        )
        self.snapshot = Snapshot(Universe([self.source_folder], toolchain), {}, SourceStore(), Index())
        self._types: dict[int, _Types] = {}
        self._texts: dict[tuple[Path, int, bool], str] = {}
        self._declarations: dict[Package, dict[str, list[Declared]]] = {}
        self._shapes: dict[tuple[Path, int, bool], list[tuple[str, int]]] = {}
        self.named: dict[tuple[Path, int], list[tuple[str, int, frozenset[Source]]]] = {}
        """The shapes of declared types: in which builds each holds, and the files that it was read from."""
        self._read: set[Source] = set()

    def start(self) -> None:
        """Begin to note which files are read."""
        self._read.clear()

    def read(self, package: Package) -> frozenset[str]:
        """Return the files of other packages that were read since, below the tree's ``src``."""
        source_folder = self.source_folder
        return frozenset(
            one.path.relative_to(source_folder).as_posix() for one in self._read if one.path.parent != package.folder
        )

    def spelled(self, package: Package, path: str) -> str:
        """Return an import path as symbols spell it: the Go tree vendors under names of its own."""
        folder = self.snapshot.import_folder(path, package.folder)
        return (self.snapshot.import_path(folder) if folder is not None else None) or path

    def text(self, package: Package, declared: Declared, *, pointer: bool) -> str:
        """Return the type of a declaration as Go writes it."""
        key = declared.source.path, declared.declaration.name_span.start, pointer
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = End(package, declared, pointer).text
        return known

    def declarations(self, package: Package) -> dict[str, list[Declared]]:
        """Return what a package declares beside methods, by name."""
        known = self._declarations.get(package)
        if known is None:
            known = self._declarations[package] = {}
            for source in package.sources:
                if not source.is_test:
                    for one in source.go.declarations:
                        if one.kind != "method":
                            known.setdefault(one.name, []).append(Declared(source, one))
        return known

    def shapes(self, package: Package, declared: Declared, *, pointer: bool) -> list[tuple[str, int]]:
        """Return the shapes of a declaration, each with the builds in which it is so."""
        key = declared.source.path, declared.declaration.name_span.start, pointer
        known = self._shapes.get(key)
        if known is None:
            known = self._shapes[key] = []
            left = self.ports.mask(declared.source)
            while left:
                types = self._types_of(left)
                text = types.shape(package, declared, pointer=pointer)
                mask = types.valid & left
                known.append((text, mask))
                left &= ~mask
        return known

    def _types_of(self, mask: int) -> _Types:
        at = (mask & -mask).bit_length() - 1
        types = self._types.get(at)
        if types is None:
            types = self._types[at] = _Types(self, at)
        types.valid = self.ports.all
        types.sources = set()
        return types

    def note(self, sources: set[Source]) -> None:
        """Take note that files were read."""
        self._read.update(sources)


class _Types(Types):
    """Reads types in one build, and notes what they were read from."""

    def __init__(self, reading: Reading, at: int) -> None:
        super().__init__(reading.snapshot)
        self._reading = reading
        self._ports = reading.ports
        self._bit = 1 << at
        self.valid = 0
        """The builds in which all that was read since is the same."""
        self.sources: set[Source] = set()
        self._resolved: dict[tuple[Path, int], tuple[Type, int, set[Source]]] = {}

    def builds(self, source: Source, package: Package) -> bool:  # noqa: ARG002 - as in the base class
        return bool(self._ports.mask(source) & self._bit)

    def goarch(self, package: Package) -> str:  # noqa: ARG002
        build = self._ports.builds[self._bit.bit_length() - 1]
        self.valid &= self._ports.words(build.goarch)
        return build.goarch

    def _declared(self, package: Package, name: str, place: Place) -> Meaning | None:  # noqa: ARG002
        every = self._reading.declarations(package).get(name, [])
        found = [one for one in every if self.builds(one.source, package)]
        for one in every:
            # In a build that takes another file with this name the type is another.
            mask = self._ports.mask(one.source)
            self.valid &= mask if one in found else ~mask
            self.sources.add(one.source)
        return Meaning(package, found[0]) if len(found) == 1 else None

    def underlying(self, named: Named) -> Type:
        key = named.declared.source.path, named.declared.declaration.span.start
        known = self._resolved.get(key)
        if known is None:
            before, self.valid, self.sources = (self.valid, self.sources), self._ports.all, set()
            found = super().underlying(named)
            known = self._resolved[key] = found, self.valid, self.sources
            self.valid, self.sources = before
        self._take(known[1], known[2])
        return known[0]

    def _take(self, valid: int, sources: set[Source]) -> None:
        self.valid &= valid
        self.sources |= sources

    def shape(self, package: Package, declared: Declared, *, pointer: bool) -> str:
        """Return the shape of a function, method or variable in this build; "" where it cannot be told."""
        if declared.declaration.is_function:
            function = self.function(package, declared, pointer=pointer)
            text = function_shape(function, self._text) if function is not None else UNKNOWN
        else:
            kind = self.variable(package, declared)
            text = self._text(kind) if kind is not None else UNKNOWN
        self._reading.note(self.sources)
        return "" if text == UNKNOWN else text

    def _text(self, kind: Type) -> str:
        return shape_text(kind, self._named_text, self.underlying)

    def _named_text(self, named: Named) -> str:
        key = named.declared.source.path, named.declared.declaration.span.start
        # What the arguments of a generic type change is not followed.
        known = self._reading.named.setdefault(key, [])
        for text, mask, sources in known:
            if mask & self._bit:
                self._take(mask, set(sources))
                return text
        before, self.valid, self.sources = (self.valid, self.sources), self._ports.mask(named.declared.source), set()
        known.append((UNKNOWN, self._bit, frozenset()))  # a type that contains itself
        mine = len(known) - 1
        text = self._text(self.underlying(named))
        known[mine] = (text, self.valid, frozenset(self.sources))
        valid, sources = self.valid, self.sources
        self.valid, self.sources = before
        self._take(valid, sources)
        return text
