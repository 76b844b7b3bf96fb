"""What is shown without being asked: tokens, lenses, hints, document links, symbols by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.features.describe import place
from linkname_ls.features.doclinks import doclinks
from linkname_ls.features.inlay import inlays
from linkname_ls.features.lenses import lenses
from linkname_ls.features.symbols import outline, search
from linkname_ls.features.tokens import tokens
from linkname_ls.source.positions import Span
from support.ask import snapshot_of, source_of
from support.txtar import write

WORLD = """
    -- time/time.go --
    package time

    func now() int64

    // runtimeNano is pushed.
    func runtimeNano() int64

    func asm()

    var x = now()
    -- time/time_amd64.s --
    TEXT ·asm(SB), 4, $16-0
    	RET
    -- low/low.go --
    package low

    import _ "unsafe"

    //go:linkname time_now example.com/m/time.now
    func time_now() int64 { return 1 }

    //go:linkname runtimeNano example.com/m/time.runtimeNano
    func runtimeNano() int64 { return 1 }

    //go:linkname secret
    func secret() {}

    func open() {}
    -- user/user.go --
    package user

    import _ "unsafe"

    //go:linkname now example.com/m/time.now
    func now() int64

    //go:linkname counter example.com/m/low.counter
    var counter int

    //go:linkname secret example.com/m/low.secret
    func secret()
    -- user/user_amd64.s --
    TEXT ·other(SB), 4, $16-0
    	JMP example·com∕m∕low·secret(SB)
    """


def parts(root: Path, line: str, *, before: str = "func f() {}") -> list[str]:
    """Return the tokens of a directive as ``text kind``."""
    write(root, f'-- a.go --\npackage a\n\nimport _ "unsafe"\n\n{line}\n{before}\n')
    snapshot = snapshot_of(root, complete=False)
    source = source_of(snapshot, root / "a.go")
    return [f"{source.text(token.span)} {token.kind}" for token in tokens(snapshot, source)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("//go:linkname f", ["f function"]),
        ("//go:linkname f runtime.nanotime", ["f function", "runtime namespace", "nanotime function"]),
        ("//go:linkname f a.b/c.d", ["f function", "a.b/c namespace", "d function"]),
        ("//go:linkname f a/b%2ev2.d", ["f function", "a/b%2ev2 namespace", "d function"]),
        ("//go:linkname f a/b.(*T).m", ["f function", "a/b namespace", "T type", "m method"]),
        ("//go:linkname f b.T.m", ["f function", "b namespace", "T type", "m method"]),
        ("//go:linkname f plain_name", ["f function", "plain_name function"]),
        ("//go:linkname f sökväg.ä", ["f function", "sökväg namespace", "ä function"]),
        ("\t//go:linkname   f  b.", ["f function", "b namespace"]),
    ],
)
def test_parts_of_a_directive(tmp_path: Path, line: str, found: list[str]) -> None:
    assert parts(tmp_path, line) == ["go:linkname keyword", *found]


def test_variables_are_told_from_functions(tmp_path: Path) -> None:
    expected = ["go:linkname keyword", "v variable", "b namespace", "v variable"]
    assert parts(tmp_path, "//go:linkname v b.v", before="var v int") == expected


@pytest.mark.parametrize("line", ["// go:linkname f b.g", "var x int //go:linkname f b.g", "//go:linkname f b.g h"])
def test_what_is_no_directive_stays_a_comment(tmp_path: Path, line: str) -> None:
    assert parts(tmp_path, line) == []


def test_lenses_count_who_links_to_a_declaration(tmp_path: Path) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    for _ in snapshot.searched_trees(tmp_path):
        pass
    shown: dict[str, list[str]] = {}
    for name in ("time/time.go", "low/low.go", "user/user.go"):
        source = source_of(snapshot, tmp_path / name)
        shown[name] = [f"{source.text(lens.span)}: {lens.title}" for lens in lenses(snapshot, source)]
    assert shown["time/time.go"] == ["now: 1 pull, 1 push", "runtimeNano: 1 push"]
    assert "secret: 1 pull, 1 assembly reference" in shown["low/low.go"]
    assert not any(one.startswith("open") for one in shown["low/low.go"])


def test_lenses_do_not_wait_for_the_index(tmp_path: Path) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path, complete=False)
    assert lenses(snapshot, source_of(snapshot, tmp_path / "time/time.go")) == []


def test_inlay_hints_say_where_a_body_is_that_no_directive_names(tmp_path: Path) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    found: list[str] = []
    for name in ("time/time.go", "user/user.go"):
        source = source_of(snapshot, tmp_path / name)
        for one in inlays(snapshot, source, Span(0, len(source.data))):
            line = source.lines.line_of(one.offset)
            found.append(f"{name}:{line + 1} {one.text}")
    assert found == [
        "time/time.go:3 = example.com/m/low.time_now",
        "time/time.go:6 = example.com/m/low.runtimeNano",
        "time/time.go:8 = time_amd64.s",
    ]


def test_inlay_hints_are_those_of_the_asked_stretch(tmp_path: Path) -> None:
    fixture = write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, fixture.path("time/time.go"))
    at = source.data.index(b"func asm")
    assert [one.text for one in inlays(snapshot, source, Span(at, at))] == ["= time_amd64.s"]


def test_document_links_lead_from_targets_to_other_files(tmp_path: Path) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, tmp_path / "user/user.go")
    found = [f"{source.text(one.span)} -> {place(snapshot, one.site)}" for one in doclinks(snapshot, source)]
    assert found == ["example.com/m/time.now -> time/time.go:3", "example.com/m/low.secret -> low/low.go:12"]


def test_outline_says_what_each_directive_does(tmp_path: Path) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    low = outline(snapshot, source_of(snapshot, tmp_path / "low/low.go"))
    user = outline(snapshot, source_of(snapshot, tmp_path / "user/user.go"))
    assert [(one.name, one.detail) for one in low] == [
        ("example.com/m/time.now", "pushed by time_now"),
        ("example.com/m/time.runtimeNano", "pushed by runtimeNano"),
        ("example.com/m/low.secret", "marked"),
    ]
    assert [(one.name, one.detail, one.variable) for one in user][1:] == [
        ("example.com/m/low.counter", "pulled as counter", True),
        ("example.com/m/low.secret", "pulled as secret", False),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("m/low.secret", ["user/user.go", "user/user_amd64.s"]),
        ("SECRET", ["user/user.go", "user/user_amd64.s"]),
        ("lowcounter", ["user/user.go"]),
        ("s", []),
        ("no such symbol", []),
    ],
)
def test_search_for_symbols(tmp_path: Path, query: str, found: list[str]) -> None:
    write(tmp_path, WORLD)
    snapshot = snapshot_of(tmp_path)
    for _ in snapshot.searched_trees(tmp_path):
        pass
    listed, count = search(snapshot, query)
    assert len(listed) == count
    mine = [one for one in listed if one.source.path.is_relative_to(tmp_path)]
    assert [one.container for one in mine] == found
    assert all(one.source.text(one.span).replace("·", ".").replace("∕", "/") == one.name for one in mine)
