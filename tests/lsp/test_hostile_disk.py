"""A disk may hold what it likes: the server stays up, and what can be read is answered rightly."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.powers import Forbidden, bound, full
from support.processes import peak_memory
from support.txtar import write
from support.wire import Wire

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, modes and limits of Unix")

LINK = """
    -- go.mod --
    module example.com/m

    go 1.24
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname f example.com/m/b.g
    func f() int
    -- b/b.go --
    package b

    func g() int { return 1 }
    -- c/c.go --
    package c

    import _ "unsafe"

    //go:linkname h example.com/m/b.g
    func h() int
    """
PLACE = (4, 30)
END = [("b.go", 2)]
IN_ITS_FILE = {"context": {"includeDeclaration": True}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "work", LINK).root


def serve(root: Path, **how: Any) -> Wire:
    """A server for a workspace, that keeps what it finds beside it."""
    return Wire(cwd=root, env={"LINKNAME_LS_CACHE": str(root.parent / "cache")}, **how)


def right(client: Wire, root: Path) -> None:
    """The forward question and the reverse one are answered as if nothing were."""
    path = root / "a" / "a.go"
    assert client.definition(path, *PLACE) == END
    found = client.ask("textDocument/references", {**client.at(path, *PLACE), **IN_ITS_FILE})["result"]
    assert {place["uri"].rpartition("/")[2] for place in found} == {"a.go", "b.go", "c.go"}


@pytest.fixture
def odd(root: Path) -> Iterator[Path]:
    """A workspace that is asked about when the test has made it odd."""
    yield root
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)
        assert not any("Traceback" in line for line in client.errors), client.errors


def sources(folder: Path) -> list[Path]:
    """What could be taken for a source or a setting in each folder."""
    return [folder / name for name in ("x.go", "x.s", "x_test.go")]


# --- What is no file ---


def test_pipes_are_not_waited_for_whatever_they_are_called(odd: Path) -> None:
    for folder in (odd / "a", odd / "b", odd):
        for path in [*sources(folder), folder / "linkname-ls.toml", folder / "go.work"]:
            os.mkfifo(path)
    (odd / "b" / "sub").mkdir()
    os.mkfifo(odd / "b" / "sub" / "go.mod")
    (odd / "vendor").mkdir()
    os.mkfifo(odd / "vendor" / "modules.txt")


def test_pipe_for_a_go_mod_is_not_waited_for(root: Path) -> None:
    (root / "go.mod").unlink()
    os.mkfifo(root / "go.mod")
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        assert "result" in client.ask("textDocument/definition", client.at(root / "a" / "a.go", *PLACE))


def test_devices_are_not_read(odd: Path) -> None:
    for path in [*sources(odd / "a"), *sources(odd / "b"), odd / "linkname-ls.toml", odd / "go.work"]:
        path.symlink_to("/dev/zero")


def test_folders_that_are_called_like_files_are_folders(odd: Path) -> None:
    for path in [*sources(odd / "a"), *sources(odd / "b"), odd / "linkname-ls.toml", odd / "go.work"]:
        path.mkdir()


def test_links_to_nothing_and_in_circles_are_left_out(odd: Path) -> None:
    for folder in (odd / "a", odd / "b"):
        (folder / "gone.go").symlink_to(odd / "nowhere")
        (folder / "self.go").symlink_to("self.go")
        (folder / "loop").symlink_to(odd)
        (folder / "loop.go").symlink_to(odd)


# --- What cannot be read ---


def test_unreadable_files_and_folders_are_left_out(root: Path) -> None:
    write(root, "-- b/secret.go --\npackage b\n-- d/d.go --\npackage d\n-- e/go.mod --\nmodule e\n")
    with Forbidden(root / "b" / "secret.go", root / "d", root / "e" / "go.mod"), serve(root, **bound()) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)
        client.open(root / "b" / "secret.go", "package b\n")
        right(client, root)


def test_unreadable_go_mod_and_settings_are_survived(root: Path) -> None:
    (root / "linkname-ls.toml").write_text("")
    with Forbidden(root / "go.mod", root / "linkname-ls.toml"), serve(root, **bound()) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        assert "result" in client.ask("textDocument/definition", client.at(root / "a" / "a.go", *PLACE))


def test_files_that_come_and_go_while_they_are_searched_break_nothing(root: Path) -> None:
    stop = threading.Event()

    def churn() -> None:
        number = 0
        while not stop.is_set():
            folder = root / f"gone{number % 20}"
            folder.mkdir(exist_ok=True)
            (folder / "x.go").write_text("package x\n")
            (root / "b" / f"x{number % 20}.go").write_text("package b\n")
            number += 1
            shutil.rmtree(root / f"gone{number % 20}", ignore_errors=True)
            (root / "b" / f"x{number % 20}.go").unlink(missing_ok=True)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        with serve(root) as client:
            client.begin(root)
            client.open(root / "a" / "a.go")
            for number in range(100):
                client.tell(
                    "workspace/didChangeWatchedFiles",
                    {"changes": [{"uri": (root / "b" / f"x{number % 20}.go").as_uri(), "type": 2}]},
                )
                right(client, root)
    finally:
        stop.set()
        thread.join()


def test_workspace_that_is_removed_leaves_a_server_that_answers(root: Path) -> None:
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)
        shutil.rmtree(root)
        client.tell(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "b" / "b.go").as_uri(), "type": 3}]}
        )
        assert client.definition(root / "a" / "a.go", *PLACE) == []
        assert client.ask("textDocument/hover", client.at(root / "a" / "a.go", 0, 0))["result"] is None


# --- Bytes and names ---


def test_bytes_of_any_kind_are_read_past(odd: Path) -> None:
    for at, data in enumerate(
        (b"\0" * 5000, b"\xff\xfe\0p", b"package b\n\xff\0func z() {}\n", bytes(range(256)) * 50)
    ):
        (odd / "b" / f"x{at}.go").write_bytes(data)
        (odd / "b" / f"x{at}.s").write_bytes(data)
        (odd / "a" / f"x{at}.go").write_bytes(data)
    (odd / "linkname-ls.toml").write_bytes(b"\xff\0[")
    (odd / "go.work").write_bytes(b"\0\xff")
    (odd / "go.work").unlink()


@pytest.mark.parametrize("name", ["with spaces", "100%25 %2F", "ünï-日本語", "a#b?c", "[x]{y}", "-flag", "semi;&'\"$x"])
def test_folder_of_any_name_is_a_workspace(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / name, LINK).root
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)


def test_names_that_are_no_text_are_survived(odd: Path) -> None:
    for name in (b"\xff.go", b"new\nline.go", b"\xe2\x80\xa8.s"):
        (odd / "b" / os.fsdecode(name)).write_bytes(b"package b\n" if name.endswith(b".go") else b"")
    (odd / os.fsdecode(b"\xfe")).mkdir()


# --- Large files ---

FUNCTION = b"func value%d(a, b int) int {\n\treturn a*%d + b\n}\n\n"


def generated(package: str, megabytes: int, head: str = "") -> bytes:
    """A Go file of a size."""
    piece = b"".join(FUNCTION % (at, at) for at in range(20_000))
    start = f"package {package}\n\n{head}\n".encode()
    return start + piece * (-(-(megabytes << 20) // len(piece)))


LARGE = 800 << 20


def test_file_of_100_mb_in_the_workspace_costs_memory_that_is_bounded(root: Path) -> None:
    (root / "b" / "generated.go").write_bytes(generated("b", 100))
    (root / "d").mkdir()
    pull = 'import _ "unsafe"\n\n//go:linkname k example.com/m/b.g\nfunc k() int\n'
    (root / "d" / "d.go").write_bytes(generated("d", 100, pull))
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        path = root / "a" / "a.go"
        assert client.definition(path, *PLACE) == END
        found = client.ask("textDocument/references", {**client.at(path, *PLACE), **IN_ITS_FILE})["result"]
        assert {place["uri"].rpartition("/")[2] for place in found} == {"a.go", "b.go", "c.go", "d.go"}
        told = [one["params"]["message"] for one in client.received if one.get("method") == "window/showMessage"]
        assert sum("generated.go has 1" in one and "only its directives are read" in one for one in told) == 1
        assert peak_memory(client.process.pid) < LARGE


def test_name_that_a_large_file_could_declare_is_not_called_undefined(root: Path) -> None:
    (root / "b" / "b.go").write_bytes(generated("b", 9) + b"func g() int { return 1 }\n")
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        shown = client.until(lambda one: one.get("method") == "textDocument/publishDiagnostics")
        assert shown["params"]["diagnostics"] == []


def test_open_document_of_100_mb_is_told_of_and_holds_nobody_up(root: Path) -> None:
    path = root / "b" / "generated.go"
    with serve(root) as client:
        client.begin(root)
        client.open(path, generated("b", 100).decode())
        client.open(root / "a" / "a.go")
        assert client.definition(root / "a" / "a.go", *PLACE) == END
        here = {"line": 5, "character": 0}
        client.change(path, 2, {"range": {"start": here, "end": here}, "text": "// edited\n"})
        for method in ("hover", "documentHighlight", "completion", "definition", "prepareCallHierarchy"):
            assert "result" in client.ask(f"textDocument/{method}", client.at(path, 3, 6))
        for method in ("codeLens", "documentLink", "semanticTokens/full"):
            assert "error" not in client.ask(f"textDocument/{method}", {"textDocument": {"uri": path.as_uri()}})
        told = [one for one in client.received if one.get("method") == "window/showMessage"]
        assert sum("generated.go has 1" in one["params"]["message"] for one in told) == 1
        assert peak_memory(client.process.pid) < LARGE


# --- The cache ---


def cache_told(client: Wire) -> list[str]:
    """What the user was told of the cache, when all has been searched."""
    while client.ask("workspace/executeCommand", {"command": "linkname.status", "arguments": []})["result"]["busy"]:
        time.sleep(0.01)
    told = (one["params"]["message"] for one in client.received if one.get("method") == "window/showMessage")
    return [one for one in told if "written to" in one]


def many(root: Path) -> None:
    """Enough files for the tree to be kept."""
    for number in range(40):
        write(root, f"-- m{number}/m.go --\npackage m\n")


@pytest.mark.parametrize("kind", ["full", "read-only", "a file"])
def test_cache_that_cannot_be_written_is_told_of_once_and_answers_stay_right(root: Path, kind: str) -> None:
    many(root)
    cache = root.parent / "cache"
    cache.touch() if kind == "a file" else cache.mkdir()
    how = full() if kind == "full" else bound()
    with Forbidden(cache, mode=0o700 if kind == "full" else 0o500), serve(root, **how) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)
        client.until(lambda one: "written to" in str(one.get("params")))
        for number in range(3):
            path = root / "c" / f"n{number}.go"
            path.write_text("package c\n")
            client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]})
            right(client, root)
        (told,) = cache_told(client)
        assert str(cache) in told
        assert "LINKNAME_LS_CACHE" in told


def test_four_servers_share_a_cache(root: Path) -> None:
    many(root)
    clients = [serve(root) for _ in range(4)]
    for client in clients:
        client.begin(root)
        client.open(root / "a" / "a.go")
    for client in clients:
        right(client, root)
        assert cache_told(client) == []
    for client in clients:
        with client:
            assert client.end() == 1


def test_servers_that_are_killed_at_any_moment_leave_a_cache_that_is_right(root: Path) -> None:
    many(root)
    moments = random.Random(1)
    for number in range(20):
        # Something new to write each time.
        (root / "c" / f"n{number}.go").write_text("package c\n")
        with serve(root) as client:
            client.begin(root)
            client.open(root / "a" / "a.go")
            if number % 2:
                right(client, root)  # all is searched, and being written
            time.sleep(moments.uniform(0, 0.05))
    with serve(root) as client:
        client.begin(root)
        client.open(root / "a" / "a.go")
        right(client, root)
        assert cache_told(client) == []


@pytest.mark.parametrize("damage", ["truncated", "flipped", "of another version", "removed", "of another user"])
def test_damaged_cache_is_made_anew(root: Path, damage: str) -> None:
    many(root)

    def session() -> None:
        with serve(root) as client:
            client.begin(root)
            client.open(root / "a" / "a.go")
            right(client, root)
            assert cache_told(client) == []
            client.ask("shutdown", None)  # what has been searched may still be on its way to the disk

    session()
    files = list((root.parent / "cache").glob("index-*/*.json"))
    assert files
    if damage == "removed":
        shutil.rmtree(root.parent / "cache")
    for path in files if damage != "removed" else ():
        data = path.read_bytes()
        if damage == "truncated":
            path.write_bytes(data[: len(data) // 2])
        elif damage == "flipped":
            digit = data.index(b'"count":') + len(b'"count":')  # JSON all the same
            path.write_bytes(data[:digit] + bytes([data[digit] ^ 1]) + data[digit + 1 :])
        elif damage == "of another version":
            path.write_bytes(data.replace(b"linkname-ls index", b"linkname-ls INDEX"))
        elif os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    damaged = {path: path.read_bytes() for path in files if path.exists()}
    session()
    assert all(path.exists() for path in files)
    assert damage == "of another user" or all(path.read_bytes() != data for path, data in damaged.items())
