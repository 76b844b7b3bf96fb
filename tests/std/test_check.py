"""The standard library is clean."""

from __future__ import annotations

import pytest

from linkname_ls.build.files import walk
from linkname_ls.checks.rules import check_source
from support.ask import snapshot_of
from support.trees import goroot


@pytest.mark.parametrize(("release", "goos"), [("own", "linux"), ("1.27.3", "linux"), ("own", "windows")])
def test_the_standard_library_is_clean(release: str, goos: str) -> None:
    root = goroot(release) / "src"
    snapshot = snapshot_of(root, goos=goos)
    said: list[str] = []
    for path in walk(root, vendor=True, keep_modules=frozenset({str(root / "cmd")})):
        source = snapshot.source(path)
        if source is not None and (source.constraint.satisfiable() or source.in_build(snapshot.platform(root))):
            said += [finding.symbol for finding in check_source(snapshot, source)]
    # In Go 1.25 and 1.26 one declaration awaits a push that nobody makes any more.
    assert said == (["runtime/trace.runtime_readTrace"] if release == "own" else [])
