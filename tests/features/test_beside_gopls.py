"""What is left to gopls, for editors that ask both; tests/gopls asks the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.definition import definition
from linkname_ls.features.hover import hover
from linkname_ls.features.references import references
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from support.ask import snapshot_of, source_of
from support.txtar import write

MODULE = """
    -- low/low.go --
    package low

    import (
        _ "time"
        _ "unsafe"
    )

    // Ticks counts.
    //
    //go:linkname ticks
    func ticks() int64 { return 0 }
    -- empty.s --
    """


def module(root: Path, code: str) -> tuple[Snapshot, Source, int]:
    """Write a module with the code in package a; returns what is asked about it, the cursor's file and offset."""
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    fixture = write(root, f'\n    -- a/a.go --\n    package a\n\n    import _ "unsafe"\n\n{lines}\n{MODULE}')
    snapshot = snapshot_of(root)
    assert [*snapshot.searched_trees(root)]
    return snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset


def shown(root: Path, code: str) -> tuple[str, str]:
    """Return the signature and the comment that are shown in package a at the cursor."""
    found = hover(*module(root, code), beside_gopls=True)
    assert found is not None
    assert found.headline
    return found.signature, found.doc


@pytest.mark.parametrize(
    "code",
    [
        "//go:linkname ticks example.com/m/low.ti$0cks\nfunc ticks() int64",
        "//go:linkname ticks example.com/m/low.ticks\nfunc ti$0cks() int64",
        "//go:linkname ticks example.com/m/low.ticks\nfunc ticks() int64\n\nvar _ = ti$0cks",
        "//go:linkname nanotime runtime.nano$0time\nfunc nanotime() int64",
    ],
)
def test_what_gopls_shows_is_left_to_it(code: str, tmp_path: Path) -> None:
    assert shown(tmp_path, code) == ("", "")


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("//go:linkname ti$0cks example.com/m/low.ticks\nfunc ticks() int64", "func ticks() int64"),
        ("//go:linkname now example.com/m/low.ticks\nfunc no$0w() int64", "func ticks() int64"),
        ("//go:linkname f net/http.parse$0BasicAuth\nfunc f()", "func parseBasicAuth"),
        # It takes the line's end for a part of the target.
        ("//go:linkname ticks $0example.com/m/low.ticks\nfunc ticks() int64", "func ticks() int64"),
        ("//go:linkname f time.Time.S$0tring\nfunc f()", "func (t Time) String() string"),
    ],
)
def test_what_gopls_does_not_show_is_shown(code: str, signature: str, tmp_path: Path) -> None:
    assert shown(tmp_path, code)[0].startswith(signature)


PULL = "//go:linkname ticks example.com/m/low.ticks\nfunc ticks() int64\n\n"


@pytest.mark.parametrize(
    "code",
    [
        "//go:linkname ticks example.com/m/low.ti$0cks\nfunc ticks() int64",
        "//go:linkname push example.com/m/low.waiting\nfunc pu$0sh() {}",
        "//go:linkname push example.com/m/low.waiting\nfunc push() {}\n\nvar _ = pu$0sh",
    ],
)
def test_definition_leaves_out_where_gopls_leads(code: str, tmp_path: Path) -> None:
    assert definition(*module(tmp_path, code)) is not None
    assert definition(*module(tmp_path, code), without_gopls=True) is None


@pytest.mark.parametrize(
    "code",
    [
        "//go:linkname ti$0cks example.com/m/low.ticks\nfunc ticks() int64",
        "//go:linkname ticks $0example.com/m/low.ticks\nfunc ticks() int64",
        "//go:linkname ticks example.com/m/low.ticks\nfunc ti$0cks() int64",
        f"{PULL}var _ = ti$0cks",
        "//go:linkname f net/http.parse$0BasicAuth\nfunc f()",
        # Nobody gives it a body, and gopls leads from a declaration without one to assembly only.
        "//go:linkname f example.com/m/low.nobody\nfunc $0f()",
        # A type checker may lose names in what is half typed.
        "//go:linkname push example.com/m/low.waiting\nfunc pu$0sh() {}\n\nvar _ = (",
    ],
)
def test_definition_keeps_what_gopls_does_not_lead_to(code: str, tmp_path: Path) -> None:
    found = definition(*module(tmp_path, code))
    assert found is not None
    assert definition(*module(tmp_path, code), without_gopls=True) is not None


def test_definition_keeps_the_ends_of_other_platforms(tmp_path: Path) -> None:
    code = "//go:linkname nanotime runtime.nano$0time\nfunc nanotime() int64"
    found = definition(*module(tmp_path, code), without_gopls=True)
    assert found is not None
    assert [site.source.path.name for site in found[1]] == ["time_fake.go"]


def test_references_leave_out_what_gopls_finds(tmp_path: Path) -> None:
    code = f"{PULL}var _ = ti$0cks"
    found = references(*module(tmp_path, code), without_gopls=True)
    assert [(site.source.path.name, site.kind) for site in found or ()] == [
        ("a.go", "directive"),
        ("low.go", "directive"),
        ("low.go", "declaration"),
    ]
    at_target = references(*module(tmp_path, code.replace("$0", "").replace("low.", "low.$0")), without_gopls=True)
    assert len(at_target or ()) == 5
