"""A link graph as a picture: where directives stand on the left, whose symbols they name on the right.

A package that does both is drawn on both sides, so that no line runs backwards. Packages of a module stand together,
and near to what they are linked with, so that few lines cross.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from linkname_ls.features.graph import Edge, EdgeKind, Graph, Node

_CHARACTER, _PORT, _ROW, _GAP, _HEADING, _TOP, _MARGIN, _BETWEEN = 7.3, 12, 24, 8, 30, 96, 24, 360
"""Pixels: the width of a letter, from line to line at a box, a box's height at least, the space between boxes, of a
module's name, above all boxes, at the edges, and between the columns."""
_ROUNDS = 12
_LEGEND: dict[EdgeKind, str] = {
    "pull": "pull: uses the other's symbol",
    "push": "push: provides it",
    "assembly": "from assembly",
}

_STYLE = """
  .linknames { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  .linknames .ground { fill: #ffffff; } .linknames text { fill: #1f2328; }
  .linknames .title { font: 600 17px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", sans-serif; }
  .linknames .small, .linknames .group { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
  .linknames .small, .linknames .group { fill: #59636e; } .linknames .group { font-weight: 600; }
  .linknames rect.box { fill: #f6f8fa; stroke: #d0d7de; }
  .linknames .edge path { fill: none; opacity: .75; } .linknames .edge text { font-size: 10px; }
  .linknames .edge text, .linknames .group { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
  .linknames .pull path { stroke: #0969da; } .linknames .push path { stroke: #bc4c00; stroke-dasharray: 7 4; }
  .linknames .assembly path { stroke: #1a7f37; stroke-dasharray: 2 3; }
  .linknames .pull text, .linknames .tip.pull { fill: #0969da; }
  .linknames .push text, .linknames .tip.push { fill: #bc4c00; }
  .linknames .assembly text, .linknames .tip.assembly { fill: #1a7f37; }
  .linknames .edge:hover path { opacity: 1; stroke-width: 4; } .linknames .off { opacity: .08; }
  @media (prefers-color-scheme: dark) {
    .linknames .ground { fill: #0d1117; } .linknames text { fill: #e6edf3; }
    .linknames .edge text, .linknames .group { stroke: #0d1117; }
    .linknames .small, .linknames .group { fill: #9198a1; }
    .linknames rect.box { fill: #151b23; stroke: #3d444d; }
    .linknames .pull path { stroke: #4493f8; } .linknames .pull text, .linknames .tip.pull { fill: #4493f8; }
    .linknames .push path { stroke: #db6d28; } .linknames .push text, .linknames .tip.push { fill: #db6d28; }
    .linknames .assembly path { stroke: #3fb950; }
    .linknames .assembly text, .linknames .tip.assembly { fill: #3fb950; }
  }
"""


@dataclass(slots=True)
class _Box:
    node: Node
    edges: list[Edge]
    y: float = 0

    @property
    def height(self) -> float:
        return max(_ROW, _PORT * (len(self.edges) + 1))


def svg(graph: Graph, title: str) -> str:
    """Return a picture that stands for itself: fonts of the system, light or dark as the reader's screen."""
    left, right = _columns(graph)
    widths = [max((len(_name(box.node)) for box in boxes), default=0) * _CHARACTER + 20 for boxes in (left, right)]
    heights = [_place(boxes) for boxes in (left, right)]
    for boxes, height in zip((left, right), heights, strict=True):
        for box in boxes:
            box.y += (max(heights) - height) / 2
    ends = _MARGIN + widths[0], _MARGIN + widths[0] + _BETWEEN
    headings = max((len(box.node.group) for box in right), default=0) * _CHARACTER
    width = max(ends[1] + max(widths[1], headings) + _MARGIN, 760)
    height = _TOP + max(heights) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="linknames" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="title" x="{_MARGIN}" y="34">{escape(title)}</text>',
        f'<text class="small" x="{_MARGIN}" y="54">{_summary(graph)}</text>',
        *_legend(),
    ]
    ports = {**_ports(left), **_ports(right, target=True)}
    parts += [_edge(edge, ends, ports) for edge in graph.edges]
    parts += _boxes(left, _MARGIN, widths[0])
    parts += _boxes(right, ends[1], widths[1])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _columns(graph: Graph) -> tuple[list[_Box], list[_Box]]:
    """Return the boxes of both columns in an order in which few lines cross."""
    nodes = {node.name: node for node in graph.nodes}
    left: dict[str, _Box] = {}
    right: dict[str, _Box] = {}
    for edge in graph.edges:
        left.setdefault(edge.source, _Box(nodes[edge.source], [])).edges.append(edge)
        right.setdefault(edge.target, _Box(nodes[edge.target], [])).edges.append(edge)
    one, other = list(left), list(right)
    for _ in range(_ROUNDS):
        at = {name: number for number, name in enumerate(one)}
        other = _ordered(right, {name: [at[edge.source] for edge in box.edges] for name, box in right.items()})
        at = {name: number for number, name in enumerate(other)}
        one = _ordered(left, {name: [at[edge.target] for edge in box.edges] for name, box in left.items()})
    rows = {name: number for number, name in enumerate(one)}
    columns = {name: number for number, name in enumerate(other)}
    for box in left.values():
        box.edges.sort(key=lambda edge: (columns[edge.target], edge.kind))
    for box in right.values():
        box.edges.sort(key=lambda edge: (rows[edge.source], edge.kind))
    return [left[name] for name in one], [right[name] for name in other]


def _ordered(boxes: Mapping[str, _Box], others: Mapping[str, Sequence[int]]) -> list[str]:
    """Return names by the middle of what they are linked with, the packages of a module together."""
    middle = {name: sum(numbers) / len(numbers) for name, numbers in others.items()}
    groups: dict[str, list[float]] = {}
    for name, box in boxes.items():
        groups.setdefault(box.node.group, []).append(middle[name])
    return sorted(
        boxes,
        key=lambda name: (
            sum(groups[boxes[name].node.group]) / len(groups[boxes[name].node.group]),
            boxes[name].node.group,
            middle[name],
            name,
        ),
    )


def _place(boxes: Iterable[_Box]) -> float:
    """Give each box its height in a column; returns the height of the column."""
    y, group = 0.0, None
    for box in boxes:
        if box.node.group != group:
            group = box.node.group
            y += _HEADING
        box.y = _TOP + y
        y += box.height + _GAP
    return y


def _ports(boxes: Iterable[_Box], *, target: bool = False) -> dict[tuple[Edge, bool], float]:
    """Return the height at which each line leaves (or reaches) its box."""
    return {
        (edge, target): box.y + box.height / 2 + (at - (len(box.edges) - 1) / 2) * _PORT
        for box in boxes
        for at, edge in enumerate(box.edges)
    }


def _edge(edge: Edge, ends: tuple[float, float], ports: Mapping[tuple[Edge, bool], float]) -> str:
    (start, end), above, below = ends, ports[edge, False], ports[edge, True]
    bend = (end - start) / 2
    count = len(edge.symbols)
    line = f"M{start:.1f},{above:.1f} C{start + bend:.1f},{above:.1f} {end - bend:.1f},{below:.1f}"
    tip = f"M{end - 10:.1f},{below - 4:.1f} L{end - 1:.1f},{below:.1f} L{end - 10:.1f},{below + 4:.1f} Z"
    number = f'<text x="{start + 7:.1f}" y="{above + 3.5:.1f}">{count}</text>' if count > 1 else ""
    said = "\n".join([f"{edge.source} → {edge.target} ({edge.kind})", *edge.symbols])
    thickness = min(4.0, 1.2 + math.log2(count) * 0.5)
    return (
        f'<g class="edge {edge.kind}" data-from="{escape(edge.source)}" data-to="{escape(edge.target)}">'
        f'<title>{escape(said)}</title><path d="{line} {end - 9:.1f},{below:.1f}" stroke-width="{thickness:.1f}"/>'
        f'<path class="tip {edge.kind}" d="{tip}" style="stroke:none"/>{number}</g>'
    )


def _boxes(boxes: Iterable[_Box], x: float, width: float) -> list[str]:
    parts: list[str] = []
    group = None
    for box in boxes:
        if box.node.group != group:
            group = box.node.group
            parts.append(f'<text class="group" x="{x:.1f}" y="{box.y - 7:.1f}">{escape(group or "elsewhere")}</text>')
        name = escape(box.node.name)
        parts.append(
            f'<g class="node" data-package="{name}"><title>{name}</title>'
            f'<rect class="box" x="{x:.1f}" y="{box.y:.1f}" width="{width:.1f}" height="{box.height:.1f}" rx="5"/>'
            f'<text x="{x + 10:.1f}" y="{box.y + box.height / 2 + 4:.1f}">{escape(_name(box.node))}</text></g>'
        )
    return parts


def _name(node: Node) -> str:
    """Return a package's path without that of its module, which stands above it."""
    if not node.group or not node.name.startswith(f"{node.group}/"):
        return node.name.rpartition("/")[2] if node.name == node.group else node.name
    return node.name[len(node.group) + 1 :]


def _legend() -> list[str]:
    parts: list[str] = []
    x = float(_MARGIN)
    for kind, words in _LEGEND.items():
        parts.append(
            f'<g class="edge {kind}"><path d="M{x:.0f},74 h34" stroke-width="2"/>'
            f'<path class="tip {kind}" style="stroke:none" d="M{x + 33:.0f},70 l9,4 l-9,4 Z"/></g>'
            f'<text class="small" x="{x + 50:.0f}" y="78">{escape(words)}</text>'
        )
        x += 78 + len(words) * 6.4
    return parts


def _summary(graph: Graph) -> str:
    if not graph.edges:
        return "There are no links between packages here."
    packages, links = len(graph.nodes), graph.links
    return f"{links} link{'s' if links != 1 else ''} between {packages} packages"
