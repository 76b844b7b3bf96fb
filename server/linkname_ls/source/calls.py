"""Where functions are called: in Go by a package-level name, in assembly by a symbol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.comments import OPAQUE
from linkname_ls.source.constants import bare, text_of
from linkname_ls.source.positions import Span
from linkname_ls.source.scopes import is_package_level
from linkname_ls.source.statements import walk

if TYPE_CHECKING:
    from tree_sitter import Node

_INSTANCES = frozenset({"index_expression", "type_instantiation_expression", "generic_type"})
_AROUND = _INSTANCES | {"parenthesized_expression", "selector_expression", "qualified_type"}


class Call(NamedTuple):
    """A call of a function by its name."""

    name: Node
    """The identifier; of ``pkg.F`` the second."""
    qualifier: str
    """What stands in front of the dot; "" when nothing does."""


def is_called(name: Node) -> bool:
    """Whether the function that an identifier names, qualified or not, is called there, not taken as a value."""
    node, parent = name, name.parent
    while parent is not None and parent.type in _AROUND:
        # f in a[f] or in p.f.g is something else.
        if parent.type in _INSTANCES and parent.named_children[0] != node:
            return False
        if parent.type in ("selector_expression", "qualified_type") and parent.named_children[-1] != node:
            return False
        node, parent = parent, parent.parent
    if parent is None:
        return False
    # The parser takes G[int](x) for a conversion to a type.
    fields = {"call_expression": "function", "type_conversion_expression": "type"}
    return parent.type in fields and parent.child_by_field_name(fields[parent.type]) == node


def calls_in(part: Node) -> Iterator[Call]:
    """Yield the calls below a node whose function is a package-level name or one behind a qualifier, in any order.

    What stands in front of a dot may be an import's name or a package-level variable. Methods of anything else, and
    functions in local variables, are left out.
    """
    for node in walk(part, frozenset()):
        function: Node | None = None
        if node.type == "call_expression":
            function = node.child_by_field_name("function")
        elif node.type == "type_conversion_expression":
            function = node.child_by_field_name("type")
        found = _named(bare(function)) if function is not None else None
        if found is not None:
            yield found


def _named(function: Node) -> Call | None:
    while function.type in _INSTANCES and function.named_children:
        function = bare(function.named_children[0])
    if function.type in ("identifier", "type_identifier"):
        return Call(function, "") if is_package_level(function, text_of(function)) else None
    if function.type not in ("selector_expression", "qualified_type") or len(function.named_children) < 2:
        return None
    operand, name = function.named_children[0], function.named_children[-1]
    if operand.type not in ("identifier", "package_identifier") or not is_package_level(operand, text_of(operand)):
        return None
    return Call(name, text_of(operand))


_HIDDEN = re.compile(OPAQUE, re.DOTALL)
_TEXT = re.compile(rb"^[ \t]*TEXT[ \t]+([^\s(<,]+)", re.MULTILINE)
# Instructions that go to another function, of every architecture (cmd/asm/internal/arch): calls, jumps, and jumps on a
# condition.
_GOES = re.compile(
    rb"(?:^|[;:{\\])[ \t]*"
    rb"(?:CALL(?:NORESUME)?|Call|JAL|JMP|J[A-Z]{1,3}|BLR?|BR|B(?:\.?(?:EQ|NE|[LG][TE]|HI|LS|C[SC]|HS|LO|MI|PL))?)"
    rb"[ \t]+$"
)


def goes_to(data: bytes, span: Span) -> bool:
    """Whether a symbol in assembly is called or jumped to, not loaded or stored."""
    return _GOES.search(data[data.rfind(b"\n", 0, span.start) + 1 : span.start]) is not None


def texts(data: bytes) -> list[Span]:
    """Return the names behind ``TEXT`` in an assembly file, those of the file alone (``f<>``) too, in their order."""
    return [Span(*match.span(1)) for match in _TEXT.finditer(without_comments(data))]


def without_comments(data: bytes) -> bytes:
    """Return code of the same length with blanks for comments and strings."""
    return _HIDDEN.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), data)
