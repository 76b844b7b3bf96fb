"""Methods with type parameters of their own (Go 1.27), which the parser cannot read.

``func (t T) m[P any](x P)`` is parsed as ``func (t T) m/*P  */(x P)``: the list becomes a comment of the same length
that holds the names alone. So offsets stay true, and the comment says that the method is generic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.source.comments import Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

_FIRST = re.compile(rb"func[ \t]*\([^()\n]*\)[ \t]*[\w\x80-\xff]+[ \t]*(?=\[)")
# A line's end is searched for ten times as fast as a line's beginning.
_METHOD = re.compile(rb"\n" + _FIRST.pattern)
_LONGEST = 10_000
"""Bytes of a list of type parameters."""
_MOST_WITHOUT_END = 50
"""Lists without an end, or without parameters behind them, in a file: one is being typed, more are no Go."""
_BRACKET = re.compile(rb"[\[\](){}]")
_NAMES = re.compile(rb"(?:^\[|,)\s*((?:\w|[\x80-\xff])+)(?=\s*,|\s+[^\s\],])")


def without_type_parameters(data: bytes) -> bytes:
    """Return a Go file whose generic methods the parser can read; the same object when there are none."""
    first = _FIRST.match(data)
    methods = [*((first,) if first is not None else ()), *_METHOD.finditer(data)]
    if not methods:
        return data
    opaque = Opaque(data)
    found = bytearray(data)
    without_end = 0
    for method in methods:
        start = method.end()
        if without_end > _MOST_WITHOUT_END or opaque.holds(start):
            continue
        end = _end(data, start)
        without_end += end is None
        # A comment or tag in the list could end the comment that it becomes.
        if end is None or opaque.begins_within(start, end):
            continue
        found[start:end] = _names_alone(data[start:end])
    text = bytes(found)
    return text if text != data else data


def _end(data: bytes, start: int) -> int | None:
    """Return where a list in brackets ends that the parameters follow; None when it does not."""
    depth = 0
    for match in _BRACKET.finditer(data, start, start + _LONGEST):
        depth += 1 if match[0] in b"[({" else -1
        if depth == 0:
            follows = match[0] == b"]" and data[match.end() : match.end() + 64].lstrip(b" \t").startswith(b"(")
            return match.end() if follows else None
    return None


def _names_alone(text: bytes) -> bytes:
    """Return a list as a comment of the same length and lines with the names of its parameters."""
    names = b" ".join(match[1] for match in _NAMES.finditer(re.sub(rb"[({].*?[)}]", b"", text, flags=re.DOTALL)))
    lines = b"\n" * text.count(b"\n")
    room = len(text) - len(names) - len(lines) - 4
    return b"/*" + names + b" " * room + lines + b"*/" if room >= 0 else text


def type_parameters(method: Node) -> list[bytes]:
    """Return the names of a method's own type parameters in the tree of such a file; [] for other functions."""
    name, parameters = method.child_by_field_name("name"), method.child_by_field_name("parameters")
    if method.type != "method_declaration" or name is None or parameters is None:
        return []
    between = [child for child in method.children if name.end_byte <= child.start_byte < parameters.start_byte]
    return [word for child in between for word in (child.text or b"").strip(b"/*").split()]
