"""Semantic tokens: what the parts of a directive are, so that it does not look like a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.links.packages import Bound
from linkname_ls.links.table import Table
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.directives import Argument

TokenKind = Literal["keyword", "namespace", "type", "function", "method", "variable"]
KINDS: tuple[TokenKind, ...] = ("keyword", "namespace", "type", "function", "method", "variable")

# A receiver, as in (*T).m or T.m, and the name.
_MEMBER = re.compile(rb"(?:\(\*(?P<pointer>[^().]+)\)\.|(?P<value>[^().]+)\.)?(?P<name>[^.]+)")


class Token(NamedTuple):
    """One part of a directive."""

    span: Span
    kind: TokenKind


def tokens(snapshot: Snapshot, source: Source) -> list[Token]:
    """Return the parts of a file's directives in the order of the text; none for those that the compiler refuses."""
    table = Table(snapshot)
    found: list[Token] = []
    package = snapshot.package_of(source) if source.directives else None
    for directive in source.directives:
        local = directive.local
        if not directive.accepted or local is None or package is None:
            continue
        declared = table.local_declarations(package, Bound(source, directive))
        variable = any(one.declaration.kind == "var" for one in declared)
        kind: TokenKind = "variable" if variable else "function"
        found.append(Token(Span(directive.position, directive.position + len(f"go:{directive.keyword}")), "keyword"))
        found.append(Token(local.span, kind))
        if directive.target is not None:
            found.extend(_symbol(source, directive.target, kind))
    return found


def _symbol(source: Source, target: Argument, kind: TokenKind) -> Iterator[Token]:
    """Yield the parts of a link symbol: package path, receiver, name."""
    data, start = source.data[target.span.start : target.span.end], target.span.start
    bracket = min((at for at in (data.find(b"["), data.find(b"(")) if at >= 0), default=len(data))
    dot = data.find(b".", data.rfind(b"/", 0, bracket) + 1)
    if dot > 0:
        yield Token(Span(start, start + dot), "namespace")
    member = _MEMBER.fullmatch(data, dot + 1)
    if member is None:
        return
    receiver = "pointer" if member["pointer"] else "value" if member["value"] else ""
    if receiver:
        yield Token(Span(start + member.start(receiver), start + member.end(receiver)), "type")
    yield Token(Span(start + member.start("name"), start + member.end("name")), "method" if receiver else kind)
