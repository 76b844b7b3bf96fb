"""What the compiler compiles together with a file, and in which language.

The checks of the compiler are about a *package as it is built*: the files that today's platform and tags select, the
in-package test files with them when `go test` builds it. For a file that today's build leaves out, the unit is what
could be built together with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from linkname_ls.links.packages import Package, could_declare
from linkname_ls.links.sources import Source
from linkname_ls.source.directives import Directive

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.build.toolchain import Toolchain
    from linkname_ls.links.snapshot import Snapshot

_NEWEST = (1, 27)


@dataclass(frozen=True)
class Unit:
    """One file to check, and the package that is compiled with it."""

    source: Source
    package: Package
    toolchain: Toolchain
    module: Module | None
    snapshot: Snapshot

    @cached_property
    def in_build(self) -> bool:
        """Whether today's build (or test) takes the file."""
        return self.source.in_build(self.toolchain.platform)

    @property
    def release(self) -> tuple[int, int]:
        """The Go release that judges, as (1, 26)."""
        return go_release(self.toolchain.version) or _NEWEST

    @cached_property
    def language(self) -> tuple[int, int]:
        """The language version of the package's module.

        Without a go line a module speaks Go 1.16 (go.dev/ref/mod#go-mod-file-go); what has no module, the toolchain's.
        """
        if self.module is None or self.module.kind in ("none", "std"):
            return self.release
        return go_release(f"go{self.module.go}") or (1, 16)

    def holds(self, source: Source) -> bool:
        """Whether a Go file of the package is compiled together with this one."""
        return (self.source.is_test or not source.is_test) and self._goes_along(source)

    @cached_property
    def assembly(self) -> tuple[Source, ...]:
        """The assembly files that are built with it."""
        return tuple(source for source in self.package.asm if self._goes_along(source))

    def _goes_along(self, source: Source) -> bool:
        if self.in_build:
            return source.in_build(self.toolchain.platform)
        return not source.constraint.excludes(self.source.constraint)

    def declares(self, name: str) -> bool:
        """Whether the unit declares a function or variable called ``name`` that a directive can mean."""
        if name in ("_", "init"):
            return False
        # Nearly always it stands in the directive's own file; only then is the package looked through.
        return any(one.name == name and one.kind in ("func", "var") for one in self.source.go.declarations) or any(
            one.declaration.kind in ("func", "var") and self.holds(one.source) for one in self.package.find(name)
        )

    def may_declare(self, name: str) -> bool:
        """Whether a file that is half-typed could declare ``name`` where the parser cannot see it."""
        return any(
            source.tree.root_node.has_error and could_declare(source.data, name)
            for source in self.package.sources
            if self.holds(source)
        )

    def checked(self) -> Iterator[Directive]:
        """Yield the directives of the file that get as far as the compiler's checks of what they name."""
        if self.source.directives and imports_unsafe(self.source):
            yield from (one for one in self.source.directives if one.accepted and self.reads(one))

    def reads(self, directive: Directive) -> bool:
        """Whether this release takes the comment for a directive: linknamestd is one since Go 1.27."""
        return directive.keyword != "linknamestd" or self.release >= (1, 27)

    def binding(self, name: str) -> tuple[Source, Directive] | None:
        """Return the directive that counts for a local name: the first that passes the compiler's checks.

        Files are read by name, tests later, cgo files last. See ``collectDecls`` in
        cmd/compile/internal/noder/writer.go.
        """
        passing = [
            (source, directive)
            for source, directive in self._for(name)
            if directive.accepted and imports_unsafe(source) and not instantiates(directive, self.release)
        ]
        if not passing or not self.declares(name):
            return None
        return min(
            passing,
            key=lambda one: (one[0].uses_cgo, one[0].is_test, one[0].path.name, one[1].span),
        )

    def means(self, name: str) -> bool:
        """Whether a directive that the compiler's parser refuses names ``name``: once mended, it would count."""
        return any(not directive.accepted for _, directive in self._for(name))

    def _for(self, name: str) -> Iterator[tuple[Source, Directive]]:
        for source, directive in self.package.by_local.get(name, ()):
            if self.reads(directive) and self.holds(source):
                yield source, directive

    def symbol(self, directive: Directive) -> str:
        """Return the symbol that a directive names, "" for one without arguments."""
        if directive.target is not None:
            return directive.target.text
        return f"{self.package.prefix}.{directive.local.text}" if directive.local is not None else ""


def imports_unsafe(source: Source) -> bool:
    """Whether a file's directives are enabled: it imports unsafe, or "C" (cgo then adds the import)."""
    return source.go.imports_path("unsafe") or source.go.imports_path("C")


def instantiates(directive: Directive, release: tuple[int, int]) -> bool:
    """Whether a directive names an instantiation, which the compiler refuses since Go 1.23."""
    target = directive.target
    return target is not None and "[" in target.text and "]" in target.text and release >= (1, 23)


def go_release(version: str) -> tuple[int, int] | None:
    """Return the release of a version such as ``go1.26.8`` as (1, 26); None for what is none."""
    match = re.match(r"go(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def unit_of(snapshot: Snapshot, source: Source) -> Unit | None:
    """Return the unit of a Go file; None when it has no package clause."""
    package = snapshot.package_of(source)
    if package is None:
        return None
    world = snapshot.worlds(source.path.parent)[0]
    # The store may have dropped and read the file again since the package was put together.
    same = (one for one in package.sources if one.path == source.path and one.data == source.data)
    return Unit(next(same, source), package, world.toolchain, world.module_of(source.path.parent), snapshot)
