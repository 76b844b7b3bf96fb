"""Questions to the library about a fixture, without a server in between."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from linkname_ls.build.toolchain import Toolchain, read_toolchain
from linkname_ls.checks.settings import Settings
from linkname_ls.features.definition import definition
from linkname_ls.features.hover import hover, plain
from linkname_ls.features.references import references
from linkname_ls.links.cache import open_cache
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source, SourceStore
from linkname_ls.links.table import Site
from linkname_ls.links.universe import Universe
from linkname_ls.source.positions import Span
from support.txtar import Fixture, write


@cache
def toolchain(goos: str = "linux", goarch: str = "amd64", tags: tuple[str, ...] = ()) -> Toolchain:
    """Return the machine's own toolchain, for a platform."""
    return read_toolchain(os.environ, tags, goos, goarch)


WITHOUT_LINKER = Settings(({"link": "off"},))
"""For tests of what one package says, whose fixtures are no programs."""

_INDEX, _STORE = Index(lambda: open_cache(os.environ)), SourceStore()
"""Shared by all tests: the Go tree does not change, and every test has folders of its own."""


def snapshot_of(
    *folders: Path, complete: bool = True, goos: str = "linux", goarch: str = "amd64", tags: tuple[str, ...] = ()
) -> Snapshot:
    """Return a snapshot of the disk with these folders as the workspace."""
    universe = Universe(folders, toolchain(goos, goarch, tags))
    return Snapshot(universe, {}, _STORE, _INDEX, complete=complete)


def source_of(snapshot: Snapshot, path: Path) -> Source:
    """Return a file that must be there."""
    source = snapshot.source(path)
    assert source is not None, path
    return source


def definitions(fixture: Fixture, **options: object) -> list[tuple[str, Span]]:
    """Return the definitions at the cursor as (file, span), in their order."""
    snapshot = snapshot_of(fixture.root, **options)  # type: ignore[arg-type]
    found = definition(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    return [short(fixture.root, site) for site in found[1]] if found is not None else []


def short(root: Path, site: Site) -> tuple[str, Span]:
    path = site.source.path
    name = path.relative_to(root).as_posix() if root in path.parents else str(path)
    return name, site.span


def check_definition(root: Path, text: str, **options: object) -> list[str]:
    """Assert that the cursor leads to exactly what is marked; returns the files in the order of the answer.

    With ``complete`` unset, both with and without the index the same must be found.
    """
    fixture = write(root, text)
    found = definitions(fixture, **options)
    assert sorted(found) == sorted(fixture.marked)
    if "complete" not in options:
        assert definitions(fixture, **options, complete=False) == found
    return [name for name, _ in found]


def check_references(root: Path, text: str, **options: object) -> list[str]:
    """Assert that the references at the cursor are exactly what is marked; returns the files in order."""
    fixture = write(root, text)
    snapshot = snapshot_of(fixture.root, **options)  # type: ignore[arg-type]
    found = references(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset) or []
    assert sorted(short(root, site) for site in found) == sorted(fixture.marked)
    return [short(root, site)[0] for site in found]


def hover_text(root: Path, text: str, **options: object) -> str:
    """Return the plain text of the hover at the cursor, "" for none."""
    fixture = write(root, text)
    snapshot = snapshot_of(fixture.root, **options)  # type: ignore[arg-type]
    shown = hover(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    return plain(shown) if shown is not None else ""
