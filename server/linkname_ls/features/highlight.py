"""Document highlight: the places of a file that take part in the link symbol under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linkname_ls.features.subject import Subject, subject_at
from linkname_ls.links.packages import Declared
from linkname_ls.links.table import Table
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import mentions

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


@dataclass(frozen=True, slots=True)
class Highlight:
    """One place to highlight."""

    span: Span
    kind: Literal["name", "write", "read"]
    """A directive's argument; a declaration or definition; a use."""


def highlights(snapshot: Snapshot, source: Source, offset: int) -> list[Highlight] | None:
    """Return the places of a symbol in one file, in the order of the text; None where linking has no say.

    Costs the file and its package; the index is not waited for. Methods are left to gopls, which knows their uses.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset)
    if subject is None or subject.place == "keyword":
        return None
    if subject.place in ("declaration", "use") and any(one.declaration.kind == "method" for one in subject.declared):
        return None
    found = {one.span: one for one in _places(table, source, subject)}
    return [found[span] for span in sorted(found)]


def _places(table: Table, source: Source, subject: Subject) -> Iterator[Highlight]:
    symbol, package = subject.symbol, table.snapshot.package_of(source)
    prefix = package.prefix if package is not None else ""
    if source.language == "asm":
        for site in source.assembly:
            if symbol in (site.symbol, f"{prefix}{site.symbol}" if site.symbol.startswith(".") else ""):
                yield Highlight(site.span, "read" if site.kind == "reference" else "write")
        return
    for cgo in source.cgo_imports:
        if cgo.local.text == symbol:
            yield Highlight(cgo.local.span, "write")
    names: set[str] = set()
    for directive in source.directives:
        local, target = directive.local, directive.target
        named = target.text if target is not None else f"{prefix}.{local.text}" if local is not None else ""
        if directive.accepted and local is not None and named == symbol:
            names.add(local.text)
            yield Highlight(local.span, "name")
            if target is not None:
                yield Highlight(target.span, "name")
    if package is not None:
        names |= {one.declaration.name for one in subject.declared if subject.package is package}
        for declaration in source.go.declarations:
            if (
                declaration.kind in ("func", "var", "method")
                and package.symbol_of(Declared(source, declaration)) == symbol
            ):
                yield Highlight(declaration.name_span, "write")
                if declaration.kind != "method":
                    names.add(declaration.name)
    for name in names:
        for node, _ in mentions(source.data, source.tree, name):
            yield Highlight(Span(node.start_byte, node.end_byte), "read")
    if subject.place == "use" and subject.package is not package:
        # A use with a qualifier: the others of that name in the file.
        word = source.text(subject.span)
        for node, _ in mentions(source.data, source.tree, word, _qualifier(source, subject.span)):
            yield Highlight(Span(node.start_byte, node.end_byte), "read")


def _qualifier(source: Source, span: Span) -> str:
    node = source.tree.root_node.descendant_for_byte_range(span.start, span.end)
    selector = node.parent if node is not None else None
    operand = selector.children[0] if selector is not None and selector.type == "selector_expression" else None
    return source.text(Span(operand.start_byte, operand.end_byte)) if operand is not None else ""
