"""Edits that change no answer: those inside the body of a function of which nothing has been read that they touch.

Who types edits the inside of functions, most of the time, and nobody has asked what stands there: only whether it
mentions a few names (:class:`linkname_ls.links.sources.Reads`). After such an edit all that was found still holds;
what lies behind it has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.positions import Span
from linkname_ls.source.recovery import behind_error, recovered, unfinished

if TYPE_CHECKING:
    from tree_sitter import Node, Range, Tree

    from linkname_ls.links.sources import Source

_FUNCTIONS = ("function_declaration", "method_declaration")
_LEXICAL = (b"`", b"/*", b"*/", b"go:", b"linkname", b"+build", b"//line", b"//export")
"""What means something to those who do not ask the parser, or reaches over the end of its line."""


class Change(NamedTuple):
    """The one stretch in which two texts differ."""

    start: int
    """Where it begins, in both, as a byte offset."""
    old_end: int
    new_end: int

    def moved(self, span: Span) -> Span | None:
        """Return where a stretch of the old text is in the new one; None for one that the change cuts into."""
        by = self.new_end - self.old_end
        if span.end <= self.start:
            return span
        if span.start >= self.old_end:
            return Span(span.start + by, span.end + by)
        if span.start < self.start and span.end > self.old_end:
            return Span(span.start, span.end + by)
        return None


def change_between(old: bytes, new: bytes) -> Change:
    """Return the shortest stretch in which two texts differ."""
    start = _common(old, new)
    shorter = min(len(old), len(new)) - start
    end = _common(old[::-1][:shorter], new[::-1][:shorter])
    return Change(start, len(old) - end, len(new) - end)


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def inert_change(old: Source, new: Source) -> Change | None:
    """Return how two versions of a file differ if whatever has been found with the old one holds for the new one too.

    None when it may not. The new version then counts as read where the old one was.
    """
    tree = old.parsed
    if old.language != "go" or tree is None or old.reads.all or not (old.exact and new.exact):
        return None
    change = change_between(old.data, new.data)
    before, after = _lines(old.data, change.start, change.old_end), _lines(new.data, change.start, change.new_end)
    if any(mark in lines for lines in (before, after) for mark in _LEXICAL):
        return None
    if not _inside_body(old, tree, new, change):
        return None
    new.take_reads(old)
    return change


def _lines(data: bytes, start: int, end: int) -> bytes:
    """Return the whole lines that a stretch lies on."""
    end = data.find(b"\n", end)
    return data[data.rfind(b"\n", 0, start) + 1 : end if end >= 0 else len(data)]


def _inside_body(old: Source, tree: Tree, new: Source, change: Change) -> bool:
    """Whether a change is in the body of one function, nothing else of the file is read otherwise, and none asked."""
    before, after = _function(tree, change.start), _function(new.tree, change.start)
    if before is None or after is None or before.type != after.type or before.start_byte != after.start_byte:
        return False
    was, now = before.child_by_field_name("body"), after.child_by_field_name("body")
    name = before.child_by_field_name("name")
    if was is None or now is None or name is None:
        return False
    if not (
        was.start_byte == now.start_byte < change.start
        and was.end_byte > change.old_end
        and now.end_byte > change.new_end
        and before.end_byte - change.old_end == after.end_byte - change.new_end
    ):
        return False
    if (name.text or b"").decode("utf-8", "replace") in old.reads.functions:
        return False
    bodies = old.data[was.start_byte : was.end_byte], new.data[now.start_byte : now.end_byte]
    if any(word in body for body in bodies for word in (b"//go:", *old.reads.words)):
        return False
    if any(name.encode() in body and old.names(name) != new.names(name) for name in old.reads.names for body in bodies):
        return False
    if any(one.start_byte <= now.start_byte or one.end_byte >= now.end_byte for one in _reread(old, tree, new, change)):
        return False
    if not tree.root_node.has_error and not new.tree.root_node.has_error:
        return True
    return not old.reads.errors and _as_declared(old, before) == _as_declared(new, after) is not None


def _reread(old: Source, tree: Tree, new: Source, change: Change) -> list[Range]:
    """Return the stretches of the new text that the parser has read in another way than before."""
    edited = tree.copy()
    edited.edit(
        start_byte=change.start,
        old_end_byte=change.old_end,
        new_end_byte=change.new_end,
        start_point=old.lines.point(change.start),
        old_end_point=old.lines.point(change.old_end),
        new_end_point=new.lines.point(change.new_end),
    )
    return edited.changed_ranges(new.tree)


def _as_declared(source: Source, function: Node) -> object:
    """Return what a function of a file with an error is taken to declare; None for what is not one function."""
    if function.start_point.column:
        return None
    children = source.tree.root_node.children
    found = [function]
    if function.has_error:
        behind = behind_error(children, bisect_left(children, function.start_byte, key=_start))
        end = children[behind].start_byte if behind < len(children) else len(source.data)
        found = list(recovered(source.data, function.start_byte, end))
    one = found[0] if len(found) == 1 else None
    body = one.child_by_field_name("body") if one is not None else None
    if one is None or body is None:
        return None
    return one.type, one.start_byte, source.data[one.start_byte : body.start_byte], unfinished(one)


def _function(tree: Tree, at: int) -> Node | None:
    """Return the function or method that a byte of a file belongs to; None when there is none."""
    children = tree.root_node.children
    found = bisect_left(children, at, key=_start) - 1
    return children[found] if found >= 0 and children[found].type in _FUNCTIONS else None


def _start(node: Node) -> int:
    return node.start_byte
