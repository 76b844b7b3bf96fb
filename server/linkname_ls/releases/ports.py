"""The platforms of a Go tree, and on which of them a file is built, as bits of a number.

Source: src/internal/platform/zosarch.go.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.constraints import ignored_name
from linkname_ls.build.experiments import experiments
from linkname_ls.build.goenv import read_text
from linkname_ls.build.platform import PORTS, Platform, default_platform, release_tags
from linkname_ls.links.gotypes import word_size

if TYPE_CHECKING:
    from linkname_ls.build.constraints import Constraint
    from linkname_ls.links.sources import Source

_PORT = re.compile(r'^\t\{"(\w+)", "(\w+)"\}:\s*\{(.*)\}', re.MULTILINE)


class Ports:
    """The builds of a release: each platform with cgo, where it has that, and without.

    A mask has a bit for each build, in the order of :attr:`builds`.
    """

    def __init__(self, goroot: Path, minor: int) -> None:
        listed = _PORT.findall(read_text(goroot / "src/internal/platform/zosarch.go"))
        ports = {(goos, goarch): "CgoSupported: true" in more for goos, goarch, more in listed if "Broken" not in more}
        if not ports:
            ports = dict.fromkeys(PORTS, True)
        builds: list[Platform] = []
        for goos, goarch in sorted(ports):
            levels = {tag for tag in default_platform(goos, goarch).tags if not tag.startswith("go1.")}
            tags = release_tags(minor) | levels | experiments(goroot, goos, goarch)
            choices = (True, False) if ports[goos, goarch] else (False,)
            builds.extend(Platform(goos, goarch, cgo=cgo, tags=frozenset(tags)) for cgo in choices)
        self.builds = tuple(builds)
        self.names = tuple(f"{goos}/{goarch}" for goos, goarch in sorted(ports))
        """The platforms, sorted."""
        self._masks: dict[Constraint, int] = {}

    @cached_property
    def all(self) -> int:
        """The mask of every build."""
        return (1 << len(self.builds)) - 1

    @cached_property
    def _cgo(self) -> int:
        return sum(1 << at for at, build in enumerate(self.builds) if build.cgo)

    def mask(self, source: Source) -> int:
        """Return the builds that take a file."""
        if ignored_name(source.name):
            return 0
        constraint = source.constraint
        found = self._masks.get(constraint)
        if found is None:
            found = sum(1 << at for at, build in enumerate(self.builds) if constraint.holds(build))
            self._masks[constraint] = found
        return found & self._cgo if source.uses_cgo else found

    def words(self, goarch: str) -> int:
        """Return the builds whose pointers are as long as an architecture's."""
        size = word_size(goarch)
        return sum(1 << at for at, build in enumerate(self.builds) if word_size(build.goarch) == size)

    def platforms(self, mask: int) -> int:
        """Return a mask's platforms: a number with a bit for each of :attr:`names`."""
        bits = 0
        for at, build in enumerate(self.builds):
            if mask >> at & 1:
                bits |= 1 << self._numbers[build.name]
        return bits

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set in a mask."""
    found: list[int] = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
