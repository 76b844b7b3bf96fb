"""The link graph: which packages link to which, by directive or from assembly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.build.patterns import matcher, split_pattern
from linkname_ls.links.packages import Bound
from linkname_ls.links.symbols import split_symbol
from linkname_ls.links.table import Direction, Table
from linkname_ls.links.universe import tree_of

if TYPE_CHECKING:
    from linkname_ls.links.sites import LinkSite
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.links.tree import Tree

EdgeKind = Literal["pull", "push", "assembly"]
KINDS: tuple[EdgeKind, ...] = ("pull", "push", "assembly")

NOWHERE = "(no package)"
"""Where symbols belong that have no import path, such as those of C code."""


@dataclass(frozen=True, slots=True)
class Node:
    """A package."""

    name: str
    """Its import path; "main" for a main package that is only known by that."""
    group: str
    """``std``, or the path of its module; "" when it is not known here."""


@dataclass(frozen=True, slots=True)
class Edge:
    """All links of one kind from one package to the symbols of another."""

    source: str
    """The package in which the directives or the assembly stand."""
    target: str
    """The package that the symbols belong to."""
    kind: EdgeKind
    symbols: tuple[str, ...]
    """Each once, sorted."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Packages and their links."""

    nodes: tuple[Node, ...]
    """Sorted by group and name."""
    edges: tuple[Edge, ...]

    @property
    def links(self) -> int:
        """How many symbols are linked, counted for each edge."""
        return sum(len(edge.symbols) for edge in self.edges)

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "nodes": [{"package": node.name, "group": node.group} for node in self.nodes],
            "edges": [
                {"from": edge.source, "to": edge.target, "kind": edge.kind, "symbols": list(edge.symbols)}
                for edge in self.edges
            ],
        }


def graph_of(
    snapshot: Snapshot, folder: Path, patterns: Sequence[str] = (), *, every_build: bool = False
) -> tuple[Graph, str]:
    """Return the links that matter to a folder, and what they are links of, in a word or two.

    Without patterns those that stand in its main modules; ``std`` means those of the Go tree. Other patterns choose
    packages, by import path or relative to the folder: then it is the links from and to them, wherever these stand.
    """
    trees = snapshot.trees(folder)
    mains = snapshot.worlds(folder)[0].mains
    if not patterns:
        own = {tree_of(module) for module in mains}
        graph = link_graph(snapshot, [tree for tree in trees if tree in own], every_build=every_build)
        return graph, ", ".join(module.path or folder.name for module in mains) or folder.name
    if tuple(patterns) == ("std",):
        graph = link_graph(snapshot, [tree for tree in trees if tree.vendor], every_build=every_build)
        return graph, "the standard library"
    tests = [matcher(_import_pattern(snapshot, folder, pattern)) for pattern in patterns]

    def wanted(path: str) -> bool:
        return any(test(path) for test in tests)

    return link_graph(snapshot, trees, wanted, every_build=every_build), ", ".join(patterns)


def _import_pattern(snapshot: Snapshot, folder: Path, pattern: str) -> str:
    """Return a pattern of import paths for one that begins with a dot."""
    if not pattern.startswith("."):
        return pattern
    front, rest = split_pattern(pattern)
    path = snapshot.import_path(Path(os.path.normpath(folder / front))) or ""
    return f"{path}/{rest}" if rest else path


def link_graph(
    snapshot: Snapshot, trees: Iterable[Tree], wanted: Callable[[str], bool] | None = None, *, every_build: bool = False
) -> Graph:
    """Return the links that stand in some trees, those between packages of which one is ``wanted`` at least.

    What ``go build`` takes today counts, with ``every_build`` that of every platform and of tests too. Links inside one
    package are left out.
    """
    found: dict[tuple[str, str, EdgeKind], set[str]] = {}
    groups: dict[str, str] = {}
    table = Table(snapshot)
    for tree in trees:
        for path, sites in snapshot.tree(tree).files.items():
            source = snapshot.source(path)
            if source is None or not (every_build or _built(snapshot, source)):
                continue
            own = snapshot.package_of(source)
            if own is None:
                continue
            start = "main" if own.name == "main" and not own.path else own.path
            for kind, symbol in _links(table, source, sites):
                parts = split_symbol(symbol)
                end = parts[0] if parts is not None else NOWHERE
                if end == start or (own.name == "main" and end == "main"):
                    continue
                if wanted is None or wanted(start) or wanted(end):
                    found.setdefault((start, end, kind), set()).add(symbol)
                    groups[start] = _group(snapshot, source.folder)
                    groups.setdefault(end, _group_of(snapshot, end, source.folder))
    edges = [Edge(*key, tuple(sorted(symbols))) for key, symbols in found.items()]
    edges.sort(key=lambda edge: (edge.source, edge.target, KINDS.index(edge.kind)))
    nodes = sorted((Node(name, group) for name, group in groups.items()), key=lambda node: (node.group, node.name))
    return Graph(tuple(nodes), tuple(edges))


def _built(snapshot: Snapshot, source: Source) -> bool:
    return not source.is_test and source.in_build(snapshot.platform(source.folder))


def _links(table: Table, source: Source, sites: Iterable[LinkSite]) -> Iterator[tuple[EdgeKind, str]]:
    """Yield the links of one file: those that the compiler or assembler would make."""
    package = table.snapshot.package_of(source)
    by_span = {one.target.span: one for one in source.directives if one.target is not None and one.accepted}
    for site in sites:
        directive = by_span.get(site.span) if site.kind == "directive" else None
        if directive is not None and package is not None:
            direction = table.direction(package, Bound(source, directive))
            if direction is not Direction.MARK:
                yield "push" if direction is Direction.PUSH else "pull", site.symbol
        elif site.kind in ("text", "globl", "reference"):
            yield "assembly", site.symbol


def _group_of(snapshot: Snapshot, path: str, asker: Path) -> str:
    package = next(iter(snapshot.symbol_packages(path, asker)), None)
    return _group(snapshot, package.folder) if package is not None else ""


def _group(snapshot: Snapshot, folder: Path) -> str:
    for world in snapshot.worlds(folder):
        module = world.module_of(folder)
        if module is not None:
            return "std" if module.kind == "std" else module.path
    return ""
