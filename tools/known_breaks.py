"""Tries ``linkname-ls check --go`` on modules that are known to have broken, and Go itself on the same programs.

    python tools/known_breaks.py [WORD ...]   print what is foretold and what Go says, of the modules named so
    python tools/known_breaks.py --write      of all of them, and write docs/known-breaks.md

Each module of ``known_modules.py`` gets a small program that uses it. ``check --go ... --deps`` foretells; then every
release builds the program, and its linker is the judge. The go command downloads modules and releases
(https://go.dev/doc/toolchain). Exits 1 when a forecast and Go disagree.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, cast

from known_modules import KNOWN, Known
from linkname_ls.releases.facts import ReleaseId, release_id
from linkname_ls.releases.table import newest_patches

_ROOT = Path(__file__).resolve().parent.parent
_WORK = _ROOT / ".cache" / "known-breaks"
_PAGE = _ROOT / "docs" / "known-breaks.md"
_REFUSED = re.compile(r"invalid reference to (\S+)")
_MISSING = re.compile(r"relocation target (\S+) not defined")
_CRASH = re.compile(r"^(?:panic|fatal error): .*", re.MULTILINE)
_SILENT = "the variable would be one of its own"


class Link(NamedTuple):
    """A link that is foretold to break with a release."""

    symbol: str
    word: str
    """``refused``, ``missing``, ``signature`` or ``defined``."""
    module: str
    fails: bool
    """Whether the linker should fail; it never compares types, and makes a variable that is missing."""


class Tried(NamedTuple):
    """What a release made of a program."""

    message: str
    """What the linker, or the program, said; "" when all went well."""
    found: dict[str, str]
    """The symbols in the linker's messages, with the word for each."""
    compiled: bool = True
    """Whether it was not the compiler that stopped: that has nothing to do with linking."""


class Result(NamedTuple):
    """A module, what is foretold for each release, and what the release says."""

    known: Known
    foretold: dict[ReleaseId, list[Link]]
    tried: dict[ReleaseId, Tried]

    @property
    def broke(self) -> ReleaseId | None:
        """The first release that failed; None when none did."""
        return next((one for one, tried in sorted(self.tried.items()) if tried.message), None)


def main() -> int:
    """Try the modules; returns 1 when a forecast and a release disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("word", nargs="*", help="a part of a module's name")
    parser.add_argument("--write", action="store_true", help="write docs/known-breaks.md")
    parser.add_argument("--work", type=Path, default=_WORK, help="where the programs are made (%(default)s)")
    options = parser.parse_args()
    words: list[str] = options.word
    if words and options.write:
        parser.error("the page is about all modules")
    results: list[Result] = []
    wrong = False
    for known in KNOWN:
        if not words or any(word in known.module for word in words):
            result = attempt(known, options.work)
            results.append(result)
            said = [*_report(result), *(f"  DISAGREES: {line}" for line in disagreements(result))]
            wrong = wrong or any(line.startswith("  DISAGREES") for line in said)
            print("\n".join(said), flush=True)  # noqa: T201
    if options.write:
        _PAGE.write_text(page(results), encoding="utf-8")
    return 1 if wrong else 0


# -- one module --------------------------------------------------------------------------------------------------------


def attempt(known: Known, work: Path) -> Result:
    """Make the program, ask what is foretold, and let every release build it that the modules allow."""
    folder = work / re.sub(r"\W+", "-", f"{known.module}-{known.platform}{'-runs' if known.runs else ''}")
    folder.mkdir(parents=True, exist_ok=True)
    write_program(known, folder)
    first = _require(known, folder)
    releases = releases_of(known, first)
    foretold = foretell(known, folder, releases)
    return Result(known, foretold, {one: _try(known, folder, one) for one in releases})


def write_program(known: Known, folder: Path) -> None:
    """Write the main package of a user of the module."""
    imports = "".join(f'\t"{path}"\n' for path in known.imports)
    (folder / "main.go").write_text(f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n\t{known.body}\n}}\n")


def releases_of(known: Known, first: ReleaseId) -> list[ReleaseId]:
    """Return the releases to try, from the one with which the module can be required."""
    wanted = {*newest_patches(), *filter(None, map(release_id, known.patches))}
    return sorted(one for one in wanted if one.language >= first.language)


def _require(known: Known, folder: Path) -> ReleaseId:
    """Write the program's go.mod, with the oldest release that the modules allow, and return that release."""
    for one in newest_patches():
        (folder / "go.mod").write_text(f"module example.com/program\n\ngo {one.major}.{one.minor}\n")
        (folder / "go.sum").unlink(missing_ok=True)
        if _go(known, folder, one, "get", known.module).returncode == 0:
            tidied = _go(known, folder, one, "mod", "tidy")
            if tidied.returncode == 0:
                return one
    raise SystemExit(f"{known.module}: no release can require it")


def foretell(known: Known, folder: Path, releases: list[ReleaseId]) -> dict[ReleaseId, list[Link]]:
    """Ask ``check --go --deps`` for the links of a program, as a user of the module would."""
    command = [sys.executable, "-m", "linkname_ls", "check", "--deps", "--format", "json"]
    command += ["--go", ",".join(map(str, releases)), *(["--tags", known.tags] if known.tags else []), "."]
    done = _run(command, folder, _environment(known))
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    found: dict[ReleaseId, list[Link]] = {one: [] for one in releases}
    for link in cast("list[dict[str, object]]", json.loads(done.stdout)["links"]):
        cells = cast("dict[str, dict[str, str]]", link["releases"])
        for one in releases:
            word, why = cells[str(one)]["verdict"], cells[str(one)].get("why", "")
            if word in ("refused", "missing", "signature", "defined"):
                fails = word in ("refused", "defined") or (word == "missing" and not why.startswith(_SILENT))
                found[one].append(Link(str(link["symbol"]), word, str(link.get("module", "")), fails))
    return found


def _try(known: Known, folder: Path, one: ReleaseId) -> Tried:
    """Build the program with a release, and run it where its break shows only then."""
    program = folder / "program"
    built = _go(known, folder, one, "build", "-o", str(program), ".")
    if built.returncode:
        found = dict.fromkeys(cast("list[str]", _REFUSED.findall(built.stderr)), "refused")
        found |= dict.fromkeys(cast("list[str]", _MISSING.findall(built.stderr)), "missing")
        lines = [line for line in built.stderr.splitlines() if line and not line.startswith(("#", "go: downloading"))]
        said = [line for line in lines if _REFUSED.search(line) or _MISSING.search(line)]
        return Tried((said or lines or ["failed"])[0], found, compiled=bool(found))
    if known.runs:
        ran = _run([str(program)], folder, {})
        if ran.returncode:
            crash = _CRASH.search(ran.stderr)
            return Tried(crash[0] if crash else f"exit status {ran.returncode}", {})
    return Tried("", {})


def _go(known: Known, folder: Path, one: ReleaseId, *arguments: str) -> subprocess.CompletedProcess[str]:
    tags = ["-tags", known.tags] if known.tags and arguments[0] == "build" else []
    command = ["go", arguments[0], *tags, *arguments[1:]]
    environment = _environment(known) | {"GOTOOLCHAIN": f"go{one}"}
    return _run(command, folder, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def _environment(known: Known) -> dict[str, str]:
    goos, _, goarch = known.platform.partition("/")
    wanted = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    return {**os.environ, **wanted}


# -- judging -----------------------------------------------------------------------------------------------------------


def disagreements(result: Result) -> list[str]:
    """Return where a forecast and a release are at odds: a failure that was not foretold, or one that did not come."""
    found: list[str] = [] if result.broke is not None else ["no release fails"]
    for one, tried in result.tried.items():
        foretold = {(link.symbol, link.word) for link in result.foretold[one] if link.fails}
        if not tried.compiled:
            # Later releases have other reasons too; the first one is what was reported.
            found += [f"{one}: the compiler stops first: {tried.message}"] if one == result.broke else []
        elif not tried.message and foretold:
            found.append(f"{one}: links, in spite of " + ", ".join(f"{symbol} {word}" for symbol, word in foretold))
        elif tried.message and not tried.found and not result.foretold[one]:
            found.append(f"{one}: {tried.message} was not foretold")
        found += [
            f"{one}: {symbol} {word} was not foretold"
            for symbol, word in tried.found.items()
            if (symbol, word) not in foretold
        ]
    return found


def _report(result: Result) -> list[str]:
    lines = [f"{result.known.name} ({result.known.platform})"]
    for one, tried in result.tried.items():
        words = ", ".join(dict.fromkeys(f"{link.symbol} {link.word}" for link in result.foretold[one]))
        lines.append(f"  {one}: foretold {words or 'nothing'}; Go says {tried.message or 'nothing'}")
    return lines


# -- the page ----------------------------------------------------------------------------------------------------------

_HEAD = """\
# Known breaks

Modules at versions that broke with a Go release, most of them as their users reported. For each of them
`tools/known_breaks.py` writes a small program that uses it, and asks `linkname-ls check --go all --deps`, as a user of
the module would. Then each release builds the program, with `CGO_ENABLED=0`, and its linker is the judge.

| module | reported in | foretold | what that release says |
| --- | --- | --- | --- |
"""
_RELEASES = """
## Every release

What the newest patch of each release makes of the program. Where it does not link, the symbol that the linker names
was foretold for that release, with the same word; where it does, nothing was foretold that a linker looks at.

"""
_TAIL = """
`-`: the module asks for a later release. `compiler`: it does not compile, for other reasons than links. `crashes`: it
links, and the program panics. `links (types)`: a signature was foretold to differ, which no linker compares.

`python tools/known_breaks.py --write` makes this page; it needs Go on PATH and downloads the modules and releases.
"""


def page(results: list[Result]) -> str:
    """Return the text of docs/known-breaks.md."""
    releases = newest_patches()
    head = "".join(f" {_label(one)} |" for one in releases)
    lines = [f"| module |{head}", "| --- |" + " --- |" * len(releases)]
    lines += [
        f"| {result.known.name}{', run' if result.known.runs else ''} |"
        + "".join(f" {_cell(result, one)} |" for one in releases)
        for result in results
    ]
    rows = "\n".join(_row(result) for result in sorted(results, key=lambda one: one.broke or releases[-1]))
    return _HEAD + rows + "\n" + _RELEASES + "\n".join(lines) + "\n" + _TAIL


def _row(result: Result) -> str:
    known, broke = result.known, result.broke
    if broke is None:
        raise SystemExit(f"{known.module}: no release fails")
    where = [f"on {known.platform}"] if known.platform != "linux/amd64" else []
    where += [f"with `-tags {known.tags}`"] if known.tags else []
    name = f"[{known.name}](https://pkg.go.dev/{known.module})" + "".join(f"<br>{one}" for one in where)
    tried = result.tried[broke]
    links = [link for link in result.foretold[broke] if link.symbol in tried.found or (known.runs and not tried.found)]
    foretold = "<br>".join(f"{_label(broke)}: `{link.symbol}` {link.word}" for link in dict.fromkeys(links))
    again = next((one for one, later in sorted(result.tried.items()) if one > broke and not later.message), None)
    if again is not None:
        foretold += f", links again with {again}"
    said = tried.message.replace("|", "\\|")
    report = f"[{known.report}]({known.reported})" if known.reported else "no report known"
    report += f"<br>{known.of}" if known.of else ""
    return f"| {name} | {report} | {foretold} | `{said}` |"


def _cell(result: Result, one: ReleaseId) -> str:
    tried = result.tried.get(one)
    if tried is None:
        return "-"
    silent = any(link.word == "signature" for link in result.foretold[one])
    if not tried.message:
        return "links (types)" if silent else "links"
    if not tried.compiled:
        return "compiler"
    return ", ".join(sorted({*tried.found.values()})) or "crashes"


def _label(one: ReleaseId) -> str:
    return f"{one.major}.{one.minor}" if one in newest_patches() else str(one)


if __name__ == "__main__":
    raise SystemExit(main())
