"""Which settings hold for which folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.reader import read_bytes
from linkname_ls.checks.names import NAMES
from linkname_ls.checks.settings import FILE_NAME, NOTHING_SET, Settings, parse_toml
from linkname_ls.links.sources import Stamp, stamp_of

if TYPE_CHECKING:
    from linkname_ls.build.world import World
    from linkname_ls.links.snapshot import Snapshot


class Configuration:
    """The settings of whoever asks, and the files of the workspace behind them. Safe to use from several threads.

    Files are read again when they change. One file holds for a folder: the nearest on the way up to its module's root,
    else the one beside go.work, else that of the workspace's folder.
    """

    def __init__(self, given: Settings = NOTHING_SET) -> None:
        self.given = given
        """What the command line or the editor says; stronger than any file."""
        self._lock = threading.Lock()
        self._files: dict[Path, tuple[Stamp, Settings, tuple[str, ...]]] = {}
        self._misplaced: dict[Path, str] = {}

    def of(self, snapshot: Snapshot, folder: Path) -> Settings:
        """Return what is set for the files of a folder; for the linker's flags GOFLAGS is the weakest source."""
        world = snapshot.worlds(folder)[0]
        settings = self.given
        for place in _places(snapshot, world, folder):
            found = self._read(place)
            if found is not None:
                settings = settings.over(found)
                if found.tags and place != world.root:
                    self._misplace(place, world)
                break
        return settings.over(Settings(ldflags=world.toolchain.ldflags))

    def tags_of(self, root: Path) -> Sequence[str]:
        """Return the build tags that the file beside a go.mod or go.work sets; none when whoever asks has set some."""
        if self.given.tags is not None:
            return ()
        found = self._read(root)
        return (found.tags or ()) if found is not None else ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the files read so far, in sentences."""
        with self._lock:
            found = [problem for _, _, problems in self._files.values() for problem in problems]
            return (*found, *self._misplaced.values())

    def _read(self, folder: Path) -> Settings | None:
        """Return what the file in a folder says; None without one."""
        path = folder / FILE_NAME
        stamp = stamp_of(str(path))
        with self._lock:
            if stamp is None:
                self._files.pop(path, None)
                return None
            known = self._files.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        data = read_bytes(str(path))
        if data is None:
            settings, problems = NOTHING_SET, ((0, "This file cannot be read, so nothing of it is used."),)
        else:
            settings, problems = parse_toml(data, NAMES)
        sentences = tuple(f"{path}{f', line {line}' if line else ''}: {text}" for line, text in problems)
        with self._lock:
            self._files[path] = (stamp, settings, sentences)
        return settings

    def _misplace(self, place: Path, world: World) -> None:
        sentence = f"{place / FILE_NAME}: Build tags hold for a whole program; move them to {world.root / FILE_NAME}."
        with self._lock:
            self._misplaced[place] = sentence


def _places(snapshot: Snapshot, world: World, folder: Path) -> Iterator[Path]:
    """Yield the folders in which a file for ``folder`` may stand, the nearest first."""
    module = world.module_of(folder)
    # What a dependency sets for itself is nothing to those who look into it.
    if module is None or (not module.immutable and module.kind != "vendored"):
        yield folder
        if module is not None and module.dir in folder.parents:
            yield from (above for above in folder.parents if above == module.dir or module.dir in above.parents)
    yield world.root
    holding = [root for root in snapshot.universe.folders if root == folder or root in folder.parents]
    yield from sorted(holding, key=lambda root: len(root.parts), reverse=True)
