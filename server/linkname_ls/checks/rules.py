"""All rules, and how to ask them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from linkname_ls.checks import missing_unsafe_import
from linkname_ls.checks.finding import Finding, Subject

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

RULES: dict[str, Callable[[Subject], Iterator[Finding]]] = {
    missing_unsafe_import.CODE: missing_unsafe_import.check,
}

_NEWEST = (1, 27)


def check_source(snapshot: Snapshot, source: Source) -> list[Finding]:
    """Return what is wrong with one file, in the order of its text; nothing for a file without directives."""
    if source.language != "go" or not source.directives:
        return []
    folder = source.path.parent
    toolchain = snapshot.worlds(folder)[0].toolchain
    subject = Subject(
        source,
        snapshot.package_of(source),
        source.in_build(toolchain.platform),
        go_release(toolchain.version),
    )
    findings = [finding for check in RULES.values() for finding in check(subject)]
    return sorted(findings, key=lambda finding: (finding.span, finding.code))


def go_release(version: str) -> tuple[int, int]:
    """Return the release of a version such as ``go1.26.8`` as (1, 26); the newest known for what is none."""
    match = re.match(r"go(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else _NEWEST
