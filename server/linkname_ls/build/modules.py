"""Modules, and which version of each a build takes (minimal version selection).

Source: cmd/go/internal/modload/buildlist.go (``readModGraph``), modfile.go (``goModSummary``), init.go
(``replacementFrom``); https://go.dev/ref/mod#minimal-version-selection.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.gomod import (
    GoMod,
    Replace,
    compare_versions,
    escape_path,
    escape_version,
    parse_go_mod,
)
from linkname_ls.build.goversion import compare_go
from linkname_ls.build.reader import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ModuleKind = Literal["main", "std", "dependency", "vendored", "none"]


class Module(NamedTuple):
    """A module that takes part in a build."""

    path: str
    """"" for no module; "std" for GOROOT/src, "cmd" for GOROOT/src/cmd."""
    dir: Path
    version: str
    """The selected version, also where a replacement provides the files; "" for main modules and std."""
    go: str
    """The language of its go.mod ("1.21") or, when vendored, of modules.txt; "" when neither names one."""
    kind: ModuleKind
    immutable: bool
    """Whether its files never change: the module cache and released Go trees."""
    flat: bool = False
    """Whether the folders below it are none of its business: a file stands there that is of no module."""


class Selected(NamedTuple):
    """A module in the build list, under its own path and version even when it is replaced.

    ``dir`` need not exist; it is None where there is no module cache.
    """

    path: str
    version: str
    dir: Path | None
    local: bool
    """Whether ``dir`` is a folder of the user's (a replacement), and not in the module cache."""


_Visit = tuple[str, str, bool]
"""A module, its version, and whether an unpruned module needs it."""


class _Target(NamedTuple):
    """Where a module comes from once replaced: a folder, or a path and version in the module cache."""

    folder: Path | None
    path: str
    version: str


def cache_dir(gomodcache: Path, path: str, version: str) -> Path:
    """The folder of a module version in the module cache, whether it exists or not."""
    return gomodcache / f"{escape_path(path)}@{escape_version(version)}"


def build_list(
    mains: Sequence[tuple[Path, GoMod]],
    work_replace: Sequence[Replace],
    gomodcache: Path | None,
    work_dir: Path | None = None,
) -> dict[str, Selected]:
    """The selected version of every module that the main modules (folder, go.mod) need, without themselves.

    One main module of Go 1.17 or later lists its whole selection itself. Otherwise the requirement graph is
    read from the module cache, pruned as the go command prunes it; what is not there contributes nothing.
    ``work_replace`` are the replacements of the go.work file in ``work_dir``, None when there is no
    workspace.
    """
    graph = _Graph(mains, work_replace, gomodcache, work_dir)
    return {path: graph.resolve(path, version) for path, version in graph.select().items()}


def is_pruned(mod: GoMod) -> bool:
    """Whether a module lists its indirect requirements: go 1.17 (gover ``ExplicitIndirectVersion``)."""
    return compare_go(mod.go, "1.17") >= 0


class _Graph:
    """The requirement graph of some main modules."""

    __slots__ = (
        "_cache",
        "_excluded",
        "_files",
        "_main_paths",
        "_mains",
        "_replacements",
        "_seen",
        "_selected",
        "_workspace",
    )

    def __init__(
        self,
        mains: Sequence[tuple[Path, GoMod]],
        work_replace: Sequence[Replace],
        gomodcache: Path | None,
        work_dir: Path | None,
    ) -> None:
        self._mains = mains
        self._cache = gomodcache
        self._workspace = work_dir is not None
        self._main_paths = {mod.module for _, mod in mains}
        self._selected: dict[str, str] = {}
        self._seen: set[_Visit] = set()
        self._excluded = {(e.path, e.version) for _, mod in mains for e in mod.exclude}
        self._files: dict[_Target, GoMod] = {}
        # A replacement in go.work hides all that go.mod files say about the same module (replacementFrom).
        self._replacements: list[dict[tuple[str, str], _Target]] = []
        if work_dir is not None:
            self._replacements.append(_targets(work_dir, work_replace))
        self._replacements.extend(_targets(folder, mod.replace) for folder, mod in mains)

    def select(self) -> dict[str, str]:
        """The selected version of each module: the highest one that some requirement names."""
        if len(self._mains) == 1 and not self._workspace and is_pruned(self._mains[0][1]):
            self._require(self._mains[0][1], [])
            return self._selected
        queue: list[_Visit] = []
        for _, mod in self._mains:
            self._require(mod, queue, unpruned=not is_pruned(mod))
        self._load(queue)
        if self._workspace:
            self._reload_raised()
        return self._selected

    def _load(self, queue: list[_Visit]) -> None:
        """Take in the requirements of the modules in the queue and of what they lead to."""
        while queue:
            visit = queue.pop()
            if visit in self._seen:
                continue
            self._seen.add(visit)
            path, version, unpruned = visit
            mod = self._go_mod(path, version)
            # A module that lists all of its requirements is not followed further, unless an older one needs
            # it.
            follow = queue if unpruned or not is_pruned(mod) else []
            self._require(mod, follow, unpruned=True)

    def _reload_raised(self) -> None:
        """Follow requirements of the workspace that others have raised to a higher version (readModGraph)."""
        done: set[tuple[str, str]] = set()
        pending = [mod for _, mod in self._mains]
        while pending:
            for path, version in self._needs(pending.pop()):
                selected = self._selected.get(path, version)
                if compare_versions(selected, version) > 0 and (path, selected) not in done:
                    done.add((path, selected))
                    mod = self._go_mod(path, selected)
                    queue: list[_Visit] = []
                    self._require(mod, queue, unpruned=not is_pruned(mod))
                    self._load(queue)
                    pending.append(mod)

    def _require(self, mod: GoMod, queue: list[_Visit], *, unpruned: bool = False) -> None:
        """Count a module's requirements and put them in the queue."""
        for path, version in self._needs(mod):
            if path not in self._main_paths and compare_versions(version, self._selected.get(path, "")) >= 0:
                self._selected[path] = version
            queue.append((path, version, unpruned))

    def resolve(self, path: str, version: str) -> Selected:
        target = self._target(path, version)
        if target.folder is not None:
            return Selected(path, version, target.folder, local=True)
        folder = cache_dir(self._cache, target.path, target.version) if self._cache else None
        return Selected(path, version, folder, local=False)

    def _needs(self, mod: GoMod) -> Iterator[tuple[str, str]]:
        for need in mod.require:
            if (need.path, need.version) not in self._excluded:
                yield need.path, need.version

    def _target(self, path: str, version: str) -> _Target:
        for replacements in self._replacements:
            found = replacements.get((path, version)) or replacements.get((path, ""))
            if found is not None:
                return found
        return _Target(None, path, version)

    def _go_mod(self, path: str, version: str) -> GoMod:
        target = self._target(path, version)
        known = self._files.get(target)
        if known is None:
            known = self._files[target] = self._read_go_mod(target)
        return known

    def _read_go_mod(self, target: _Target) -> GoMod:
        if target.folder is not None:
            return read_go_mod(target.folder / "go.mod") or GoMod()
        if self._cache is None:
            return GoMod()
        name = f"{escape_version(target.version)}.mod"
        file = self._cache / "cache" / "download" / escape_path(target.path) / "@v" / name
        # A cache that was copied or trimmed may hold the module alone.
        return (
            read_go_mod(file) or read_go_mod(cache_dir(self._cache, target.path, target.version) / "go.mod") or GoMod()
        )


def _targets(folder: Path, replacements: Iterable[Replace]) -> dict[tuple[str, str], _Target]:
    found: dict[tuple[str, str], _Target] = {}
    for line in replacements:
        if line.new_version:
            target = _Target(None, line.new_path, line.new_version)
        else:
            # Not resolved: the spelling that the user opened is the one to answer in.
            target = _Target(Path(os.path.normpath(folder / line.new_path)), "", "")
        found[line.old_path, line.old_version] = target
    return found


def read_go_mod(path: Path) -> GoMod | None:
    """The go.mod file; None when it cannot be read."""
    data = read_bytes(path)
    return None if data is None else parse_go_mod(data)


_GO_LINE = re.compile(rb"^[ \t]*go[ \t]+(1\.[0-9]+)", re.MULTILINE)


def go_language(folder: Path) -> str:
    """The language in the go.mod of a folder, "1.21"; "" when there is none. Reads only that line."""
    match = _GO_LINE.search(read_bytes(folder / "go.mod") or b"")
    return match[1].decode() if match else ""
