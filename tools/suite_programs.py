"""The modules of the test suite, built by a real release, and their links to the standard library as they are foretold.

A cell is judged where some program links the package in question, and the linker came to it. That a reference is
reached at all is seen in the object file of the package that makes it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from go_release import PLATFORM, GoRelease, Said, blocks, said_of
from linkname_ls.build.files import walk
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
from linkname_ls.releases.facts import ReleaseId
from support.txtar import parse
from symbol_programs import Cell

_SUITE = Path(__file__).resolve().parent.parent / "tests" / "checks"
_OPTIONS = re.compile(r"^(?:env|build|test|since|alone)\b", re.MULTILINE)


class Link(NamedTuple):
    """A link to the standard library."""

    module: str
    folder: str
    """That of its package, below the suite's."""
    symbol: str
    platform: str
    verdicts: dict[ReleaseId, str]


class Suite:
    """The modules, on disk, and what is foretold of their links in all releases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._links: list[Link] = []
        environ = {**os.environ, "GOWORK": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64"}
        toolchain, store, index = read_toolchain(environ), SourceStore(), Index()
        for name, files in modules().items():
            for file, text in files.items():
                path = folder / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            snapshot = Snapshot(Universe([folder / name], toolchain), {}, store, index, ImportGraph(), complete=True)
            programs = Programs(snapshot)
            for path in walk(folder / name):
                source = snapshot.source(path)
                if source is not None and not source.is_test:
                    for row in forecast(snapshot, source, table.releases(), Settings(), programs, Authority()):
                        verdicts: dict[ReleaseId, str] = {one: cell.verdict for one, cell in row.cells.items()}
                        below = source.path.parent.relative_to(folder).as_posix()
                        self._links.append(Link(name, below, row.symbol, row.platform, verdicts))
        self._modules = sorted({one.module for one in self._links})
        uses = "\n".join(f"\t./{name}" for name in self._modules)
        (folder / "go.work").write_text(f"go 1.21\n\nuse (\n{uses}\n)\n")

    def judge(self, release: GoRelease, known: ReleaseId) -> list[Cell]:
        """Return a cell for each link."""
        patterns = [f"./{name}/..." for name in self._modules]
        built = release.go(self._folder, "build", "-p=1", "-gcflags=-e", *patterns, GOWORK="")
        form = '{{.Dir}}\t{{.ImportPath}}\t{{if eq .Name "main"}}{{join .Deps " "}}{{else}}-{{end}}\t{{.Export}}'
        listed = release.go(self._folder, "list", "-p=1", "-e", "-export", "-f", form, *patterns, GOWORK="")
        paths: dict[str, str] = {}
        programs: dict[str, list[str]] = {}
        linked: dict[str, frozenset[str]] = {}
        exports: dict[str, str] = {}
        for line in listed.stdout.splitlines():
            place, path, deps, export = line.split("\t")
            paths[Path(place).relative_to(self._folder).as_posix()] = path
            exports[path] = export
            if deps != "-":
                linked[path] = frozenset(deps.split())
                for one in (path, *deps.split()):
                    programs.setdefault(one, []).append(path)
        said = {path: said_of(text) for path, text in blocks(built.stderr).items()}
        cells: list[Cell] = []
        for link in self._links:
            path = paths.get(link.folder, "")
            mains = programs.get(path, [])
            cell = _cell(release, link, link.verdicts[known], mains, said, exports.get(path, ""))
            definers = release.defined.get(link.symbol, frozenset[str]())
            lost = cell.found == "missing" and definers and not any(definers & linked[main] for main in mains)
            if lost and cell.foretold != "missing":
                # What a forecast takes to be in the program is for other rules to find.
                cell = cell._replace(reason="the program does not import the package that defines it")
            cells.append(cell)
        return cells


def modules() -> dict[str, dict[str, str]]:
    """Return the files of each module that needs nothing but the go command, by name."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((*_SUITE.glob("cases/*.txtar"), *_SUITE.glob("programs/*.txtar"))):
        comment, files = parse(path.read_text())
        options = comment.partition("\n")[2]
        if not _OPTIONS.search(options) and "go.work" not in files:
            found[path.stem] = files
    return found


def _cell(release: GoRelease, link: Link, verdict: str, mains: list[str], said: dict[str, Said], export: str) -> Cell:
    name, symbol = link.module, link.symbol
    # No linker looks at types.
    foretold = "links" if verdict == "signature" else verdict

    def unjudged(reason: str) -> Cell:
        return Cell(name, symbol, "", "", reason)

    if link.platform != PLATFORM:
        return unjudged("the file is for another platform")
    if verdict in ("unknown", "left out"):
        return unjudged("the table does not say" if verdict == "unknown" else "the file is left out")
    if not mains:
        return unjudged("no program of the suite links it")
    if any(not one.compiled or one.other for path, one in said.items() if path.startswith(f"example.com/{name}")):
        return unjudged("the module has another fault that the release finds first")
    verdicts = [said.get(main, Said()) for main in mains]
    for word in ("refused", "missing", "defined"):
        if any(symbol in getattr(one, word) for one in verdicts):
            return Cell(name, symbol, foretold, word)
    seen = [one for one in verdicts if not one.refused and not one.defined]
    if not seen:
        return unjudged("the linker stopped at another symbol")
    if foretold == "missing" and symbol not in release.defined:
        # A variable of its own, or a call that nothing reaches.
        variable = export and f" B {symbol}\n" in release.go(release.goroot, "tool", "nm", export).stdout
        return Cell(name, symbol, foretold, "missing") if variable else unjudged("nothing in the program uses it")
    if foretold in ("missing", "refused"):
        referred = export and f" U {symbol}\n" in release.go(release.goroot, "tool", "nm", export).stdout
        if not referred:
            return unjudged("nothing in the program uses it")
    return Cell(name, symbol, foretold, "links")
