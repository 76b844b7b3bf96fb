"""Whether a file may import a package, as a fix would have it do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkname_ls.checks.unit import Unit
    from linkname_ls.links.packages import Package


def importable(unit: Unit, package: Package) -> bool:
    """Whether Go allows a unit's file to import a package: it is visible there, and makes no circle of imports.

    Source: ``disallowInternal``, ``disallowVendor`` and ``reusePackage`` in cmd/go/internal/load/pkg.go.
    """
    path = package.path
    before, internal, _ = f"/{path}/".rpartition("/internal/")
    module = unit.snapshot.worlds(unit.package.folder)[0].module_of(package.folder)
    # What the Go tree keeps for itself has no path in front that would say so.
    foreign = module is not None and module.kind == "std" and (unit.module is None or unit.module.kind != "std")
    hidden = internal and (foreign or not f"/{unit.package.path}/".startswith(f"{before}/"))
    if unit.source.language != "go" or package.name == "main" or hidden or path.startswith(("vendor/", "cmd/")):
        return False
    return unit.programs.library(package.folder).member_of(unit.source.folder) is None
