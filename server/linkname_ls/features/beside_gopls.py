"""What gopls says at a place, so that an editor which asks both servers does not show it twice.

What is left to gopls and not said by it is lost, so in doubt it is taken not to say it: in files that no usual build
takes, or that are built because of ``-tags``, which gopls may not know.

Source: gopls/internal/golang: linkname.go, definition.go, references.go and hover.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.links.universe import tree_of
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.build.platform import Platform
    from linkname_ls.features.subject import Subject
    from linkname_ls.links.packages import Declared
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.links.table import Site

_PORTS = (
    *(("darwin", "amd64"), ("darwin", "arm64"), ("linux", "amd64"), ("linux", "arm64"), ("windows", "amd64")),
    *(("linux", "arm"), ("linux", "386"), ("windows", "386")),
)
"""The first of ``preferredPorts``; what is built for no other than the rest is left in doubt."""


class Gopls:
    """What gopls says at an offset in a file, where the cursor is on a subject."""

    def __init__(self, snapshot: Snapshot, subject: Subject, offset: int) -> None:
        self._snapshot = snapshot
        self._subject = subject
        self._offset = offset
        self._here = subject.source.folder
        self._world = snapshot.worlds(self._here)[0]
        self._platform = _view(subject.source, snapshot.platform(self._here), self._world.toolchain.user_tags)

    def shows(self, site: Site) -> bool:
        """Whether its hover has the declaration and the comment of a site.

        At a name in Go it has those of what the name means in its own package; at a target those of where that leads.
        """
        declaration = site.declaration
        if declaration is None:
            return False
        if self._subject.place in ("declaration", "use"):
            return any(
                one.source.text(one.declaration.header) == site.source.text(declaration.header)
                for one in self._subject.declared
            )
        return declaration.kind in ("func", "var") and self._target_is(site)

    def leads_to(self, site: Site) -> bool:
        """Whether go to definition leads to a site.

        A name in Go leads to its declaration, which leads to itself, or to the first assembly file if it has no body.
        """
        if self._target_is(site):
            return True
        own = self._own
        if own is None:
            return False
        if self._subject.place == "declaration" and own.declaration.bodyless:
            return site.kind == "assembly" and self._assembled(site, own)
        return site.key == (own.source.path, own.declaration.name_span)

    def refers_to(self, site: Site) -> bool:
        """Whether its references hold a site: the declaration of a name in Go, or a use of it."""
        own = self._own
        folder = site.source.folder
        if own is None or not self._built(site.source):
            return False
        if (site.source.is_test or folder != own.source.folder) and not self._in_workspace(folder):
            return False
        if site.kind == "use":
            package, declaration = self._subject.package, site.declaration
            return (
                package is not None
                and site.package is not None
                and site.package.path == package.path
                and declaration is not None
                and declaration.member == own.declaration.member
                and _whole(site.source)
            )
        return site.key == (own.source.path, own.declaration.name_span)

    @cached_property
    def _own(self) -> Declared | None:
        """What the name under the cursor means in gopls's build; None for no name, and where there is doubt."""
        source = self._subject.source
        if self._subject.place not in ("declaration", "use") or not self._built(source) or not _whole(source):
            return None
        module = self._world.module_of(self._here)
        built = [one for one in self._subject.declared if self._built(one.source) and _whole(one.source)]
        return built[0] if len(built) == 1 and module is not None and module.kind != "none" else None

    def _built(self, source: Source) -> bool:
        return source.in_build(self._platform)

    def _target_is(self, site: Site) -> bool:
        """Whether the target under the cursor is the name of a site to gopls, and its package is loaded."""
        parts = _target(self._subject.source.data, self._offset) if self._subject.place == "target" else None
        package, declaration = site.package, site.declaration
        if parts is None or package is None or declaration is None or not self._built(self._subject.source):
            return False
        # In-package tests are another variant of the package, and which of them gopls takes is left to chance.
        return (
            (package.path, declaration.name) == parts
            and declaration.kind != "method"
            and declaration.name not in ("init", "_")
            and self._built(site.source)
            and (package.external or not site.source.is_test)
            and self._is_loaded(site.source.folder)
        )

    def _assembled(self, site: Site, own: Declared) -> bool:
        """Whether a site is the ``TEXT`` that gopls finds for a function without a body (``nonGoDefinition``)."""
        if own.declaration.kind != "func" or site.package is None:
            return False
        name = re.escape(own.declaration.name.encode())
        pattern = re.compile(rb"TEXT\b[^\n]*\xc2\xb7(" + name + rb")[(<]")
        for source in sorted(site.package.asm, key=lambda one: one.name):
            if source.folder == own.source.folder and self._built(source):
                found = pattern.search(source.data)
                if found is not None:
                    return source.path == site.source.path and site.name.start == found.start(1)
        return False

    def _is_loaded(self, folder: Path) -> bool:
        """Whether gopls loads the package in a folder: it does what ``go list -deps -test ./...`` lists."""
        if self._in_workspace(folder):
            return True
        # Most targets are found from here, and the workspace may be large.
        return folder in self._kept((self._here,)) or folder in self._kept(self._packages)

    def _in_workspace(self, folder: Path) -> bool:
        module = self._world.module_of(folder)
        return module is not None and module in self._world.mains and _is_listed(folder, module)

    @cached_property
    def _packages(self) -> tuple[Path, ...]:
        """The folders of the main modules, as far as they have been searched."""
        known = [(module, self._snapshot.index.peek(tree_of(module))) for module in self._world.mains]
        folders = {(Path(folder), module) for module, tree in known if tree is not None for folder in tree.marks}
        return tuple(sorted(folder for folder, module in folders if _is_listed(folder, module)))

    def _kept(self, roots: tuple[Path, ...]) -> frozenset[Path]:
        key = "gopls", roots, self._platform
        return self._snapshot.graph.kept(key, lambda: frozenset(self._imported(roots)))

    def _imported(self, roots: Iterable[Path]) -> Iterator[Path]:
        """Yield the folders that imports lead to. Nobody's import is implied: a library may do without the runtime."""
        pending = list(roots)
        tested, seen = set(pending), set(pending)
        for folder in pending:  # grows while it is walked
            yield folder
            direct = self._snapshot.graph.direct(self._snapshot, folder, self._platform)
            for path in (*direct.own, *((*direct.test, *direct.external) if folder in tested else ())):
                found = self._snapshot.import_folder(path, folder, self._here)
                if found is not None and found not in seen:
                    seen.add(found)
                    pending.append(found)


def _view(source: Source, platform: Platform, user_tags: frozenset[str]) -> Platform:
    """Return the build in which gopls looks at a file: today's, or the first that takes it (cache/port.go)."""
    today = replace(platform, tags=platform.tags - user_tags)
    others = (replace(today, goos=goos, goarch=goarch, cgo=False) for goos, goarch in _PORTS)
    return next((one for one in (today, *others) if source.in_build(one)), today)


def _is_listed(folder: Path, module: Module) -> bool:
    """Whether ``./...`` in a module holds a folder (cmd/go/internal/modload/search.go)."""
    inside = folder.relative_to(module.dir).parts if folder.is_relative_to(module.dir) else ("_",)
    return not any(part.startswith((".", "_")) or part in ("testdata", "vendor") for part in inside)


def _whole(source: Source) -> bool:
    """Whether a file has no syntax errors, in which a type checker could lose names."""
    return not source.tree.root_node.has_error


def _target(data: bytes, offset: int) -> tuple[str, str] | None:
    """Return the package path and the name of the target at an offset; None where gopls sees none (``parseLinkname``).

    It takes the line's end for a part of the target, and the first letter for none.
    """
    start, end = data.rfind(b"\n", 0, offset) + 1, data.find(b"\n", offset) + 1
    line = data[start:end] if end else b""
    if not line.startswith(b"//go:linkname"):
        return None
    fields = line.split()
    if len(fields) != 3 or not 0 <= start + len(line) - offset <= len(fields[2]):
        return None
    path, dot, name = fields[2].decode(errors="replace").rpartition(".")
    return (path, name) if dot and path else None
