"""The files that describe modules: ``go.mod``, ``go.work`` and ``vendor/modules.txt``.

The grammar is golang.org/x/mod/modfile's (read.go, rule.go, work.go), read in the lax way in which the go
command reads a dependency's go.mod: what is not understood is skipped, so a half-typed file gives all that
it says clearly.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Require(NamedTuple):
    """A ``require`` line; ``line`` is its number, from 1."""

    path: str
    version: str
    indirect: bool
    line: int


class Replace(NamedTuple):
    """A ``replace`` line; ``old_version`` "" means every version, ``new_version`` "" a local folder."""

    old_path: str
    old_version: str
    new_path: str
    new_version: str


class Exclude(NamedTuple):
    """An ``exclude`` line: a version that must not be selected."""

    path: str
    version: str


class GoMod(NamedTuple):
    """A ``go.mod`` file; "" and () stand for what it does not say."""

    module: str = ""
    go: str = ""
    toolchain: str = ""
    require: tuple[Require, ...] = ()
    replace: tuple[Replace, ...] = ()
    exclude: tuple[Exclude, ...] = ()


class GoWork(NamedTuple):
    """A ``go.work`` file; ``use`` holds folders as they are written."""

    go: str = ""
    toolchain: str = ""
    use: tuple[str, ...] = ()
    replace: tuple[Replace, ...] = ()


class VendoredModule(NamedTuple):
    """A module in ``vendor/modules.txt`` and the packages that were copied from it.

    ``go`` is its go.mod's go line, "" when it has none; ``explicit`` says that the main module requires it
    itself.
    """

    path: str
    version: str
    go: str
    packages: tuple[str, ...]
    explicit: bool


def parse_go_mod(data: bytes) -> GoMod:
    """What a go.mod file says; the first ``module``, ``go`` and ``toolchain`` lines count."""
    single: dict[str, str] = {}
    require: list[Require] = []
    replace: list[Replace] = []
    exclude: list[Exclude] = []
    for verb, arguments, comment, line in _statements(data):
        if verb in ("module", "go", "toolchain") and len(arguments) == 1:
            single.setdefault(verb, arguments[0])
        elif verb == "require" and len(arguments) == 2:
            require.append(Require(arguments[0], arguments[1], _is_indirect(comment), line))
        elif verb == "exclude" and len(arguments) == 2:
            exclude.append(Exclude(arguments[0], arguments[1]))
        elif verb == "replace" and (parsed := _replace(arguments)):
            replace.append(parsed)
    return GoMod(
        module=single.get("module", ""),
        go=single.get("go", ""),
        toolchain=single.get("toolchain", ""),
        require=tuple(require),
        replace=tuple(replace),
        exclude=tuple(exclude),
    )


def parse_go_work(data: bytes) -> GoWork:
    """What a go.work file says."""
    single: dict[str, str] = {}
    use: list[str] = []
    replace: list[Replace] = []
    for verb, arguments, _, _ in _statements(data):
        if verb in ("go", "toolchain") and len(arguments) == 1:
            single.setdefault(verb, arguments[0])
        elif verb == "use" and len(arguments) == 1:
            use.append(arguments[0])
        elif verb == "replace" and (parsed := _replace(arguments)):
            replace.append(parsed)
    return GoWork(single.get("go", ""), single.get("toolchain", ""), tuple(use), tuple(replace))


def parse_modules_txt(data: bytes) -> tuple[VendoredModule, ...]:
    """The modules of a ``vendor/modules.txt`` that have packages there or are explicit, in the file's order.

    Source: cmd/go/internal/modload/vendor.go ``readVendorList``.
    """
    found: list[VendoredModule] = []
    path = version = go = ""
    explicit = False
    packages: list[str] = []

    def finish() -> None:
        if path and version and (packages or explicit):
            found.append(VendoredModule(path, version, go, tuple(packages), explicit))

    for line in data.decode("utf-8", "replace").split("\n"):
        fields = line.split()
        if line.startswith("# "):
            finish()
            known = len(fields) >= 3
            path, version, go, explicit, packages = "", "", "", False, []
            if known and is_semver(fields[2]):
                path, version = fields[1], fields[2]
        elif line.startswith("## "):
            for entry in line[3:].split(";"):
                note = entry.strip()
                explicit = explicit or note == "explicit"
                go = note.removeprefix("go ").strip() if note.startswith("go ") else go
        elif len(fields) == 1 and path:
            packages.append(fields[0])
    finish()
    return tuple(found)


def vendored_for_workspace(data: bytes) -> bool:
    """Whether a ``modules.txt`` was written by ``go work vendor`` (init.go ``modulesTextIsForWorkspace``)."""
    first = data.partition(b"\n")[0]
    return first.startswith(b"## ") and b"workspace" in (note.strip() for note in first[3:].split(b";"))


def escape_path(path: str) -> str:
    """A module path or version as folder names of the module cache spell it: "Azure" becomes "!azure".

    Source: golang.org/x/mod/module ``EscapePath``.
    """
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), path)


escape_version = escape_path
"""Versions are escaped like paths."""


def unescape_path(escaped: str) -> str:
    """The inverse of :func:`escape_path`; "" when the text is not escaped in that way."""
    plain = re.sub("!([a-z])", lambda match: match[1].upper(), escaped)
    return "" if "!" in plain or re.search("[A-Z]", escaped) else plain


_Semver = tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]
_NUMBER = r"(0|[1-9][0-9]{0,30})"
_SEMVER = re.compile(
    rf"v{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?)?)?", re.ASCII
)


@lru_cache(maxsize=8192)
def _semver(version: str) -> _Semver | None:
    match = _SEMVER.fullmatch(version)
    if match is None:
        return None
    major, minor, patch, pre, build = match.groups()
    identifiers: list[tuple[int, int, str]] = []
    if pre is not None:
        for identifier in pre.split("."):
            numeric = identifier.isdigit()
            if not identifier or (numeric and len(identifier) > 1 and identifier[0] == "0"):
                return None
            # Numbers come before words and are compared by value.
            identifiers.append((0, int(identifier), "") if numeric else (1, 0, identifier))
    if build is not None and "" in build.split("."):
        return None
    return int(major), int(minor or 0), int(patch or 0), int(pre is None), tuple(identifiers)


def is_semver(version: str) -> bool:
    """Whether this is a semantic version with its "v" (golang.org/x/mod/semver ``IsValid``)."""
    return _semver(version) is not None


def compare_versions(a: str, b: str) -> int:
    """-1, 0 or 1 as module version ``a`` is lower than, the same as or higher than ``b``.

    Build suffixes such as "+incompatible" do not count; invalid versions are lower than valid ones and
    equal to each other. Source: golang.org/x/mod/semver ``Compare``.
    """
    x, y = _semver(a), _semver(b)
    if x is None or y is None:
        return (x is not None) - (y is not None)
    return (x > y) - (x < y)


_TOKEN = re.compile(
    r"""[ \t\r]*(?:
        (?P<comment>//.*)
      | (?P<raw>`[^`]*`)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<mark>[()\[\]{},])
      | (?P<word>(?:(?!//)[^\s()\[\]{},"`])(?:(?!//)[^\s()\[\]{},])*)
      | (?P<other>.)
    )""",
    re.VERBOSE,
)


def _tokens(line: str) -> tuple[list[str], str]:
    """The tokens of a line, strings unquoted, and its comment ("" or from its "//")."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(line):
        text = match[match.lastgroup or 0]
        if match.lastgroup == "comment":
            return tokens, text
        if match.lastgroup == "raw":
            tokens.append(text[1:-1])
        elif match.lastgroup == "quoted":
            tokens.append(_unquote(text))
        elif match.lastgroup != "other":
            tokens.append(text)
    return tokens, ""


def _unquote(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def _statements(data: bytes) -> Iterator[tuple[str, list[str], str, int]]:
    """Verb, arguments, comment and line number of each statement; lines of a block get the block's verb."""
    block: str | None = None
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        tokens, comment = _tokens(line)
        if not tokens:
            continue
        if block is None and len(tokens) == 2 and tokens[1] == "(":
            block = tokens[0]
        elif block is not None and tokens == [")"]:
            block = None
        elif block is not None:
            yield block, tokens, comment, number
        else:
            yield tokens[0], tokens[1:], comment, number


def _is_indirect(comment: str) -> bool:
    """Whether a comment is ``// indirect`` or begins so (rule.go ``isIndirect``)."""
    fields = comment.removeprefix("//").split()
    return fields == ["indirect"] or (len(fields) > 1 and fields[0] == "indirect;")


def _replace(arguments: list[str]) -> Replace | None:
    """A replace line's arguments: old [version] => new [version]."""
    if "=>" not in arguments:
        return None
    arrow = arguments.index("=>")
    old, new = arguments[:arrow], arguments[arrow + 1 :]
    if not 1 <= len(old) <= 2 or not 1 <= len(new) <= 2:
        return None
    return Replace(old[0], old[1] if len(old) == 2 else "", new[0], new[1] if len(new) == 2 else "")
