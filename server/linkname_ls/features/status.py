"""Status: what the server knows, the first question in a bug report."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkname_ls.links.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class TreeStatus:
    """One tree that is searched for links."""

    name: str
    """Its module and version, ``std`` for the Go tree; the folder's name where it has none."""
    root: str
    indexed: bool
    files: int
    """How many Go and assembly files were searched; 0 until then."""
    directives: int
    sites: int
    """How many places name a symbol of another package."""


@dataclass(frozen=True, slots=True)
class WorldStatus:
    """One main module or go.work, and how it is built."""

    root: str
    modules: tuple[str, ...]
    dependencies: int
    missing: tuple[str, ...]
    """Modules that are not on this machine."""
    goroot: str
    """"" without a Go tree."""
    release: str
    target: str
    """GOOS/GOARCH."""
    cgo: bool
    tags: tuple[str, ...]
    """Those that the user has set."""
    ldflags: str


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    version: str
    python: str
    system: str
    folders: tuple[str, ...]
    worlds: tuple[WorldStatus, ...]
    trees: tuple[TreeStatus, ...]
    cache: str
    """The folder that keeps what the search found for the next start; "" for none."""
    problems: tuple[str, ...]

    @property
    def busy(self) -> bool:
        """Whether some tree has not been searched yet."""
        return not all(tree.indexed for tree in self.trees)

    def as_json(self) -> dict[str, object]:
        """Return it as plain values, with its text for people beside it."""
        return {**asdict(self), "busy": self.busy, "text": text(self)}


def status(snapshot: Snapshot, problems: Sequence[str] = ()) -> Status:
    """Return what is known now; nothing is searched for it. ``problems`` are added to those of the modules."""
    universe = snapshot.universe
    names: dict[Path, str] = {}
    worlds: list[WorldStatus] = []
    for world in universe.worlds:
        toolchain = world.toolchain
        for module in world.modules():
            names.setdefault(module.dir, f"{module.path}@{module.version}" if module.version else module.path)
        worlds.append(
            WorldStatus(
                str(world.root),
                tuple(module.path or "(no module)" for module in world.mains),
                sum(module.kind in ("dependency", "vendored") for module in world.modules()),
                tuple(f"{module.path}@{module.version}" for module in world.missing_modules()),
                str(toolchain.goroot) if toolchain.goroot is not None else "",
                toolchain.version,
                f"{toolchain.platform.goos}/{toolchain.platform.goarch}",
                toolchain.platform.cgo,
                tuple(sorted(toolchain.user_tags)),
                toolchain.ldflags,
            )
        )
    trees: list[TreeStatus] = []
    for tree in dict.fromkeys(tree for world in universe.worlds for tree in snapshot.trees(world.root)):
        known = snapshot.index.peek(tree)
        sites = sum(map(len, known.by_symbol.values())) if known is not None else 0
        trees.append(
            TreeStatus(
                names.get(tree.root, "") or tree.root.name,
                str(tree.root),
                known is not None,
                known.count if known is not None else 0,
                known.directives if known is not None else 0,
                sites,
            )
        )
    cache = snapshot.index.cache
    unkept = (cache.problem,) if cache is not None and cache.problem else ()
    return Status(
        __version__,
        platform.python_version(),
        f"{sys.platform} {platform.machine()}",
        tuple(map(str, universe.folders)),
        tuple(worlds),
        tuple(trees),
        str(cache.folder) if cache is not None and cache.folder is not None else "",
        tuple(dict.fromkeys((*universe.problems, *problems, *unkept))),
    )


def text(found: Status) -> str:
    """Return a status for people to read."""
    lines = [f"linkname-ls {found.version}, Python {found.python}, {found.system}"]
    for world in found.worlds:
        dependencies = f", {_count(world.dependencies, 'dependency', 'dependencies')}" if world.dependencies else ""
        lines += ["", f"{', '.join(world.modules)}{dependencies}", f"  in       {world.root}"]
        lines.append(f"  Go       {world.release or 'none found'}{f' at {world.goroot}' if world.goroot else ''}")
        build = [world.target, "cgo" if world.cgo else "no cgo"]
        build += [f"tags {','.join(world.tags)}"] if world.tags else []
        build += [f"ldflags {world.ldflags}"] if world.ldflags else []
        lines.append(f"  build    {', '.join(build)}")
        lines += [f"  missing  {module}" for module in world.missing]
    if not found.worlds:
        lines += ["", "No folder is open."]
    searched = [tree for tree in found.trees if tree.indexed]
    if found.trees:
        lines += ["", f"{_count(len(searched), 'tree')} of {len(found.trees)} searched for links:"]
        width = max(len(tree.name) for tree in found.trees)
        for tree in (*sorted(searched, key=lambda tree: -tree.directives), *(t for t in found.trees if not t.indexed)):
            counts = " ".join(
                f"{number:>{size},} {word}{' ' if number == 1 else 's'}"
                for number, size, word in (
                    (tree.files, 7, "file"),
                    (tree.directives, 6, "directive"),
                    (tree.sites, 6, "link site"),
                )
            )
            lines.append(f"  {tree.name:<{width}} {counts if tree.indexed else '  (not yet)'}".rstrip())
        lines.append(f"  kept for the next start {f'in {found.cache}' if found.cache else 'nowhere'}")
    lines += ["", *found.problems] if found.problems else []
    return "\n".join(lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
