"""What the commands share: the snapshot they ask, the place they are asked about, and how they name files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.configuration import Configuration
from linkname_ls.links.cache import open_cache
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source, SourceStore, language_of
from linkname_ls.links.universe import Universe

if TYPE_CHECKING:
    from linkname_ls.links.early import Early
    from linkname_ls.links.tree import Tree


class UsageError(Exception):
    """The command cannot do its work; the message is one sentence that says why and what to do."""


def absolute(path: str) -> Path:
    """Return an absolute path as it is spelled, links not followed."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - keeps links and takes ".." out


def given_tags(tags: str) -> tuple[str, ...] | None:
    """Return the build tags in a ``--tags``; None for none."""
    return tuple(tags.replace(",", " ").split()) or None


def open_snapshot(
    folders: Sequence[Path], configuration: Configuration, *, quiet: bool = False, early: Early | None = None
) -> Snapshot:
    """Return a snapshot of the disk for these folders; says on stderr what is missing, unless ``quiet``.

    ``early`` is what works for it already.
    """
    asked = early.asked if early is not None else None
    toolchain = read_toolchain(os.environ, configuration.given.tags or (), asked=asked)
    universe = Universe(folders, toolchain, configuration.tags_of)
    if not quiet:
        complain((*universe.problems, *configuration.problems))
    return Snapshot(universe, {}, SourceStore(), Index(lambda: open_cache(os.environ), early=early), complete=True)


def complain(problems: Iterable[str]) -> None:
    """Say what is wrong on stderr."""
    for problem in problems:
        print(f"linkname-ls: {problem}", file=sys.stderr)


def parse_position(text: str) -> tuple[Path, int, int]:
    """Split ``FILE:LINE:COL``; raises :class:`UsageError` for what is none."""
    parts = text.rsplit(":", 2)
    if len(parts) != 3 or not parts[0] or not parts[1].isdecimal() or not parts[2].isdecimal():
        raise UsageError(f"{text!r} is no FILE:LINE:COL, such as main.go:12:15.")
    path, line, column = absolute(parts[0]), int(parts[1]), int(parts[2])
    if language_of(path.name) is None:
        raise UsageError(f"{parts[0]} is neither a .go nor a .s file.")
    if line < 1 or column < 1:
        raise UsageError(f"{text!r}: lines and columns count from 1.")
    return path, line, column


def open_source(snapshot: Snapshot, path: Path, line: int, column: int) -> tuple[Source, int]:
    """Return a file and the byte offset of a place in it; raises :class:`UsageError` when there is no such place."""
    source = snapshot.source(path)
    if source is None:
        raise UsageError(f"{shown_path(path)} cannot be read.")
    if line > len(source.lines):
        raise UsageError(f"{shown_path(path)} has {len(source.lines)} lines, so there is no line {line}.")
    return source, source.lines.from_compiler(line, column)


def shown_path(path: Path) -> str:
    """Return a path relative to the current folder when it lies below, else absolute; with forward slashes."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


class Progress:
    """A line on a terminal's stderr that counts, shown once something takes long and wiped at the end."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = ""
        self._terminal = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Show a state; nothing happens in the first half second or without a terminal."""
        if self._terminal and time.monotonic() - self._started > 0.5:
            print(f"\r{text:<{len(self._shown)}}", end="", file=sys.stderr, flush=True)
            self._shown = text

    def clear(self) -> None:
        """Wipe the line."""
        if self._shown:
            print(f"\r{' ' * len(self._shown)}\r", end="", file=sys.stderr, flush=True)
            self._shown = ""

    def searching(self, tree: Tree, count: int) -> None:
        """Show how far the search of a tree is."""
        self.show(f"searching {tree.root}: {count} files")


def index_all(snapshot: Snapshot, folder: Path, progress: Progress) -> None:
    """Search every tree that matters to a folder, with progress."""
    for _ in snapshot.searched_trees(folder, progress.searching):
        pass
    progress.clear()
