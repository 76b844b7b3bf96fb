"""Whole programs, judged by the real linker of several releases and by us.

Each ``programs/*.txtar`` is one module; those of ``cases/`` are judged here once more as programs. What ``go build
./...`` (or ``go test``) says decides: a program that fails must have an error of ours and one that builds none. Where
the linker names symbols, our errors must name the same.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from linkname_ls.build.files import walk
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.checks.settings import Settings
from linkname_ls.links.imports import ImportGraph
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.programs.workspace import Programs
from support.trees import EACH_RELEASE, goroot
from support.txtar import parse

HERE = Path(__file__).parent
CASES = sorted(path.stem for folder in ("cases", "programs") for path in (HERE / folder).glob("*.txtar"))

_UNDEFINED = re.compile(r": relocation target (\S+) not defined|undefined reference to `([^']+)'")
_REFUSED = re.compile(r"link: \S+: invalid reference to (\S+)")
_DUPLICATE = re.compile(r"duplicated definition of symbol (\S+),")


@dataclass(frozen=True)
class Case:
    """One module, and how the go command is to build it."""

    files: dict[str, str]
    env: dict[str, str] = field(default_factory=dict[str, str])
    build: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ("./...",)
    tested: tuple[str, ...] = ()
    since: str = ""
    alone: bool = False

    @property
    def batched(self) -> bool:
        """Whether it is built with all others in one go."""
        return not (self.env or self.build or self.tested or self.since or self.alone)


@dataclass(frozen=True)
class Verdict:
    """What the go command says of a case."""

    failed: bool
    text: str


@dataclass(frozen=True)
class Judge:
    """One release, the modules on disk, and what it said of those built together."""

    release: str
    root: Path
    environ: dict[str, str]
    batch: dict[str, Verdict]
    store: SourceStore
    index: Index

    def verdict(self, name: str) -> Verdict:
        """Return what the go command says."""
        if name in self.batch:
            return self.batch[name]
        found = case(name)
        built = self._go(name, "build", *found.build, *found.patterns)
        said = [built.stderr] if built.returncode else []
        for package in found.tested:
            tested = self._go(name, "test", "-c", "-o", f"{self.root / name}.test", *found.build, package)
            said += [tested.stderr] if tested.returncode else []
        return Verdict(bool(said), "".join(said))

    def _go(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**self.environ, **case(name).env, "GOWORK": "off" if "go.work" not in case(name).files else ""}
        return subprocess.run(
            ["go", *arguments], cwd=self.root / name, env=environ, capture_output=True, text=True, check=False
        )

    def ours(self, name: str) -> list[tuple[str, Finding]]:
        """Return our errors, with the text of the line that each stands on."""
        found = case(name)
        folder = self.root / name
        environ = {**self.environ, **found.env, "GOWORK": "off" if "go.work" not in found.files else ""}
        tags = [tags for flag, tags in zip(found.build, found.build[1:], strict=False) if flag == "-tags"]
        universe = Universe([folder], read_toolchain(environ, tags))
        snapshot = Snapshot(universe, {}, self.store, self.index, ImportGraph(), complete=True)
        flags = [flag.partition("=")[2] for flag in found.build if flag.startswith("-ldflags=")]
        settings = Configuration(Settings(ldflags=" ".join(flags) or None)).of(snapshot, folder)
        programs = Programs(snapshot, tests=bool(found.tested))
        result: list[tuple[str, Finding]] = []
        for path in walk(folder):
            source = snapshot.source(path)
            if source is None or (source.is_test and not found.tested):
                continue
            for finding in check_source(snapshot, source, settings, programs):
                if finding.severity == "error":
                    line = source.data[: finding.span.end].rpartition(b"\n")[2].decode()
                    result.append((line, finding))
        return result


@cache
def case(name: str) -> Case:
    """Return a case by its name."""
    path = next(path for folder in ("cases", "programs") if (path := HERE / folder / f"{name}.txtar").exists())
    comment, files = parse(path.read_text())
    options: dict[str, list[str]] = {}
    for line in comment.splitlines()[1:]:
        key, _, value = line.partition(": ")
        options.setdefault(key, []).append(value)
    return Case(
        files,
        dict(one.split("=", 1) for one in options.get("env", ())),
        tuple(shlex.split(" ".join(options.get("build", ())))),
        tuple(" ".join(options.get("patterns", ["./..."])).split()),
        tuple(" ".join(options.get("test", ())).split()),
        "".join(options.get("since", ())),
        "alone" in options,
    )


@pytest.fixture(scope="session", params=EACH_RELEASE)
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    root = tmp_path_factory.mktemp("programs")
    for name in CASES:
        for file, body in case(name).files.items():
            path = root / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
    tree = goroot(request.param)
    environ = {
        **os.environ,
        "PATH": f"{tree / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "GOROOT": "",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    batched = [name for name in CASES if case(name).batched]
    uses = "\n".join(f"\t./{name}" for name in batched)
    (root / "go.work").write_text(f"go 1.21\n\nuse (\n{uses}\n)\n")
    built = subprocess.run(
        ["go", "build", "-gcflags=-e", *(f"./{name}/..." for name in batched)],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[str, str] = {}
    for block in re.split(r"^# ", built.stderr, flags=re.MULTILINE)[1:]:
        package, _, text = block.partition("\n")
        name = package.split()[0].split("/")[1]
        said[name] = said.get(name, "") + text
    assert len(said) > 50, built.stderr
    (root / "go.work").unlink()
    batch = {name: Verdict(name in said, said.get(name, "")) for name in batched}
    return Judge(request.param, root, environ, batch, SourceStore(), Index())


def _too_old(judge: Judge, name: str) -> bool:
    if not case(name).since:
        return False
    version = read_toolchain(judge.environ).version.removeprefix("go")
    return [int(part) for part in version.split(".")[:2]] < [int(part) for part in case(name).since.split(".")]


@pytest.mark.parametrize("name", CASES)
def test_we_judge_as_the_linker_does(judge: Judge, name: str) -> None:
    if _too_old(judge, name):
        return
    verdict, ours = judge.verdict(name), judge.ours(name)
    assert bool(ours) == verdict.failed, f"go said:\n{verdict.text}\nwe said:\n{_shown(ours)}"
    for rules, pattern in (
        (("undefined-target", "unlinked-target"), _UNDEFINED),
        (("duplicate-symbol",), _DUPLICATE),
    ):
        theirs = {"".join(match) for match in pattern.findall(verdict.text)}
        symbols = {finding.symbol for _, finding in ours if finding.code in rules}
        assert theirs <= symbols, f"go said:\n{verdict.text}\nwe said:\n{_shown(ours)}"
    # The linker stops at the first reference that it refuses.
    refused = {match[1] for match in _REFUSED.finditer(verdict.text)}
    assert refused <= {finding.symbol for _, finding in ours if finding.code == "refused-reference"}
    for line, finding in ours:
        if finding.stage == "link":
            last = re.split(r"[./)]", finding.symbol)[-1]
            assert "linkname" in line or "func" in line or last in line, line


def _shown(ours: Sequence[tuple[str, Finding]]) -> str:
    return "\n".join(f"{finding.code}: {finding.message}\n    {line}" for line, finding in ours)
