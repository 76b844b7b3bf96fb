"""What is read of a function, or of an initialiser, once for all uses in it: there may be thousands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.source.constants import Names, text_of
from linkname_ls.source.flow import FlowReader
from linkname_ls.source.lazily import cached_property
from linkname_ls.source.statements import walk

if TYPE_CHECKING:
    from tree_sitter import Node

_CALL = re.compile(rb"(?:([\w\x80-\xff]+)\s*\.\s*)?((?!\d)[\w\x80-\xff]+)\s*(?:\[[^\[\]\n]*\]\s*)?\(")
_KEYWORDS = frozenset({"func", "if", "for", "switch", "return", "case", "panic", "recover", "make", "new"})
_NOT_INLINED = re.compile(rb"(?:^|\n)//go:noinline[ \t\r]*(?:\n//[^\n]*)*\n$")


class Function:
    """A function declaration, or the spec of a variable at package level."""

    def __init__(self, top: Node, data: bytes, names: Names) -> None:
        self.top = top
        self.flow = FlowReader(top, names)
        self._data = data
        self._body = top.child_by_field_name("body") or top

    @cached_property
    def never_inlined(self) -> bool:
        """Whether the compiler surely does not inline it (cmd/compile/internal/inline, hairyVisitor)."""
        if marked_noinline(self._data, self.top.start_byte):
            return True
        body = self.top.child_by_field_name("body")
        stack = list(body.named_children) if body is not None else []
        while stack:
            node = stack.pop()
            if node.type in ("defer_statement", "go_statement") or text_of(node) == "recover()":
                return True
            if node.type != "func_literal":
                stack.extend(node.named_children)
        return False

    @cached_property
    def _text(self) -> bytes:
        return self._body.text or b""

    @cached_property
    def _called(self) -> list[tuple[str, int, int, int]]:
        """What is called in it by its last name, with where the call, that name and the arguments begin."""
        return list(self._calls_in(0, len(self._text)))

    def _calls_in(self, start: int, end: int) -> Iterator[tuple[str, int, int, int]]:
        first = self._body.start_byte
        for one in _CALL.finditer(self._text[start:end]):
            at = first + start
            yield one[2].decode("utf-8", "replace"), at + one.start(), at + one.start(2), at + one.end() - 1

    def _calls_before(self, end: int) -> Iterator[tuple[str, int, int, int]]:
        for call in self._called:
            if call[3] < end:
                yield call
                continue
            if call[1] < end:
                # What is called in the brackets before the arguments: ``a[f()+x](y)``.
                yield from self._calls_in(call[1] - self._body.start_byte, end - self._body.start_byte)
            break

    def calls(self, expression: Node, name: Node, *, whole: bool) -> Iterator[str]:
        """Yield the last names of what is called in front of the name in an expression, or anywhere in the function."""
        open_calls: set[int] = set()
        node = expression
        while (parent := node.parent) is not None and parent != self.top:
            if parent.type == "argument_list":
                open_calls.add(parent.start_byte)
            node = parent
        for called, _, start, opened in self._calls_before(self._body.end_byte if whole else name.start_byte):
            own = start <= expression.end_byte <= opened
            if called not in _KEYWORDS and opened not in open_calls and not own:
                yield called


def arguments_call(call: Node | None) -> Iterator[str]:
    """Yield the last names of what is called for the arguments of a call, which is before it."""
    arguments = call.child_by_field_name("arguments") if call is not None else None
    for node in walk(arguments, frozenset({"func_literal"})) if arguments is not None else ():
        if node.type == "call_expression":
            match = _CALL.match(node.text or b"")
            function = node.child_by_field_name("function")
            field = function.child_by_field_name("field") if function is not None else None
            if field is not None or match is not None:
                yield text_of(field) if field is not None else match[2].decode("utf-8", "replace") if match else ""


def marked_noinline(data: bytes, start: int) -> bool:
    """Whether ``//go:noinline`` stands in the comment above a declaration that begins at ``start``."""
    return _NOT_INLINED.search(data, max(0, start - 1000), start) is not None
