"""A file outside of all folders and modules, in /tmp or at home: what lies below it is nobody's business."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.txtar import write
from support.wire import Wire

HOME = """
    -- scratch.go --
    package main

    import _ "unsafe"

    //go:linkname now time.now
    func now() (sec int64, nsec int32, mono int64)

    func main() { now() }
    -- beside.go --
    package main

    import _ "unsafe"

    //go:linkname here time.now
    func here() (sec int64, nsec int32, mono int64)
    -- other/go.mod --
    module example.com/other
    -- other/other.go --
    package other

    import _ "unsafe"

    //go:linkname there time.now
    func there() (sec int64, nsec int32, mono int64)
    -- loose/loose.go --
    package loose

    import _ "unsafe"

    //go:linkname elsewhere time.now
    func elsewhere() (sec int64, nsec int32, mono int64)
    -- work/go.mod --
    module example.com/work
    -- work/work.go --
    package work
    """


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write(tmp_path, HOME).root


def references(client: Wire, home: Path) -> set[str]:
    """Return the files below the home folder that name what the scratch file links to."""
    path = home / "scratch.go"
    context = {"context": {"includeDeclaration": True}}
    found = client.ask("textDocument/references", {**client.at(path, 4, 22), **context})["result"]
    below = f"{home.as_uri()}/"
    return {one["uri"].removeprefix(below) for one in found if one["uri"].startswith(below)}


def searched(client: Wire, folder: Path) -> dict[str, int]:
    """Wait until a folder has been searched, and all else; how many files there were in each below the home folder."""

    def ready(message: dict[str, Any]) -> bool:
        told = message.get("params") if message.get("method") == "linkname/status" else None
        return told is not None and not told["busy"] and any(one["root"] == str(folder) for one in told["trees"])

    trees = client.until(ready)["params"]["trees"]
    return {one["root"]: one["files"] for one in trees if one["root"].startswith(str(folder))}


@pytest.mark.parametrize("workspace", ["work", None])
def test_nothing_is_searched_below_a_file_that_no_folder_holds(home: Path, workspace: str | None) -> None:
    with Wire(cwd=home) as client:
        client.begin(home / workspace if workspace else None, initializationOptions={"status": True})
        client.open(home / "scratch.go")
        assert client.definition(home / "scratch.go", 4, 22)[0][0] != "scratch.go"
        found = searched(client, home)
        assert found.pop(str(home)) == 2
        assert set(found) <= {str(home / "work")}
        assert references(client, home) == {"scratch.go", "beside.go"}


def test_file_that_changes_below_it_is_not_taken_in(home: Path) -> None:
    with Wire(cwd=home) as client:
        client.begin(home / "work", initializationOptions={"status": True})
        client.open(home / "scratch.go")
        searched(client, home)
        changed = [{"uri": (home / name).as_uri(), "type": 2} for name in ("loose/loose.go", "other/go.mod")]
        client.tell("workspace/didChangeWatchedFiles", {"changes": changed})
        assert references(client, home) == {"scratch.go", "beside.go"}


def test_folder_that_is_opened_is_searched_with_all_below_it(home: Path) -> None:
    with Wire(cwd=home) as client:
        client.begin(home, initializationOptions={"status": True})
        client.open(home / "scratch.go")
        searched(client, home)
        everything = {"scratch.go", "beside.go", "other/other.go", "loose/loose.go"}
        assert references(client, home) == everything
        event = {"added": [], "removed": [{"uri": home.as_uri(), "name": home.name}]}
        client.tell("workspace/didChangeWorkspaceFolders", {"event": event})
        assert references(client, home) == {"scratch.go", "beside.go"}
