"""One ``go build`` world: the main modules, their dependencies and the Go tree.

Source: cmd/go/internal/modload/init.go of the Go tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build import layout, paths
from linkname_ls.build.goversion import language_version
from linkname_ls.build.modules import Module, Selected, build_list
from linkname_ls.build.places import Places, Sources, tree_module
from linkname_ls.build.spelling import Spelling
from linkname_ls.build.toolchain import select_toolchain, wanted_toolchain, with_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkname_ls.build.gomod import GoMod
    from linkname_ls.build.toolchain import Toolchain


class World:
    """What one ``go build`` sees: main modules with their dependencies and the Go tree.

    Immutable; what costs more than reading the go.mod and go.work files is computed when first asked for.
    Made by :func:`find_world`.
    """

    def __init__(
        self,
        root: Path,
        toolchain: Toolchain,
        mains: Sequence[tuple[Module, GoMod]],
        problems: Sequence[str] = (),
        *,
        workspace: layout.Workspace | None = None,
        vendor: str | None = None,
        gopath_src: str = "",
        spelling: Spelling | None = None,
    ) -> None:
        self.root = root
        """The folder of go.work or go.mod, the ``src`` of a Go tree, or the lone folder."""
        self.toolchain = toolchain
        """The toolchain after switching."""
        self.problems = tuple(dict.fromkeys(problem for problem in problems if problem))
        """Sentences for the user about what is wrong with this world."""
        self.mains = tuple(module for module, _ in mains)
        """The main modules; a Go tree that is the world itself is one of kind "std"."""
        self._mods = tuple((module.dir, mod) for module, mod in mains if module.kind in ("main", "dependency"))
        self._workspace = workspace
        self._spelling = spelling or Spelling()
        go = workspace.work.go if workspace is not None else mains[0][1].go if mains else ""
        sources = Sources(self.mains, toolchain.goroot, toolchain.gomodcache, vendor, go, gopath_src)
        self._places = Places(sources, self._select)

    def modules(self) -> tuple[Module, ...]:
        """The main modules, then the dependencies on this machine, then the Go tree ("std", with its cmd)."""
        here = (module for module, present in self._places.dependencies if present)
        std = self._places.std
        after = () if std is None or any(main.kind == "std" for main in self.mains) else (std,)
        return (*self.mains, *here, *after)

    def missing_modules(self) -> tuple[Module, ...]:
        """The dependencies that a main module's go.mod names but that are not on this machine.

        The requirement graph may name more: versions that only decide about others, and are never downloaded.
        """
        named = {need.path for _, mod in self._mods for need in mod.require}
        return tuple(module for module, present in self._places.dependencies if not present and module.path in named)

    def package_dir(self, import_path: str) -> Path | None:
        """The folder that ``go build`` takes a package from.

        None when the package is unknown or there is no such folder.
        """
        return self._places.package_dir(import_path)

    def import_path(self, folder: Path) -> str | None:
        """The import path that begins the link symbols of the package in a folder.

        None when the folder is outside this world, or is no package's (GOROOT/src).
        """
        return self._places.locate(folder)[1]

    def module_of(self, folder: Path) -> Module | None:
        """The module that a folder belongs to; None outside this world."""
        return self._places.locate(folder)[0]

    def go_mod(self, module: Module) -> GoMod | None:
        """Return the go.mod of a main module; None for any other, and for one that has none."""
        return next((mod for folder, mod in self._mods if folder == module.dir), None)

    def _select(self) -> dict[str, Selected]:
        if not self._mods:
            return {}
        workspace, cache = self._workspace, self.toolchain.gomodcache
        if workspace is None:
            found = build_list(self._mods, (), cache)
        else:
            found = build_list(self._mods, workspace.work.replace, cache, Path(workspace.dir))
        return {path: self._spelled(selected) for path, selected in found.items()}

    def _spelled(self, selected: Selected) -> Selected:
        if not selected.local or selected.dir is None:
            return selected
        return selected._replace(dir=self._spelling.folder(selected.dir))


def find_world(folder: Path, toolchain: Toolchain, spelling: Spelling | None = None, *, flat: bool = False) -> World:
    """The world that a ``go build`` in this folder would see.

    Reads the go.mod and go.work files and nothing else. A folder outside every module is a world of its own.
    ``spelling`` says how the folders of replacements and of go.work are called; None leaves them as they are written.
    Of a world of its own ``flat`` leaves out the folders below, which Go builds only when they are asked for.
    """
    here = paths.absolute(folder)
    tree = layout.go_tree(here, toolchain.goroot)
    if tree is not None:
        return _tree_world(tree, toolchain)
    cached = layout.cached_module(here, toolchain.gomodcache)
    if cached is not None:
        return _cached_world(cached, toolchain)
    root = layout.module_root(here)
    workspace, problem = layout.find_workspace(here, toolchain)
    if workspace is None:
        pass
    elif root is None or any(paths.same(root, use) for use in workspace.uses):
        return _workspace_world(workspace, toolchain, spelling or Spelling())
    else:
        file = paths.join(workspace.dir, "go.work")
        problem = f"{file} does not use the module in {root}, which is read on its own; see `go work use`."
    if root is None:
        return _lone_world(here, toolchain, problem, flat=flat)
    return _module_world(root, toolchain, problem, spelling)


def _tree_world(tree: layout.GoTree, toolchain: Toolchain) -> World:
    """A Go tree is its own toolchain, whatever its version."""
    src = Path(tree.src)
    if src.parent != toolchain.goroot:
        toolchain = with_tree(toolchain, src.parent)
    return World(src, toolchain, [(tree_module("std", src), tree.mod)])


def _cached_world(cached: layout.CachedModule, toolchain: Toolchain) -> World:
    mod = layout.load_go_mod(cached.dir)
    chosen = _switched(toolchain, mod.go, mod.toolchain)
    # A fork that serves as a replacement keeps the original's path in its go.mod.
    path, folder = mod.module or cached.path, Path(cached.dir)
    go = language_version(mod.go)
    main = Module(path, folder, cached.version, go, "dependency", immutable=True)
    return World(folder, chosen, [(main, mod)], [chosen.problem])


def _module_world(root: str, toolchain: Toolchain, problem: str, spelling: Spelling | None) -> World:
    mod = layout.load_go_mod(root)
    chosen = _switched(toolchain, mod.go, mod.toolchain)
    main, fault = _main_module(root, mod)
    vendor = layout.vendor_dir(root, mod.go, toolchain.mod_flag, workspace=False)
    problems = [chosen.problem, problem, fault]
    return World(Path(root), chosen, [(main, mod)], problems, vendor=vendor, spelling=spelling)


def _workspace_world(workspace: layout.Workspace, toolchain: Toolchain, spelling: Spelling) -> World:
    work, folder = workspace.work, workspace.dir
    chosen = _switched(toolchain, work.go, work.toolchain)
    problems = [chosen.problem]
    mains: list[tuple[Module, GoMod]] = []
    for use in (str(spelling.folder(Path(one))) for one in workspace.uses):
        if paths.is_file(paths.join(use, "go.mod")):
            mod = layout.load_go_mod(use)
            main, fault = _main_module(use, mod)
            mains.append((main, mod))
            problems.append(fault)
        else:
            problems.append(f"{paths.join(folder, 'go.work')} uses {use}, which has no go.mod.")
    vendor = layout.vendor_dir(folder, work.go, toolchain.mod_flag, workspace=True)
    return World(Path(folder), chosen, mains, problems, workspace=workspace, vendor=vendor, spelling=spelling)


def _lone_world(here: str, toolchain: Toolchain, problem: str, *, flat: bool) -> World:
    """A folder without a module: below GOPATH/src its path says what it is."""
    sources = (str(entry / "src") for entry in toolchain.gopath)
    gopath = next((source for source in sources if paths.relative(here, source)), "")
    main = Module("", Path(here), "", "", "none", immutable=False, flat=flat and not gopath)
    problems = (toolchain.problem, problem)
    return World(main.dir, toolchain, [(main, layout.NO_GO_MOD)], problems, gopath_src=gopath)


def _switched(toolchain: Toolchain, go: str, wish: str) -> Toolchain:
    return select_toolchain(toolchain, wanted_toolchain(go, wish, toolchain.toolchain_mode))


def _main_module(root: str, mod: GoMod) -> tuple[Module, str]:
    problem = "" if mod.module else f"{paths.join(root, 'go.mod')} has no module line."
    return Module(mod.module, Path(root), "", language_version(mod.go), "main", immutable=False), problem
