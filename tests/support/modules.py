"""Third-party modules at pinned versions, read whole, as the dependencies of a small module that requires them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from linkname_ls.build.files import walk
from linkname_ls.build.modules import Module
from linkname_ls.features.definition import definition
from linkname_ls.features.references import references
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source, SourceStore
from linkname_ls.links.table import Role, Site, Table
from linkname_ls.links.universe import Universe
from linkname_ls.source.directives import Argument, Directive
from support.ask import source_of, toolchain

_INDEX, _STORE = Index(), SourceStore()


class Question(NamedTuple):
    """One argument of one directive."""

    source: Source
    directive: Directive
    argument: Argument


class Consumer:
    """A module that requires another, built for linux/amd64 without cgo."""

    def __init__(self, root: Path, requirement: str) -> None:
        self.root = root
        (root / "go.mod").write_text("module example.com/consumer\n\ngo 1.26\n")
        (root / "main.go").write_text(
            f'package main\n\nimport _ "{requirement.partition("@")[0]}"\n\nfunc main() {{}}\n'
        )
        environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off"}
        for command in (["get", requirement], ["mod", "download"]):
            done = subprocess.run(["go", *command], cwd=root, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        machine = toolchain()
        universe = Universe([root], replace(machine, platform=replace(machine.platform, cgo=False)))
        assert universe.problems == ()
        self.snapshot = Snapshot(universe, {}, _STORE, _INDEX, complete=True)
        self._table = Table(self.snapshot)
        self._modules = {module.path: module for world in universe.worlds for module in world.modules()}
        assert machine.goroot is not None
        self.go_source = machine.goroot / "src"

    def module(self, path: str) -> Module:
        """Return a module of the build."""
        return self._modules[path]

    def place(self, site: Site) -> str:
        """Return the file that a site is in: below its module, or below GOROOT/src."""
        path = site.source.path
        module = next(module for module in self._modules.values() if path.is_relative_to(module.dir))
        return f"{module.path}/{path.relative_to(module.dir).as_posix()}".removeprefix("std/")

    # -- every directive of a module

    def questions(self, path: str) -> Iterator[Question]:
        """Yield every argument of every directive in a module's tree."""
        for file in walk(self.module(path).dir):
            source = source_of(self.snapshot, Path(file))
            for directive in source.directives:
                for argument in directive.arguments:
                    yield Question(source, directive, argument)

    def answer(self, question: Question) -> list[Site]:
        """Return what an argument leads to; a declaration without a body does not count as its own answer."""
        source, directive, argument = question
        found = definition(self.snapshot, source, argument.span.start)
        package = self.snapshot.package_of(source)
        assert package is not None and directive.local is not None
        own = {(one.source.path, one.declaration.name_span) for one in package.find(directive.local.text)}
        is_local = argument is directive.local
        return [
            site
            for site in (found[1] if found is not None else [])
            if site.key not in own or (is_local and site.role is Role.DEFINES)
        ]

    def unresolved(self, path: str) -> set[tuple[str, str]]:
        """Return (file, symbol) of the directives in a module's tree of which an argument leads nowhere."""
        folder = self.module(path).dir
        return {
            (question.source.path.relative_to(folder).as_posix(), question.directive.arguments[-1].text)
            for question in self.questions(path)
            if not self.answer(question)
        }

    def todays(self, path: str) -> dict[tuple[str, str], list[Role]]:
        """Return, by (file, local name), what the ends of today's directives are that are in today's build too."""
        return {
            (source.path.name, argument.text): [
                site.role for site in self.answer(question) if self._table.in_build(site)
            ]
            for question in self.questions(path)
            for source, directive, argument in [question]
            if argument is directive.local and source.in_build(self.snapshot.platform(source.path.parent))
        }

    # -- single places

    def definition(self, file: Path, pattern: str) -> list[tuple[str, str]]:
        """Return (file, name) of what the pattern's group in a file leads to."""
        source = source_of(self.snapshot, file)
        found = definition(self.snapshot, source, _find(source, pattern))
        return [(self.place(site), site.source.text(site.span)) for site in found[1]] if found is not None else []

    def references(self, file: Path, pattern: str) -> list[tuple[str, str]]:
        """Return (file, name) of the sites of the symbol that a pattern's group in a file stands for, without uses."""
        source = source_of(self.snapshot, file)
        found = references(self.snapshot, source, _find(source, pattern)) or []
        return [(self.place(site), site.source.text(site.span)) for site in found if site.kind != "use"]


def _find(source: Source, pattern: str) -> int:
    match = re.search(pattern.encode(), source.data, re.MULTILINE)
    assert match is not None, f"{pattern} is not in {source.path.name}"
    return match.start(1)
