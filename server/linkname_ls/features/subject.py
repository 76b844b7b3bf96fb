"""What a cursor points at, as far as linking is concerned.

Everything that is not linked is nothing to us: the answer is None, and gopls speaks alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.links.packages import Bound, Declared, Package
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.links.table import Table
    from linkname_ls.source.header import Import

Place = Literal["local", "target", "declaration", "use", "assembly", "library", "keyword"]


class Subject(NamedTuple):
    """A linked thing under the cursor."""

    place: Place
    """Where the cursor is: a directive's first or second argument, a declaration's name, a use, assembly."""
    symbol: str
    span: Span
    """What to underline: the identifier or argument."""
    source: Source
    package: Package | None
    """The package that declares the name: the cursor's own, or the one a qualified use imports."""
    declared: tuple[Declared, ...] = ()
    """The declarations that the place means under its local name."""
    bound: Bound | None = None
    """The directive under the cursor."""


def subject_at(table: Table, source: Source, offset: int, *, wait: bool = False) -> Subject | None:
    """Return the linked thing at a byte offset, or None when there is none.

    An ordinary function is linked when others name its symbol, which only the whole index knows. ``wait`` makes the
    question wait for that; without it such a function counts as not linked until the index is there.
    """
    snapshot = table.snapshot
    if source.language == "asm":
        return _assembly(snapshot, source, offset)
    package = snapshot.package_of(source)
    for directive in source.directives:
        if directive.span.holds(offset):
            return _directive(table, package, Bound(source, directive), offset) if package else None
    for cgo in source.cgo_imports:
        if cgo.span.holds(offset):
            found = cgo.local.span.holds(offset)
            return Subject("library", cgo.local.text, cgo.local.span, source, package) if found else None
    if package is None:
        return None
    # Imported late: a cursor on a directive needs no syntax tree.
    from linkname_ls.source.scopes import identifier_at, is_package_level

    node = identifier_at(source.tree, offset)
    if node is None:
        return None
    span = Span(node.start_byte, node.end_byte)
    name = source.text(span)
    for declaration in source.go.declarations:
        if declaration.name_span == span:
            found = _declared(table, "declaration", source, span, package, (Declared(source, declaration),))
            return _if_linked(table, found, wait=wait)
    if node.type == "field_identifier":
        return _if_linked(table, _qualified(table, source, package, node, span), wait=wait)
    if node.type != "identifier" or not is_package_level(node, name):
        return None
    for owner in (package, *dot_imports(snapshot, source)):
        if declared := owner.find(name):
            return _if_linked(table, _declared(table, "use", source, span, owner, declared), wait=wait)
    return None


def dot_imports(snapshot: Snapshot, source: Source) -> Iterator[Package]:
    """Yield the packages whose names a file uses without a qualifier."""
    for imported in source.go.imports:
        if imported.name == ".":
            yield from snapshot.import_packages(imported.path, source.folder)[:1]


def _directive(table: Table, package: Package, bound: Bound, offset: int) -> Subject | None:
    local, target = bound.directive.local, bound.directive.target
    symbol = table.directive_symbol(package, bound)
    if local is None or symbol is None or not bound.directive.accepted:
        return None
    declared = table.local_declarations(package, bound)
    if target is not None and target.span.holds(offset):
        return Subject("target", symbol, target.span, bound.source, package, declared, bound)
    if local.span.holds(offset):
        return Subject("local", symbol, local.span, bound.source, package, declared, bound)
    if offset < local.span.start:
        keyword = Span(bound.directive.span.start, local.span.start - 1)
        return Subject("keyword", symbol, keyword, bound.source, package, declared, bound)
    return None


def _declared(
    table: Table, place: Place, source: Source, span: Span, package: Package, declared: tuple[Declared, ...]
) -> Subject | None:
    """Return the subject of a name in the package scope; None for what is neither function nor variable."""
    functions = tuple(one for one in declared if one.declaration.is_function or one.declaration.kind == "var")
    if not functions:
        return None
    functions = _today_first(table, functions)
    linked = next((one for one in functions if one.declaration.bodyless or package.binding(one) is not None), None)
    first = linked or functions[0]
    symbol = package.symbol_of(first)
    if place == "use":
        functions = tuple(one for one in functions if package.symbol_of(one) == symbol)
    return Subject(place, symbol, span, source, package, functions)


def _today_first(table: Table, declared: tuple[Declared, ...]) -> tuple[Declared, ...]:
    return tuple(
        sorted(
            declared,
            key=lambda one: not one.source.in_build(table.snapshot.platform(one.source.folder)),
        )
    )


def _if_linked(table: Table, subject: Subject | None, *, wait: bool) -> Subject | None:
    """Return the subject unless it is an ordinary function or variable that no other package nor assembly names."""
    if subject is None or subject.package is None:
        return subject
    for one in subject.declared:
        if one.declaration.bodyless or subject.package.binding(one) is not None:
            return subject
    if is_entry(subject.package, subject.declared):
        return None
    if subject.package.assembly(subject.symbol):
        return subject
    snapshot, folder = table.snapshot, subject.source.folder
    sites = snapshot.link_sites if wait or snapshot.complete else snapshot.known_sites
    return subject if next(sites(subject.symbol, folder), None) is not None else None


def is_entry(package: Package, declared: tuple[Declared, ...]) -> bool:
    """Whether declarations are a program's own ``main``: package runtime pulls it from everyone, which is no news."""
    return package.name == "main" and any(
        one.declaration.name == "main" and one.declaration.kind == "func" for one in declared
    )


def _qualified(table: Table, source: Source, own: Package, node: Node, span: Span) -> Subject | None:
    """``pkg.Name`` where ``pkg`` is an import of this file."""
    from linkname_ls.source.scopes import is_package_level

    selector = node.parent
    if selector is None or selector.type != "selector_expression":
        return None
    operand = selector.child_by_field_name("operand")
    if operand is None or operand.type != "identifier":
        return None
    qualifier = source.text(Span(operand.start_byte, operand.end_byte))
    if not is_package_level(operand, qualifier) or own.find(qualifier):
        return None
    package = imported_package(table.snapshot, source, qualifier)
    if package is None:
        return None
    return _declared(table, "use", source, span, package, package.find(source.text(span)))


def imported_package(snapshot: Snapshot, source: Source, qualifier: str) -> Package | None:
    """Return the package that a file imports under a name; None when there is none."""
    for imported in _candidates(source, qualifier):
        for package in snapshot.import_packages(imported.path, source.folder)[:1]:
            if imported.name == qualifier or package.name == qualifier:
                return package
    return None


def _candidates(source: Source, qualifier: str) -> list[Import]:
    """Return the imports that a qualifier may mean, the likeliest first.

    An import without a name goes by its package clause, which only the package knows; nearly always it is in the path.
    """
    named = [imported for imported in source.go.imports if imported.name == qualifier]
    if named:
        return named
    unnamed = [imported for imported in source.go.imports if not imported.name]
    return sorted(
        unnamed,
        key=lambda imported: (imported.path.rsplit("/", 1)[-1] != qualifier, qualifier not in imported.path),
    )


def _assembly(snapshot: Snapshot, source: Source, offset: int) -> Subject | None:
    package = snapshot.package_of(source)
    for site in source.assembly:
        if site.span.holds(offset):
            symbol = site.symbol
            if symbol.startswith("."):
                if package is None:
                    return None
                symbol = package.prefix + symbol
            return Subject("assembly", symbol, site.span, source, package)
    return None
