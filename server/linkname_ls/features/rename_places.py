"""Where a name stands that is to be changed; see :mod:`linkname_ls.features.rename`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build.reader import read_bytes
from linkname_ls.features.importers import importers
from linkname_ls.features.rename_docs import add_docs
from linkname_ls.features.rename_plan import Plan, Refused, at, check_depth, check_readable, unchangeable
from linkname_ls.features.subject import dot_imports, imported_package
from linkname_ls.links.symbols import split_symbol
from linkname_ls.source.calls import without_comments
from linkname_ls.source.constants import text_of
from linkname_ls.source.identifiers import at_package_level, is_exported
from linkname_ls.source.positions import Span
from linkname_ls.source.scopes import is_package_level, key_type, local_declaration
from linkname_ls.source.uses import mentions

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Package
    from linkname_ls.links.sources import Source

_DEPTH = 5
"""How many names a type is followed through."""


def add_declaration(plan: Plan, package: Package, *, remote: bool) -> None:
    """Take in all that names a function or variable of a package, and its symbol where that has its name.

    ``remote`` says that the cursor is on a directive of another name for it.
    """
    name, declared = plan.old, package.find(plan.old)
    natural = package.natural_symbol(declared[0].declaration)
    where = unchangeable(plan.snapshot, package.folder)
    if where:
        advice = "; rename the local name instead" if remote else ""
        raise Refused(f"{natural} is declared {where}{advice}.")
    for one in declared:
        if one.declaration.kind not in ("func", "var"):
            place = at(plan.snapshot, one.source, one.declaration.name_span)
            raise Refused(f"{name} is a {one.declaration.kind} at {place}, which linking knows nothing of.")
    if name == "init" or (name == "main" and package.name == "main"):
        raise Refused(f"The name {name} is Go's own.")
    plan.package = package
    if any(package.symbol_of(one) == natural and not one.declaration.generic for one in declared):
        plan.symbol = natural
    for one in declared:
        plan.add(one.source, one.declaration.name_span)
    for source in package.sources:
        _add_uses(plan, package, source)
        for directive in source.directives:
            if directive.local is not None and directive.local.text == name:
                plan.add(source, directive.local.span)
    abroad = list(importers(plan.snapshot, package, name)) if is_exported(name) else []
    for source, qualifier in abroad:
        _add_imported(plan, source, qualifier)
    add_docs(plan, package, abroad)
    if plan.symbol is not None:
        add_symbol(plan, natural, package.folder)
        _check_derived(plan, natural, package.folder)


def _add_uses(plan: Plan, package: Package, source: Source) -> None:
    """Take in the uses of a name without a qualifier in a file."""
    exports = re.compile(
        rb"^//(?:export|go:cgo_export_\w+)[ \t]+" + re.escape(plan.old.encode()) + rb"(?![\w\x80-\xff])", re.MULTILINE
    )
    if plan.old.encode() not in source.data:
        return
    check_readable(plan.snapshot, source)
    check_depth(plan.snapshot, source, plan.old)
    if (exported := exports.search(source.data)) is not None:
        place = at(plan.snapshot, source, Span(*exported.span()))
        raise Refused(f"{plan.old} is exported to C at {place}; rename it by hand.")
    for node, sure in at_package_level(source.data, source.tree, plan.old):
        span = Span(node.start_byte, node.end_byte)
        if not sure:
            if not _is_field(plan, package, source, node):
                place = at(plan.snapshot, source, span)
                raise Refused(f"Whether {plan.old} at {place} is a field or the name to change cannot be told.")
            continue
        plan.add(source, span)
        plan.uses.append((source, node))


def _add_imported(plan: Plan, source: Source, qualifier: str) -> None:
    package = plan.snapshot.package_of(source)
    before = len(plan.uses)
    if qualifier == ".":
        if package is not None:
            _add_uses(plan, package, source)
        plan.abroad += [(source, Span(node.start_byte, node.end_byte)) for source, node in plan.uses[before:]]
        return
    check_readable(plan.snapshot, source)
    check_depth(plan.snapshot, source, plan.old)
    for node, _ in mentions(source.data, source.tree, plan.old, qualifier):
        span = Span(node.start_byte, node.end_byte)
        plan.add(source, span)
        plan.abroad.append((source, span))


def _is_field(plan: Plan, package: Package, source: Source, key: Node) -> bool:
    """Whether a key of a composite literal is surely the name of a struct's field."""
    kind = key_type(key)
    for _ in range(_DEPTH):
        if kind is None:
            return False
        if kind.type == "struct_type":
            return True
        if kind.type == "generic_type":
            kind = kind.named_children[0]
        qualifier, _, name = text_of(kind).rpartition(".")
        if kind.type not in ("type_identifier", "qualified_type"):
            return False
        if not qualifier and not is_package_level(kind, name):
            kind = _local_type(kind, name)
            continue
        if qualifier:
            owners = [imported_package(plan.snapshot, source, qualifier)]
        else:
            owners = [package, *dot_imports(plan.snapshot, source)]
        owner = next((one for one in owners if one is not None and one.find(name)), None)
        found = [one for one in (owner.find(name) if owner is not None else ()) if one.declaration.kind == "type"]
        if len(found) != 1 or owner is None:
            return False
        source, package = found[0].source, owner
        node = source.tree.root_node.descendant_for_byte_range(*found[0].declaration.name_span)
        kind = node.parent.child_by_field_name("type") if node is not None and node.parent is not None else None
    return False


def _local_type(node: Node, name: str) -> Node | None:
    declaration = local_declaration(node)
    for spec in declaration.named_children if declaration is not None else ():
        own = spec.child_by_field_name("name")
        if own is not None and text_of(own) == name:
            return spec.child_by_field_name("type")
    return None


# -- symbols -----------------------------------------------------------------------------------------------------------


def add_symbol(plan: Plan, symbol: str, folder: Path) -> None:
    """Take in all directives and assembly that name a symbol."""
    plan.symbol, snapshot = symbol, plan.snapshot
    for path in sorted({link.path for link in snapshot.link_sites(symbol, folder)}):
        source = snapshot.source(path)
        if source is None or _means_another(plan, source, symbol):
            continue
        if any(cgo.local.text == symbol for cgo in source.cgo_imports):
            raise Refused(f"{symbol} is a symbol of another linker's making, whose name is not Go's to change.")
        for directive in source.directives:
            if directive.target is not None and directive.target.text == symbol:
                _add_named(plan, source, directive.target.span)
        for site in source.assembly:
            if site.symbol == symbol:
                _add_named(plan, source, site.span)
    parts = split_symbol(symbol)
    owners = [plan.package] if plan.package is not None else []
    if plan.package is None and parts is not None:
        owners += snapshot.symbol_packages(parts[0], folder)
    for package in owners:
        for source, site in package.assembly(symbol):
            _add_named(plan, source, site.span)
        _check_assembly(plan, package)


def _means_another(plan: Plan, source: Source, symbol: str) -> bool:
    """Whether a file of another program has a symbol of the same name: every program calls its package main."""
    owner, package = plan.package, plan.snapshot.package_of(source)
    if owner is None or owner.prefix != "main" or package is None or package.folder == owner.folder:
        return False
    if package.prefix == "main":
        return True
    for program in plan.snapshot.symbol_packages("main", package.folder):
        if program.folder != owner.folder and program.find(plan.old):
            place = at(plan.snapshot, source, Span(0, 0)).rpartition(":")[0]
            raise Refused(f"{symbol}, which {place} names, is declared in several programs.")
    return False


def _add_named(plan: Plan, source: Source, span: Span) -> None:
    """Take in the last part of a symbol."""
    start = span.end - len(plan.old.encode())
    if source.data[start : span.end] != plan.old.encode():
        raise Refused(f"{plan.symbol} at {at(plan.snapshot, source, span)} does not end with a name.")
    plan.add(source, Span(start, span.end))


def _check_assembly(plan: Plan, package: Package) -> None:
    """Refuse where assembly, or a header of it, names the symbol in a way that is not understood."""
    word = re.compile("·".encode() + re.escape(plan.old.encode()) + rb"(?![\w\x80-\xff]|<>)")
    for source in package.asm:
        _, known = plan.places.get(source.path, (source, set[Span]()))
        for match in word.finditer(without_comments(source.data)):
            before = source.data[: match.start()][-1:]
            foreign = before.isalnum() or before == b"_" or before >= b"\x80"
            if not foreign and Span(match.start() + 2, match.end()) not in known:
                place = at(plan.snapshot, source, Span(*match.span()))
                raise Refused(f"What the assembly at {place} does with {plan.old} is not understood.")
    for header in sorted(package.folder.glob("*.h")):
        if word.search(read_bytes(str(header)) or b"") is not None:
            raise Refused(f"{header.name} names {plan.old}, and what it does with that is not understood.")


def _check_derived(plan: Plan, symbol: str, folder: Path) -> None:
    """Refuse where someone links to what the compiler makes of the function: ``p.f.func1``."""
    snapshot = plan.snapshot
    links = [
        link for tree in snapshot.searched_trees(folder) for sites in tree.by_symbol.values() for link in sites[:1]
    ]
    for link in (*links, *snapshot.overlay_links()):
        if link.symbol.startswith((f"{symbol}.", f"{symbol}[", f"{symbol}-")):
            raise Refused(f"{link.symbol}, which is made of it, is linked by {Path(link.path).name}.")
