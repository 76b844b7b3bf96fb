"""A large tree that two processes search holds what one finds in it, whatever becomes of the other one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from linkname_ls.links import beside, other
from linkname_ls.links.other import Order
from linkname_ls.links.scan import TreeIndex, scan_tree
from linkname_ls.links.tree import Tree
from support.processes import children_of
from support.trees import goroot

pytestmark = pytest.mark.usefixtures("settled")

FOLDERS, FILES = 100, 50
PULL = (
    'package a\n\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now()\n\n//go:linkname mark\nfunc mark() {}\n'
)
ASSEMBLY = "TEXT ·f(SB), 7, $0\n\tCALL\ttime·now(SB)\n\tCALL\tp7·own(SB)\n\tCALL\tmalloc(SB)\n"


def prefix(folder: Path) -> str:
    return folder.name


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree that is large enough, with something of every kind."""
    root = tmp_path_factory.mktemp("large")
    for number in range(FOLDERS):
        folder = root / f"p{number:03}"
        folder.mkdir()
        for at in range(FILES):
            (folder / f"f{at}.go").write_text(PULL if at % 9 == 0 else f"package {'main' if at % 5 else 'a'}\n")
        (folder / "a.s").write_text(ASSEMBLY)
        (folder / "é\udcff.go").write_text(PULL)
        (folder / "gone.go").symlink_to("nowhere")
    return root


def search(root: Path, *, alone: bool, sealed: bool = False) -> TreeIndex:
    return scan_tree(Tree(root, immutable=sealed, vendor=False), prefix, alone=alone)


class Noted(beside.Other):
    """Another process that counts the folders that it has searched."""

    all: ClassVar[list[Noted]] = []

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self.searched = 0
        self.all.append(self)

    def answer(self, patience: float = other.PATIENCE) -> Any:
        found = super().answer(patience)
        self.searched += len(found or ())
        return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Noted]]:
    """The other processes; none may be left."""
    monkeypatch.setattr(Noted, "all", [])
    monkeypatch.setattr(beside, "Other", Noted)
    monkeypatch.setattr(beside, "processors", lambda: 2)
    yield Noted.all
    assert not children_of(os.getpid(), "linkname_ls.links.served")


def same(left: TreeIndex, right: TreeIndex) -> bool:
    return left == right and list(left.files) == list(right.files) and list(left.marks) == list(right.marks)


@pytest.mark.parametrize("sealed", [False, True])
def test_two_processes_find_what_one_does(root: Path, started: list[Noted], sealed: bool) -> None:
    found = search(root, alone=False, sealed=sealed)
    assert same(found, search(root, alone=True, sealed=sealed))
    assert [one.searched > 0 for one in started] == [True]
    assert len(found.files) == FOLDERS * (len(range(0, FILES, 9)) + 2)
    assert bool(found.mains) is not sealed


def test_go_tree_is_searched_by_two(started: list[Noted]) -> None:
    root = goroot("own") / "src"
    tree = Tree(root, immutable=True, vendor=True, keep_modules=frozenset({str(root / "cmd")}))
    assert same(scan_tree(tree, prefix, alone=False), scan_tree(tree, prefix))
    assert [one.searched > 0 for one in started] == [True]


def test_small_tree_is_searched_by_one(root: Path, started: list[Noted]) -> None:
    search(root / "p000", alone=False)
    assert not started


def test_other_process_that_is_killed_leaves_nothing_out(
    root: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Noted.send

    def killed(self: Noted, what: object) -> None:
        send(self, what)
        if isinstance(what, list):  # folders
            assert self.process is not None
            self.process.kill()

    monkeypatch.setattr(Noted, "send", killed)
    assert same(search(root, alone=False), search(root, alone=True))
    assert started[0].gone


@pytest.mark.parametrize("program", ["/nowhere/python", "", None])
def test_python_that_cannot_be_started_is_done_without(
    root: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    expected = search(root, alone=True)
    monkeypatch.setattr(sys, "executable", program)
    assert same(search(root, alone=False), expected)
    assert started[0].gone


def test_other_process_that_says_nothing_is_not_waited_for(
    root: Path, started: list[Noted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other, "PROGRAM", "import time; time.sleep(600)  # linkname_ls.links.served")
    assert same(search(root, alone=False), search(root, alone=True))
    assert started[0].gone


def test_search_that_is_stopped_leaves_no_process(root: Path, started: list[Noted]) -> None:
    def stop(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        scan_tree(Tree(root, immutable=False, vendor=False), prefix, progress=stop, alone=False)
    assert started[0].gone
