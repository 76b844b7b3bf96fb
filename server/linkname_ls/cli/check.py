"""``linkname-ls check``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.finding import Finding, Related
from linkname_ls.checks.mend import mend
from linkname_ls.checks.names import rule_url
from linkname_ls.checks.rules import RULES, check_module, check_source, concerns, some_build_takes
from linkname_ls.checks.settings import Level, Settings, level_problem
from linkname_ls.cli.patterns import resolve, source_files
from linkname_ls.cli.session import (
    Progress,
    UsageError,
    complain,
    given_tags,
    open_snapshot,
    shown_path,
)
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from linkname_ls.programs.workspace import Programs

if TYPE_CHECKING:
    import argparse

    from linkname_ls.links.early import Early


def run(arguments: argparse.Namespace, early: Early | None = None) -> int:
    """Check files and folders; returns the exit status. Raises UsageError for bad input.

    ``early`` is what works for it already.
    """
    if arguments.go is not None or arguments.deps:
        from linkname_ls.cli import forecast  # few ask for it

        return forecast.run(arguments)
    paths = [path for text in arguments.paths or ["."] for path in resolve(text)]
    folders = [path if path.is_dir() else path.parent for path in paths]
    given = Settings((_levels(arguments.severity),), arguments.ldflags, given_tags(arguments.tags))
    configuration = Configuration(given)
    snapshot = open_snapshot(list(dict.fromkeys(folders)), configuration, early=early)
    told = configuration.problems
    progress = Progress()
    fixed = 0
    if arguments.fix:
        fixed = _mend(snapshot, configuration, _sources(snapshot, paths, progress, tests=arguments.tests))
        snapshot = Snapshot(snapshot.universe, {}, snapshot.store, snapshot.index, complete=True)  # reads all anew
    found: list[tuple[Source, Finding]] = []
    files = directives = 0
    programs = Programs(snapshot, lambda folder: _within(folder, paths), tests=arguments.tests)
    for source in _sources(snapshot, paths, progress, tests=arguments.tests):
        files += source is None or source.language == "go"
        if source is None:
            continue
        directives += len(source.directives)
        if concerns(source):
            settings = configuration.of(snapshot, source.folder)
            found.extend((source, finding) for finding in check_source(snapshot, source, settings, programs))
    for source in _needed(snapshot, programs, paths):
        settings = configuration.of(snapshot, source.folder)
        errors = check_source(snapshot, source, settings, programs)
        found.extend((source, finding) for finding in errors if finding.severity == "error")
    progress.show("checking dependencies")
    for module in dict.fromkeys(main for world in snapshot.universe.worlds for main in world.mains):
        broken = check_module(snapshot, module, configuration.of(snapshot, module.dir), programs)
        if broken is not None:
            found.extend((broken[0], finding) for finding in broken[1])
    progress.clear()
    complain(problem for problem in configuration.problems if problem not in told)
    counts = Counter(finding.severity for _, finding in found)
    summary = {
        "files": files,
        "directives": directives,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "information": counts["information"],
        "hints": counts["hint"],
    }
    if arguments.fix:
        summary["fixed"] = fixed
    if arguments.format == "json":
        report = {"diagnostics": [_record(source, finding) for source, finding in found], "summary": summary}
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        for source, finding in found:
            line, column = source.lines.compiler(finding.span.start)
            print(f"{shown_path(source.path)}:{line}:{column}: {finding.severity}: {finding.message} [{finding.code}]")
        if fixed:
            print(f"Fixed {_number(fixed, 'finding')}.")
        print(_sentence(summary))
    return 1 if counts["error"] else 0


def _needed(snapshot: Snapshot, programs: Programs, paths: Sequence[Path]) -> Iterator[Source]:
    """Yield the other files of the workspace's modules that the programs among the arguments are made of.

    ``go build ./cmd/app`` fails with them too. A file among the arguments asks for no program.
    """
    seen: set[Path] = set()
    if all(_within(module.dir, paths) for world in snapshot.universe.worlds for module in world.mains):
        return  # all of it is among them
    for program in programs:
        if not any(path == program.folder or path in program.folder.parents for path in paths):
            continue
        for member in program.members.values():
            module = snapshot.worlds(program.folder)[0].module_of(member.folder)
            own = module is not None and module.kind == "main"
            if member.folder in seen or not own or _within(member.folder, paths):
                continue
            seen.add(member.folder)
            yield from (one for one in (*member.sources, *member.assembly) if concerns(one))


def _within(folder: Path, paths: Sequence[Path]) -> bool:
    """Whether a package's folder is among the arguments, itself or by one of its files."""
    return any(
        path == folder or path in folder.parents or (path.parent == folder and path.suffix == ".go") for path in paths
    )


def _levels(texts: Sequence[str]) -> dict[str, Level]:
    """Return the levels in ``RULE=LEVEL`` arguments; raises UsageError for what is none."""
    levels: dict[str, Level] = {}
    for text in texts:
        rule, equals, level = text.partition("=")
        problem = level_problem(rule, level, RULES) if equals else "It has to be RULE=LEVEL."
        if problem:
            raise UsageError(f"--severity {text}: {problem}")
        levels[rule] = cast("Level", level)
    return levels


def _sources(snapshot: Snapshot, paths: Sequence[Path], progress: Progress, *, tests: bool) -> Iterator[Source | None]:
    """Yield the files of the arguments; None for each that cannot be read or is not to be judged."""
    for count, path in enumerate(source_files(snapshot, paths), start=1):
        if count % 200 == 0:
            progress.show(f"checking: {count} files")
        source = snapshot.source(path)
        if source is None or (source.is_test and not tests):
            yield None
            continue
        yield source if source.path in paths or some_build_takes(snapshot, source) else None


def _mend(snapshot: Snapshot, configuration: Configuration, sources: Iterator[Source | None]) -> int:
    """Write the preferred fixes of files that are the user's own; returns how many findings they were for."""
    fixed = 0
    written: list[Source] = []
    for source in sources:
        if source is None or not concerns(source):
            continue
        folder = source.folder
        module = snapshot.worlds(folder)[0].module_of(folder)
        if module is None or module.immutable or module.kind == "vendored":
            continue
        mended, count = mend(snapshot, source, configuration.of(snapshot, folder))
        if count:
            fixed += count
            written.append(mended)
            snapshot = snapshot.with_text(mended)  # what it mends, files that come later need not
    for source in written:
        source.path.write_bytes(source.data)
    return fixed


def _record(source: Source, finding: Finding) -> dict[str, object]:
    line, column = source.lines.compiler(finding.span.start)
    end_line, end_column = source.lines.compiler(finding.span.end)
    return {
        "file": shown_path(source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "code": finding.code,
        "severity": finding.severity,
        "stage": finding.stage,
        "message": finding.message,
        "symbol": finding.symbol,
        "url": rule_url(finding.code),
        "related": [_related(one) for one in finding.related],
    }


def _related(one: Related) -> dict[str, object]:
    line, column = one.source.lines.compiler(one.span.start)
    return {"file": shown_path(one.source.path), "line": line, "column": column, "message": one.message}


def _sentence(summary: dict[str, int]) -> str:
    where = f"{_number(summary['directives'], 'directive')} in {_number(summary['files'], 'file')}"
    problems = [
        _number(summary[key], word)
        for key, word in (
            ("errors", "error"),
            ("warnings", "warning"),
            ("information", "remark"),
            ("hints", "hint"),
        )
        if summary[key]
    ]
    return f"Checked {where}: {', '.join(problems) if problems else 'nothing to report'}."


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
