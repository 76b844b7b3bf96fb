"""All rules, and how to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from linkname_ls.checks import (
    comment_as_target,
    duplicate_directive,
    ignored_linknamestd,
    ineffective_directive,
    instantiated_target,
    misplaced_directive,
    missing_function_body,
    missing_unsafe_import,
    signature_mismatch,
    undeclared_local,
    variable_type_mismatch,
    wrong_argument_count,
)
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.unit import Unit, unit_of
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
        signature_mismatch,
        variable_type_mismatch,
    )
}


def check_source(snapshot: Snapshot, source: Source) -> list[Finding]:
    """Return what is wrong with one file, in the order of its text.

    What today's build leaves out cannot fail it: there a finding is a warning that says when it will.
    """
    if source.language != "go" or not (b":linkname" in source.data.lower() or may_lack_bodies(source.data)):
        return []
    unit = unit_of(snapshot, source)
    if unit is None:
        return []
    findings = [finding for check in RULES.values() for finding in check(unit)]
    if not unit.in_build:
        when = source.constraint.text or "with cgo"
        findings = [
            replace(finding, severity="warning", message=f"{finding.message} (when it is built: {when})")
            if finding.severity == "error"
            else finding
            for finding in findings
        ]
    return sorted(findings, key=lambda finding: (finding.span, finding.code))
