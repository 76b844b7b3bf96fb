"""Adding a blank import where gofmt would have it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


def add_blank_import(data: bytes, tree: Tree, path: str) -> tuple[Edit, ...]:
    """Return the edits that add ``import _ "path"``, for a standard library path; () without a package clause.

    A gofmt'd file stays gofmt'd. The import goes into the first group of imports at its sorted place; a single import
    becomes a group; ``import "C"`` and its preamble are left alone.
    """
    newline = "\r\n" if b"\r\n" in data[:4096] else "\n"
    spec = f'_ "{path}"'
    clause: Node | None = None
    declarations: list[Node] = []
    for node in tree.root_node.children:
        if node.type == "package_clause":
            clause = node
        elif node.type == "import_declaration" and not node.has_error:
            declarations.append(node)
    if clause is None or clause.has_error:
        return ()
    for declaration in declarations:
        group = next((child for child in declaration.named_children if child.type == "import_spec_list"), None)
        if group is not None:
            edit = _into_group(data, group, path, spec, newline)
            return (edit,) if edit is not None else (_after(data, declaration, spec, newline),)
        single = next((child for child in declaration.named_children if child.type == "import_spec"), None)
        if single is None or _path(data, single) == "C":
            continue
        if len([other for other in declarations if not _imports_c(data, other)]) == 1:
            return _make_group(data, declaration, single, path, spec, newline)
        return (_after(data, declaration, spec, newline),)
    if declarations:  # import "C" alone
        return (_after(data, declarations[-1], spec, newline, apart=True),)
    return (_after(data, clause, spec, newline, apart=True),)


def _path(data: bytes, spec: Node) -> str:
    node = spec.child_by_field_name("path")
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace").strip('"`') if node is not None else ""


def _imports_c(data: bytes, declaration: Node) -> bool:
    return any(child.type == "import_spec" and _path(data, child) == "C" for child in declaration.named_children)


def _line_end(data: bytes, offset: int) -> int:
    """Return where the line's text ends, before its line ending."""
    end = data.find(b"\n", offset)
    if end < 0:
        return len(data)
    return end - 1 if end > 0 and data[end - 1] == 0x0D else end


def _after(data: bytes, node: Node, spec: str, newline: str, *, apart: bool = False) -> Edit:
    """Return an import declaration of its own on the line below ``node``, ``apart`` by a blank line."""
    rest = data[node.end_byte : _line_end(data, node.end_byte)].strip()
    if rest and not rest.startswith((b"//", b"/*")):  # package p; var x int
        return Edit(Span(node.end_byte, node.end_byte), f"; import {spec}")
    end = _line_end(data, node.end_byte)
    text = f"{newline}{newline if apart else ''}import {spec}"
    following = data[end:].replace(b"\r", b"")
    if (following.strip() and not following.startswith(b"\n\n") and not following.startswith(b"\nimport")) or (
        not following.strip() and not following.startswith(b"\n")
    ):
        text += newline
    return Edit(Span(end, end), text)


def _into_group(data: bytes, group: Node, path: str, spec: str, newline: str) -> Edit | None:
    """Return the edit that adds the spec to a group; None where its comments make that hard to keep aligned."""
    specs = [child for child in group.named_children if child.type == "import_spec"]
    if not specs:
        inside = Span(group.start_byte + 1, group.end_byte - 1)
        if data[inside.start : inside.end].strip():  # comments only
            return Edit(Span(inside.start, inside.start), f"{newline}\t{spec}")
        return Edit(inside, f"{newline}\t{spec}{newline}")
    if group.start_point[0] == group.end_point[0]:  # import ("a"; "b")
        return Edit(Span(specs[-1].end_byte, specs[-1].end_byte), f"; {spec}")
    block = _block_for_std(data, specs)
    if any(data[one.end_byte : _line_end(data, one.end_byte)].strip() for one in block[:-1]):
        # Comments behind specs stand in a column; a line in between would break it.
        return None
    for one in block:
        if _path(data, one) > path:
            start = data.rfind(b"\n", 0, _comment_start(data, one)) + 1
            return Edit(Span(start, start), f"\t{spec}{newline}")
    end = _line_end(data, block[-1].end_byte)
    if data[block[-1].end_byte : end].strip().startswith(b"/*"):
        return None
    return Edit(Span(end, end), f"{newline}\t{spec}")


def _block_for_std(data: bytes, specs: list[Node]) -> list[Node]:
    """Return the run of specs (no blank line between) that holds the standard library, else the first run."""
    runs: list[list[Node]] = [[specs[0]]]
    for before, spec in pairwise(specs):
        if data[before.end_byte : spec.start_byte].replace(b"\r", b"").count(b"\n\n") > 0:
            runs.append([])
        runs[-1].append(spec)
    for run in runs:
        if any("." not in _path(data, spec).split("/", 1)[0] for spec in run):
            return run
    return runs[0]


def _comment_start(data: bytes, spec: Node) -> int:
    """Return where the comment lines above a spec begin, or the spec."""
    start = spec.start_byte
    while True:
        line = data.rfind(b"\n", 0, start)
        above = data.rfind(b"\n", 0, max(line, 0)) + 1
        if line <= 0 or not data[above:line].strip().startswith(b"//"):
            return start
        start = above + 1


def _make_group(data: bytes, declaration: Node, single: Node, path: str, spec: str, newline: str) -> tuple[Edit, ...]:
    """Turn ``import "fmt"`` into a group of two."""
    end = _line_end(data, single.end_byte)
    rest = data[single.end_byte : end].strip()
    if rest and not rest.startswith(b"//"):
        return (_after(data, declaration, spec, newline),)
    if _path(data, single) > path:
        opening, closing = f"({newline}\t{spec}{newline}\t", f"{newline})"
    else:
        opening, closing = f"({newline}\t", f"{newline}\t{spec}{newline})"
    return (
        Edit(Span(single.start_byte, single.start_byte), opening),
        Edit(Span(end, end), closing),
    )
