"""What the compiler compiles together with a file, and in which language.

The checks of the compiler are about a *package as it is built*: the files that today's platform and tags select, the
in-package test files with them when `go test` builds it. For a file that today's build leaves out, the unit is what
could be built together with it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linkname_ls.checks.settings import Settings
from linkname_ls.links.effective import NEWEST_RELEASE, Release, effective, go_release, imports_unsafe, reads
from linkname_ls.links.packages import Bound, Package, could_declare
from linkname_ls.links.sources import Source
from linkname_ls.links.table import Table
from linkname_ls.source.directives import Directive
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.build.toolchain import Toolchain
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.programs.member import Member
    from linkname_ls.programs.program import Program
    from linkname_ls.programs.workspace import Programs


@dataclass(frozen=True)
class Unit:
    """One file to check, and the package that is compiled with it."""

    source: Source
    package: Package
    toolchain: Toolchain
    module: Module | None
    snapshot: Snapshot
    settings: Settings
    programs: Programs

    @cached_property
    def linked(self) -> list[tuple[Program, Member]]:
        """The programs of the workspace that the file is compiled into."""
        return self.programs.linking(self.source)

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """What rules have worked out for this file and others can use."""
        return {}

    @cached_property
    def table(self) -> Table:
        """What can be asked about symbols; what one rule has asked another one need not."""
        return Table(self.snapshot)

    @cached_property
    def _bindings(self) -> dict[str, Bound | None]:
        return {}

    @cached_property
    def in_build(self) -> bool:
        """Whether today's build (or test) takes the file."""
        return self.source.in_build(self.toolchain.platform)

    @cached_property
    def release(self) -> Release:
        """The Go release that judges, as (1, 26)."""
        return go_release(self.toolchain.version) or NEWEST_RELEASE

    @cached_property
    def language(self) -> Release:
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
        return any(one.kind in ("func", "var") for one in self.source.go.named(name)) or any(
            one.declaration.kind in ("func", "var") and self.holds(one.source) for one in self.package.find(name)
        )

    def may_declare(self, name: str) -> bool:
        """Whether a file that is half-typed could declare ``name`` where the parser cannot see it."""
        return any(
            source.has_error and could_declare(source.data, name)
            for source in self.package.sources
            if self.holds(source)
        )

    @cached_property
    def checked(self) -> tuple[Directive, ...]:
        """The directives of the file that get as far as the compiler's checks of what they name."""
        if not self.source.directives or not imports_unsafe(self.source):
            return ()
        return tuple(one for one in self.source.directives if one.accepted and self.reads(one))

    def reads(self, directive: Directive) -> bool:
        """Whether this release takes the comment for a directive: linknamestd is one since Go 1.27."""
        return reads(directive, self.release)

    def binding(self, name: str) -> Bound | None:
        """Return the directive that counts for a local name: the first that passes the compiler's checks."""
        if name not in self._bindings:
            found = effective(self.package, name, self.holds, self.release)
            self._bindings[name] = found if found is not None and self.declares(name) else None
        return self._bindings[name]

    def means(self, name: str) -> bool:
        """Whether a directive that the compiler's parser refuses names ``name``: once mended, it would count."""
        return any(
            not directive.accepted and self.reads(directive) and self.holds(source)
            for source, directive in self.package.by_local.get(name, ())
        )

    def symbol(self, directive: Directive) -> str:
        """Return the symbol that a directive names, "" for one without arguments."""
        if directive.target is not None:
            return directive.target.text
        return f"{self.package.prefix}.{directive.local.text}" if directive.local is not None else ""


def unit_of(snapshot: Snapshot, source: Source, settings: Settings, programs: Programs) -> Unit | None:
    """Return the unit of a Go file; None when it has no package clause."""
    package = snapshot.package_of(source)
    if package is None:
        return None
    world = snapshot.worlds(source.folder)[0]
    # The store may have dropped and read the file again since the package was put together.
    held = (*package.sources, *package.asm)
    same = next((one for one in held if one.path == source.path and one.data == source.data), source)
    return Unit(same, package, world.toolchain, world.module_of(source.folder), snapshot, settings, programs)
