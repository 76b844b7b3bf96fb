"""Shapes against the types that they stand for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkname_ls.links.effective import NEWEST_RELEASE, go_release
from linkname_ls.links.packages import Declared
from linkname_ls.links.signatures import End, Match, Signatures
from linkname_ls.links.symbols import split_symbol
from linkname_ls.releases.extract import facts_of
from linkname_ls.releases.facts import Fact
from linkname_ls.releases.judge import compare
from linkname_ls.releases.shapes import parse_shape, pointer_shape, print_shape
from support.ask import snapshot_of
from support.trees import goroot
from support.txtar import write

PACKAGES = ("runtime", "reflect", "sync", "time", "net", "os", "syscall", "internal/poll")


def sample(every: int) -> Iterator[tuple[str, Fact]]:
    """Yield symbols of several packages of the machine's own Go, with what they are on linux/amd64."""
    for path in PACKAGES:
        found = [
            (symbol, here[0])
            for symbol, facts in facts_of(goroot("own"), path).items()
            if len(here := [one for one in facts if "linux/amd64" in one.platforms]) == 1
        ]
        yield from found[::every]


def test_every_shape_is_read_back() -> None:
    shapes = {fact.shape for _, fact in sample(1) if fact.shape}
    assert len(shapes) > 1000
    for shape in shapes:
        kind = parse_shape(shape)
        assert kind is not None, shape
        assert print_shape(kind) == shape


@pytest.mark.parametrize("text", ["", "*int", "map[string]int", "func(int", "[3]", "struct{int}", "T", "func() int)"])
def test_other_types_are_no_shapes(text: str) -> None:
    assert parse_shape(text) is None


def test_value_method_through_a_pointer_takes_a_word() -> None:
    assert pointer_shape("func(struct{_ int; _ struct{_ bool}}, int) bool") == "func(unsafe.Pointer, int) bool"


def varied(shape: str, chance: random.Random) -> str:
    """Return a shape, or one that differs from it in a part."""
    words = re.split(r"(\b(?:u?int\d*|bool|uintptr|string|any)\b|unsafe\.Pointer|\[\]byte)", shape)
    places = range(1, len(words), 2)
    if len(places) and chance.random() < 0.7:
        words[chance.choice(places)] = chance.choice(
            [
                "int",
                "uint8",
                "int64",
                "uintptr",
                "bool",
                "string",
                "any",
                "unsafe.Pointer",
                "[]byte",
                "error",
                "float64",
            ]
        )
    return "".join(words)


def test_compares_as_the_tree_itself_would(tmp_path: Path) -> None:
    chance = random.Random(1)
    chosen = [(symbol, fact) for symbol, fact in sample(9) if fact.shape and "align64" not in fact.shape]
    lines: list[str] = []
    for at, (_, fact) in enumerate(chosen):
        shape = varied(fact.shape, chance).replace("?", "int")
        lines.append(f"func f{at}{shape.removeprefix('func')}" if fact.kind != "var" else f"var f{at} {shape}")
    text = "\n    ".join(lines)
    root = write(tmp_path, f'-- a.go --\n    package a\n\n    import "unsafe"\n\n    {text}\n').root
    snapshot = snapshot_of(root)
    package = snapshot.packages(root)[0]
    release = go_release(snapshot.worlds(root)[0].toolchain.version) or NEWEST_RELEASE
    signatures = Signatures(snapshot, root, release)
    seen: dict[Match, int] = {}
    for at, (symbol, fact) in enumerate(chosen):
        mine = End(package, package.find(f"f{at}")[0])
        parts = split_symbol(symbol)
        assert parts is not None
        theirs = next((one for one in ends(snapshot, parts[0], parts[1], root, fact)), None)
        if theirs is None:
            continue  # renamed or pushed by another package
        by_tree = (signatures.variables if fact.kind == "var" else signatures.functions)(mine, theirs)
        by_fact = compare(signatures, mine, fact)
        seen[by_tree] = seen.get(by_tree, 0) + 1
        alike = {Match.ALIKE, Match.IDENTICAL}
        assert by_fact is by_tree or {by_fact, by_tree} == alike, (symbol, lines[at], fact.text, by_tree, by_fact)
        if by_fact is Match.IDENTICAL:
            assert by_tree is Match.IDENTICAL, symbol
    assert sum(seen.values()) > 400
    assert min(seen[Match.ALIKE], seen[Match.DIFFERENT], seen[Match.IDENTICAL]) > 20


def ends(snapshot: object, path: str, member: str, asker: Path, fact: Fact) -> Iterator[End]:
    from linkname_ls.links.snapshot import Snapshot

    assert isinstance(snapshot, Snapshot)
    for package in snapshot.symbol_packages(path, asker):
        for declared in package.find(member):
            if declared.source.in_build(snapshot.platform(asker)) and _is_of(declared, fact):
                yield End(package, declared)


def _is_of(declared: Declared, fact: Fact) -> bool:
    return not declared.source.is_test and declared.declaration.is_function == (fact.kind != "var")
