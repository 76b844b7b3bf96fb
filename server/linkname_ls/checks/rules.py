"""All rules, and how to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from linkname_ls.checks import (
    comment_as_target,
    duplicate_directive,
    duplicate_symbol,
    ignored_linknamestd,
    ineffective_directive,
    instantiated_target,
    misplaced_directive,
    missing_function_body,
    missing_handshake,
    missing_unsafe_import,
    other_platform_target,
    refused_reference,
    undeclared_local,
    undefined_target,
    unlinked_target,
    unlinked_variable,
    wrong_argument_count,
)
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.unit import Unit, unit_of
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.gofile import may_lack_bodies

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

Rule = Callable[[Unit], Iterator[Finding]]

RULES: dict[str, Rule] = {
    module.CODE: module.check
    for module in (
        missing_unsafe_import,
        wrong_argument_count,
        misplaced_directive,
        undeclared_local,
        duplicate_directive,
        instantiated_target,
        missing_function_body,
        ineffective_directive,
        comment_as_target,
        ignored_linknamestd,
    )
}
"""The rules that one package is enough for."""

LINKER_RULES: dict[str, Rule] = {
    module.CODE: module.check
    for module in (
        undefined_target,
        unlinked_target,
        refused_reference,
        duplicate_symbol,
        unlinked_variable,
        other_platform_target,
        missing_handshake,
    )
}
"""The rules that take the whole program, and so the index."""

ALL_RULES = RULES | LINKER_RULES


def check_source(snapshot: Snapshot, source: Source, programs: Programs | None = None) -> list[Finding]:
    """Return what is wrong with one file, in the order of its text.

    ``programs`` are those that the linker's rules judge, all of the workspace without it. These rules take the index:
    while that is still being made in the background they are left out.

    What today's build leaves out cannot fail it: there a finding is a warning that says when it will.
    """
    if source.language == "go" and not (b":linkname" in source.data.lower() or may_lack_bodies(source.data)):
        return []
    unit = unit_of(snapshot, source, programs or Programs(snapshot))
    if unit is None:
        return []
    findings = [finding for check in RULES.values() for finding in check(unit)] if source.language == "go" else []
    if snapshot.complete or snapshot.indexed(source.path.parent):
        findings += [finding for check in LINKER_RULES.values() for finding in check(unit)]
    if not unit.in_build:
        when = source.constraint.text or "with cgo"
        findings = [
            replace(finding, severity="warning", message=f"{finding.message} (when it is built: {when})")
            if finding.severity == "error"
            else finding
            for finding in findings
        ]
    return sorted(findings, key=lambda finding: (finding.span, finding.code))
