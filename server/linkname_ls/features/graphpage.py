"""A link graph as a page of HTML: the picture, a filter by package, and the symbols of what is pointed at."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from linkname_ls.features.graphpicture import svg

if TYPE_CHECKING:
    from linkname_ls.features.graph import Graph

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ margin: 0; padding: 0; background: #ffffff; color: #1f2328; font: 14px system-ui, "Segoe UI", sans-serif; }}
  header {{ position: sticky; top: 0; display: flex; gap: 12px; align-items: center; padding: 8px 24px;
    background: #f6f8fa; border-bottom: 1px solid #d0d7de; }}
  input {{ font: inherit; padding: 4px 8px; width: 22em; }}
  main {{ display: flex; align-items: flex-start; }}
  aside {{ position: sticky; top: 56px; margin: 12px; min-width: 18em; font: 12px ui-monospace, Consolas, monospace;
    white-space: pre-wrap; }}
  @media (prefers-color-scheme: dark) {{
    body {{ background: #0d1117; color: #e6edf3; }} header {{ background: #151b23; border-color: #3d444d; }}
  }}
</style>
</head>
<body>
<header><label for="filter">Packages</label>
<input id="filter" type="search" placeholder="runtime, internal/ …" autocomplete="off">
<span id="count"></span></header>
<main>{picture}<aside id="symbols" aria-live="polite">Point at a line to see its symbols.
Click on a package to see its links only.</aside></main>
<script>
const filter = document.getElementById("filter"), said = document.getElementById("symbols");
const edges = [...document.querySelectorAll(".edge[data-from]")], nodes = [...document.querySelectorAll(".node")];
const is = (path, wanted) => ("/" + path).includes(wanted.startsWith("/") ? wanted : "/" + wanted);
function show() {{
  const wanted = filter.value.trim(), seen = new Set();
  let count = 0;
  for (const edge of edges) {{
    const on = is(edge.dataset.from, wanted) || is(edge.dataset.to, wanted);
    edge.classList.toggle("off", !on);
    if (on) {{ count += 1; seen.add(edge.dataset.from); seen.add(edge.dataset.to); }}
  }}
  for (const node of nodes) node.classList.toggle("off", !seen.has(node.dataset.package));
  document.getElementById("count").textContent = wanted ? count + " of " + edges.length + " lines" : "";
}}
filter.addEventListener("input", show);
for (const edge of edges)
  edge.addEventListener("mouseenter", () => {{ said.textContent = edge.querySelector("title").textContent; }});
for (const node of nodes)
  node.addEventListener("click", () => {{
    filter.value = filter.value === node.dataset.package ? "" : node.dataset.package;
    show();
  }});
</script>
</body>
</html>
"""


def page(graph: Graph, title: str) -> str:
    """Return a page that needs nothing from elsewhere."""
    return _PAGE.format(title=escape(title), picture=svg(graph, title))
