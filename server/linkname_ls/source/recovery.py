"""The package-level declarations of a file, also of one that is just being typed.

One missing brace makes a parser take all that follows for a part of the function in front of it. So a file with a
syntax error is parsed once more, in pieces: gofmt begins every package-level declaration, and nothing else, at the
left margin, and an error in one piece cannot spoil the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from linkname_ls.source.comments import OPAQUE
from linkname_ls.source.readable import readable

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

# What is opaque is matched to be passed over: the text of a raw string may well look like Go.
_PIECE = re.compile(
    OPAQUE + rb"|(?:^|(?<=\A\xef\xbb\xbf))(?P<keyword>package|import|func|var|const|type)(?![\w\x80-\xff])",
    re.MULTILINE | re.DOTALL,
)


def package_level(data: bytes, tree: Tree) -> Iterator[Node]:
    """Yield the nodes of a file's package level: its declarations, and single specs out of broken ones."""
    if not tree.root_node.has_error:
        yield from tree.root_node.children
        return
    # Imported late: only half-typed files need the parser here.
    from linkname_ls.source.syntax import parse_part

    data = readable(data)
    starts = [match.start() for match in _PIECE.finditer(data) if match["keyword"]]
    for start, end in pairwise([*starts, len(data)]):
        yield from _readable(parse_part(data, start, end).root_node, start)


def _readable(piece: Node, start: int) -> Iterator[Node]:
    if not piece.has_error:
        yield from piece.children
        return
    # Behind an error a function's own declarations may stand at the piece's top.
    first = next((child for child in piece.children if child.start_byte == start), None)
    if first is None:
        return
    if not first.is_error:
        yield first
        return
    for child in first.children:
        if child.type in ("func", "{"):
            return
        yield child


def unfinished(node: Node) -> bool:
    """Whether a declaration, or the line that it ends on, holds something that the parser could not read."""
    behind = node.next_sibling
    return node.has_error or (behind is not None and behind.is_error and behind.start_point.row == node.end_point.row)
