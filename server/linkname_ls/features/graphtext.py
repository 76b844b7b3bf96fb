"""A link graph as text for other tools: Mermaid (https://mermaid.js.org) and DOT (https://graphviz.org)."""

from __future__ import annotations

from itertools import groupby

from linkname_ls.features.graph import Edge, EdgeKind, Graph, Node

COLOURS: dict[EdgeKind, str] = {"pull": "#0969da", "push": "#bc4c00", "assembly": "#1a7f37"}
_ARROWS: dict[EdgeKind, str] = {"pull": "-->", "push": "-.->", "assembly": "==>"}
_STYLES: dict[EdgeKind, str] = {"pull": "solid", "push": "dashed", "assembly": "dotted"}


def label(edge: Edge) -> str:
    """Return what an edge is in a word or two: its only symbol's last name, or how many there are."""
    if len(edge.symbols) == 1:
        return f"{edge.kind} {edge.symbols[0].rpartition('/')[2].partition('.')[2] or edge.symbols[0]}"
    plural = {"pull": "pulls", "push": "pushes", "assembly": "in assembly"}
    return f"{len(edge.symbols)} {plural[edge.kind]}"


def mermaid(graph: Graph) -> str:
    """Return a Mermaid flowchart: a box for each module, an arrow for each edge."""
    names = {node.name: f"n{at}" for at, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for at, (group, nodes) in enumerate(_groups(graph)):
        inside = "    " if group else ""
        if group:
            lines.append(f'    subgraph g{at}["{_entity(group)}"]')
        lines += [f'    {inside}{names[node.name]}["{_entity(node.name)}"]' for node in nodes]
        if group:
            lines.append("    end")
    for edge in graph.edges:
        arrow = _ARROWS[edge.kind]
        lines.append(f'    {names[edge.source]} {arrow}|"{_entity(label(edge))}"| {names[edge.target]}')
    for kind, colour in COLOURS.items():
        numbers = [str(at) for at, edge in enumerate(graph.edges) if edge.kind == kind]
        if numbers:
            lines.append(f"    linkStyle {','.join(numbers)} stroke:{colour}")
    return "\n".join(lines) + "\n"


def dot(graph: Graph) -> str:
    """Return a DOT digraph: a cluster for each module, an arrow for each edge, its symbols as a tooltip."""
    lines = [
        "digraph linknames {",
        "    rankdir=LR;",
        '    node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#d0d7de", fontname="Helvetica"];',
        '    edge [fontname="Helvetica", fontsize=10];',
    ]
    for at, (group, nodes) in enumerate(_groups(graph)):
        names = " ".join(f"{_quoted(node.name)};" for node in nodes)
        if group:
            lines.append(f'    subgraph cluster_{at} {{ label={_quoted(group)}; color="#d0d7de"; {names} }}')
        else:
            lines.append(f"    {names}")
    for edge in graph.edges:
        attributes = f'color="{COLOURS[edge.kind]}", style={_STYLES[edge.kind]}'
        tooltip = _quoted("\n".join(edge.symbols))
        ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
        lines.append(f"    {ends} [label={_quoted(label(edge))}, {attributes}, tooltip={tooltip}];")
    return "\n".join([*lines, "}"]) + "\n"


def _groups(graph: Graph) -> list[tuple[str, list[Node]]]:
    return [(group, list(nodes)) for group, nodes in groupby(graph.nodes, key=lambda node: node.group)]


def _entity(text: str) -> str:
    """Escape text for a Mermaid label."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
