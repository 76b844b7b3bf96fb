"""What ``-ldflags`` tell the linker (cmd/go/internal/load/flag.go ``PerPackageFlag``, the flags of cmd/link)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from linkname_ls.build.goenv import split_quoted
from linkname_ls.build.patterns import matcher, split_pattern

if TYPE_CHECKING:
    from linkname_ls.programs.program import Program

_NO = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""The spellings of Go's strconv.ParseBool."""
# Flags of cmd/link that take a value (`go tool link -h` of Go 1.21 to 1.27): behind a blank it is no flag itself.
_VALUED = re.compile(
    "[BDEHILRTXkor]|benchmark(profile)?|build(id|mode)|capturehostobjs|cpuprofile|debugtextsize|debugtramp|extar|extld"
    "|extldflags|fipso|funcalign|importcfg|installsuffix|libgcc|linkmode|macos|macsdk|memprofile(rate)?|pluginpath"
    "|randlayout|strictdups|tmpdir"
)
_FLAG = re.compile(r"--?([^-=][^=]*)(?:=(.*))?", re.DOTALL)


def lets_refused_pass(ldflags: str, program: Program) -> bool:
    """Return whether a value of ``-ldflags`` switches off the linker's check of references to std for a program.

    That is what ``-checklinkname=0`` does; the last such flag wins. ``PATTERN=FLAGS`` holds for programs whose main
    package (or package under test) matches; a pattern that begins with a dot is read from the module's root.
    """
    text = ldflags.strip()
    if not text.startswith("-"):
        pattern, _, text = text.partition("=")
        if not _matches(pattern.strip(), program):
            return False
    off = False
    words = iter(split_quoted(text))
    for word in words:
        flag = _FLAG.fullmatch(word)
        if flag is None:
            break  # the linker reads no flags behind its first other argument
        name, value = flag[1], cast("str | None", flag[2])
        if name == "checklinkname":
            off = value in _NO
        elif value is None and _VALUED.fullmatch(name):
            next(words, None)
    return off


def _matches(pattern: str, program: Program) -> bool:
    """Whether the root of a program matches a pattern (``MatchPackage`` in cmd/go/internal/load/search.go)."""
    if pattern == "all":
        return True
    if pattern == "std":
        return program.root.std
    if not re.match(r"\.\.?(/|$)", pattern):
        return matcher(pattern)(program.name)
    module = program.snapshot.worlds(program.folder)[0].module_of(program.folder)
    if module is None:
        return False
    front, rest = split_pattern(pattern)
    start = module.dir / PurePosixPath(front)
    if not rest:
        return program.folder == start
    below = program.folder.is_relative_to(start)
    return below and matcher(rest)(program.folder.relative_to(start).as_posix())
