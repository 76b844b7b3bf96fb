"""Changing the imports of a file so that gofmt finds nothing to do."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from linkname_ls.source.comments import first_on_line
from linkname_ls.source.edits import Edit
from linkname_ls.source.gofile import unquoted
from linkname_ls.source.positions import Span
from linkname_ls.source.scopes import is_package_level

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


def add_blank_import(data: bytes, tree: Tree, path: str) -> tuple[Edit, ...]:
    """Return the edits that add ``import _ "path"``; () without a package clause."""
    return add_import(data, tree, path, "_")


def add_import(data: bytes, tree: Tree, path: str, name: str = "") -> tuple[Edit, ...]:
    """Return the edits that import a package, under a name where one is given; () without a package clause.

    A gofmt'd file stays gofmt'd. The import goes into the first group of imports at its sorted place, among others of
    the standard library if it belongs to it; a single import becomes a group; ``import "C"`` and its preamble are left
    alone.
    """
    newline = "\r\n" if b"\r\n" in data[:4096] else "\n"
    spec = f'{name} "{path}"' if name else f'"{path}"'
    clause: Node | None = None
    declarations: list[Node] = []
    for node in tree.root_node.children:
        if node.type == "package_clause":
            clause = node
        elif node.type == "import_declaration" and not node.has_error:
            declarations.append(node)
    if clause is None or clause.has_error:
        return ()
    plain = [declaration for declaration in declarations if not _cgo(data, declaration)]
    if not plain:  # import "C" alone, or nothing
        return (_after(data, declarations[-1] if declarations else clause, spec, newline, apart=True),)
    specs = _specs(plain[0])
    group = next((child for child in plain[0].named_children if child.type == "import_spec_list"), None)
    if group is not None:
        edit = _into_group(data, group, specs, path, spec, newline)
        return (edit,) if edit is not None else (_after(data, plain[0], spec, newline),)
    if len(plain) == 1:
        return _make_group(data, plain[0], specs[0], path, spec, newline)
    return (_after(data, plain[0], spec, newline),)


def _specs(declaration: Node) -> list[Node]:
    """Return the import specs of a declaration, with or without parentheses."""
    children = declaration.named_children
    if children and children[0].type == "import_spec_list":
        children = children[0].named_children
    return [child for child in children if child.type == "import_spec"]


def _path(data: bytes, spec: Node) -> str:
    node = spec.child_by_field_name("path")
    return unquoted(data[node.start_byte : node.end_byte].decode("utf-8", "replace")) if node is not None else ""


def _cgo(data: bytes, declaration: Node) -> bool:
    """Whether a declaration imports "C" alone: only then is the comment above it the preamble."""
    return [_path(data, spec) for spec in _specs(declaration)] == ["C"]


def _line_end(data: bytes, offset: int) -> int:
    """Return where the line's text ends, before its line ending."""
    end = data.find(b"\n", offset)
    if end < 0:
        return len(data)
    return end - 1 if end > 0 and data[end - 1] == 0x0D else end


def _rest(data: bytes, offset: int) -> bytes:
    """Return what stands behind ``offset`` on its line, without the comments that end there."""
    rest = re.sub(rb"/\*.*?\*/", b"", data[offset : _line_end(data, offset)]).strip()
    return b"" if rest.startswith(b"//") else rest


def _after(data: bytes, node: Node, spec: str, newline: str, *, apart: bool = False) -> Edit:
    """Return an import declaration of its own on the line below ``node``, ``apart`` by a blank line."""
    if _rest(data, node.end_byte):  # package p; var x int
        return Edit(Span(node.end_byte, node.end_byte), f"; import {spec}")
    end = _line_end(data, node.end_byte)
    gap = newline if apart else ""
    return Edit(Span(end, end), f"{newline}{gap}import {spec}{_gap(data, end, newline)}")


def _gap(data: bytes, end: int, newline: str) -> str:
    """Return what a new declaration needs behind it: a line break, if no blank line and no import follows."""
    following = data[end:].replace(b"\r", b"")
    if following.strip():
        return "" if following.startswith((b"\n\n", b"\nimport")) else newline
    return "" if following else newline


def _into_group(data: bytes, group: Node, specs: list[Node], path: str, spec: str, newline: str) -> Edit | None:
    """Return the edit that adds the spec to a group; None where its comments make that hard to keep aligned."""
    if not specs:
        inside = Span(group.start_byte + 1, group.end_byte - 1)
        if data[inside.start : inside.end].strip():  # comments only
            return None
        return Edit(inside, f"{newline}\t{spec}{newline}")
    block = _block_for(data, specs, path)
    if block is None:
        last = specs[-1]
        if _is_std(path):
            return _before(data, specs[0], spec, newline, apart=True)
        if not _rest(data, last.end_byte):
            end = _line_end(data, last.end_byte)
            return Edit(Span(end, end), f"{newline}{newline}\t{spec}")
        block = specs
    at = next((at for at, one in enumerate(block) if _path(data, one) > path), len(block))
    if at == 0:
        return _before(data, block[0], spec, newline)
    previous = block[at - 1]
    if _rest(data, previous.end_byte):  # import ("a"; "b")
        return Edit(Span(previous.end_byte, previous.end_byte), f"; {spec}")
    if at < len(block) and _comment_behind(data, previous) and _comment_behind(data, block[at]):
        return None  # The comments stand in one column; a line in between would break it.
    end = _line_end(data, previous.end_byte)
    return Edit(Span(end, end), f"{newline}\t{spec}")


def _before(data: bytes, first: Node, spec: str, newline: str, *, apart: bool = False) -> Edit:
    """Return the edit that puts the spec above the first one of its block and that one's doc comment."""
    if not first_on_line(data, first.start_byte):
        return Edit(Span(first.start_byte, first.start_byte), f"{spec}; ")
    while (
        (above := first.prev_sibling) is not None
        and above.type == "comment"
        and above.end_point.row == first.start_point.row - 1
        and first_on_line(data, above.start_byte)
    ):
        first = above
    start = data.rfind(b"\n", 0, first.start_byte) + 1
    return Edit(Span(start, start), f"\t{spec}{newline}{newline if apart else ''}")


def _comment_behind(data: bytes, spec: Node) -> bool:
    return data[spec.end_byte : _line_end(data, spec.end_byte)].lstrip().startswith((b"//", b"/*"))


def _block_for(data: bytes, specs: list[Node], path: str) -> list[Node] | None:
    """Return the run of specs (no blank line between) that holds the path's kin; None when there is none.

    Kin are the standard library, and all others.
    """
    runs: list[list[Node]] = [[specs[0]]]
    for before, spec in pairwise(specs):
        if data[before.end_byte : spec.start_byte].replace(b"\r", b"").count(b"\n\n") > 0:
            runs.append([])
        runs[-1].append(spec)
    for run in runs:
        if any(_is_std(_path(data, spec)) == _is_std(path) for spec in run):
            return run
    return None


def _is_std(path: str) -> bool:
    return "." not in path.split("/", 1)[0]


def _make_group(data: bytes, declaration: Node, single: Node, path: str, spec: str, newline: str) -> tuple[Edit, ...]:
    """Turn ``import "fmt"`` into a group of two."""
    if _rest(data, single.end_byte):
        return (_after(data, declaration, spec, newline),)
    end = _line_end(data, single.end_byte)
    present = _path(data, single)
    apart = newline if _is_std(present) != _is_std(path) else ""
    if _is_std(path) if apart else present > path:
        opening, closing = f"({newline}\t{spec}{newline}{apart}\t", f"{newline})"
    else:
        opening, closing = f"({newline}\t", f"{newline}{apart}\t{spec}{newline})"
    return (
        Edit(Span(single.start_byte, single.start_byte), opening),
        Edit(Span(end, end), closing + _gap(data, end, newline)),
    )


def rename_import(data: bytes, tree: Tree, path: str, old: str, new: str) -> tuple[Edit, ...]:
    """Return the edit that calls an import something else ("" for its own name); () where that is not done cleanly."""
    for declaration in tree.root_node.children:
        if declaration.type != "import_declaration" or declaration.has_error:
            continue
        specs = _specs(declaration)
        for spec in specs:
            name, target = spec.child_by_field_name("name"), spec.child_by_field_name("path")
            given = data[name.start_byte : name.end_byte].decode("utf-8", "replace") if name is not None else ""
            if target is None or given != old or _path(data, spec) != path:
                continue
            if len(specs) > 1 and _comment_behind(data, spec):
                return ()  # it may stand in one column with others
            return (Edit(Span(spec.start_byte, target.start_byte), f"{new} " if new else ""),)
    return ()


def qualifies(data: bytes, tree: Tree, name: str, outside: Span) -> bool:
    """Whether a file uses an import's name anywhere but in one stretch."""
    for match in re.finditer(rb"(?<![\w\x80-\xff])" + re.escape(name.encode()) + rb"(?=\s*\.)", data):
        start, end = match.span()
        if outside.start <= start < outside.end:
            continue
        node = tree.root_node.descendant_for_byte_range(start, end)
        if node is not None and (node.type == "package_identifier" or _is_operand(node, name)):
            return True
    return False


def _is_operand(node: Node, name: str) -> bool:
    parent = node.parent
    return (
        node.type == "identifier"
        and parent is not None
        and parent.type == "selector_expression"
        and parent.child_by_field_name("operand") == node
        and is_package_level(node, name)
    )
