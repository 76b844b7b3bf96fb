"""All of a file's fixes at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.rules import check_source
from linkname_ls.checks.settings import NOTHING_SET, Settings
from linkname_ls.links.sources import Source
from linkname_ls.source.edits import Edit, apply_edits

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot

_ROUNDS = 10
"""Fixes that are in each other's way need one round each; more than a few are never."""


def mend(snapshot: Snapshot, source: Source, settings: Settings = NOTHING_SET, *, only: str = "") -> tuple[Source, int]:
    """Return a file with every preferred fix done, and the number of findings that they were for.

    ``only`` limits them to the findings of one rule.
    Fixes that meet, such as two that add the same import, are done one after the other, each to what the one before
    has left: what that mended is not mended twice.
    """
    mended = 0
    for _ in range(_ROUNDS):
        findings = check_source(snapshot, source, settings)
        edits, count = _apart(one for one in findings if only in ("", one.code))
        if not edits:
            break
        mended += count
        source = Source(source.path, apply_edits(source.data, edits))
        snapshot = snapshot.with_text(source)
    return source, mended


def _apart(findings: Iterable[Finding]) -> tuple[list[Edit], int]:
    """Return the edits of preferred fixes that do not meet, the first ones first, and how many findings they mend."""
    taken: list[Fix] = []
    edits: list[Edit] = []
    count = 0
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.preferred), None)
        if fix is None:
            continue
        if any(fix.edits == other.edits for other in taken):
            count += 1  # one import for many directives
        elif not any(_meet(edit, other) for edit in fix.edits for other in edits):
            taken.append(fix)
            edits.extend(fix.edits)
            count += 1
    return edits, count


def _meet(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end
