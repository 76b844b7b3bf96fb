"""Build constraints: for which platforms the go command builds a file.

Source: src/go/build/build.go (``matchFile``, ``goodOSArchFile``, ``shouldBuild``, ``parseFileHeader``) and
src/go/build/constraint/expr.go of the Go tree. All of it holds for ``.go`` and ``.s`` files alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from linkname_ls.build.platform import IMPLIED_OS, KNOWN_ARCH, KNOWN_OS, PORTS, UNIX_OS, Platform
from linkname_ls.build.tagexpr import And, Expr, Never, Tag, parse_go_build, parse_plus_build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_FREE_TAGS = 8
_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Go's bytes.TrimSpace trims; Python's str.strip takes more."""

_GO_BUILD = "//go:build"
_RELEASE_TAG = re.compile(r"go1\.([1-9][0-9]{0,5})", re.ASCII)
# Tags that a `go build` flag, GOEXPERIMENT or GOAMD64 and its like switch on, in contrast to custom `-tags`.
_TOOL_TAG = re.compile(
    r"cgo|race|msan|asan|boringcrypto|goexperiment\..+"
    r"|(?:386|amd64|arm|arm64|mips|mipsle|mips64|mips64le|ppc64|ppc64le|riscv64|wasm)\..+",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """When a file is built.

    ``text`` is for people, in ``//go:build`` syntax and "" when the file is always built: the file name's
    suffix first, then the file's expression, e.g. "linux && amd64 && !faketime". A constraint can be stored
    as its text alone: :func:`parse_constraint` gives it back.
    """

    text: str
    expr: Expr | None = field(default=None, repr=False)

    def holds(self, platform: Platform) -> bool:
        """Whether the file is built on this platform."""
        return self.expr is None or self.expr.evaluate(platform.satisfies)

    def satisfiable(self) -> bool:
        """Whether some real port builds the file, with any cgo, race, experiment or release.

        Custom tags are off: False for ``ignore``-tagged files, and for constraints that Go cannot parse.
        """
        return self.expr is None or _satisfiable(self.expr)

    def excludes(self, other: Constraint) -> bool:
        """Whether the two files can surely never be in one build; False when it is too costly to tell."""
        if self.expr is None or other.expr is None:
            return isinstance(self.expr, Never) or isinstance(other.expr, Never)
        return _excludes(self.expr, other.expr)


ALWAYS = Constraint("")
"""The constraint of a file that every build takes."""


def ignored_name(filename: str) -> bool:
    """Whether the go command never looks at a file of this name (build.go ``matchFile``)."""
    return filename.startswith(("_", "."))


def file_constraint(filename: str, data: bytes) -> Constraint:
    """The constraint of a ``.go`` or ``.s`` file, from its base name and its content.

    A constraint that Go cannot parse (the go command reports it and drops the file) never holds; its text
    is the raw expression. Names that :func:`ignored_name` knows are the caller's concern.
    """
    suffix = _suffix_tags(filename)
    if b"build" not in data:
        # Nearly every file; a memory search is all they cost.
        return _combine(suffix, ())
    exprs = _header_exprs(data)
    for expr in exprs:
        if isinstance(expr, Never):
            return Constraint(str(expr), expr)
    return _combine(suffix, tuple(exprs))


def parse_constraint(text: str) -> Constraint:
    """The constraint with this ``text``: the inverse of :attr:`Constraint.text`."""
    return Constraint(text, parse_go_build(text)) if text else ALWAYS


@lru_cache(maxsize=4096)
def _combine(suffix: tuple[str, ...], exprs: tuple[Expr, ...]) -> Constraint:
    if not suffix and not exprs:
        return ALWAYS
    expr = And.of(*(Tag(tag) for tag in suffix), *exprs)
    # Many files say in their header what their name says already.
    terms = tuple(dict.fromkeys(expr.terms))
    expr = terms[0] if len(terms) == 1 else And(terms)
    return Constraint(str(expr), expr)


@lru_cache(maxsize=4096)
def _suffix_tags(filename: str) -> tuple[str, ...]:
    """The tags in ``x_GOOS_GOARCH_test.go`` and the like (build.go ``goodOSArchFile``)."""
    stem = filename.partition(".")[0]
    # Everything before the first "_" is no suffix: linux.go is built everywhere.
    parts = stem.split("_")[1:]
    if parts and parts[-1] == "test":
        parts.pop()
    if len(parts) >= 2 and parts[-2] in KNOWN_OS and parts[-1] in KNOWN_ARCH:
        return parts[-2], parts[-1]
    if parts and (parts[-1] in KNOWN_OS or parts[-1] in KNOWN_ARCH):
        return (parts[-1],)
    return ()


def _header_exprs(data: bytes) -> list[Expr]:
    """What the ``//go:build`` line or all ``// +build`` lines say (build.go ``shouldBuild``)."""
    content = _header_bytes(data)
    go_build, plus_region = _split_header(content)
    if len(go_build) > 1:
        return [Never("multiple //go:build comments")]
    if go_build:
        text = go_build[0][len(_GO_BUILD) :].strip(_SPACE)
        return [parse_go_build(text) if text else Never(_GO_BUILD)]
    found: list[Expr] = []
    for line in plus_region:
        stripped = line.strip(_SPACE)
        if stripped.startswith("//"):
            rest = stripped[2:].strip(_SPACE)
            arguments = rest[len("+build") :]
            if rest.startswith("+build") and (not arguments or arguments[0] in _SPACE):
                expr = parse_plus_build(arguments.strip(_SPACE))
                if expr is not None:
                    found.append(expr)
    return found


def _header_bytes(data: bytes) -> str:
    """A part of the file that holds its whole header, decoded; cheap where a line starts with ``package``."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = 0 if data.startswith(b"package ") else data.find(b"\npackage ")
    # In a block comment that word means nothing.
    if end < 0 or data.find(b"/*", 0, end) >= 0:
        end = len(data)
    head = data[:end]
    return head.decode("utf-8", "replace") if b"build" in head else ""


def _split_header(content: str) -> tuple[list[str], list[str]]:
    """All ``//go:build`` lines, and the lines where ``// +build`` counts (build.go ``parseFileHeader``)."""
    go_build: list[str] = []
    lines = content.split("\n")
    blank_end = 0
    ended = in_block = False
    for number, raw in enumerate(lines):
        line = raw.strip(_SPACE)
        if not line and not ended:
            # `// +build` lines count only above a blank line that precedes everything else.
            blank_end = number
            continue
        if not line.startswith("//"):
            ended = True
        elif (
            not in_block
            and line.startswith(_GO_BUILD)
            and line[len(_GO_BUILD) : len(_GO_BUILD) + 1].strip(_SPACE) == ""
        ):
            go_build.append(line)
        in_block, code = _skip_comments(line, in_block=in_block)
        if code:
            break
    return go_build, lines[:blank_end]


def _skip_comments(line: str, *, in_block: bool) -> tuple[bool, bool]:
    """Whether the line ends inside a block comment, and whether it holds anything but comments."""
    while line:
        if in_block:
            end = line.find("*/")
            if end < 0:
                return True, False
            in_block, line = False, line[end + 2 :].strip(_SPACE)
        elif line.startswith("//"):
            return False, False
        elif line.startswith("/*"):
            in_block, line = True, line[2:].strip(_SPACE)
        else:
            return False, True
    return in_block, False


# --- Which combinations of tags can occur together ---


def _system_tags(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(t for t in tags if t in KNOWN_OS or t in KNOWN_ARCH or t == "unix"))


def _systems(tags: tuple[str, ...], pairs: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """The distinct sets of these GOOS, GOARCH and ``unix`` tags that hold for one of the pairs."""
    wanted = frozenset(tags)
    found: set[frozenset[str]] = set()
    for goos, goarch in pairs:
        true = {goos, goarch, IMPLIED_OS.get(goos, goos)}
        if goos in UNIX_OS:
            true.add("unix")
        found.add(wanted & true)
    return found


@lru_cache(maxsize=1024)
def _known_systems(tags: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(_systems(tags, product(KNOWN_OS, KNOWN_ARCH)))


@lru_cache(maxsize=1024)
def _real_systems(tags: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(_systems(tags, PORTS))


def _releases(tags: Iterable[str]) -> list[frozenset[str]]:
    """The sets of release tags that can hold together: go1.20 never without go1.18."""
    minors = sorted({int(m.group(1)) for t in tags if (m := _RELEASE_TAG.fullmatch(t))})
    return [frozenset(f"go1.{n}" for n in minors[:count]) for count in range(len(minors) + 1)]


def _subsets(tags: list[str]) -> Iterator[frozenset[str]]:
    for choice in product((False, True), repeat=len(tags)):
        yield frozenset(tag for tag, chosen in zip(tags, choice, strict=True) if chosen)


def _worlds(tags: set[str], free: list[str], systems: Iterable[frozenset[str]]) -> Iterator[frozenset[str]]:
    """Every set of true tags that can occur, restricted to the given tags."""
    releases = _releases(tags)
    subsets = list(_subsets(free))
    for system in systems:
        for release in releases:
            for subset in subsets:
                true = system | release | subset | {"gc"}
                # boringcrypto is the old name of the experiment: one cannot hold without the other.
                if "goexperiment.boringcrypto" in true and "boringcrypto" in tags:
                    true |= {"boringcrypto"}
                yield true


def _free_tags(tags: set[str]) -> list[str]:
    return sorted(
        tag
        for tag in tags
        if tag not in KNOWN_OS
        and tag not in KNOWN_ARCH
        and tag not in ("unix", "gc", "gccgo")
        and not _RELEASE_TAG.fullmatch(tag)
    )


def _normal_tags(*exprs: Expr) -> set[str]:
    tags = set[str]().union(*(expr.tags() for expr in exprs))
    return tags | {"goexperiment.boringcrypto"} if "boringcrypto" in tags else tags


@lru_cache(maxsize=8192)
def _satisfiable(expr: Expr) -> bool:
    if isinstance(expr, Never):
        return False
    tags = _normal_tags(expr)
    free = [tag for tag in _free_tags(tags) if tag != "boringcrypto" and _TOOL_TAG.fullmatch(tag)]
    if len(free) > _MAX_FREE_TAGS:
        return True
    worlds = _worlds(tags, free, _real_systems(_system_tags(tags)))
    return any(expr.evaluate(true.__contains__) for true in worlds)


@lru_cache(maxsize=8192)
def _excludes(a: Expr, b: Expr) -> bool:
    if isinstance(a, Never) or isinstance(b, Never):
        return True
    tags = _normal_tags(a, b)
    free = [tag for tag in _free_tags(tags) if tag != "boringcrypto"]
    if len(free) > _MAX_FREE_TAGS:
        return False
    worlds = _worlds(tags, free, _known_systems(_system_tags(tags)))
    return not any(a.evaluate(true.__contains__) and b.evaluate(true.__contains__) for true in worlds)
