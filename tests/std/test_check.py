"""The standard library is clean."""

from __future__ import annotations

import pytest

from linkname_ls.build.files import walk
from linkname_ls.checks.rules import check_source
from support.ask import snapshot_of
from support.trees import goroot


@pytest.mark.parametrize("release", ["own", "1.27.3"])
def test_nothing_is_said_about_the_standard_library(release: str) -> None:
    root = goroot(release) / "src"
    snapshot = snapshot_of(root)
    said: list[str] = []
    for path in walk(root, vendor=True, keep_modules=frozenset({str(root / "cmd")})):
        source = snapshot.source(path)
        if source is not None and (source.constraint.satisfiable() or source.in_build(snapshot.platform(root))):
            said += [f"{path}: {finding.message}" for finding in check_source(snapshot, source)]
    assert said == []
