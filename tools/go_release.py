"""A real Go release: what its own commands build, declare and define. Nothing here asks linkname-ls anything."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

PLATFORM = "linux/amd64"
"""What programs are built for."""

_DECLARED_TYPES = Path(__file__).with_name("declared_types.go")
_NM = re.compile(r"^(.*?):\s+(?:[0-9a-f]+\s+)?([A-Za-z?_-]) (.*)$")
_BLOCK = re.compile(r"^# ", re.MULTILINE)
_REFUSED = re.compile(r": invalid reference to (\S+)")
_MISSING = re.compile(r": relocation target (\S+) not defined")
_DEFINED = re.compile(r"duplicated definition of symbol (\S+),")
_COMPILED = re.compile(r"^[^\s:]+\.(?:go|s):\d+", re.MULTILINE)


class Said(NamedTuple):
    """What the go command says of one program."""

    refused: frozenset[str] = frozenset()
    """The linker stops at the first one."""
    missing: frozenset[str] = frozenset()
    """The linker stops after about twenty."""
    defined: frozenset[str] = frozenset()
    """Symbols with two definitions."""
    compiled: bool = True
    other: str = ""
    """The first line of a text of which the patterns know nothing; "" for none."""

    @property
    def links(self) -> bool:
        """Whether the program was built."""
        return self == Said()


def said_of(text: str) -> Said:
    """Return what the text below the heading of a package means."""
    found = Said(
        frozenset(_REFUSED.findall(text)),
        frozenset(_MISSING.findall(text)),
        frozenset(_DEFINED.findall(text)),
        _COMPILED.search(text) is None,
    )
    known = found.refused or found.missing or found.defined
    return found if known else found._replace(other=next(iter(text.strip().splitlines()), "it failed silently"))


def blocks(text: str) -> dict[str, str]:
    """Return what the go command writes of packages, by the first word of each heading: an import path."""
    found: dict[str, str] = {}
    for block in _BLOCK.split(text)[1:]:
        heading, _, body = block.partition("\n")
        package = heading.split()[0]
        found[package] = found.get(package, "") + body
    return found


class Declaration(NamedTuple):
    """A function, method or variable, as go/parser sees it."""

    package: str
    kind: str
    """``func``, ``method``, ``var``; ``bodyless`` for a function without a body."""
    text: str
    """Its type; "" where none is written."""


class GoRelease:
    """A Go tree, and a build cache of its own."""

    def __init__(self, goroot: Path, cache: Path) -> None:
        self.goroot = goroot
        self.environ = {
            **os.environ,
            "PATH": f"{goroot / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GOROOT": "",
            "GOFLAGS": "",
            "GOWORK": "off",
            "GOTOOLCHAIN": "local",
            "GOPROXY": "off",
            "GOOS": "linux",
            "GOARCH": "amd64",
            "CGO_ENABLED": "0",
            "GOCACHE": str(cache),
        }

    def go(self, folder: Path, *arguments: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the go command in a folder; whether it succeeded is the caller's to see."""
        return subprocess.run(  # noqa: S603
            [self.goroot / "bin" / "go", *arguments],
            cwd=folder,
            env={**self.environ, **environ},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    def _listed(self, form: str, *flags: str, **environ: str) -> list[str]:
        done = self.go(self.goroot / "src", "list", "-p=1", "-deps", *flags, "-f", form, "std", **environ)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line for line in done.stdout.splitlines() if line]

    @cached_property
    def deps(self) -> dict[str, frozenset[str]]:
        """By import path: the packages that come with a package of the standard library, itself too."""
        lines = [line.split() for line in self._listed('{{.ImportPath}} {{join .Deps " "}}')]
        return {path: frozenset((path, *deps)) for path, *deps in lines}

    @cached_property
    def public(self) -> list[str]:
        """The packages that programs may import, those that bring fewest others first."""
        hidden = {"unsafe", "builtin"}
        paths = [
            one for one in self.deps if one not in hidden and "internal" not in one.split("/") and one[:7] != "vendor/"
        ]
        return sorted(paths, key=lambda path: (len(self.deps[path]), path))

    def _declarations(self, **environ: str) -> dict[str, list[Declaration]]:
        form = "{{$p := .}}{{range .GoFiles}}{{$p.ImportPath}}\t{{$p.Dir}}/{{.}}\n{{end}}"
        form += "{{range .CgoFiles}}{{$p.ImportPath}}\t{{$p.Dir}}/{{.}}\n{{end}}"
        files = "\n".join(self._listed(form, **environ))
        done = self.go(_DECLARED_TYPES.parent, "run", str(_DECLARED_TYPES), given=files)
        if done.returncode:
            raise RuntimeError(done.stderr)
        found: dict[str, list[Declaration]] = {}
        for line in done.stdout.splitlines():
            symbol, package, kind, text = line.split("\t")
            found.setdefault(symbol, []).append(Declaration(package, kind, text))
        return found

    @cached_property
    def declared(self) -> dict[str, list[Declaration]]:
        """What the standard library declares, by link symbol."""
        return self._declarations()

    @cached_property
    def with_cgo(self) -> dict[str, list[Declaration]]:
        """What it declares in programs with cgo."""
        return self._declarations(CGO_ENABLED="1")

    @cached_property
    def defined(self) -> dict[str, frozenset[str]]:
        """By symbol: the packages whose object files define it. Builds the standard library."""
        lines = [line.split() for line in self._listed("{{.ImportPath}} {{.Export}}", "-export")]
        by_file = {words[1]: words[0] for words in lines if len(words) > 1}
        done = self.go(self.goroot, "tool", "nm", *by_file)
        found: dict[str, set[str]] = {}
        for line in done.stdout.splitlines():
            match = _NM.match(line)
            if match is not None and match[2] in "TtDdBbRr":
                found.setdefault(match[3], set()).add(by_file[re.sub(r"\(.*\)$", "", match[1])])
        return {symbol: frozenset(paths) for symbol, paths in found.items()}
