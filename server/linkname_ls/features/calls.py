"""The call hierarchy: who calls what carries a link symbol, under whatever name, and whom it calls in turn.

* A function that is called by a name without a body is shown as its body: the end that today's build takes.
* Callers are found by name and scope: in the packages that have a name for the symbol, in the files of the workspace
  that import them where that name is exported, and in assembly. What takes a function as a value does not call it.
* There is no type checker behind this. Of methods there are only the calls that written types tell for sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.macros import assembled
from linkname_ls.features.definition import together
from linkname_ls.features.importers import importers
from linkname_ls.features.methods import called_methods, method_uses
from linkname_ls.features.subject import dot_imports, imported_package, subject_at
from linkname_ls.links.packages import Declared
from linkname_ls.links.symbols import split_symbol
from linkname_ls.links.table import Role, Site, Table, declaration_site
from linkname_ls.source.calls import calls_in, goes_to, is_called, texts
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import text_of
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import mentions, top_of

if TYPE_CHECKING:
    from pathlib import Path

    from tree_sitter import Node

    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source


@dataclass(frozen=True, slots=True)
class Item:
    """A function in the hierarchy, or a package-level variable whose initial value calls one."""

    name: str
    """``f``, ``T.m``, ``(*T).m``; a symbol of assembly without its package."""
    kind: Literal["function", "method", "variable"]
    detail: str
    """The import path of its package, and the name that it is called by where that is another symbol's."""
    source: Source
    span: Span
    """The whole declaration."""
    selection: Span
    """Its name."""
    symbol: str
    """What it is found again by, with the place of its name; "" for assembly that only its file can name."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls between two functions."""

    item: Item
    """The other one: who calls, or is called."""
    spans: tuple[Span, ...]
    """The called names, in the file of the caller."""


class _Place(NamedTuple):
    """One call."""

    source: Source
    span: Span
    alias: str
    """The symbol that the callee would have by the name that is called; "" when that is its own."""


def prepare(snapshot: Snapshot, source: Source, offset: int) -> list[Item]:
    """Return the functions that a cursor stands for; none where linking has no say, and for variables.

    Waits for the index, which alone knows that others name an ordinary function.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset, wait=True)
    if subject is None or subject.place in ("keyword", "library"):
        return []
    folder = source.folder
    sites = [_declared_site(subject.package, one) for one in subject.declared if subject.package is not None]
    bodies = [site for site in sites if site.role is Role.DEFINES] if subject.place in ("declaration", "local") else []
    return [_item(site) for site in bodies or _bodies(table, subject.symbol, source, folder) if _is_function(site)]


def incoming(snapshot: Snapshot, source: Source, offset: int, symbol: str) -> list[Calls]:
    """Return who calls the function whose name begins at an offset, today's build first.

    Empty when nobody does, and when there is no function of that symbol (any more).
    """
    table = Table(snapshot)
    asked = _site_at(table, source, offset, symbol)
    if asked is None or not _is_function(asked):
        return []
    found: dict[tuple[Path, Span], tuple[Item, set[Span]]] = {}
    for place in _places(table, asked):
        if place.source.constraint.excludes(source.constraint):
            continue
        caller = _caller(table, place)
        if caller is not None:
            key = caller.source.path, caller.selection
            found.setdefault(key, (caller, set()))[1].add(place.span)
    calls = [Calls(item, tuple(sorted(spans))) for item, spans in found.values()]
    return sorted(calls, key=lambda one: _order(snapshot, one.item.source, one.item.selection))


def outgoing(snapshot: Snapshot, source: Source, offset: int, symbol: str) -> list[Calls]:
    """Return whom the function or variable whose name begins at an offset calls, in the order of its text.

    Empty when it calls nobody that is known, and when there is none of that symbol (any more).
    """
    table = Table(snapshot)
    asked = _site_at(table, source, offset, symbol)
    if asked is None:
        return []
    found: dict[tuple[Path, Span], tuple[Item, set[Span]]] = {}
    for span, callee in _callees(table, asked):
        key = callee.source.path, callee.selection
        found.setdefault(key, (callee, set()))[1].add(span)
    calls = [Calls(item, tuple(sorted(spans))) for item, spans in found.values()]
    return sorted(calls, key=lambda one: (one.spans[0], str(one.item.source.path), one.item.selection))


# -- items -------------------------------------------------------------------------------------------------------------


def _site_at(table: Table, source: Source, offset: int, symbol: str) -> Site | None:
    """Return what carries a symbol and has its name at an offset; None when the file no longer says so."""
    package = table.snapshot.package_of(source)
    if source.language == "asm":
        for site in source.assembly:
            own = f"{package.prefix}{site.symbol}" if package is not None and site.symbol[:1] == "." else site.symbol
            if site.span.start == offset and site.kind == "text" and own == symbol:
                return Site(symbol, Role.DEFINES, "assembly", source, site.span, package)
        return None
    for declaration in source.go.declarations if package is not None else ():
        if declaration.name_span.start == offset and (declaration.is_function or declaration.kind == "var"):
            found = _declared_site(package, Declared(source, declaration)) if package is not None else None
            return found if found is not None and found.symbol == symbol else None
    return None


def _declared_site(package: Package, declared: Declared) -> Site:
    return declaration_site(package.symbol_of(declared), package, declared, package.binding(declared))


def _is_function(site: Site) -> bool:
    return site.kind == "assembly" or (site.declaration is not None and site.declaration.is_function)


def _bodies(table: Table, symbol: str, source: Source, folder: Path) -> list[Site]:
    """Return the functions that a symbol means to a file: bodies in today's build, else one of another, else none.

    Where there is no body at all, the declaration that awaits one.
    """
    early = source.in_build(table.snapshot.platform(folder))
    sites = [site for site in table.definers(symbol, folder, early=early) if _is_function(site)]
    sites = together(source, sites) or sites
    # GLOBL is data.
    texts_only = [site for site in sites if site.kind != "assembly" or _asm_kind(site) == "text"]
    today = [site for site in texts_only if table.in_build(site)]
    named = [site for site in table.named(symbol, folder) if _is_function(site)]
    return today or texts_only[:1] or named[:1]


def _asm_kind(site: Site) -> str:
    return next((one.kind for one in site.source.assembly if one.span == site.span), "")


def _item(site: Site, alias: str = "") -> Item:
    declaration, package = site.declaration, site.package
    path = package.path if package is not None else ""
    if declaration is None:
        parts = split_symbol(site.symbol)
        # Assembly may define what belongs to another package.
        path, name = parts if parts is not None else (path, site.symbol)
        return Item(name, "function", _detail(path, alias), site.source, _text_span(site), site.span, site.symbol)
    kinds: dict[str, Literal["function", "method", "variable"]] = {"method": "method", "var": "variable"}
    return Item(
        declaration.member,
        kinds.get(declaration.kind, "function"),
        _detail(path, alias),
        site.source,
        declaration.span,
        declaration.name_span,
        site.symbol,
    )


def _detail(path: str, alias: str) -> str:
    return f"{path}, as {alias}" if alias else path


def _text_span(site: Site) -> Span:
    """Return the line of a ``TEXT``, or of the macro that makes one."""
    return site.source.lines.line_span(site.source.lines.line_of(site.span.start))


def _order(snapshot: Snapshot, source: Source, span: Span) -> tuple[bool, bool, str, Span]:
    today = source.in_build(snapshot.platform(source.folder))
    return not today, source.is_test, str(source.path), span


# -- who calls ---------------------------------------------------------------------------------------------------------


def _places(table: Table, asked: Site) -> Iterator[_Place]:
    """Yield the calls of a symbol, and those of a declaration that carries none (a generic function)."""
    folder = asked.source.folder
    own = asked.symbol
    if asked.package is not None and asked.declaration is not None:
        own = asked.package.natural_symbol(asked.declaration)
    sites = table.sites(asked.symbol, folder)
    names: dict[tuple[Path, str, str], Site] = {}
    for site in (asked, *sites):
        if site.declaration is not None and site.declaration.kind == "func" and site.package is not None:
            names.setdefault((site.package.folder, site.package.name, site.declaration.name), site)
    for (_, _, name), site in names.items():
        if site.package is not None and site.declaration is not None:
            natural = site.package.natural_symbol(site.declaration)
            alias = natural if natural != own else ""
            for source, qualifier in _readers(table.snapshot, site.package, name):
                for node, _ in mentions(source.data, source.tree, name, qualifier):
                    if is_called(node):
                        yield _Place(source, Span(node.start_byte, node.end_byte), alias)
    methods = {
        (site.package.folder, site.declaration.member): (site.package, site.declaration)
        for site in (asked, *sites)
        if site.declaration is not None and site.declaration.kind == "method" and site.package is not None
    }
    for package, declaration in methods.values():
        for source, node in method_uses(table.snapshot, package, declaration):
            if is_called(node):
                yield _Place(source, Span(node.start_byte, node.end_byte), "")
    for site in sites:
        if site.kind == "assembly" and site.role is Role.REFERS and goes_to(site.source.data, site.span):
            yield _Place(site.source, site.span, asked.symbol if asked.symbol != own else "")


def _readers(snapshot: Snapshot, package: Package, name: str) -> Iterator[tuple[Source, str]]:
    """Yield the files that can use a package's name, with the qualifier that they need for it."""
    word = name.encode()
    for source in package.sources:
        if word in source.data:
            yield source, ""
    if name[:1].isupper():
        for source, qualifier in importers(snapshot, package, name):
            yield source, "" if qualifier == "." else qualifier


def _caller(table: Table, place: _Place) -> Item | None:
    """Return the function or variable that a call stands in; None where the file is too broken to tell."""
    source = place.source
    package = table.snapshot.package_of(source)
    if source.language == "asm":
        return _text_around(source, package, place)
    node = source.tree.root_node.descendant_for_byte_range(*place.span)
    top = top_of(node) if node is not None else None
    name = _own_name(top, place.span) if top is not None else None
    for declaration in source.go.declarations if package is not None and name is not None else ():
        if name == declaration.name_span and package is not None:
            return _item(_declared_site(package, Declared(source, declaration)), place.alias)
    return None


def _own_name(top: Node, inside: Span) -> Span | None:
    """Return the name of a function, or of the variable of a spec that gets the value with ``inside`` in it."""
    names = top.children_by_field_name("name")
    value = top.child_by_field_name("value") if top.type == "var_spec" else None
    values = value.named_children if value is not None else []
    at = 0
    if len(values) == len(names):
        at = next((at for at, one in enumerate(values) if one.start_byte <= inside.start < one.end_byte), 0)
    return Span(names[at].start_byte, names[at].end_byte) if names else None


def _text_around(source: Source, package: Package | None, place: _Place) -> Item | None:
    """Return the ``TEXT`` above a place in assembly; None when it is a macro's."""
    at = place.span.start
    above = max((span for span in texts(source.data) if span.start < at), default=None)
    defined = [site for site in source.assembly if site.kind == "text" and site.span.start < at]
    if defined and (above is None or defined[-1].span.start >= above.start):
        last = defined[-1]
        symbol = f"{package.prefix}{last.symbol}" if package is not None and last.symbol[:1] == "." else last.symbol
        return _item(Site(symbol, Role.DEFINES, "assembly", source, last.span, package), place.alias)
    if above is None or source.data[above.end : above.end + 2] != b"<>":
        return None
    line = source.lines.line_span(source.lines.line_of(above.start))
    path = package.path if package is not None else ""
    return Item(f"{source.text(above)}<>", "function", _detail(path, place.alias), source, line, above, "")


# -- who is called -----------------------------------------------------------------------------------------------------


def _callees(table: Table, asked: Site) -> Iterator[tuple[Span, Item]]:
    """Yield the calls that a function or an initial value makes, with those who are called."""
    source, folder = asked.source, asked.source.folder
    if asked.declaration is None:
        yield from _callees_of_text(table, asked)
        return
    node = source.tree.root_node.descendant_for_byte_range(*asked.span)
    top = node.parent if node is not None else None
    part = top.child_by_field_name("value" if top.type == "var_spec" else "body") if top is not None else None
    if top is None or part is None or asked.package is None:
        return
    known: dict[tuple[str, str], list[Item]] = {}
    for name, qualifier in calls_in(part):
        span = Span(name.start_byte, name.end_byte)
        if top.type == "var_spec" and _own_name(top, span) != asked.span:
            continue
        key = qualifier, text_of(name)
        if key not in known:
            known[key] = list(_called(table, source, asked.package, *key, folder))
        for item in known[key]:
            yield span, item
    for name, owner, declared in called_methods(table.snapshot, asked.package, source, part):
        if table.in_build(site := _declared_site(owner, declared)):
            yield Span(name.start_byte, name.end_byte), _item(site)


def _called(table: Table, source: Source, package: Package, qualifier: str, name: str, folder: Path) -> Iterator[Item]:
    """Yield the bodies of the function that a name means in a file; none for what is no function."""
    snapshot = table.snapshot
    if qualifier:
        imported = imported_package(snapshot, source, qualifier) if not package.find(qualifier) else None
        owners = [imported] if imported is not None else []
    else:
        owners = [package, *dot_imports(snapshot, source)]
    for owner in owners:
        found = owner.find(name)
        if not found:
            continue
        sites = [_declared_site(owner, one) for one in found if one.declaration.kind == "func"]
        sites = table.sorted(together(source, sites), folder)
        today = [site for site in sites if table.in_build(site)] or sites[:1]
        for site in today:
            bodies = [site]
            if site.role is Role.REFERS:
                bodies = _bodies(table, site.symbol, source, folder) or bodies
            natural = owner.natural_symbol(site.declaration) if site.declaration is not None else ""
            for body in bodies:
                yield _item(body, natural if body.key != site.key and natural != _natural(body) else "")
        return


def _natural(site: Site) -> str:
    """Return the symbol that a function would have by its own name."""
    if site.package is None or site.declaration is None:
        return site.symbol
    return site.package.natural_symbol(site.declaration)


def _callees_of_text(table: Table, asked: Site) -> Iterator[tuple[Span, Item]]:
    source, folder = asked.source, asked.source.folder
    prefix = asked.package.prefix if asked.package is not None else ""
    starts = [span.start for span in texts(source.data)]
    starts += [site.span.start for site in source.assembly if site.kind == "text"]
    end = min((start for start in starts if start > asked.span.start), default=len(source.data))
    for site in source.assembly:
        if site.kind != "reference" or not asked.span.end <= site.span.start < end:
            continue
        never = assembled(site.conditions, table.snapshot.platform(folder)) is Certainty.NO
        if goes_to(source.data, site.span) and not (never and table.in_build(asked)):
            symbol = f"{prefix}{site.symbol}" if site.symbol[:1] == "." else site.symbol
            for body in _bodies(table, symbol, source, folder):
                yield site.span, _item(body, symbol if symbol != _natural(body) else "")
