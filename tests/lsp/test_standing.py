"""Reports that are kept over an edit say what a check from scratch would say."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from linkname_ls.lsp.standing import Standing, moved
from linkname_ls.source.positions import Span
from support.ask import snapshot_of
from support.txtar import parse

CHECKS = Path(__file__).parents[1] / "checks"
CASES = sorted(path for folder in ("cases", "programs") for path in (CHECKS / folder).glob("*.txtar"))[::4]
SNIPPETS = (
    b"x",
    b" ",
    b"\n",
    b"// and so on\n",
    b"_ = 1 + 2\n",
    b"println(1)\n",
    b"if false {}\n",
    b"{",
    b"}",
    b"(",
    b'"',
    b"`",
    b"/*",
    b"return\n",
    b'panic("no")\n',
)


def from_scratch(snapshot: Snapshot, overlays: Mapping[str, Source], path: str) -> list[Finding]:
    """Return what is found in a file when nothing is known of earlier versions."""
    fresh = {one: Source(source.path, source.data) for one, source in overlays.items()}
    whole = Snapshot(snapshot.universe, fresh, snapshot.store, snapshot.index, complete=True)
    return check_source(whole, fresh[path])


def shown(findings: list[Finding]) -> list[object]:
    """Return all of findings that an editor is told."""
    return [
        (
            one.code,
            one.severity,
            one.message,
            one.span,
            [(fix.title, fix.edits, [(source.path, edits) for source, edits in fix.elsewhere]) for fix in one.fixes],
            [(related.message, related.source.path, related.span) for related in one.related],
        )
        for one in findings
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_kept_findings_are_those_of_a_check_from_scratch(case: Path, tmp_path: Path) -> None:
    files = parse(case.read_text())[1]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    snapshot = snapshot_of(tmp_path)
    paths = [str(tmp_path / name) for name in files if name.endswith(".go")]
    overlays = {path: Source(Path(path), Path(path).read_bytes()) for path in paths}
    chance = random.Random(case.stem)
    standing = Standing()
    standing.take(overlays)
    found: dict[str, tuple[tuple[int, int], Source, list[Finding]]] = {}
    for _ in range(12):
        whole = Snapshot(snapshot.universe, overlays, snapshot.store, snapshot.index, complete=True)
        for path in paths:
            with standing.checking(overlays) as state:
                found[path] = state, overlays[path], check_source(whole, overlays[path])
        path = chance.choice(paths)
        overlays = {**overlays, path: edited(overlays[path], chance)}
        standing.take(overlays)
        for path, (state, source, findings) in found.items():
            steps = standing.steps_since(state)
            if steps is None:
                continue
            kept = moved(findings, source, steps)
            assert kept is not None
            assert kept[0] is overlays[path]
            assert shown(kept[1]) == shown(from_scratch(snapshot, overlays, path)), steps


def edited(source: Source, chance: random.Random) -> Source:
    """Return a file with a little more, or less, of what people type."""
    functions = [one for one in source.go.declarations if one.has_body]
    start, end = 0, len(source.data)
    if functions and chance.random() < 0.8:
        body = chance.choice(functions)
        start, end = body.header.end, body.span.end
    at = chance.randint(start, end)
    if chance.random() < 0.3:
        return source.edited(Span(at, min(at + chance.randint(1, 6), len(source.data))), b"")
    if chance.random() < 0.5:
        at = source.data.find(b"\n", at) + 1
    return source.edited(Span(at, at), chance.choice(SNIPPETS))
