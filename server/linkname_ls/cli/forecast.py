"""``linkname-ls check --go``: a table of links to the standard library, and what each Go release makes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build.toolchain import trees_on_machine
from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.dependencies import Dependency, linked_files
from linkname_ls.checks.elsewhere import PROBLEMS, Cell
from linkname_ls.checks.forecast import Row, forecast
from linkname_ls.checks.settings import Settings
from linkname_ls.cli.patterns import resolve, source_files
from linkname_ls.cli.session import Progress, UsageError, complain, given_tags, open_snapshot, shown_path
from linkname_ls.programs.workspace import Programs
from linkname_ls.releases.authority import Authority
from linkname_ls.releases.facts import ReleaseId, release_id

if TYPE_CHECKING:
    import argparse

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

RELEASES = re.compile(r"all|next|mod|(?:go)?1\.\d+(?:\.\d+)?(?:,(?:go)?1\.\d+(?:\.\d+)?)*")
"""What can be asked for; anything else behind ``--go`` is a file or package."""
_WIDE = 100
"""Columns from which on a chain of imports takes a line for each."""
_WORDS = {"left out": "-", "unknown": "?"}


class _Line(NamedTuple):
    """A row, and the dependency that it stands in; None in the workspace."""

    row: Row
    dependency: Dependency | None


def run(arguments: argparse.Namespace) -> int:
    """Print the table; returns 1 when a link breaks in one of the releases. Raises UsageError for bad input."""
    texts: list[str] = list(arguments.paths)
    wanted: str = arguments.go or "mod"
    if RELEASES.fullmatch(wanted) is None:
        texts.insert(0, wanted)
        wanted = "mod"
    paths = [path for text in texts or ["."] for path in resolve(text)]
    configuration = Configuration(Settings((), arguments.ldflags, given_tags(arguments.tags)))
    folders = [path if path.is_dir() else path.parent for path in paths]
    snapshot = open_snapshot(list(dict.fromkeys(folders)), configuration)
    authority = Authority(trees_on_machine(snapshot.universe.toolchain))
    chosen = _chosen(wanted, snapshot, authority)
    programs, progress = Programs(snapshot, tests=arguments.tests), Progress()

    def rows(source: Source, releases: Sequence[ReleaseId] = chosen) -> list[Row]:
        settings = configuration.of(snapshot, source.folder)
        return forecast(snapshot, source, releases, settings, programs, authority)

    lines: list[_Line] = []
    for count, path in enumerate(source_files(snapshot, paths), start=1):
        if count % 200 == 0:
            progress.show(f"judging: {count} files")
        source = snapshot.source(path)
        if source is not None and (arguments.tests or not source.is_test):
            lines += [_Line(row, None) for row in rows(source)]
    if arguments.deps:
        progress.show("judging dependencies")
        of_release = {one: Programs(snapshot, tests=arguments.tests, minor=one.minor) for one in chosen}
        for one in linked_files(snapshot, of_release):
            lines += [_Line(_widened(row, chosen), one) for row in rows(one.source, one.releases)]
    progress.clear()
    complain(configuration.problems)
    if arguments.format == "json":
        print(json.dumps(_report(lines, chosen), indent=2, ensure_ascii=False))
    else:
        todays = {world.toolchain.platform.name for world in snapshot.universe.worlds}
        print("\n".join(_text(lines, chosen, todays)))
    return 1 if any(line.row.breaks for line in lines) else 0


def _widened(row: Row, chosen: Sequence[ReleaseId]) -> Row:
    """Return a row with a cell for every release, also for those that do not link its file."""
    return replace(row, cells={one: row.cells.get(one, Cell("left out", "nothing links it")) for one in chosen})


# -- which releases ----------------------------------------------------------------------------------------------------


def _chosen(wanted: str, snapshot: Snapshot, authority: Authority) -> tuple[ReleaseId, ...]:
    known = authority.newest_patches
    if wanted == "all":
        return known
    if wanted in ("mod", "next"):
        oldest, newest = _declared(snapshot, known[-1])
        if wanted == "mod":
            return tuple(one for one in known if one.language >= oldest) or known[-1:]
        later = [one.language for one in known if one.language > newest]
        if not later:
            raise UsageError(f"No release after Go {newest[0]}.{newest[1]} is known yet; the newest is {known[-1]}.")
        return tuple(one for one in known if one.language == later[0])
    found = [(text, authority.nearest(text)) for text in wanted.split(",")]
    unknown = next((text for text, one in found if one is None), None)
    if unknown is not None:
        raise UsageError(f"--go {unknown}: nothing is known of that release; there are {known[0]} to {known[-1]}.")
    return tuple(sorted({one for _, one in found if one is not None}))


def _declared(snapshot: Snapshot, newest: ReleaseId) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the oldest release that a go line of the workspace names, and the newest of its go and toolchain lines.

    Those of the toolchain in use where no go.mod says anything.
    """
    lines: list[ReleaseId] = []
    oldest: list[ReleaseId] = []
    for world in snapshot.universe.worlds:
        for module in world.mains:
            mod = world.go_mod(module)
            if mod is None:
                continue
            oldest += [one for one in (release_id(mod.go),) if one is not None]
            lines += [one for one in (release_id(mod.go), release_id(mod.toolchain)) if one is not None]
    used = release_id(snapshot.universe.toolchain.version) or newest
    return min(oldest, default=used).language, max(lines, default=used).language


def _label(one: ReleaseId, chosen: Sequence[ReleaseId]) -> str:
    """Return the head of a column: the patch too where there are several of a release."""
    alone = sum(other.language == one.language for other in chosen) == 1
    return f"{one.major}.{one.minor}" if alone else str(one)


# -- forms -------------------------------------------------------------------------------------------------------------


def _place(line: _Line) -> str:
    source = line.row.source
    number, column = source.lines.compiler(line.row.span.start)
    if line.dependency is None:
        return f"{shown_path(source.path)}:{number}:{column}"
    return f"{line.dependency.name}/{source.path.relative_to(line.dependency.module.dir).as_posix()}:{number}:{column}"


def _text(lines: Sequence[_Line], chosen: Sequence[ReleaseId], todays: Container[str]) -> Iterator[str]:
    broken = [line for line in lines if line.row.breaks]
    labels = [_label(one, chosen) for one in chosen]
    if broken:
        cells = [
            [_WORDS.get(line.row.cells[one].verdict, line.row.cells[one].verdict) for one in chosen] for line in broken
        ]
        places = [_place(line) for line in broken]
        widths = [max(len(label), *(len(row[at]) for row in cells)) for at, label in enumerate(labels)]
        left = max(map(len, places))
        middle = max(len(line.row.symbol) for line in broken)
        yield _line("", left, "", middle, labels, widths)
        chain = ""
        for line, place, words in zip(broken, places, cells, strict=True):
            if line.dependency is not None and line.dependency.chain != chain:
                chain = line.dependency.chain
                yield "\n" + (chain if len(chain) < _WIDE else chain.replace(", which", ",\n  which")) + ":"
            yield _line(place, left, line.row.symbol, middle, words, widths)
            if line.row.platform not in todays:
                yield f"    on {line.row.platform}"
            yield from _reasons(line.row, chosen)
        yield ""
    links, files = len(lines), len({line.row.source.path for line in lines})
    counts = [sum(line.row.cells[one].verdict in PROBLEMS for line in lines) for one in chosen]
    problems = [
        f"{count} break{'s' if count == 1 else ''} with {first if first == last else f'{first} to {last}'}"
        for count, first, last in _alike(counts, labels)
        if count
    ]
    what = f"{links} link{'' if links == 1 else 's'} to the standard library in {files} file{'' if files == 1 else 's'}"
    over = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    yield f"Judged {what} for Go {over}: {', '.join(problems) if problems else 'all hold'}."


def _alike(counts: Sequence[int], labels: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each count with the first and the last of the releases in a row that have it."""
    for count, run in groupby(zip(counts, labels, strict=True), key=lambda one: one[0]):
        named = [label for _, label in run]
        yield count, named[0], named[-1]


def _line(place: str, left: int, symbol: str, middle: int, words: Sequence[str], widths: Sequence[int]) -> str:
    columns = "  ".join(word.ljust(width) for word, width in zip(words, widths, strict=True))
    return f"{place.ljust(left)}  {symbol.ljust(middle)}  {columns}".rstrip()


def _reasons(row: Row, chosen: Sequence[ReleaseId]) -> Iterator[str]:
    """Yield why, where the word in a cell does not say it all, each reason with the first release that has it."""
    said: set[str] = set()
    for one in chosen:
        cell = row.cells[one]
        plain = cell.verdict == "refused" and cell.why.endswith("does not mark it for use by other packages")
        if cell.verdict in PROBLEMS and cell.why and not plain and cell.why not in said:
            said.add(cell.why)
            yield f"    {_label(one, chosen)}: {cell.why}"


def _report(lines: Iterable[_Line], chosen: Sequence[ReleaseId]) -> dict[str, object]:
    found: list[dict[str, object]] = []
    for line in lines:
        row, dependency = line.row, line.dependency
        number, column = row.source.lines.compiler(row.span.start)
        record: dict[str, object] = {
            "file": shown_path(row.source.path),
            "line": number,
            "column": column,
            "symbol": row.symbol,
            "platform": row.platform,
            "breaks": row.breaks,
            "releases": {
                str(one): {"verdict": cell.verdict, **({"why": cell.why} if cell.why else {})}
                for one, cell in row.cells.items()
            },
        }
        if dependency is not None:
            record |= {"module": dependency.name, "chain": dependency.path}
        found.append(record)
    return {"releases": [str(one) for one in chosen], "links": found}
