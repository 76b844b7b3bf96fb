from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linkname_ls.build.files import walk

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *, vendor: bool = False, keep: frozenset[str] = frozenset()) -> list[str]:
    return [os.path.relpath(path, root) for path in walk(root, vendor=vendor, keep_modules=keep)]


def test_go_and_assembly_files_are_found_in_a_fixed_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.go", "a.s", "sub/deep/c_test.go", "aaa/z.go", "x.S", "y.c", "go.sum", "z.go.bak")
    assert found(tmp_path) == ["a.s", "b.go", "aaa/z.go", "sub/deep/c_test.go"]


def test_paths_begin_with_the_root_as_it_was_given(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.go")
    (tmp_path / "link").symlink_to("real")
    assert list(walk(tmp_path / "link")) == [str(tmp_path / "link" / "a.go")]


def test_ignored_names_are_skipped(tmp_path: Path) -> None:
    touch(tmp_path, "_a.go", ".b.go", "_d/a.go", ".git/a.go", "testdata/a.go", "node_modules/a.go", "ok/a.go")
    assert found(tmp_path) == ["ok/a.go"]


def test_vendor_folders_are_entered_on_request_only(tmp_path: Path) -> None:
    touch(tmp_path, "vendor/example.com/a/a.go", "sub/vendor/b/b.go", "vendor.go")
    assert found(tmp_path) == ["vendor.go"]
    assert found(tmp_path, vendor=True) == ["vendor.go", "sub/vendor/b/b.go", "vendor/example.com/a/a.go"]


def test_nested_modules_are_left_out_and_reported(tmp_path: Path) -> None:
    touch(tmp_path, "go.mod", "a.go", "nested/go.mod", "nested/b.go", "nested/deep/go.mod", "x/y/go.mod")
    reported: list[str] = []
    assert list(walk(tmp_path, on_module=reported.append)) == [str(tmp_path / "a.go")]
    assert reported == [str(tmp_path / "nested"), str(tmp_path / "x" / "y")]


def test_some_nested_modules_can_be_kept(tmp_path: Path) -> None:
    touch(tmp_path, "cmd/go.mod", "cmd/a.go", "other/go.mod", "other/b.go")
    assert found(tmp_path, keep=frozenset({str(tmp_path / "cmd")})) == ["cmd/a.go"]


def test_a_folder_named_go_mod_makes_no_module(tmp_path: Path) -> None:
    touch(tmp_path, "sub/go.mod/a.go", "sub/b.go")
    assert "sub/b.go" in found(tmp_path)


def test_the_caller_can_skip_folders(tmp_path: Path) -> None:
    touch(tmp_path, "a/a.go", "b/b.go")
    skipped = str(tmp_path / "a")
    assert list(walk(tmp_path, skip_dirs=lambda folder: folder == skipped)) == [str(tmp_path / "b" / "b.go")]


def test_linked_folders_are_not_entered(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.go")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "linked").symlink_to("real")
    assert found(tmp_path) == ["real/a.go"]


def test_only_regular_files_and_links_to_them_count(tmp_path: Path) -> None:
    touch(tmp_path, "real.go", "folder.go/a.go")
    (tmp_path / "link.go").symlink_to("real.go")
    (tmp_path / "broken.go").symlink_to("missing.go")
    (tmp_path / "tofolder.go").symlink_to("folder.go")
    os.mkfifo(tmp_path / "fifo.go")
    assert found(tmp_path) == ["link.go", "real.go", "folder.go/a.go"]


def test_folders_that_cannot_be_read_count_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a/a.go", "b/b.go")
    # Permissions mean nothing to root, who may run the tests.
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert found(tmp_path) == ["b/b.go"]


def test_a_root_that_is_missing_or_nonsense_is_empty(tmp_path: Path) -> None:
    touch(tmp_path, "a.go")
    assert found(tmp_path / "missing") == []
    assert found(tmp_path / "a.go") == []
    assert found(tmp_path / "a\0b") == []


def test_names_that_are_not_utf8_are_survived(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.go")).write_text("")
    assert len(list(walk(tmp_path))) == 1
