"""Small programs, judged by the real compiler of several releases and by us: the verdicts must be the same.

Each ``cases/*.txtar`` is one module. All are built in one go by each release; what its compiler says of linknames is
compared, file by file, line by line, column by column and word by word, with our findings of the compile stage. A
missed error fails, and so does a false alarm; only where the compiler stops before it has said all may we say more.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from linkname_ls.build.files import walk
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.rules import check_source
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from support.trees import EACH_RELEASE, goroot
from support.txtar import parse

CASES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("*.txtar"))
STOPS_EARLY = "The compiler stops before it says all.\n"

_OURS = re.compile(
    r"//go:linkname(?:std)? |usage: //go:linkname|misplaced compiler directive|missing function body|must have a body"
)
_ERROR = re.compile(r"^(?:\./)?([^\s:]+\.go):(\d+):(\d+): (.*)$", re.MULTILINE)

Verdict = tuple[str, int, int, str]
"""File, line, column, message."""


@dataclass(frozen=True)
class Judged:
    """What a release's compiler says about every case, and a snapshot of ours for that release."""

    root: Path
    compiler: dict[str, set[Verdict]]
    snapshot: Snapshot

    def ours(self, case: str) -> set[Verdict]:
        """Return our errors of the compile stage for a case."""
        found: set[Verdict] = set()
        for path in walk(self.root / case):
            source = self.snapshot.source(path)
            if source is None or source.is_test:
                continue
            for finding in check_source(self.snapshot, source):
                # Two definitions in one package crash the compiler; see test_programs.
                if finding.severity == "error" and finding.stage == "compile" and finding.code != "duplicate-symbol":
                    place = source.lines.compiler(finding.span.start)
                    found.add((source.path.relative_to(self.root / case).as_posix(), *place, finding.message))
        return found


@cache
def comment(case: str) -> str:
    return parse((Path(__file__).parent / "cases" / f"{case}.txtar").read_text())[0]


@pytest.fixture(scope="session", params=EACH_RELEASE)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    root = tmp_path_factory.mktemp("cases")
    for case in CASES:
        for name, body in parse((Path(__file__).parent / "cases" / f"{case}.txtar").read_text())[1].items():
            path = root / case / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
    uses = "\n".join(f"\t./{case}" for case in CASES)
    (root / "go.work").write_text(f"go 1.21\n\nuse (\n{uses}\n)\n")
    binaries = goroot(request.param) / "bin"
    environ = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "GOROOT": "",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    built = subprocess.run(
        ["go", "build", "-gcflags=-e", *(f"./{case}/..." for case in CASES)],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    compiler: dict[str, set[Verdict]] = {case: set() for case in CASES}
    for file, line, column, message in _ERROR.findall(built.stderr):
        if _OURS.search(message):
            case, _, inside = file.partition("/")
            compiler[case].add((inside, int(line), int(column), message))
    assert sum(map(len, compiler.values())) > 30, built.stderr
    snapshot = Snapshot(Universe([root], read_toolchain(environ)), {}, SourceStore(), Index())
    return Judged(root, compiler, snapshot)


@pytest.mark.parametrize("case", CASES)
def test_we_say_what_the_compiler_says(judged: Judged, case: str) -> None:
    ours, theirs = judged.ours(case), judged.compiler[case]
    if comment(case) == STOPS_EARLY:
        assert ours >= theirs
    else:
        assert ours == theirs
