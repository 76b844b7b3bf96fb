"""The search of a tree finds what reading every file would."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from linkname_ls.build import reader
from linkname_ls.build.files import MAX_FILE_BYTES, walk
from linkname_ls.links.index import Index
from linkname_ls.links.scan import TreeIndex, is_complete, scan_folders, scan_tree
from linkname_ls.links.sites import LinkSite, link_sites
from linkname_ls.links.sources import Source
from linkname_ls.links.tree import Tree
from support.trees import RELEASES, goroot

PULL = 'package a\n\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now()\n'


def prefix(folder: Path) -> str:
    return folder.name


def search(root: Path, old: TreeIndex | None = None, *, sealed: bool = False) -> TreeIndex:
    return scan_tree(Tree(root, immutable=sealed, vendor=False), prefix, old)


def names(root: Path, index: TreeIndex) -> list[str]:
    return [os.path.relpath(path, root).replace(os.sep, "/") for path in index.files]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be believed at once."""
    monkeypatch.setattr(reader, "_SETTLED", -(1 << 62))


@pytest.mark.parametrize("release", ["own", *RELEASES])
def test_search_of_a_go_tree_finds_what_reading_every_file_does(release: str) -> None:
    root = goroot(release) / "src"
    tree = Tree(root, immutable=False, vendor=True, keep_modules=frozenset({str(root / "cmd")}))

    def prefix_of(folder: Path) -> str:
        return folder.relative_to(root).as_posix()

    expected: dict[str, tuple[LinkSite, ...]] = {}
    counts: dict[str, int] = {}
    marks: set[str] = set()
    mains: set[str] = set()
    for path in walk(root, vendor=True, keep_modules=tree.keep_modules):
        source = Source(Path(path), Path(path).read_bytes())
        marks.add(path)
        if sites := link_sites(source, prefix_of(source.path.parent)):
            expected[path] = sites
        if accepted := sum(directive.accepted for directive in source.directives):
            counts[path] = accepted
        if source.package_name == "main":
            mains.add(path)
    found = scan_tree(tree, prefix_of)
    assert list(found.files.items()) == list(expected.items())
    assert found.directive_counts == counts
    assert {str(Path(folder, name)) for folder, files in found.marks.items() for name in files} == marks
    assert found.mains >= mains
    assert len(found.mains) < 2 * len(mains)


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("package main\n", True),
        ("// Package main does it.\npackage main\n", True),
        ("/*\npackage x\n*/\n\npackage main\n", True),
        ("/*\npackage x\n*/ package main\n", True),
        ("\ufeffpackage main\n\nvar s = `\npackage x\n`\n", True),
        ("  package main\n\nvar s = `\npackage x\n`\n", True),
        ("//go:build x\n\npackage a\n\nvar s = `\npackage main\n`\n", False),
        ("package a\n\nvar s = `\npackage main\n`\n", False),
        ("package a", False),
        ("", False),
    ],
)
def test_files_of_package_main_are_known_by_their_clause(tmp_path: Path, text: str, main: bool) -> None:
    (tmp_path / "b.go").write_text("package b // package main\n" * 9)
    (tmp_path / "c.go").write_text(text, encoding="utf-8")
    assert (str(tmp_path / "c.go") in search(tmp_path).mains) == main


SEALED = pytest.mark.parametrize("sealed", [False, True])
"""Of a module version nobody asks for marks: its files are read in another way."""


@SEALED
def test_large_file_between_small_ones_is_read_whole(tmp_path: Path, sealed: bool) -> None:
    (tmp_path / "a.go").write_text("package a\n")
    (tmp_path / "b.go").write_text("package a\n" + "// \n" * 500_000 + PULL)
    (tmp_path / "c.go").write_text("package a\n")
    assert names(tmp_path, search(tmp_path, sealed=sealed)) == ["b.go"]


@SEALED
def test_file_above_the_limit_counts_as_empty(tmp_path: Path, sealed: bool) -> None:
    with (tmp_path / "a.go").open("w") as file:
        file.write(PULL)
        file.truncate(MAX_FILE_BYTES + 1)
    index = search(tmp_path, sealed=sealed)
    assert (index.count, index.files) == (1, {})


@SEALED
def test_rest_of_a_longer_file_is_not_taken_for_a_part_of_a_shorter_one(tmp_path: Path, sealed: bool) -> None:
    (tmp_path / "a.go").write_text("package a\n" * 50 + PULL)
    (tmp_path / "b.go").write_text("package a\n")
    index = search(tmp_path, sealed=sealed)
    assert names(tmp_path, index) == ["a.go"]
    assert bool(index.marks) is not sealed


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a file without a size")
@pytest.mark.parametrize("marking", [False, True])
def test_file_that_is_longer_than_it_says_is_read_to_its_end(tmp_path: Path, marking: bool) -> None:
    (tmp_path / "a.go").symlink_to("/proc/self/stat")
    read = reader.Reader(marking=marking)
    ((name, size),) = read.read(str(tmp_path), ["a.go"], {}, {})
    assert name == "a.go"
    assert size > 0
    assert str(os.getpid()).encode() in read.bytes(size)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.go")
    started = time.monotonic()
    assert list(reader.Reader().read(str(tmp_path), ["a.go", "gone.go"], {}, {})) == [("a.go", -1), ("gone.go", -1)]
    assert time.monotonic() - started < 5


def test_folder_that_vanishes_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.go").write_text(PULL)
    found = [(str(tmp_path / "a"), ["a.go"]), (str(tmp_path), ["b.go"])]
    (tmp_path / "a").rmdir()
    monkeypatch.setattr("linkname_ls.links.scan.walk_folders", lambda *_, **__: iter(found))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert names(tmp_path, search(tmp_path)) == ["b.go"]


def test_file_that_is_not_as_it_was_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(PULL)
    (tmp_path / "b.go").write_text(PULL)
    before = search(tmp_path)
    (tmp_path / "b.go").write_text("package a\n")
    (tmp_path / "c.go").write_text(PULL)
    assert names(tmp_path, search(tmp_path, before)) == ["a.go", "c.go"]


@pytest.mark.skipif(os.name != "posix", reason="the time of change is Unix's")
def test_file_with_the_same_size_and_time_is_read_again_when_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.go"
    path.write_text(PULL)
    os.utime(path, (1, 1))
    before = search(tmp_path)
    time.sleep(0.02)
    path.write_text(PULL.replace("time.now", "time.nix"))
    os.utime(path, (1, 1))
    assert list(search(tmp_path, before).by_symbol) == ["time.nix"]


def test_file_that_has_just_been_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "a.go").write_text(PULL)
    assert search(tmp_path).marks[str(tmp_path)] == {"a.go": 0}


def test_another_module_line_reads_assembly_anew(tmp_path: Path) -> None:
    (tmp_path / "a.s").write_text("TEXT m·f(SB), 7, $0\n\tCALL\tother·g(SB)\n")
    tree = Tree(tmp_path, immutable=False, vendor=False)
    before = scan_tree(tree, lambda _: "m")
    assert list(before.by_symbol) == ["other.g"]
    assert list(scan_tree(tree, lambda _: "other", before).by_symbol) == ["m.f"]


def test_module_that_is_being_extracted_is_searched_again(tmp_path: Path) -> None:
    root = tmp_path / "example.com" / "a@v1.0.0"
    root.mkdir(parents=True)
    partial = tmp_path / "cache" / "download" / "example.com" / "a" / "@v" / "v1.0.0.partial"
    partial.parent.mkdir(parents=True)
    partial.touch()
    tree, index = Tree(root, immutable=True, vendor=False), Index()
    assert not is_complete(tree)
    assert index.get(tree, prefix).files == {}
    (root / "a.go").write_text(PULL)
    partial.unlink()
    assert is_complete(tree)
    assert names(root, index.get(tree, prefix)) == ["a.go"]


def test_search_of_the_folders_that_changed_finds_what_a_search_of_all_does(tmp_path: Path) -> None:
    tree, chance = Tree(tmp_path, immutable=False, vendor=False), random.Random(1)
    texts = (PULL, PULL + "\n//go:linkname x time.x\n", "package main\n", "package a\n")
    folders = [tmp_path / name for name in ("", "a", "b", "b/c", "d")]
    for folder in folders:
        folder.mkdir(exist_ok=True)
        (folder / "always.go").write_text(PULL)
    (tmp_path / "a" / "f.s").write_text("TEXT ·f(SB), 4, $0\n\tCALL time·now(SB)\n")
    known = search(tmp_path)
    for _ in range(60):
        changed = chance.sample(folders, 2)
        for folder in changed:
            path = folder / chance.choice(("x.go", "y.go", "always.go"))
            if path.exists() and chance.random() < 0.4 and path.name != "always.go":
                path.unlink()
            else:
                path.write_text(chance.choice(texts))
        found = scan_folders(tree, prefix, known, {str(folder) for folder in changed})
        whole = search(tmp_path)
        assert found == whole
        assert found is not None and list(found.files) == list(whole.files)
        known = found


@pytest.mark.parametrize("change", ["new folder", "empty folder", "new module"])
def test_what_changes_which_folders_there_are_takes_a_search_of_all(tmp_path: Path, change: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.go").write_text(PULL)
    known = search(tmp_path)
    folder = tmp_path / "a"
    if change == "new folder":
        folder = tmp_path / "b"
        folder.mkdir()
        (folder / "b.go").write_text(PULL)
    elif change == "empty folder":
        (folder / "a.go").unlink()
    else:
        (folder / "go.mod").write_text("module a\n")
    tree = Tree(tmp_path, immutable=False, vendor=False)
    assert scan_folders(tree, prefix, known, {str(folder)}) is None
