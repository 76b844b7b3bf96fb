"""``linkname-ls check``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.files import walk
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.cli.session import Progress, UsageError, absolute, open_snapshot, shown_path
from linkname_ls.links.sources import Source, language_of

if TYPE_CHECKING:
    import argparse

    from linkname_ls.links.snapshot import Snapshot


def run(arguments: argparse.Namespace) -> int:
    """Check files and folders; returns the exit status. Raises UsageError for bad input."""
    paths = [_resolve(text) for text in arguments.paths or ["."]]
    folders = [path if path.is_dir() else path.parent for path in paths]
    snapshot = open_snapshot(list(dict.fromkeys(folders)), arguments.tags)
    progress = Progress()
    found: list[tuple[Source, Finding]] = []
    files = directives = 0
    for path in _files(snapshot, paths):
        files += 1
        if files % 200 == 0:
            progress.show(f"checking: {files} files")
        source = snapshot.source(path)
        if source is None or (source.is_test and not arguments.tests):
            continue
        built = source.in_build(snapshot.platform(source.path.parent)) or source.constraint.satisfiable()
        if not built and source.path not in paths:
            continue  # //go:build ignore: no build of the package takes it
        directives += len(source.directives)
        found.extend((source, finding) for finding in check_source(snapshot, source))
    progress.clear()
    counts = Counter(finding.severity for _, finding in found)
    summary = {
        "files": files,
        "directives": directives,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "information": counts["information"],
        "hints": counts["hint"],
    }
    if arguments.format == "json":
        report = {"diagnostics": [_record(source, finding) for source, finding in found], "summary": summary}
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        for source, finding in found:
            line, column = source.lines.compiler(finding.span.start)
            print(f"{shown_path(source.path)}:{line}:{column}: {finding.severity}: {finding.message} [{finding.code}]")
        print(_sentence(summary))
    return 1 if counts["error"] else 0


def _resolve(text: str) -> Path:
    """Return the file or folder that an argument means; ``./...`` means the folder, as everything below is checked."""
    trimmed = text.removesuffix("...").rstrip("/") or "." if text.endswith("...") else text
    path = absolute(trimmed)
    if not path.exists():
        raise UsageError(f"{text} does not exist.")
    if path.is_file() and language_of(path.name) != "go":
        raise UsageError(f"{text} is not a .go file.")
    return path


def _files(snapshot: Snapshot, paths: Sequence[Path]) -> Iterator[str]:
    """Yield the Go files of the arguments, each once, those of nested modules too."""
    seen: set[str] = set()
    for start in paths:
        if start.is_file():
            if str(start) not in seen:
                seen.add(str(start))
                yield str(start)
            continue
        pending = [start]
        while pending:
            root = pending.pop()
            module = snapshot.worlds(root)[0].module_of(root)
            std = module is not None and module.kind == "std"
            nested: list[str] = []
            for path in walk(root, vendor=std, on_module=nested.append):
                if path.endswith(".go") and path not in seen:
                    seen.add(path)
                    yield path
            pending.extend(Path(folder) for folder in sorted(nested, reverse=True))


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
    }


def _sentence(summary: dict[str, int]) -> str:
    def number(count: int, word: str) -> str:
        return f"{count} {word}{'' if count == 1 else 's'}"

    where = f"{number(summary['directives'], 'directive')} in {number(summary['files'], 'file')}"
    problems = [
        number(summary[key], word)
        for key, word in (
            ("errors", "error"),
            ("warnings", "warning"),
            ("information", "remark"),
            ("hints", "hint"),
        )
        if summary[key]
    ]
    return f"Checked {where}: {', '.join(problems) if problems else 'nothing to report'}."
