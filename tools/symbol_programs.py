"""Programs that link to one symbol of the standard library each, built with a real release and foretold by the table.

What is foretold to link stands together in one program; what the linker refuses needs one of its own, for it stops at
the first. Programs in which anything is not as foretold are taken apart and built again, one link in each.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from go_release import PLATFORM, GoRelease, Said, blocks, said_of
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.forecast import forecast
from linkname_ls.checks.settings import Settings
from linkname_ls.links.imports import ImportGraph
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.programs.workspace import Programs
from linkname_ls.releases import table
from linkname_ls.releases.authority import Authority
from linkname_ls.releases.facts import Fact, ReleaseId, owner
from linkname_ls.releases.judge import judge

Form = Literal["function", "variable", "push", "pushed variable", "assembly"]

_SEED = 20
_TOGETHER = {"links": 40, "undefined": 12}
"""How many links with such a verdict stand in one program; the linker stops after twenty undefined symbols."""
_OWN_WORDS = re.compile(
    r"(?:func|map|chan|interface|bool|string|error|any|byte|rune|uintptr|u?int(?:8|16|32|64)?|float(?:32|64)"
    r"|complex(?:64|128)|unsafe\.Pointer|[][(){}*,. \d]|<-)*"
)
_ASSEMBLED = re.compile(r"[\w/]+\.\w+")


class Link(NamedTuple):
    """One link to a symbol."""

    symbol: str
    form: Form
    text: str
    """The type that it is given; "" for a stand-in."""
    imports: tuple[str, ...]
    """What brings the packages that define the symbol into a program."""


class Cell(NamedTuple):
    """What was foretold of a link, and what was found."""

    program: str
    symbol: str
    foretold: str
    found: str
    """"" where it was not judged."""
    reason: str = ""
    """Why not."""


@cache
def every_symbol() -> dict[str, tuple[int, Fact]]:
    """Return all symbols on the platform in any known release, with a rank and what the newest such release says.

    The rank is 0 for one that is marked or on the linker's list in any of them, 1 for one that is not the same in all,
    and 2 for others.
    """
    newest: dict[str, Fact] = {}
    counts: dict[str, int] = {}
    forms: dict[str, set[tuple[object, ...]]] = {}
    first: set[str] = set()
    for release in table.releases():
        first.update(one for one in table.blocked(release) if owner(one))
        for path in table.shipped().paths:
            # The forecast looks at names that begin with a package.
            for symbol, facts in table.package_symbols(path, release).items() if path else ():
                here = [one for one in facts if PLATFORM in one.platforms]
                if not here:
                    continue
                newest[symbol] = here[0]
                counts[symbol] = counts.get(symbol, 0) + 1
                forms.setdefault(symbol, set()).add(
                    tuple((one.kind, one.shape, one.status, one.made, one.definer) for one in here)
                )
                if any(one.status != "unmarked" for one in here):
                    first.add(symbol)
    everywhere = len(table.releases())
    return {
        symbol: (0 if symbol in first else 1 if len(forms[symbol]) > 1 or counts[symbol] < everywhere else 2, fact)
        for symbol, fact in newest.items()
    }


def chosen_symbols(number: int) -> list[str]:
    """Return the symbols to judge: all that are marked or listed, then three that change for two that do not."""
    ranks: list[list[str]] = [[], [], []]
    for symbol, (rank, _) in sorted(every_symbol().items()):
        ranks[rank].append(symbol)
    for rank in ranks:
        random.Random(_SEED).shuffle(rank)  # noqa: S311
    left = max(0, number - len(ranks[0]))
    changing = max(left * 3 // 5, left - len(ranks[2]))
    return ranks[0] + ranks[1][:changing] + ranks[2][: left - changing]


class SymbolPrograms:
    """The programs of one release."""

    def __init__(self, release: GoRelease, known: ReleaseId, folder: Path) -> None:
        self._release = release
        self._known = known
        self._folder = folder
        self._store, self._index, self._graph = SourceStore(), Index(), ImportGraph()
        environ = {**os.environ, "GOWORK": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64"}
        self._toolchain = read_toolchain(environ)

    def judge(self, symbols: Sequence[str]) -> list[Cell]:
        """Return a cell for each link to the symbols."""
        cells: list[Cell] = []
        links: list[Link] = []
        pushed = set(random.Random(_SEED).sample(symbols, len(symbols) // 20))  # noqa: S311
        assembled = set(random.Random(_SEED + 1).sample(symbols, len(symbols) // 10))  # noqa: S311
        for symbol in symbols:
            for link in self._links(symbol, pushed=symbol in pushed, assembled=symbol in assembled):
                if isinstance(link, Cell):
                    cells.append(link)
                else:
                    links.append(link)
        groups: dict[tuple[str, Form], list[Link]] = {}
        for link in links:
            groups.setdefault((self._likely(link), link.form), []).append(link)
        programs: list[list[Link]] = []
        for (verdict, _), some in sorted(groups.items()):
            some.sort(key=lambda one: one.imports)
            size = _TOGETHER.get(verdict, 1)
            programs += [some[at : at + size] for at in range(0, len(some), size)]
        again: list[Link] = []
        for program, found in self._built("all", programs):
            if len(program) > 1 and any(one.foretold != one.found for one in found):
                again += program
            else:
                cells += found
        for _, found in self._built("again", [[one] for one in again]):
            cells += found
        return cells

    # -- which links

    def _links(self, symbol: str, *, pushed: bool, assembled: bool) -> Iterator[Link | Cell]:
        facts = [one for one in table.facts(symbol, self._known) if PLATFORM in one.platforms]
        release = self._release
        real = release.defined.get(symbol, frozenset[str]())
        declared = release.declared.get(symbol, [])
        there = real | {one.definer for one in facts if one.made != "nothing"}
        if there and not real and not declared and symbol in release.with_cgo:
            yield Cell("symbol", symbol, "", "", "only programs with cgo have it")
            return
        imports: list[str] = []
        for path in there or {owner(symbol)}:
            importer = next((one for one in release.public if path in release.deps[one]), None)
            if importer is not None:
                imports.append(importer)
            elif there:
                yield Cell("symbol", symbol, "", "", "no package that can be imported brings it into a program")
                return
        kind = facts[0].kind if facts else every_symbol()[symbol][1].kind
        form: Form = "variable" if kind == "var" else "function"
        texts = {one.text for one in declared}
        text = texts.pop() if len(texts) == 1 else ""
        own = text if (kind == "var") != text.startswith("func(") and _OWN_WORDS.fullmatch(text) else ""
        needed = tuple(sorted(set(imports)))
        yield Link(symbol, form, own, needed)
        if pushed:
            yield Link(symbol, "pushed variable" if kind == "var" else "push", "", needed)
        if assembled and _ASSEMBLED.fullmatch(symbol):
            yield Link(symbol, "assembly", "", needed)

    # -- what is foretold

    def _likely(self, link: Link) -> str:
        """Return what becomes of a link, as far as it matters for what may stand together."""
        if "push" in link.form:
            return "defined" if table.facts(link.symbol, self._known) else "links"
        variable, assembly = link.form == "variable", link.form == "assembly"
        return judge(link.symbol, self._known, PLATFORM, variable=variable, assembly=assembly).verdict

    def _foretold(self, name: str, programs: Sequence[Sequence[Link]]) -> list[str]:
        """Return what is foretold of each link, after all programs are written."""
        root = self._folder / name
        root.mkdir()
        (root / "go.mod").write_text("module m\n\ngo 1.21\n")
        for at, program in enumerate(programs):
            write_program(root / f"p{at}", program)
        universe = Universe([root], self._toolchain)
        snapshot = Snapshot(universe, {}, self._store, self._index, self._graph, complete=True)
        judged = Programs(snapshot)
        words: list[str] = []
        for at, program in enumerate(programs):
            rows: dict[str, str] = {}
            for file in sorted((root / f"p{at}").iterdir()):
                source = snapshot.source(file)
                if source is not None:
                    for row in forecast(snapshot, source, [self._known], Settings(), judged, Authority()):
                        word = row.cells[self._known].verdict
                        rows[row.symbol] = word if row.platform == PLATFORM else f"{word} on {row.platform}"
            words += [rows.get(link.symbol, "no row") for link in program]
        return words

    # -- what is found

    def _built(self, name: str, programs: Sequence[Sequence[Link]]) -> Iterator[tuple[Sequence[Link], list[Cell]]]:
        if not programs:
            return
        words = iter(self._foretold(name, programs))
        root = self._folder / name
        out = f"{root / 'out'}{os.sep}"
        done = self._release.go(root, "build", "-p=1", "-gcflags=-e", "-ldflags=-s -w", "-o", out, "./...")
        said = blocks(done.stderr)
        if done.returncode and not said:
            raise RuntimeError(done.stderr)
        for at, program in enumerate(programs):
            verdict = said_of(said[f"m/p{at}"]) if f"m/p{at}" in said else Said()
            yield program, [self._cell(link, next(words), verdict, alone=len(program) == 1) for link in program]

    def _cell(self, link: Link, foretold: str, said: Said, *, alone: bool) -> Cell:
        symbol, program = link.symbol, f"{link.form} of its type" if link.text else link.form
        if foretold == "unknown":
            return Cell(program, symbol, "", "", "the table does not say")
        # A declaration that repeats the type must not be called another; that of others is looked at in the sources.
        word = "links" if foretold == "signature" and not link.text else foretold
        if symbol in said.refused:
            return Cell(program, symbol, word, "refused")
        if symbol in said.missing:
            return Cell(program, symbol, word, "missing")
        if symbol in said.defined:
            return Cell(program, symbol, word, "defined")
        if said.links or (said.missing and not said.refused and not said.defined):
            nobody = link.form == "variable" and symbol not in self._release.defined
            return Cell(program, symbol, word, "missing" if nobody else "links")
        if not alone:
            return Cell(program, symbol, word, "not seen")
        return Cell(program, symbol, word, said.other or f"the linker names {_named(said)}")


def _named(said: Said) -> str:
    return ", ".join(sorted(said.refused | said.missing | said.defined))


def write_program(folder: Path, links: Sequence[Link]) -> None:
    """Write a program with these links, all of one form."""
    folder.mkdir()
    declarations: list[str] = []
    uses: list[str] = []
    texts: list[str] = []
    for at, link in enumerate(links):
        directive = f"//go:linkname l{at} {link.symbol}\n"
        match link.form:
            case "function":
                declarations.append(f"{directive}func l{at}{link.text.removeprefix('func') or '()'}\n")
                uses.append(f"l{at}()" if link.text in ("", "func()") else f"Sink = append(Sink, l{at})")
            case "variable":
                declarations.append(f"{directive}var l{at} {link.text or 'byte'}\n")
                uses.append(f"Sink = append(Sink, &l{at})")
            case "push":
                declarations.append(f"{directive}func l{at}() {{}}\n")
                uses.append(f"l{at}()")
            case "pushed variable":
                declarations.append(f"{directive}var l{at} byte = 1\n")
                uses.append(f"Sink = append(Sink, &l{at})")
            case "assembly":
                declarations.append(f"func l{at}()\n")
                uses.append(f"l{at}()")
                path, _, member = link.symbol.rpartition(".")
                name = f"{path.replace('/', '∕')}·{member}(SB)"
                variable = every_symbol()[link.symbol][1].kind == "var"
                texts.append(
                    f"TEXT ·l{at}(SB), 0, $0-0\n\t{f'MOVB {name}, AX' if variable else f'CALL {name}'}\n\tRET\n"
                )
    imports = "".join(f'\t_ "{path}"\n' for path in imported(links))
    body = "".join(f"\t{use}\n" for use in uses)
    (folder / "main.go").write_text(
        f'package main\n\nimport (\n{imports}\t"unsafe"\n)\n\nvar Sink = []any{{unsafe.Pointer(nil)}}\n\n'
        + "\n".join(declarations)
        + f"\nfunc main() {{\n{body}}}\n"
    )
    if texts:
        (folder / "use.s").write_text('#include "textflag.h"\n\n' + "\n".join(texts))


def imported(links: Iterable[Link]) -> list[str]:
    """Return what a program with these links imports."""
    return sorted({path for link in links for path in link.imports})
