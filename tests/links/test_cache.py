"""What is kept on disk is what a search would find, or is not used."""

from __future__ import annotations

import ast
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkname_ls.build import reader
from linkname_ls.links import cache as module
from linkname_ls.links import scanner as scanners
from linkname_ls.links.cache import Cache, open_cache, tidy
from linkname_ls.links.index import Index
from linkname_ls.links.scan import TreeIndex, scan_tree
from linkname_ls.links.scanner import SCANNER, scanner
from linkname_ls.links.tree import Tree

DAY = 86400


def pull(name: str) -> str:
    return f'package a\n\nimport _ "unsafe"\n\n//go:linkname {name} time.{name}\nfunc {name}()\n'


def prefix(folder: Path) -> str:
    return folder.name


class Kept:
    """A tree, and a cache that holds what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "tree"
        self.folder = root / "cache"
        self.cache = Cache(self.folder)
        self.tree = Tree(self.root, immutable=False, vendor=False)
        for folder in ("a", "b/c"):
            (self.root / folder).mkdir(parents=True)
            for number in range(10):
                (self.root / folder / f"f{number}.go").write_text(pull(f"{folder[-1]}{number}"))
        (self.root / "a" / "main.go").write_text("package main\n")
        (self.root / "a" / "a.s").write_text("TEXT ·f(SB), 7, $0\n\tCALL\tother·g(SB)\n")
        self.found = self.search()
        self.cache.store(self.tree, self.found)
        (self.file,) = self.folder.glob("*/*.json")

    def search(self) -> TreeIndex:
        """Search without the cache."""
        return scan_tree(self.tree, prefix)

    def symbols(self) -> set[str]:
        """What a new process knows, with the cache."""
        known = Index(lambda: Cache(self.folder)).get(self.tree, prefix)
        assert known == replace(self.search(), marks=known.marks)
        return set(known.by_symbol)

    def rewrite(self, **changes: object) -> None:
        """Write another file with a right checksum."""
        body = json.loads(self.file.read_bytes().partition(b"\n")[2])
        data = json.dumps({**body, **changes}).encode()
        self.file.write_bytes(b"linkname-ls index %08x\n" % zlib.crc32(data) + data)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    # Files are believed at once, however young.
    monkeypatch.setattr(reader, "_SETTLED", -(1 << 62))
    # Tests say themselves when to tidy up.
    monkeypatch.setattr(module, "tidy", lambda _: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    return Kept(tmp_path)


def use(path: Path, when: float) -> None:
    """Note when a file was used last, in seconds."""
    os.utime(path, (when, when))


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are read from now on."""
    names: list[str] = []
    read = reader.Reader.read

    def told(self: reader.Reader, folder: str, *arguments: Any) -> object:
        for name, size in read(self, folder, *arguments):
            if size >= 0:
                names.append(name)
            yield name, size

    monkeypatch.setattr(reader.Reader, "read", told)
    return names


# --- Fresh ---


def test_what_is_kept_is_what_was_found_in_the_same_order(kept: Kept) -> None:
    loaded = kept.cache.load(kept.tree)
    assert loaded is not None
    assert loaded == kept.found
    assert list(loaded.files) == list(kept.found.files)
    assert list(loaded.by_symbol) == list(kept.found.by_symbol)
    assert loaded.mains
    assert loaded.prefixes == {str(kept.root / "a"): "a"}


def test_nothing_is_read_while_nothing_changes(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    names = reads(monkeypatch)
    Index(lambda: kept.cache).get(kept.tree, prefix)
    assert names == []


def test_nothing_is_written_while_nothing_changes(kept: Kept) -> None:
    before = kept.file.stat().st_ino
    kept.symbols()
    assert kept.file.stat().st_ino == before


def test_edited_file_is_read_again(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept.root / "a" / "f0.go").write_text(pull("edited"))
    names = reads(monkeypatch)
    found = Index(lambda: kept.cache).get(kept.tree, prefix)
    assert names == ["f0.go"]
    assert "time.edited" in found.by_symbol
    assert "time.a0" not in found.by_symbol
    assert kept.cache.load(kept.tree) == found


def test_touched_file_is_read_again(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(kept.root / "a" / "f1.go", (5, 5))
    names = reads(monkeypatch)
    Index(lambda: kept.cache).get(kept.tree, prefix)
    assert names == ["f1.go"]


def test_added_file_is_found(kept: Kept) -> None:
    (kept.root / "b" / "new.go").write_text(pull("added"))
    assert "time.added" in kept.symbols()


def test_removed_file_is_forgotten(kept: Kept) -> None:
    (kept.root / "b" / "c" / "f3.go").unlink()
    assert "time.c3" not in kept.symbols()


def test_module_that_comes_in_between_takes_its_files_out(kept: Kept) -> None:
    (kept.root / "b" / "go.mod").write_text("module b\n")
    found = Index(lambda: kept.cache).get(kept.tree, prefix)
    assert found.nested == {str(kept.root / "b")}
    assert "time.c0" not in kept.symbols()
    assert Index(lambda: kept.cache).get(kept.tree, prefix).nested == {str(kept.root / "b")}


def test_assembly_is_read_again_when_its_package_is_another(kept: Kept) -> None:
    assert "other.g" in kept.symbols()
    assert "other.g" not in Index(lambda: kept.cache).get(kept.tree, lambda _: "other").by_symbol


def test_released_go_tree_that_someone_edits_is_read_again(kept: Kept) -> None:
    kept.tree = Tree(kept.root, immutable=True, vendor=True)
    assert "time.a0" in kept.symbols()
    (kept.root / "a" / "f0.go").write_text(pull("patched"))
    assert "time.patched" in Index(lambda: kept.cache).get(kept.tree, prefix).by_symbol


def test_module_of_the_module_cache_is_believed_unseen(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.tree = Tree(kept.root, immutable=True, vendor=False)
    assert "time.a0" in kept.symbols()
    names = reads(monkeypatch)
    assert "time.a0" in Index(lambda: kept.cache).get(kept.tree, prefix).by_symbol
    assert names == []


def test_module_that_was_extracted_again_is_searched(kept: Kept) -> None:
    kept.tree = Tree(kept.root, immutable=True, vendor=False)
    kept.symbols()
    kept.root.rename(kept.root.with_name("gone"))
    kept.root.mkdir()
    for number in range(20):
        (kept.root / f"f{number}.go").write_text(pull(f"other{number}"))
    assert "time.other0" in Index(lambda: kept.cache).get(kept.tree, prefix).by_symbol


def test_refreshed_tree_is_written_when_it_is_saved(kept: Kept) -> None:
    index = Index(lambda: kept.cache)
    index.get(kept.tree, prefix)
    (kept.root / "a" / "f0.go").write_text(pull("edited"))
    index.refresh(kept.tree, prefix)
    assert kept.cache.load(kept.tree) == kept.found
    index.save()
    assert kept.cache.load(kept.tree) == index.peek(kept.tree) != kept.found


def test_save_waits_for_the_thread_that_is_writing(kept: Kept) -> None:
    """An answer comes when a tree has been searched, and the client may leave before its file is written."""
    kept.file.unlink()
    writing, released = threading.Event(), threading.Event()

    class Slow(Cache):
        def store(self, tree: Tree, index: TreeIndex) -> None:
            writing.set()
            assert released.wait(30)
            super().store(tree, index)

    index = Index(lambda: Slow(kept.folder))
    with ThreadPoolExecutor() as pool:
        answering = pool.submit(index.get, kept.tree, prefix)
        assert writing.wait(30)
        assert index.peek(kept.tree) is not None
        saving = pool.submit(index.save)
        with pytest.raises(TooLate):
            saving.result(0.05)
        released.set()
        saving.result(30)
        assert kept.file.exists()
        answering.result(30)


@pytest.mark.parametrize("sealed", [False, True])
def test_small_tree_is_worth_a_file_only_if_nobody_looks_at_it_again(tmp_path: Path, *, sealed: bool) -> None:
    (tmp_path / "a.go").write_text(pull("f"))
    cache = Cache(tmp_path / "cache")
    Index(lambda: cache).get(Tree(tmp_path, immutable=sealed, vendor=False), prefix)
    assert (tmp_path / "cache").exists() is sealed


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are any bytes on Linux")
def test_names_that_are_no_utf8_survive(kept: Kept) -> None:
    Path(os.fsdecode(bytes(kept.root / "a") + b'/\xff\n".go')).write_text(pull("odd"))
    assert "time.odd" in kept.symbols()
    assert kept.cache.load(kept.tree) == kept.search()


# --- Broken ---


def test_truncated_file_is_not_used(kept: Kept) -> None:
    data = kept.file.read_bytes()
    for size in (*range(40), len(data) // 2, len(data) - 1):
        kept.file.write_bytes(data[:size])
        assert kept.cache.load(kept.tree) is None
    assert "time.a0" in kept.symbols()


def test_file_with_a_flipped_bit_is_not_used(kept: Kept) -> None:
    data = kept.file.read_bytes()
    for at in (*range(60), *range(60, len(data), 37)):
        for bit in (0, 3, 7):
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            kept.file.write_bytes(flipped)
            assert kept.cache.load(kept.tree) is None, (at, bit)
    assert "time.a0" in kept.symbols()


def test_file_of_another_scanner_is_not_used(kept: Kept) -> None:
    kept.rewrite(scanner="00000000")
    assert kept.cache.load(kept.tree) is None


def test_file_of_another_tree_is_not_used(kept: Kept) -> None:
    kept.rewrite(tree=["/elsewhere", False, False, list[str]()])
    assert kept.cache.load(kept.tree) is None


def test_each_tree_has_a_file_of_its_own(kept: Kept) -> None:
    other = Tree(kept.root / "a", immutable=False, vendor=False)
    kept.cache.store(other, kept.found)
    assert len(list(kept.folder.glob("*/*.json"))) == 2
    assert kept.cache.load(kept.tree) == kept.found


WRONG: list[dict[str, Any]] = [
    {"count": "1"},
    {"count": None},
    {"count": -1},
    {"count": True},
    {"symbols": 1},
    {"symbols": [1, 2]},
    {"symbols": []},
    {"files": []},
    {"files": {"a/f0.go": [0, 0, 0, 0]}},
    {"files": {"a/f0.go": [9, 0, 0, 0, 0]}},
    {"files": {"a/f0.go": [0, 9999, 0, 0, 0]}},
    {"files": {"a/f0.go": [-1, 0, 0, 0, 0]}},
    {"files": {"a/f0.go": [0, 0, 0.5, 1, 0]}},
    {"files": {"a/f0.go": "abcde"}},
    {"files": {"a/f0.go": [[], 0, 0, 0, 0]}},
    {"directives": [1]},
    {"directives": {"a/f0.go": "1"}},
    {"marks": {"a": 1}},
    {"marks": {"a": {"f0.go": "1"}}},
    {"mains": [1]},
    {"nested": {"a": 1}, "mains": None},
    {"prefixes": {"a": None}},
]


@pytest.mark.parametrize("changes", WRONG)
def test_wrong_shape_with_a_right_checksum_is_not_used(kept: Kept, changes: dict[str, object]) -> None:
    kept.rewrite(**changes)
    assert kept.cache.load(kept.tree) is None
    assert "time.a0" in kept.symbols()


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"null", b"{}", b"\xff", b"[" * 100_000, b"9" * 5000])
def test_anything_else_with_a_right_checksum_is_not_used(kept: Kept, body: bytes) -> None:
    kept.file.write_bytes(b"linkname-ls index %08x\n" % zlib.crc32(body) + body)
    assert kept.cache.load(kept.tree) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipe_in_the_place_of_a_file_is_not_waited_for(kept: Kept) -> None:
    kept.file.unlink()
    os.mkfifo(kept.file)
    assert kept.cache.load(kept.tree) is None


def test_folder_in_the_place_of_a_file_is_not_used(kept: Kept) -> None:
    kept.file.unlink()
    kept.file.mkdir()
    assert kept.cache.load(kept.tree) is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_file_of_another_user_is_not_used(kept: Kept) -> None:
    os.chown(kept.file, 12345, 12345)
    assert kept.cache.load(kept.tree) is None


def test_missing_folder_is_made_for_the_user_alone(kept: Kept) -> None:
    for path in (kept.file.parent, kept.folder):
        assert path.stat().st_mode & 0o777 == 0o700
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_folder_that_cannot_be_written_is_told_once(
    kept: Kept, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert "time.a0" in Index(lambda: cache).get(kept.tree, prefix).by_symbol
    assert [record.getMessage() for record in caplog.records] == [cache.problem]
    assert cache.problem == (
        f"Nothing can be written to {tmp_path / 'file' / 'cache'} (Not a directory), so that every start reads all "
        "files anew; LINKNAME_LS_CACHE can name another folder, or be off."
    )


def test_read_only_folder_is_told_once(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (kept.root / "a" / "f0.go").write_text(pull("edited"))
    # Root may write where others may not.
    monkeypatch.setattr(module, "write_whole", refuse)
    assert "time.edited" in Index(lambda: kept.cache).get(kept.tree, prefix).by_symbol
    assert "Permission denied" in caplog.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_full_disk_leaves_what_was_there(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.file.read_bytes()
    real = os.open

    def full(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_CREAT:
            os.close(real(path, flags, mode))
            return real("/dev/full", os.O_WRONLY)
        return real(path, flags, mode, dir_fd=dir_fd)

    (kept.root / "a" / "f0.go").write_text(pull("edited"))
    monkeypatch.setattr(os, "open", full)
    assert "time.edited" in Index(lambda: kept.cache).get(kept.tree, prefix).by_symbol
    assert "No space left" in kept.cache.problem
    assert [kept.file] == list(kept.file.parent.iterdir())
    assert kept.file.read_bytes() == before


# --- Several at once ---

WRITER = """
import sys
import threading
from pathlib import Path
from linkname_ls.links.cache import Cache
from linkname_ls.links.scan import scan_tree
from linkname_ls.links.tree import Tree
tree, cache = Tree(Path(sys.argv[1]), immutable=False, vendor=False), Cache(Path(sys.argv[2]))
found = scan_tree(tree, lambda folder: folder.name)
print("ready", flush=True)
for _ in range(int(sys.argv[3])):
    cache.store(tree, found)
assert not cache.problem, cache.problem
"""


def writer(kept: Kept, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(kept.root), str(kept.folder), str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_four_processes_write_at_once(kept: Kept) -> None:
    writers = [writer(kept, 150) for _ in range(4)]
    seen = 0
    while any(one.poll() is None for one in writers):
        loaded = kept.cache.load(kept.tree)
        assert loaded is not None
        assert loaded.files == kept.found.files
        seen += 1
    for one in writers:
        one.communicate()
    assert [one.returncode for one in writers] == [0] * 4
    assert seen > 10
    assert {path.name for path in kept.file.parent.iterdir()} == {kept.file.name}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_writer_leaves_a_whole_file(kept: Kept) -> None:
    moments = random.Random(1)
    for _ in range(20):
        one = writer(kept, 1_000_000)
        assert one.stdout is not None
        with one.stdout:
            assert one.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.02))
            one.send_signal(signal.SIGKILL)
            one.wait()
        loaded = kept.cache.load(kept.tree)
        assert loaded is not None
        assert loaded.files == kept.found.files


# --- Room ---


def test_what_nobody_used_for_a_month_is_removed(kept: Kept) -> None:
    old = kept.file.with_name("0" * 16 + ".json")
    unfinished = kept.file.with_name(kept.file.name + "." + "0" * 16)
    foreign = kept.file.with_name("notes.json")
    other = kept.folder / "index-00000000"
    other.mkdir()
    code, code_unfinished = kept.folder / "code-cpython-310", kept.folder / f"code-cpython-311.{'0' * 16}"
    kept_code, review = kept.folder / "code-cpython-311", kept.folder / "code-review.md"
    for path, days in ((old, 31), (unfinished, 2), (foreign, 99), (code, 31), (code_unfinished, 2), (review, 99)):
        path.write_text("")
        use(path, time.time() - days * DAY)
    kept_code.write_text("")
    tidy(kept.folder)
    assert {path.name for path in kept.folder.glob("code-*")} == {kept_code.name, review.name}
    assert {path.name for path in kept.file.parent.iterdir()} == {kept.file.name, "notes.json"}
    assert not other.exists()


def test_used_file_stays(kept: Kept) -> None:
    use(kept.file, time.time() - 29 * DAY)
    kept.symbols()
    assert time.time() - kept.file.stat().st_mtime < DAY


def test_oldest_files_make_room(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TOTAL_BYTES", 2500)
    for number in range(5):
        path = kept.file.with_name(f"{number:016x}.json")
        path.write_bytes(bytes(1000))
        use(path, time.time() + 100 - number)
    tidy(kept.folder)
    assert sorted(path.name for path in kept.file.parent.iterdir()) == [f"{number:016x}.json" for number in range(2)]


# --- Where ---


def test_cache_is_where_the_environment_says(tmp_path: Path) -> None:
    assert open_cache({"LINKNAME_LS_CACHE": str(tmp_path), "HOME": "/home/x"}).folder == tmp_path
    assert open_cache({"LINKNAME_LS_CACHE": "off", "HOME": "/home/x"}).folder is None


def test_relative_path_in_the_environment_is_refused_in_words(caplog: pytest.LogCaptureFixture) -> None:
    cache = open_cache({"LINKNAME_LS_CACHE": "here", "HOME": "/home/x"})
    assert cache.folder is None
    assert "LINKNAME_LS_CACHE is 'here'" in caplog.text


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have other folders")
def test_cache_is_in_the_users_folder_for_caches() -> None:
    assert open_cache({"HOME": "/home/x"}).folder == Path("/home/x/.cache/linkname-ls")
    assert open_cache({"HOME": "/home/x", "XDG_CACHE_HOME": "/var/x"}).folder == Path("/var/x/linkname-ls")
    assert open_cache({"HOME": "/home/x", "XDG_CACHE_HOME": "x"}).folder == Path("/home/x/.cache/linkname-ls")
    assert open_cache({}).folder is None


def test_all_modules_that_decide_what_is_found_are_in_the_fingerprint() -> None:
    package = Path(module.__file__).parent.parent
    # What the other process runs is imported there.
    seen, pending = {"links/cache.py"}, ["links/scan.py", "links/served.py"]
    while pending:
        name = pending.pop()
        if name not in seen and (package / name).is_file():
            seen.add(name)
            pending += imported(ast.parse((package / name).read_bytes()))
    assert seen == set(SCANNER)


def imported(tree: ast.AST) -> list[str]:
    """Return the files of ours that a module imports, early or late, other than for their types."""
    found: list[str] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("linkname_ls."):
            found.append((node.module or "").partition(".")[2].replace(".", "/") + ".py")
        found += imported(node)
    return found


def test_another_version_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = scanner()
    monkeypatch.setattr(scanners, "__version__", "0.0.0")
    scanner.cache_clear()
    try:
        assert scanner() != before
    finally:
        scanner.cache_clear()
