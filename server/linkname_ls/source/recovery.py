"""The package-level declarations of a file, also of one that is just being typed.

One missing brace makes a parser take all that follows for a part of the function in front of it. So what has a syntax
error is parsed once more, in pieces: gofmt begins every package-level declaration, and nothing else, at the left
margin, and an error in one piece cannot spoil the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

_DECLARATIONS = frozenset(f"{kind}_declaration" for kind in ("function", "method", "import", "var", "const", "type"))


def package_level(data: bytes, tree: Tree) -> Iterator[Node]:
    """Yield the nodes of a file's package level: its declarations, and single specs out of broken ones."""
    children = tree.root_node.children
    if not tree.root_node.has_error:
        yield from children
        return
    data = readable(data)
    at = 0
    while at < len(children):
        if not children[at].has_error:
            yield children[at]
            at += 1
            continue
        start = children[at].start_byte
        at = behind_error(children, at)
        yield from recovered(data, start, children[at].start_byte if at < len(children) else len(data))


def behind_error(children: Sequence[Node], at: int) -> int:
    """Return which child of a file, behind one with an error, the parser has surely read as what it is.

    That is the next declaration without an error at the left margin; the number of children where there is none.
    """
    at += 1
    while at < len(children):
        child = children[at]
        if child.type in _DECLARATIONS and not child.has_error and child.start_point.column == 0:
            break
        at += 1
    return at


def recovered(data: bytes, start: int, end: int) -> Iterator[Node]:
    """Yield what a stretch of a file declares that the parser could not read; ``data`` is the readable text."""
    # Imported late: only half-typed files need the parser here.
    from linkname_ls.source.patience import Hopeless
    from linkname_ls.source.syntax import parse_part

    for first, last in pairwise([*piece_starts(data, start, end), end]):
        try:
            part = parse_part(data, first, last)
        except Hopeless:
            continue
        yield from _readable(part.root_node, first)


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


def piece_starts(data: bytes, start: int, end: int) -> Iterator[int]:
    """Yield where package-level declarations seem to begin in a stretch of a file that begins outside of comments."""
    return (match.start() for match in _PIECE.finditer(data, start, end) if match["keyword"])


def unfinished(node: Node) -> bool:
    """Whether a declaration, or the line that it ends on, holds something that the parser could not read.

    What stands in a function's body says nothing of the function.
    """
    behind, body = node.next_sibling, node.child_by_field_name("body")
    broken = node.has_error and (body is None or any(child.has_error for child in node.children if child != body))
    return broken or (behind is not None and behind.is_error and behind.start_point.row == node.end_point.row)
