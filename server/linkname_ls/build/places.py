"""Import paths to folders and back, in one build.

Source: cmd/go/internal/modload/import.go (``importFromModules``, ``dirInModule``) and load.go
(``resolveLocalPackage``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build import paths
from linkname_ls.build.gomod import VendoredModule, parse_modules_txt
from linkname_ls.build.goversion import compare_go, language_version
from linkname_ls.build.modules import Module, Selected, go_language
from linkname_ls.build.reader import read_bytes
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND_LINE = "command-line-arguments"
"""The import path of a package outside every module."""


class Sources(NamedTuple):
    """Where packages can come from. Folders need not exist."""

    mains: tuple[Module, ...]
    goroot: Path | None
    gomodcache: Path | None
    vendor: str | None
    """The vendor folder that replaces the module cache; None when none does."""
    go: str
    """The go line of go.work or of the one main module."""
    gopath_src: str
    """The GOPATH/src folder of a package without a module; "" elsewhere."""


class _Root(NamedTuple):
    """A folder below which packages lie; ``prefix`` goes before their relative paths."""

    prefix: str
    module: Module | Selected
    nested: bool
    """Whether a go.mod further down starts another module: not in the module cache."""


def tree_module(path: str, folder: Path) -> Module:
    """The module "std" or "cmd" of a Go tree."""
    src = str(folder.parent if path == "cmd" else folder)
    return Module(path, folder, "", go_language(folder), "std", immutable=paths.is_released_tree(src))


class Places:
    """Finds packages. Immutable but for what it remembers of folders that never change."""

    def __init__(self, sources: Sources, select: Callable[[], dict[str, Selected]]) -> None:
        self._sources = sources
        self._select = select
        self._immutable_dirs: dict[str, Path] = {}
        self._located: dict[Path, tuple[Module | None, str | None]] = {}
        self._read_dependencies: dict[str, Module] = {}

    # --- The modules ---

    @cached_property
    def std(self) -> Module | None:
        """The Go tree; None when there is none."""
        goroot = self._sources.goroot
        return None if goroot is None else tree_module("std", goroot / "src")

    @cached_property
    def dependencies(self) -> tuple[tuple[Module, bool], ...]:
        """The dependencies, and whether their folders exist."""
        if self._sources.vendor is not None:
            found = [self._vendored_module(module) for module in self._vendored.values()]
        else:
            found = [self._dependency(selected) for selected in self._selected.values()]
        # Without a module cache the folder is "", which is a folder.
        return tuple((module, module.dir.is_absolute() and module.dir.is_dir()) for module in found)

    @cached_property
    def _selected(self) -> dict[str, Selected]:
        return {} if self._sources.vendor is not None else self._select()

    @cached_property
    def _vendored(self) -> dict[str, VendoredModule]:
        if self._sources.vendor is None:
            return {}
        data = read_bytes(paths.join(self._sources.vendor, "modules.txt")) or b""
        # Modules without a package are listed only because go.mod names them.
        return {module.path: module for module in parse_modules_txt(data) if module.packages}

    def _dependency(self, selected: Selected) -> Module:
        """The module of a selected version, with the language that its go.mod names."""
        module = self._read_dependencies.get(selected.path)
        if module is None:
            folder = selected.dir or Path()
            go = "" if selected.dir is None else go_language(folder)
            module = Module(selected.path, folder, selected.version, go, "dependency", immutable=not selected.local)
            self._read_dependencies[selected.path] = module
        return module

    def _vendored_module(self, vendored: VendoredModule) -> Module:
        folder = Path(self._sources.vendor or "", *vendored.path.split("/"))
        go = language_version(vendored.go)
        return Module(vendored.path, folder, vendored.version, go, "vendored", immutable=False)

    def _is_listed(self, import_path: str) -> bool:
        """From Go 1.23 on, vendored packages must be listed (gover ``ExplicitModulesTxtImportVersion``)."""
        if compare_go(self._sources.go, "1.23") < 0:
            return True
        return any(import_path in module.packages for module in self._vendored_above(import_path))

    def _vendored_above(self, import_path: str) -> Iterator[VendoredModule]:
        for prefix, _ in paths.import_prefixes(import_path):
            if (module := self._vendored.get(prefix)) is not None:
                yield module

    # --- Import path to folder ---

    def package_dir(self, import_path: str) -> Path | None:
        """The folder that a package is built from; None when it is unknown or there is no such folder."""
        known = self._immutable_dirs.get(import_path)
        if known is not None or not paths.is_import_path(import_path):
            return known
        existing = ""
        for candidate, immutable in self._candidates(import_path):
            # A module provides a package when it has Go files for it; else a module above may have them.
            if paths.has_go_files(candidate):
                found = Path(candidate)
                if immutable:
                    self._immutable_dirs[import_path] = found
                return found
            if not existing and paths.is_dir(candidate):
                existing = candidate
        return Path(existing) if existing else None

    @cached_property
    def _main_by_path(self) -> dict[str, Module]:
        return {main.path: main for main in self._sources.mains if main.kind in ("main", "dependency")}

    def _candidates(self, import_path: str) -> Iterator[tuple[str, bool]]:
        """The folders that could hold a package, best first, and whether they never change."""
        elements = import_path.split("/")
        sources = self._sources
        if self.std is not None and "." not in elements[0]:
            folder = paths.join(str(self.std.dir), *elements)
            # Go asks for more than a folder here: vendor/ or testdata/ are no packages.
            if paths.has_go_files(folder):
                yield folder, self.std.immutable
        if import_path == COMMAND_LINE and len(sources.mains) == 1 and sources.mains[0].kind == "none":
            yield str(sources.mains[0].dir), False
        for prefix, rest in paths.import_prefixes(import_path):
            main = self._main_by_path.get(prefix)
            if main is not None:
                nested = main.kind == "main"
                yield from _below(main.dir, rest, nested=nested, immutable=main.immutable)
            elif (selected := self._selected.get(prefix)) is not None and selected.dir is not None:
                yield from _below(selected.dir, rest, nested=selected.local, immutable=not selected.local)
        if sources.vendor is not None and self._is_listed(import_path):
            yield paths.join(sources.vendor, *elements), False
        if sources.gopath_src:
            yield paths.join(sources.gopath_src, *elements), False

    # --- Folder to import path ---

    def locate(self, folder: Path) -> tuple[Module | None, str | None]:
        """The module and the import path of a folder; None for what it has not."""
        known = self._located.get(folder)
        if known is not None:
            return known
        found = self._locate(folder)
        if found[0] is not None and found[0].immutable:
            self._located[folder] = found  # no go.mod will come in between
        return found

    def _locate(self, folder: Path) -> tuple[Module | None, str | None]:
        spelled = paths.absolute(folder)
        vendor = self._sources.vendor
        found = self._locate_in(spelled, self._roots, vendor)
        if found[0] is None:
            resolved = paths.real(spelled)
            found = self._locate_in(resolved, self._real_roots, vendor and paths.real(vendor))
            cache = self._sources.gomodcache
            if found[0] is None and cache is not None:
                below = paths.relative(resolved, paths.real(str(cache)))
                if below:
                    found = self._locate_in(paths.join(str(cache), *below.split("/")), self._roots, None)
        return found

    @cached_property
    def _roots(self) -> dict[str, _Root]:
        """Every folder that packages lie below, as it is spelled."""
        roots: dict[str, _Root] = {}
        for selected in self._selected.values():
            if selected.dir is not None:
                # Most of them are never asked for: their go.mod files are read when they are.
                roots[str(selected.dir)] = _Root(selected.path, selected, nested=selected.local)
        if self.std is not None:
            cmd = tree_module("cmd", self.std.dir / "cmd")
            roots[str(self.std.dir)] = _Root("", self.std, nested=True)
            roots[str(cmd.dir)] = _Root("cmd", cmd, nested=True)
        gopath = self._sources.gopath_src
        if gopath:
            module = Module("", Path(gopath), "", "", "none", immutable=False)
            roots[gopath] = _Root("", module, nested=True)
        for main in self._sources.mains:
            if main.kind != "std":
                below = paths.relative(str(main.dir), gopath) if gopath else None
                prefix = below or main.path or COMMAND_LINE
                roots[str(main.dir)] = _Root(prefix, main, nested=main.kind != "dependency")
        return roots

    @cached_property
    def _real_roots(self) -> dict[str, _Root]:
        """The same with links resolved, the module cache left out: its many folders lie below one."""
        return {
            paths.real(folder): root
            for folder, root in self._roots.items()
            if not isinstance(root.module, Selected) or root.module.local
        }

    def _locate_in(self, folder: str, roots: dict[str, _Root], vendor: str | None) -> tuple[Module | None, str | None]:
        if vendor is not None and (below := paths.relative(folder, vendor)):
            above = next(self._vendored_above(below), None)
            if above is None:
                return None, None
            return self._vendored_module(above), below if self._is_listed(below) else None
        top = next((above for above in paths.ancestors(folder) if above in roots), None)
        if top is None:
            return None, None
        root = roots[top]
        below = paths.relative(folder, top) or ""
        module = self._dependency(root.module) if isinstance(root.module, Selected) else root.module
        # Without -mod=vendor a vendor folder is no part of its module.
        if module.kind == "main" and (below == "vendor" or below.startswith("vendor/")):
            return None, None
        if root.nested and _other_module_between(folder, top):
            return None, None
        if root.prefix == COMMAND_LINE:
            return (None, None) if below else (module, COMMAND_LINE)
        # GOROOT/src itself is no package.
        return module, "/".join(part for part in (root.prefix, below) if part) or None


def _below(root: Path, rest: str, *, nested: bool, immutable: bool) -> Iterator[tuple[str, bool]]:
    top = str(root)
    folder = paths.join(top, *rest.split("/")) if rest else top
    if not (nested and _other_module_between(folder, top)):
        yield folder, immutable


def _other_module_between(folder: str, root: str) -> bool:
    """Whether a go.mod at the folder or above it, but below the root, starts another module."""
    for above in paths.ancestors(folder):
        if len(above) <= len(root):
            return False
        if paths.is_file(paths.join(above, "go.mod")):
            return True
    return False
