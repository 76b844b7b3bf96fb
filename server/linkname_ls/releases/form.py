"""The file of facts: text in a zip archive, one member for each package, so that a question reads one of them.

The member ``releases`` holds what releases say beside packages, ``imports`` who imports whom, ``facts/PATH`` the
symbols that begin with an import path (``facts/`` alone: those that begin with none). All are lines of fields with tabs
between.

=============  ========================================================================================================
``releases``   ``port NAME``, the platforms that masks are made of; ``release VERSION MASK FINGERPRINT``, oldest first,
               with its platforms; ``blocked RUNS NAME PACKAGES``, ``builtin RUNS NAME``, ``numbered RUNS NAME``
``imports``    ``PATH RUNS PATHS``
``facts/...``  ``=MEMBER``, a symbol without its prefix; below it its variants: ``RUNS CODE MASK DEFINER TEXT SHAPE
               SHAME``, from which empty fields at the end are left out
=============  ========================================================================================================

RUNS are ``FIRST-LAST`` with commas between: of the releases that are known, those from the first to the last; ``*`` for
all. A MASK is a number in hexadecimal, ``*`` for all platforms of whatever release is asked about; in others the bits
of platforms that a release does not have mean nothing. CODE is a letter each for kind, making, status, calling
convention and wrappers. An empty DEFINER is the package itself, and ``=`` for SHAPE repeats the TEXT. The same facts
make the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from linkname_ls.links.symbols import path_to_prefix
from linkname_ls.releases.facts import Extract, Fact, Kind, Made, Release, ReleaseId, Status, release_id

T = TypeVar("T")

FACTS = "facts/"
_KINDS: dict[str, Kind] = {"f": "func", "m": "method", "v": "var"}
_MADE: dict[str, Made] = {"g": "go", "a": "text", "d": "globl", "v": "data", "b": "bare", "n": "nothing"}
_MADE_LETTERS = {made: letter for letter, made in _MADE.items()}
_STATUS: dict[str, Status] = {"m": "marked", "s": "std only", "u": "unmarked"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Header:
    """What all packages' texts are read with."""

    ports: tuple[str, ...]
    """The platform of each bit of a mask."""
    releases: tuple[Release, ...]
    """Oldest first."""
    masks: tuple[int, ...]
    """The platforms of each release."""

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {str(one.id): at for at, one in enumerate(self.releases)}

    @cached_property
    def _runs(self) -> dict[str, tuple[int, ...]]:
        return {"*": tuple(range(len(self.releases)))}

    @cached_property
    def _platforms(self) -> dict[int, tuple[str, ...]]:
        return {}

    def runs(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the releases that RUNS name."""
        known = self._runs.get(text)
        if known is None:
            found: list[int] = []
            for part in text.split(","):
                first, _, last = part.partition("-")
                found.extend(range(self._numbers[first], self._numbers[last or first] + 1))
            known = self._runs[text] = tuple(found)
        return known

    def platforms(self, mask: int) -> tuple[str, ...]:
        """Return the platforms of a mask, sorted."""
        known = self._platforms.get(mask)
        if known is None:
            names = sorted(name for at, name in enumerate(self.ports) if mask >> at & 1)
            known = self._platforms[mask] = tuple(names)
        return known


class _Run:
    """A fact, the releases that say so, and on which platforms."""

    def __init__(self) -> None:
        self.mask = self.known = 0
        self.releases: list[int] = []

    def takes(self, mask: int, ports: int) -> bool:
        """Whether another release says the same of the platforms that both have."""
        return self.mask & ports == mask & self.known

    def add(self, release: int, mask: int, ports: int) -> None:
        self.mask |= mask
        self.known |= ports
        self.releases.append(release)


def write(path: Path, extracts: Sequence[Extract]) -> None:
    """Write the file of facts for releases."""
    ordered = sorted(extracts, key=lambda one: one.release.id)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members(ordered):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode(), compresslevel=9)


def members(extracts: Sequence[Extract]) -> Iterator[tuple[str, str]]:
    """Yield the members of the file, names and texts, for releases that are sorted."""
    # Ports keep their bits when a later release has more.
    ports = tuple(dict.fromkeys(port for one in extracts for port in one.release.ports))
    bit = {port: 1 << at for at, port in enumerate(ports)}
    releases = tuple(one.release for one in extracts)
    header = Header(ports, releases, tuple(sum(bit[port] for port in one.ports) for one in releases))
    yield "releases", "".join(_header_lines(header))
    yield "imports", "".join(_import_lines(extracts))
    for path in sorted({path for one in extracts for path in one.packages}):
        yield FACTS + path, "".join(_package_lines(path, extracts, header, bit))


def _header_lines(header: Header) -> Iterator[str]:
    releases = header.releases
    yield from (_line("port", port) for port in header.ports)
    for one, mask in zip(releases, header.masks, strict=True):
        yield _line("release", str(one.id), f"{mask:x}", one.fingerprint)
    blocked = ((at, entry) for at, one in enumerate(releases) for entry in one.blocked.items())
    for (name, packages), runs in _grouped(blocked):
        yield _line("blocked", _runs(runs, releases), name, " ".join(packages))
    for word, lists in (
        ("builtin", [one.builtins for one in releases]),
        ("numbered", [one.numbered for one in releases]),
    ):
        for name, runs in _grouped((at, name) for at, names in enumerate(lists) for name in names):
            yield _line(word, _runs(runs, releases), name)


def _import_lines(extracts: Sequence[Extract]) -> Iterator[str]:
    releases = [one.release for one in extracts]
    for (path, paths), runs in _grouped(
        (at, entry) for at, one in enumerate(extracts) for entry in one.imports.items()
    ):
        yield _line(path, _runs(runs, releases), " ".join(paths))


def _grouped(entries: Iterable[tuple[int, T]]) -> list[tuple[T, list[int]]]:
    """Return what releases say, sorted, each with the numbers of the releases that say so."""
    found: dict[T, list[int]] = {}
    for at, entry in entries:
        found.setdefault(entry, []).append(at)
    return sorted(found.items(), key=lambda one: (str(one[0]), one[1]))


def _package_lines(path: str, extracts: Sequence[Extract], header: Header, bit: Mapping[str, int]) -> Iterator[str]:
    tables = [one.packages.get(path, {}) for one in extracts]
    prefix = f"{path_to_prefix(path)}." if path else ""
    for symbol in sorted({symbol for table in tables for symbol in table}):
        found: dict[Fact, list[_Run]] = {}
        for at, table in enumerate(tables):
            for fact in table.get(symbol, ()):
                runs = found.setdefault(fact._replace(platforms=(), everywhere=False), [])
                mask = sum(bit[port] for port in fact.platforms)
                run = next((one for one in runs if one.takes(mask, header.masks[at])), None)
                if run is None:
                    run = _Run()
                    runs.append(run)
                run.add(at, mask, header.masks[at])
        yield f"={symbol[len(prefix) :]}\n"
        lines = [(run.releases, fact, run) for fact, runs in found.items() for run in runs]
        for releases, fact, run in sorted(lines, key=lambda one: (one[0], one[1], one[2].mask)):
            mask = "*" if run.mask == run.known else f"{run.mask:x}"
            yield _line(
                _runs(releases, header.releases),
                _code(fact),
                mask,
                "" if fact.definer == path else fact.definer,
                fact.text,
                "=" if fact.shape == fact.text else fact.shape,
                " ".join(fact.shame),
            )


def _code(fact: Fact) -> str:
    return (
        f"{fact.kind[0]}{_MADE_LETTERS[fact.made]}{fact.status[0]}"
        f"{'i' if fact.abi == 'ABIInternal' else '0'}{'w' if fact.wrapped else '-'}"
    )


def _line(*fields: str) -> str:
    return "\t".join(fields).rstrip("\t") + "\n"


def _runs(numbers: Sequence[int], releases: Sequence[Release]) -> str:
    if len(numbers) == len(releases):
        return "*"
    parts: list[str] = []
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            first, last = releases[numbers[start]].id, releases[numbers[at - 1]].id
            parts.append(str(first) if first == last else f"{first}-{last}")
            start = at
    return ",".join(parts)


def read_header(text: str) -> Header:
    """Return what the member ``releases`` says."""
    rows = [line.split("\t") for line in text.splitlines()]
    ports = tuple(row[1] for row in rows if row[0] == "port")
    versions = [row[1:] for row in rows if row[0] == "release"]
    ids = [release_id(version) or ReleaseId(0, 0, 0) for version, _, _ in versions]
    bare = Header(ports, tuple(Release(one, (), {}, frozenset(), frozenset(), "") for one in ids), ())
    blocked: list[dict[str, tuple[str, ...]]] = [{} for _ in ids]
    names: dict[str, list[set[str]]] = {"builtin": [set() for _ in ids], "numbered": [set() for _ in ids]}
    for row in rows:
        if row[0] == "blocked":
            for at in bare.runs(row[1]):
                blocked[at][row[2]] = tuple(row[3].split()) if len(row) > 3 else ()
        elif row[0] in names:
            for at in bare.runs(row[1]):
                names[row[0]][at].add(row[2])
    masks = tuple(int(mask, 16) for _, mask, _ in versions)
    releases = tuple(
        Release(
            one,
            bare.platforms(masks[at]),
            blocked[at],
            frozenset(names["builtin"][at]),
            frozenset(names["numbered"][at]),
            versions[at][2],
        )
        for at, one in enumerate(ids)
    )
    return Header(ports, releases, masks)


def read_imports(text: str, header: Header) -> list[dict[str, tuple[str, ...]]]:
    """Return, for each release, what each package imports."""
    found: list[dict[str, tuple[str, ...]]] = [{} for _ in header.releases]
    for line in text.splitlines():
        path, runs, *paths = line.split("\t")
        for at in header.runs(runs):
            found[at][path] = tuple(paths[0].split()) if paths else ()
    return found


def symbol_lines(text: str, member: str) -> list[str]:
    """Return the lines of a symbol in a package's text; none where it has none such."""
    mark = f"={member}\n"
    if text.startswith(mark):
        start = len(mark)
    else:
        at = text.find(f"\n{mark}")
        if at < 0:
            return []
        start = at + 1 + len(mark)
    end = text.find("\n=", start)
    return text[start : end if end >= 0 else len(text)].splitlines()


def symbols(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the symbols in a package's text, without their prefix, with their lines."""
    for block in text.removeprefix("=").split("\n="):
        name, *lines = block.rstrip("\n").split("\n")
        if name:
            yield name, lines


def read_variants(
    lines: Iterable[str], path: str, header: Header, only: int | None = None
) -> dict[int, tuple[Fact, ...]]:
    """Return what the lines of a symbol say, by the numbers of the releases that have it.

    ``only`` is the number of a release when no other is asked about.
    """
    found: dict[int, list[Fact]] = {}
    for line in lines:
        runs, code, mask, definer, text, shape, shame = (*line.split("\t"), "", "", "", "")[:7]
        numbers = header.runs(runs)
        if only is not None:
            numbers = (only,) if only in numbers else ()
        known: dict[int, Fact] = {}
        for at in numbers:
            bits = header.masks[at] if mask == "*" else int(mask, 16) & header.masks[at]
            if bits not in known:
                known[bits] = Fact(
                    kind=_KINDS[code[0]],
                    text=text,
                    shape=text if shape == "=" else shape,
                    platforms=header.platforms(bits),
                    everywhere=bits == header.masks[at],
                    definer=definer or path,
                    made=_MADE[code[1]],
                    abi="ABIInternal" if code[3] == "i" else "ABI0",
                    wrapped=code[4] == "w",
                    status=_STATUS[code[2]],
                    shame=tuple(shame.split()),
                )
            found.setdefault(at, []).append(known[bits])
    return {at: tuple(sorted(facts)) for at, facts in found.items()}
