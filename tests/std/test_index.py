"""The index of a whole Go tree, counted against an independent reader."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.ask import snapshot_of
from support.trees import RELEASES, goroot


@pytest.mark.parametrize("release", ["own", *RELEASES])
def test_index_holds_every_directive_that_gos_own_scanner_finds(release: str) -> None:
    source = goroot(release) / "src"
    counted = subprocess.run(
        ["go", "run", str(Path(__file__).parent / "count" / "main.go"), str(source)],
        capture_output=True,
        text=True,
        check=True,
    )
    snapshot = snapshot_of(source)
    assert sum(tree.directives for tree in snapshot.searched_trees(source)) == int(counted.stdout) > 700
