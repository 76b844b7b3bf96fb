"""What one question reads: open documents, files, packages and the index, as they are at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.links.imports import ImportGraph
from linkname_ls.links.index import Index
from linkname_ls.links.packages import Package
from linkname_ls.links.sites import LinkSite, link_sites
from linkname_ls.links.sources import Overlays, Source, SourceStore, language_of
from linkname_ls.links.symbols import path_to_prefix
from linkname_ls.links.tree import Tree
from linkname_ls.links.universe import Universe

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.build.world import World
    from linkname_ls.links.scan import TreeIndex


class Snapshot:
    """The state of everything for one question. Cheap to make; make one for each question.

    ``complete`` says whether questions wait for the whole index (the terminal does) or may answer from what is nearest
    as soon as that holds the answer (the editor does, while the index is being made).
    """

    def __init__(
        self,
        universe: Universe,
        overlays: Overlays,
        store: SourceStore,
        index: Index,
        graph: ImportGraph | None = None,
        *,
        complete: bool = False,
    ) -> None:
        self.universe = universe
        self.overlays = overlays
        self.store = store
        self.index = index
        self.graph = graph if graph is not None else ImportGraph()
        self.complete = complete
        self._overlay_folders: dict[Path, tuple[Source, ...]] | None = None
        self._packages: dict[Path, tuple[Package, ...]] = {}
        self._worlds: dict[Path, tuple[World, ...]] = {}
        self._sites: dict[tuple[tuple[World, ...], str], tuple[LinkSite, ...]] = {}
        self._own_sites: dict[tuple[Source, str], dict[str, list[LinkSite]]] = {}
        """By file and symbol prefix: its link sites by symbol, for thousands of directives may be asked about."""
        self._folders: dict[tuple[str, Path, World], Path | None] = {}
        self._vendors: dict[tuple[World, Path], tuple[str, ...]] = {}

    def with_text(self, source: Source) -> Snapshot:
        """Return the state in which a file has another text."""
        overlays = {**self.overlays, str(source.path): source}
        return Snapshot(self.universe, overlays, self.store, self.index, self.graph, complete=self.complete)

    def source(self, path: Path | str) -> Source | None:
        """Return a file, the editor's text before the disk's; None when there is no such Go or assembly file."""
        text = str(path)
        if language_of(text) is None:
            return None
        return self.overlays.get(text) or self.store.read(text)

    def overlays_in(self, folder: Path) -> tuple[Source, ...]:
        """Return the open documents of a folder."""
        if self._overlay_folders is None:
            found: dict[Path, list[Source]] = {}
            for source in self.overlays.values():
                found.setdefault(source.folder, []).append(source)
            self._overlay_folders = {path: tuple(sources) for path, sources in found.items()}
        return self._overlay_folders.get(folder, ())

    def worlds(self, folder: Path) -> tuple[World, ...]:
        """Return the worlds that matter to a folder, its own first."""
        known = self._worlds.get(folder)
        if known is None:
            known = self._worlds[folder] = self.universe.worlds_of(folder)
        return known

    def platform(self, folder: Path) -> Platform:
        """Return the platform and tags that a folder is built for."""
        return self.worlds(folder)[0].toolchain.platform

    def packages(self, folder: Path) -> tuple[Package, ...]:
        """Return the packages of a folder, the one that others import first."""
        known = self._packages.get(folder)
        if known is None:
            path, platform = self.import_path(folder), self.platform(folder)
            overlays = {str(source.path): source for source in self.overlays_in(folder)}
            module = self.worlds(folder)[0].module_of(folder)
            fixed = module is not None and module.immutable
            known = self.graph.packages.get(folder, path, self.store, overlays, platform, fixed=fixed)
            self._packages[folder] = known
        return known

    def package_of(self, source: Source) -> Package | None:
        """Return the package that a file belongs to; None for a Go file without a package clause."""
        packages = self.packages(source.folder)
        if source.language == "asm":
            return packages[0] if packages else None
        return next((package for package in packages if package.name == source.package_name), None)

    def import_packages(self, path: str, folder: Path) -> tuple[Package, ...]:
        """Return the packages in the folder that an import path means to a file in ``folder``; maybe none."""
        found = self.import_folder(path, folder)
        return self.packages(found) if found is not None else ()

    def import_folder(self, path: str, folder: Path, program: Path | None = None) -> Path | None:
        """Return the folder that an import path means to a file in ``folder``; None when there is none.

        ``program`` is the folder of the program that is built, where that is another one: its world decides.
        """
        world = self.worlds(program or folder)[0]
        key = path, folder, world
        if key not in self._folders:
            self._folders[key] = self._import_folder(path, folder, world)
        return self._folders[key]

    def _import_folder(self, path: str, folder: Path, first: World) -> Path | None:
        for world in dict.fromkeys((first, *self.worlds(folder))):
            key = world, folder
            vendors = self._vendors.get(key)
            if vendors is None:
                vendors = self._vendors[key] = _vendors(world, folder)
            for vendor in vendors:
                found = world.package_dir(vendor + path)
                if found is not None:
                    return found
        return None

    def import_path(self, folder: Path) -> str | None:
        """Return the import path of the package that a folder holds; None outside of everything known."""
        for world in self.worlds(folder):
            path = world.import_path(folder)
            if path is not None:
                return path
        return None

    def symbol_packages(self, path: str, asker: Path) -> Iterator[Package]:
        """Yield the packages whose symbols start with the prefix of ``path``.

        One, as a rule; all programs of the workspace for ``main``; also ``p_test`` for an external test package.
        """
        if path == "main":
            yield from self._mains(asker)
            return
        for package in self.import_packages(path, asker):
            if package.path == path and package.name != "main":
                yield package
                return
        if path.endswith("_test"):
            for package in self.import_packages(path.removesuffix("_test"), asker):
                if package.path == path:
                    yield package
        # A package outside of any module goes by the name that the go command gives it.
        if path == "command-line-arguments":
            yield from (package for package in self.packages(asker) if package.path == path)

    def _mains(self, asker: Path) -> Iterator[Package]:
        """Yield the main packages of the workspace, the asker's own first."""
        seen: set[Path] = set()
        folders = [asker]
        if not any(package.name == "main" for package in self.packages(asker)):
            for tree in self.trees(asker):
                if not tree.immutable:
                    folders.extend(Path(path).parent for path in sorted(self.tree(tree).mains))
            folders.extend(Path(path).parent for path in self.overlays)
        for folder in folders:
            if folder in seen:
                continue
            seen.add(folder)
            for package in self.packages(folder):
                if package.name == "main":
                    yield package

    def trees(self, asker: Path) -> tuple[Tree, ...]:
        """Return all trees that could hold a link to what stands in ``asker``, the nearest first."""
        return self.universe.trees(self.worlds(asker))

    def prefix_of(self, folder: Path) -> str:
        """Return the symbol prefix of the package that a folder is imported as."""
        path = self.import_path(folder)
        return path_to_prefix(path) if path is not None else ""

    def tree(self, tree: Tree, progress: Callable[[int], None] | None = None) -> TreeIndex:
        """Return a tree's index, made now if it is not there yet."""
        return self.index.get(tree, self.prefix_of, progress)

    def link_sites(self, symbol: str, asker: Path) -> Iterator[LinkSite]:
        """Yield the link sites of a symbol in every tree, unsaved text winning; makes what is missing of the index."""
        key = self.worlds(asker), symbol
        known = self._sites.get(key)
        if known is None:
            found = [
                site for tree in self.searched_trees(asker) for site in self._valid(tree.by_symbol.get(symbol, ()))
            ]
            known = self._sites[key] = (*found, *self._overlay_sites(symbol))
        yield from known

    def searched_trees(self, asker: Path, progress: Callable[[Tree, int], None] | None = None) -> Iterator[TreeIndex]:
        """Yield every tree that could hold a link to what stands in ``asker``, searched now if it was not yet.

        Modules found below a folder of the workspace join it. ``progress`` is told the count of files so far.
        """
        done: set[Tree] = set()
        while pending := [tree for tree in self.trees(asker) if tree not in done]:
            for tree in pending:
                done.add(tree)
                found = self.tree(tree, (lambda count, tree=tree: progress(tree, count)) if progress else None)
                yield found
                if not tree.immutable and found.nested:
                    for nested in sorted(found.nested):
                        self.universe.add(Path(nested))
                    self._worlds.clear()

    def known_sites(self, symbol: str, asker: Path) -> Iterator[LinkSite]:
        """Yield the link sites of a symbol as far as they are known already, without waiting for the index."""
        for tree in self.trees(asker):
            known = self.index.peek(tree)
            if known is not None:
                yield from self._valid(known.by_symbol.get(symbol, ()))
        yield from self._overlay_sites(symbol)

    def near_sites(self, symbol: str, folders: list[Path]) -> Iterator[LinkSite]:
        """Yield the link sites of a symbol in a few folders, without any index."""
        seen: set[Path] = set()
        for folder in folders:
            if folder in seen:
                continue
            seen.add(folder)
            for package in self.packages(folder):
                for source in (*package.sources, *package.asm):
                    yield from self._sites_of(source, package.prefix, symbol)

    def indexed(self, asker: Path) -> bool:
        """Whether every tree that matters to ``asker`` has been searched."""
        return all(self.index.peek(tree) is not None for tree in self.trees(asker))

    def _valid(self, sites: tuple[LinkSite, ...]) -> Iterator[LinkSite]:
        """Leave out what an open document no longer says."""
        for site in sites:
            if site.path not in self.overlays:
                yield site

    def overlay_links(self) -> Iterator[LinkSite]:
        """Yield the link sites of the open documents."""
        for source in self.overlays.values():
            yield from link_sites(source, self.prefix_of(source.folder))

    def _overlay_sites(self, symbol: str) -> Iterator[LinkSite]:
        for source in self.overlays.values():
            yield from self._sites_of(source, self.prefix_of(source.folder), symbol)

    def _sites_of(self, source: Source, prefix: str, symbol: str) -> Sequence[LinkSite]:
        """Return the link sites of a symbol in one file."""
        found = self._own_sites.get((source, prefix))
        if found is None:
            if not _names(source, symbol):
                return ()
            found = self._own_sites[source, prefix] = {}
            for site in link_sites(source, prefix):
                found.setdefault(site.symbol, []).append(site)
        return found.get(symbol, ())


def _names(source: Source, symbol: str) -> bool:
    """Whether a file could name a symbol at all: the cheap test before it is read."""
    if source.language == "go":
        return symbol.encode() in source.data
    before, dot, last = symbol.rpartition(".")
    return (f"·{last}" if dot else before + last).encode() in source.data


def _vendors(world: World, folder: Path) -> tuple[str, ...]:
    """Return what may stand before an import path in a folder: the Go tree vendors under names of its own."""
    module = world.module_of(folder)
    if module is None or module.kind != "std":
        return ("",)
    own = world.import_path(folder)
    return ("cmd/vendor/" if own is not None and own.startswith("cmd/") else "vendor/", "")
