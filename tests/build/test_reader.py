"""Files are read if they are files; nothing else is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linkname_ls.build import reader
from linkname_ls.build.goenv import read_env_file
from linkname_ls.build.reader import read_bytes


def test_file_is_read_whole_or_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert read_bytes(tmp_path / "a") == b"0123456789"
    assert read_bytes(tmp_path / "a", 4) == b"0123"


def test_file_above_the_limit_counts_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_FILE_BYTES", 4)
    (tmp_path / "a").write_bytes(b"0123456789")
    assert read_bytes(tmp_path / "a") == b""


@pytest.mark.parametrize("name", ["missing", "nul\0", "folder", ""])
def test_what_cannot_be_read_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert read_bytes(f"{tmp_path}/{name}") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipe_and_device_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.go")
    assert read_bytes(tmp_path / "pipe.go") is None
    assert read_bytes("/dev/zero") is None
    assert read_env_file(tmp_path / "pipe.go") == {}
