"""Go's own type checker decides what the names of its standard library mean; this program must agree."""

from __future__ import annotations

from pathlib import Path

from tree_sitter import Node

from linkname_ls.source.scopes import is_package_level
from linkname_ls.source.syntax import parse
from support.go import standard, survey

PACKAGES = (
    "time",
    "sync",
    "os",
    "net/url",
    "strconv",
    "reflect",
    "encoding/json",
    "text/template/parse",
    "internal/poll",
    "archive/tar",
    "crypto/x509",
    "slices",
)


def identifiers(root: Node) -> list[Node]:
    found: list[Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.type == "identifier":
            found.append(node)
    return found


def test_the_names_of_the_standard_library_mean_what_go_says() -> None:
    expected: dict[str, dict[int, tuple[str, str]]] = {}
    for line in survey("scopes", *standard(*PACKAGES)).splitlines():
        head, *rest = line.split("\t")
        if head == "file":
            expected[rest[0]] = {}
        else:
            expected[next(reversed(expected))][int(head)] = (rest[0], rest[1])

    count = unknown = 0
    wrong: list[str] = []
    for path, places in expected.items():
        root = parse(Path(path).read_bytes()).root_node
        for node in identifiers(root):
            name, place = places[node.start_byte]
            if name == "_":
                continue
            count += 1
            # Keys of literals whose type another package declares, and the x of "switch x := y.(type)" itself.
            if place == "unknown":
                unknown += 1
            elif is_package_level(node, name) != (place == "outer"):
                wrong.append(f"{path}:{node.start_point.row + 1}:{node.start_point.column + 1}: {name} is {place}")
    assert wrong == []
    assert count > 40_000
    assert unknown < count / 100
