"""What another process finds in the Go tree before anyone asks is what is found there when it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkname_ls.links import early, index, other, scan
from linkname_ls.links.cache import Cache
from linkname_ls.links.early import Early
from linkname_ls.links.index import Index
from linkname_ls.links.other import Order
from linkname_ls.links.scan import PrefixOf, TreeIndex, scan_tree
from linkname_ls.links.symbols import path_to_prefix
from linkname_ls.links.tree import Tree, go_tree
from support.processes import children_of

pytestmark = pytest.mark.usefixtures("settled")

PULL = 'package a\n\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now()\n'
ASSEMBLY = "TEXT ·f(SB), 7, $0\n\tCALL\ttime·now(SB)\n\tCALL\tp7·own(SB)\n\tCALL\tgopkg∕b.v2·own(SB)\n"
PATIENCE = 30


class Noted(other.Other):
    """Another process that notes what it was started for, and what it said when it was asked first."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.asked: list[Any] = []
        self.first: Any = None
        super().__init__(order)

    def send(self, what: object) -> None:
        super().send(what)
        if isinstance(what, list):
            self.asked += what

    def answer(self, patience: float = other.PATIENCE) -> Any:
        # It may have to be waited for where everything is slow: what is tested here is what it says.
        said = super().answer(PATIENCE if self.first is None else patience)
        if self.first is None:
            self.first = said
        return said


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Noted]]:
    """The processes that were started; none may be left."""
    all_: list[Noted] = []

    def start(order: Order) -> Noted:
        all_.append(Noted(order))
        return all_[-1]

    monkeypatch.setattr(early, "Other", start)
    monkeypatch.setattr(early, "processors", lambda: 2)
    yield all_
    deadline = time.monotonic() + PATIENCE
    while children_of(os.getpid(), "linkname_ls.links.served"):
        assert time.monotonic() < deadline, "a process is left"
        time.sleep(0.01)


@pytest.fixture
def goroot(tmp_path: Path) -> Path:
    """A small Go tree, which GOROOT makes that of the go command."""
    root = tmp_path / "go"
    for folder in ("p7", "gopkg/b.v2", "cmd/x", "vendor/x.org/y"):
        (root / "src" / folder).mkdir(parents=True)
        (root / "src" / folder / "a.go").write_text(PULL)
        (root / "src" / folder / "a.s").write_text(ASSEMBLY)
    (root / "src" / "go.mod").write_text("module std\n")
    (root / "src" / "cmd" / "go.mod").write_text("module cmd\n")
    (root / "VERSION").write_text("go1.26.0\n")
    return root


def environment(goroot: Path, cache: Path | None = None) -> dict[str, str]:
    kept = {"GOROOT": str(goroot), "LINKNAME_LS_CACHE": str(cache) if cache is not None else "off"}
    return {**os.environ, **kept}


def begin(environ: dict[str, str], *, look: bool = False) -> Early:
    """Begin, with the go command waited for: who starts one has to ask what it says."""
    begun = Early(environ, look=look)
    if begun.asked is not None:
        begun.asked.answers()
    return begun


def tree_of(goroot: Path) -> Tree:
    return go_tree(goroot / "src", immutable=True)


def prefix(goroot: Path) -> PrefixOf:
    def prefix_of(folder: Path) -> str:
        return path_to_prefix(folder.relative_to(goroot / "src").as_posix())

    return prefix_of


def searched(goroot: Path, begun: Early | None = None) -> TreeIndex:
    return scan_tree(tree_of(goroot), prefix(goroot), early=begun)


def same(left: TreeIndex, right: TreeIndex) -> bool:
    return left == right and list(left.files) == list(right.files) and list(left.marks) == list(right.marks)


def keep(goroot: Path, cache: Path) -> TreeIndex:
    """Keep what is in a Go tree, as an earlier session does."""
    found = searched(goroot)
    Cache(cache).store(tree_of(goroot), found)
    return found


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep small trees too."""
    monkeypatch.setattr("linkname_ls.links.cache._WORTH", 1)


# --- Nothing kept ---


@pytest.fixture
def thorough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the other process search all of the tree, however early it is asked."""
    all_ = "f = served._search_unasked; served._search_unasked = lambda walk, search, _: f(walk, search, lambda: True)"
    program = f"from linkname_ls.links import served; {all_}; served.serve()"
    monkeypatch.setattr(other, "PROGRAM", other.PROGRAM.replace("from linkname_ls.links.served", f"{program}  #"))


def test_go_tree_is_searched_at_the_first_start(goroot: Path, started: list[Noted]) -> None:
    assert same(searched(goroot, begin(environment(goroot))), searched(goroot))
    assert [one.order.how for one in started] == [tree_of(goroot).how]
    # All of it or a part, as far as it had come.
    assert started[0].first is not None


@pytest.mark.usefixtures("thorough")
def test_what_was_found_unasked_is_not_searched_again(goroot: Path, started: list[Noted]) -> None:
    assert same(searched(goroot, begin(environment(goroot))), searched(goroot))
    assert len(started[0].first) == 4
    # This package is not called as its folder: what its assembly was read with was wrong.
    assert [Path(folder).name for folder, *_ in started[0].asked] == ["b.v2"]


@pytest.mark.usefixtures("thorough")
def test_file_that_comes_after_it_was_looked_for_is_found(goroot: Path, started: list[Noted]) -> None:
    begun = begin(environment(goroot))
    begun.begin()
    started[0].send(())
    assert len(started[0].answer()) == 4
    started[0].first = None
    (goroot / "src" / "p7" / "late.go").write_text(PULL.replace("now", "late"))
    found = searched(goroot, begun)
    assert "time.late" in found.by_symbol
    assert same(found, searched(goroot))


def test_one_that_is_killed_is_done_without(goroot: Path, started: list[Noted]) -> None:
    begun = begin(environment(goroot))
    begun.begin()
    process = started[0].process
    assert process is not None
    process.kill()
    assert same(searched(goroot, begun), searched(goroot))


# --- Something kept ---


def test_go_tree_of_a_later_start_is_looked_at_when_that_is_wanted(
    goroot: Path, tmp_path: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = keep(goroot, tmp_path / "cache")
    begun = begin(environment(goroot, tmp_path / "cache"))
    assert not started
    begun.begin()
    assert [one.order.how for one in started] == [None]
    monkeypatch.delattr(scan, "look")
    found = scan_tree(tree_of(goroot), prefix(goroot), expected, early=begun)
    assert found is expected


def test_file_that_has_changed_since_it_was_kept_is_searched(goroot: Path, tmp_path: Path) -> None:
    kept = keep(goroot, tmp_path / "cache")
    (goroot / "src" / "p7" / "a.go").write_text(PULL.replace("now", "edited"))
    (goroot / "src" / "cmd" / "x" / "new.go").write_text(PULL.replace("now", "added"))
    begun = begin(environment(goroot, tmp_path / "cache"), look=True)
    found = scan_tree(tree_of(goroot), prefix(goroot), kept, early=begun)
    assert {"time.edited", "time.added"} <= set(found.by_symbol)
    assert same(found, searched(goroot))


def test_damaged_file_in_the_cache_is_no_reason_to_search_less(
    goroot: Path, tmp_path: Path, started: list[Noted]
) -> None:
    expected = keep(goroot, tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("*/*.json")
    file.write_bytes(file.read_bytes()[:-1])
    begun = begin(environment(goroot, tmp_path / "cache"), look=True)
    found = Index(lambda: Cache(tmp_path / "cache"), early=begun).get(tree_of(goroot), prefix(goroot))
    assert found.files == expected.files
    assert started[0].gone


def test_large_workspace_and_go_tree_are_looked_at_at_once(
    goroot: Path, tmp_path: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(goroot, tmp_path / "cache")
    (tmp_path / "m").mkdir()
    for number in range(3):
        (tmp_path / "m" / f"f{number}.go").write_text(PULL)
    mine = Tree(tmp_path / "m", immutable=False, vendor=False)

    def ask() -> None:
        begun = begin(environment(goroot, tmp_path / "cache"))
        known = Index(lambda: Cache(tmp_path / "cache"), early=begun)
        known.get(mine, lambda _: "m")
        assert known.get(tree_of(goroot), prefix(goroot)).files == searched(goroot).files

    ask()
    ask()
    assert not started  # a small one takes less than the start of a process
    monkeypatch.setattr(index, "_MANY", 2)
    ask()
    assert [one.first is not None for one in started] == [True]


# --- Nothing begun ---


def test_nothing_is_begun_without_a_processor_to_spare(
    goroot: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "processors", lambda: 1)
    begun = begin(environment(goroot), look=True)
    begun.begin()
    assert begun.asked is not None
    assert same(searched(goroot, begun), searched(goroot))
    assert not started


@pytest.mark.parametrize("why", ["no VERSION", "git"])
def test_tree_that_people_work_on_is_left_alone(goroot: Path, started: list[Noted], why: str) -> None:
    if why == "git":
        (goroot / ".git").mkdir()
    else:
        (goroot / "VERSION").unlink()
    begin(environment(goroot)).begin()
    assert not started


def test_without_a_go_command_nothing_is_begun(
    tmp_path: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkname_ls.build.goenv.WELL_KNOWN_GO", ())
    begun = begin({"PATH": str(tmp_path)}, look=True)
    begun.begin()
    assert begun.asked is None
    assert not started


@pytest.mark.parametrize("first", ["the toolchain", "the search"])
def test_go_command_that_does_not_answer_is_no_fault(
    tmp_path: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr("linkname_ls.build.goenv.TIMEOUT_SECONDS", 0.1)
    (tmp_path / "go").write_text("#!/bin/sh\nexec sleep 600\n")
    (tmp_path / "go").chmod(0o755)
    (tmp_path / "index-00000000").mkdir()  # no first start
    begun = Early({"PATH": os.pathsep.join((str(tmp_path), os.environ["PATH"])), "LINKNAME_LS_CACHE": str(tmp_path)})
    assert begun.asked is not None
    if first == "the search":
        begun.begin()
    with pytest.raises(subprocess.TimeoutExpired):
        begun.asked.answers()
    begun.begin()
    assert not started


def test_tree_of_another_toolchain_is_not_taken_for_this_one(
    goroot: Path, tmp_path: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = "import linkname_ls.links.served as s; s._UNASKED = 0.01"
    monkeypatch.setattr(other, "PROGRAM", other.PROGRAM.replace("; from", f"; {leave}; from", 1))
    shutil.copytree(goroot, tmp_path / "newer")
    begun = begin(environment(goroot))
    begun.begin()
    assert begun.take(tree_of(tmp_path / "newer"), kept=False) is None
    # It ends by itself.
    process = started[0].process
    assert process is not None
    assert process.wait(PATIENCE) == 0
    started[0].end()


def test_it_is_taken_once(goroot: Path) -> None:
    begun = begin(environment(goroot))
    begun.begin()
    taken = begun.take(tree_of(goroot), kept=False)
    assert taken is not None
    taken.end()
    assert begun.take(tree_of(goroot), kept=False) is None
    begun.begin()
    assert begun.take(tree_of(goroot), kept=False) is None
