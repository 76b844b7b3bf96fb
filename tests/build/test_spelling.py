"""One spelling for each file, whatever links lead to it."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.build.spelling import Spelling


def test_folder_behind_a_link_is_called_as_the_workspace_calls_it(tmp_path: Path) -> None:
    (tmp_path / "real" / "a").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    real, link = tmp_path / "real" / "a" / "a.go", tmp_path / "link" / "a" / "a.go"
    assert Spelling([tmp_path / "real"]).file(link) == real
    assert Spelling([tmp_path / "link"]).file(real) == link
    assert Spelling([tmp_path / "link", tmp_path / "real"]).file(real) == link
    assert Spelling([tmp_path / "link", tmp_path / "real" / "a"]).file(link) == real
    assert Spelling([tmp_path / "real" / "a"]).folder(tmp_path / "link") == tmp_path / "link"
    assert Spelling().file(link) == link


def test_link_to_a_file_is_a_file_of_its_own(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    (tmp_path / "a" / "x.go").write_text("package a\n")
    (tmp_path / "b" / "x.go").symlink_to(tmp_path / "a" / "x.go")
    assert Spelling([tmp_path]).file(tmp_path / "b" / "x.go") == tmp_path / "b" / "x.go"
