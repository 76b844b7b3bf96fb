"""What is said of a symbol in other releases, as seen from the Go in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linkname_ls.build.toolchain import Toolchain, with_tree
from linkname_ls.features.completion import completion
from linkname_ls.features.release_note import later_break, release_note
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from support.ask import source_of, toolchain
from support.trees import goroot
from support.txtar import write


def snapshot_with(root: Path, used: Toolchain) -> Snapshot:
    return Snapshot(Universe([root], used), {}, SourceStore(), Index(), complete=True)


def version(text: str) -> Toolchain:
    """Return the machine's toolchain under another version."""
    return replace(toolchain(), version=text)


@pytest.mark.parametrize(
    ("symbol", "note"),
    [
        ("net.zoneCache", "may be pulled through Go 1.22; refused since Go 1.23"),
        ("runtime.schedinit", "may be pulled through Go 1.22; refused since Go 1.23"),
        ("runtime.procPin", "may be pulled in every Go release since 1.21; still needed by "),
        ("net.errNoSuchInterface", "may be pulled through Go 1.25; refused since Go 1.26; up to Go 1.25 needed by "),
        ("runtime.noSuchThing", ""),
        ("example.com/m.f", ""),
    ],
)
def test_since_when_and_until_when(symbol: str, note: str, tmp_path: Path) -> None:
    found = release_note(symbol, snapshot_with(tmp_path, toolchain()), tmp_path)
    assert found.startswith(note)
    assert bool(found) == bool(note)


def test_nothing_is_said_of_a_release_that_is_newer_than_all_that_is_known(tmp_path: Path) -> None:
    snapshot = snapshot_with(tmp_path, version("go1.99.0"))
    found = release_note("runtime.schedinit", snapshot, tmp_path)
    assert found.startswith("may be pulled through Go 1.22; refused in Go 1.23 to 1.")
    found = release_note("runtime.nanotime", snapshot, tmp_path)
    assert found.startswith("may be pulled through Go 1.")


@pytest.mark.parametrize(
    ("symbol", "used", "word"),
    [
        ("net.zoneCache", "go1.22.4", "refused by Go 1.23"),
        ("net.zoneCache", "go1.21.0", "refused by Go 1.23"),
        ("runtime.doubleCheckReadMemStats", "go1.99.0", ""),
        ("runtime.nanotime", "go1.21.0", ""),
        ("runtime.mapiterinit", "go1.21.0", ""),
        ("example.com/m.f", "go1.21.0", ""),
    ],
)
def test_what_a_later_release_does(symbol: str, used: str, word: str, tmp_path: Path) -> None:
    assert later_break(symbol, snapshot_with(tmp_path, version(used)), tmp_path) == word


def test_completion_says_which_release_will_refuse_a_target(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import (
        	_ "net"
        	_ "unsafe"
        )

        //go:linkname f net.absDomainName$0
        func f()
        """
    fixture = write(tmp_path, text)
    snapshot = snapshot_with(tmp_path, with_tree(toolchain(), goroot("1.21.13")))
    found = completion(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset)
    assert found is not None
    assert [(item.label, item.note) for item in found.items] == [("net.absDomainName", "refused by Go 1.23")]
