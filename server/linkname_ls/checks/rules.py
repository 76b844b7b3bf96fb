"""All rules, and how to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from linkname_ls.checks import (
    aliased_function,
    broken_dependency,
    comment_as_target,
    duplicate_directive,
    duplicate_symbol,
    generic_local,
    ignored_linknamestd,
    ineffective_directive,
    instantiated_target,
    later_release,
    misplaced_directive,
    missing_function_body,
    missing_handshake,
    missing_unsafe_import,
    other_platform_target,
    refused_reference,
    signature_mismatch,
    undeclared_local,
    undefined_target,
    unlinked_target,
    unlinked_variable,
    unused_excuse,
    variable_type_mismatch,
    wrong_argument_count,
)
from linkname_ls.checks.excuses import MARK, read_excuses, take_excused
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.settings import NOTHING_SET, Settings
from linkname_ls.checks.unit import Unit, unit_of
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.gofile import may_lack_bodies

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

Rule = Callable[[Unit], Iterator[Finding]]

PACKAGE_RULES: dict[str, Rule] = {
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
        unused_excuse,
    )
}
"""The rules that one package is enough for."""

PROGRAM_RULES: dict[str, Rule] = {
    module.CODE: module.check
    for module in (
        undefined_target,
        unlinked_target,
        refused_reference,
        duplicate_symbol,
        aliased_function,
        generic_local,
        unlinked_variable,
        other_platform_target,
        missing_handshake,
        later_release,
    )
}
"""The rules that take whole programs, and so the index."""

TYPE_RULES: dict[str, Rule] = {module.CODE: module.check for module in (signature_mismatch, variable_type_mismatch)}
"""The rules that take the other end, which is often near: the index finds the rest."""

RULES: dict[str, Callable[..., object]] = {
    **PACKAGE_RULES,
    **TYPE_RULES,
    **PROGRAM_RULES,
    broken_dependency.CODE: broken_dependency.check_dependencies,
}


def concerns(source: Source) -> bool:
    """Whether a rule could have something to say about a file: the cheap test before it is looked into."""
    data = source.data
    if source.language == "asm":
        return MARK in data or any(site.kind == "reference" for site in source.assembly)
    # Which functions lack bodies takes the syntax tree.
    return b":linkname" in data.lower() or MARK in data or (not source.unparsed and may_lack_bodies(data))


def some_build_takes(snapshot: Snapshot, source: Source) -> bool:
    """Whether any build takes a file: none does one with ``//go:build ignore``, unless it is asked for by name."""
    return source.in_build(snapshot.platform(source.folder)) or source.constraint.satisfiable()


def check_source(
    snapshot: Snapshot, source: Source, settings: Settings = NOTHING_SET, programs: Programs | None = None
) -> list[Finding]:
    """Return what is wrong with one file, in the order of its text; what is excused or switched off is left out.

    ``programs`` are those that the linker's rules judge, all of the workspace without it. These rules take the index:
    while that is still being made in the background they are left out.

    What today's build leaves out cannot fail it: there a finding is a warning that says when it will.
    """
    if not concerns(source):
        return []
    unit = unit_of(snapshot, source, settings, programs or Programs(snapshot))
    if unit is None:
        return []
    rules = PACKAGE_RULES | TYPE_RULES if source.language == "go" else {}
    indexed = snapshot.complete or snapshot.indexed(source.folder)
    if indexed:
        rules = rules | PROGRAM_RULES
    findings = [finding for check in rules.values() for finding in check(unit)]
    if not unit.in_build:
        when = source.constraint.text or "with cgo"
        findings = [
            finding._replace(severity="warning", message=f"{finding.message} (when it is built: {when})")
            if finding.severity == "error"
            else finding
            for finding in findings
        ]
    excuses = read_excuses(source.data)
    findings, used = take_excused(source.data, findings, excuses)
    findings += unused_excuse.leftovers(unit, excuses, used, known=RULES, asked=rules if indexed else PACKAGE_RULES)
    return sorted(_as_set(findings, settings), key=lambda finding: (finding.span, finding.code))


def check_module(
    snapshot: Snapshot, module: Module, settings: Settings, programs: Programs
) -> tuple[Source, list[Finding]] | None:
    """Return a main module's go.mod and what its dependencies break; None when it has no go.mod or no program."""
    found = broken_dependency.check_dependencies(
        snapshot,
        module,
        programs,
        lambda source: check_source(snapshot, source, settings, programs),
    )
    if found is None:
        return None
    source, findings = found
    findings, _ = take_excused(source.data, findings, read_excuses(source.data))
    return source, list(_as_set(findings, settings))


def _as_set(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    for finding in findings:
        level = settings.level(finding)
        if level != "off":
            yield finding._replace(severity=level)
