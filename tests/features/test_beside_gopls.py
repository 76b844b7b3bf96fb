"""What hover leaves to gopls, for editors that ask both."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.hover import hover
from support.ask import snapshot_of, source_of
from support.txtar import write

MODULE = """
    -- low/low.go --
    package low

    import _ "unsafe"

    // Ticks counts.
    //
    //go:linkname ticks
    func ticks() int64 { return 0 }
    -- empty.s --
    """


def shown(root: Path, code: str) -> tuple[str, str]:
    """Return the signature and the comment that are shown in package a at the cursor."""
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    fixture = write(root, f'\n    -- a/a.go --\n    package a\n\n    import _ "unsafe"\n\n{lines}\n{MODULE}')
    snapshot = snapshot_of(root)
    found = hover(snapshot, source_of(snapshot, fixture.cursor_path), fixture.offset, beside_gopls=True)
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
        ("//go:linkname f time.Time.S$0tring\nfunc f()", "func (t Time) String() string"),
    ],
)
def test_what_gopls_does_not_show_is_shown(code: str, signature: str, tmp_path: Path) -> None:
    assert shown(tmp_path, code)[0].startswith(signature)
