"""Fifty workspace folders, each a module: all are indexed, and what is removed is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from support.processes import peak_memory
from support.txtar import write
from support.wire import Wire

FOLDERS = 50
MEMORY = 300 << 20

# The push has no import of what it pushes to: who awaits a body in another package is known from the index alone.
MODULE = """
    -- go.mod --
    module example.com/m{0}

    go 1.21
    -- a/a.go --
    package a

    import _ "unsafe"

    //go:linkname pull example.com/m{0}/b.body{0}
    func pull() int

    //go:linkname clock runtime.nanotime
    func clock() int64
    -- b/b.go --
    package b

    func body{0}() int {{ return {0} }}
    """


@pytest.fixture
def roots(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / f"m{number}", MODULE.format(number)).root for number in range(FOLDERS)]


@pytest.fixture
def client(roots: Sequence[Path]) -> Iterator[Wire]:
    with Wire(cwd=roots[0]) as client:
        folders = [folder(root) for root in roots]
        client.begin(roots[0], workspaceFolders=folders, initializationOptions={"status": True})
        yield client


def folder(root: Path) -> dict[str, str]:
    return {"uri": root.as_uri(), "name": root.name}


def change(client: Wire, added: Sequence[Path] = (), removed: Sequence[Path] = ()) -> None:
    event = {"added": list(map(folder, added)), "removed": list(map(folder, removed))}
    client.tell("workspace/didChangeWorkspaceFolders", {"event": event})


def indexed(client: Wire, roots: Sequence[Path]) -> dict[str, Any]:
    """Wait until the server tells that just these folders, and all of them, have been searched."""
    wanted = [str(root) for root in roots]

    def ready(message: dict[str, Any]) -> bool:
        told = message.get("params") if message.get("method") == "linkname/status" else None
        return told is not None and told["folders"] == wanted and not told["busy"]

    return client.until(ready)["params"]


def references(client: Wire, path: Path, line: int, character: int) -> list[str]:
    """Return the files that name what stands at a place, each with the folder of its module before it."""
    context = {"includeDeclaration": False}
    answer = client.ask("textDocument/references", {**client.at(path, line, character), "context": context})
    return sorted("/".join(one["uri"].rsplit("/", 3)[1:]) for one in answer["result"] or ())


def test_all_are_indexed_and_each_answers_for_itself(client: Wire, roots: Sequence[Path]) -> None:
    told = indexed(client, roots)
    assert {str(root) for root in roots} <= {tree["root"] for tree in told["trees"] if tree["indexed"]}
    for number, root in enumerate(roots):
        assert client.definition(root / "a" / "a.go", 4, 45) == [("b.go", 2)]
        assert references(client, root / "b" / "b.go", 2, 7) == [f"m{number}/a/a.go"]
    found = client.ask("workspace/symbol", {"query": "example.com/m"})["result"]
    assert {one["name"] for one in found} == {f"example.com/m{number}/b.body{number}" for number in range(FOLDERS)}
    assert peak_memory(client.process.pid) < MEMORY


def test_a_symbol_of_the_go_tree_has_its_pulls_in_all_folders(client: Wire, roots: Sequence[Path]) -> None:
    indexed(client, roots)
    found = references(client, roots[7] / "a" / "a.go", 7, 32)
    assert {f"m{number}/a/a.go" for number in range(FOLDERS)} <= set(found)


def test_first_definition_does_not_wait_for_the_folders(client: Wire, roots: Sequence[Path]) -> None:
    client.open(roots[-1] / "a" / "a.go")
    assert client.definition(roots[-1] / "a" / "a.go", 4, 45) == [("b.go", 2)]


def test_folders_come_and_go_by_the_dozen(client: Wire, roots: Sequence[Path]) -> None:
    half = FOLDERS // 2
    for _ in range(5):
        change(client, removed=roots[half:])
        change(client, added=roots[half:])
        for root in reversed(roots[half:]):
            change(client, removed=[root])
        change(client, added=roots[half:])
    change(client, removed=roots[:half])
    told = indexed(client, roots[half:])
    assert not {str(root) for root in roots[:half]} & {tree["root"] for tree in told["trees"]}
    asked = roots[-1] / "a" / "a.go"
    assert {one.partition("/")[0] for one in references(client, asked, 7, 32) if one.startswith("m")} >= {
        root.name for root in roots[half:]
    }
    assert not {root.name for root in roots[:half]} & {
        one.partition("/")[0] for one in references(client, asked, 7, 32)
    }
    change(client, added=roots[:half])
    indexed(client, [*roots[half:], *roots[:half]])
    for root in roots:
        assert client.definition(root / "a" / "a.go", 4, 45) == [("b.go", 2)]
    assert peak_memory(client.process.pid) < MEMORY


def test_document_that_stays_open_outside_of_all_folders_keeps_its_module(client: Wire, roots: Sequence[Path]) -> None:
    path = roots[3] / "b" / "b.go"
    client.open(path)
    indexed(client, roots)
    change(client, removed=[roots[3]])
    told = indexed(client, [root for root in roots if root != roots[3]])
    assert str(roots[3]) in {tree["root"] for tree in told["trees"]}
    assert references(client, path, 2, 7) == ["m3/a/a.go"]
