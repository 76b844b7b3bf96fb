"""What a directive links its function or variable with, as far as a type can be read there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linkname_ls.checks.unit import Unit
from linkname_ls.links.packages import Declared
from linkname_ls.links.signatures import End
from linkname_ls.links.table import Role, Site, Table
from linkname_ls.source.directives import Directive
from linkname_ls.source.gofile import Declaration


class Linked(NamedTuple):
    """A directive, the declaration that it binds, and the declarations at the other end."""

    directive: Directive
    local: End
    others: tuple[End, ...]
    """Never empty. Several are possible where the workspace has several programs, or packages called main."""
    pull: bool
    """Whether the others hold the body or the value."""


def linked_functions(unit: Unit) -> Iterator[Linked]:
    """Yield the file's directives that link functions, where all other ends are declarations of today's build."""
    table = unit.table
    for directive, declared, symbol in _bound(unit, "func"):
        local = End(unit.package, declared)
        if not declared.declaration.has_body:
            ends = _bodies(unit, table, symbol, local)
            # A pull of the package's own symbol is how the standard library marks its methods; nobody calls it.
            if not any(end is not None and end.package.path == unit.package.path for end in ends):
                yield from _linked(directive, local, ends, pull=True)
        else:
            yield from _linked(directive, local, _awaiting(unit, table, symbol), pull=False)


def linked_variables(unit: Unit) -> Iterator[Linked]:
    """Yield the file's directives with a target that link variables, where all other ends are variables too."""
    table = unit.table
    for directive, declared, symbol in _bound(unit, "var"):
        local = End(unit.package, declared)
        if declared.declaration.initialised:
            sites = [site for site in table.natural(symbol, unit.package.folder) if _counts(unit, table, site)]
        else:
            sites = [site for site in _definers(unit, table, symbol) if not _is(site, local)]
        ends = [_end(site) for site in sites if site.declaration is not None and site.declaration.kind == "var"]
        pull = not declared.declaration.initialised
        yield from _linked(directive, local, ends if len(ends) == len(sites) else [], pull=pull)


def _linked(directive: Directive, local: End, others: list[End | None], *, pull: bool) -> Iterator[Linked]:
    known = tuple(end for end in others if end is not None)
    if known and len(known) == len(others):
        yield Linked(directive, local, known, pull)


def _bound(unit: Unit, kind: str) -> Iterator[tuple[Directive, Declared, str]]:
    """Yield the directives of the file that pull or push, or await a push, with what they bind and its symbol."""
    if not unit.in_build:
        return  # the platform that decides about sizes is another one
    for directive in unit.checked:
        local = directive.local
        if local is None:
            continue
        declared = _declared(unit, local.text)
        if declared is None or declared.declaration.kind != kind:
            continue
        if directive.target is None and (kind == "var" or declared.declaration.has_body):
            continue  # a mark
        binding = unit.binding(local.text)
        if binding is not None and binding[1] is directive:
            yield directive, declared, unit.symbol(directive)


def _declared(unit: Unit, name: str) -> Declared | None:
    """Return the one function or variable of the unit that a local name means."""
    # Nearly always it stands in the directive's own file; only then is the package looked through.
    found = [Declared(unit.source, one) for one in unit.source.go.named(name) if _linkable(one)]
    if not found:
        found = [one for one in unit.package.find(name) if _linkable(one.declaration) and unit.holds(one.source)]
    return found[0] if len(found) == 1 else None


def _linkable(declaration: Declaration) -> bool:
    return declaration.kind in ("func", "var")


def _definers(unit: Unit, table: Table, symbol: str) -> list[Site]:
    sites = table.definers_at_hand(symbol, unit.package.folder)
    return [site for site in sites if _counts(unit, table, site)]


def _counts(unit: Unit, table: Table, site: Site) -> bool:
    """Whether a site is compiled into programs that the unit is part of."""
    own = site.source.folder == unit.package.folder
    return table.in_build(site) and (not site.source.is_test or (own and unit.source.is_test))


def _bodies(unit: Unit, table: Table, symbol: str, local: End) -> list[End | None]:
    """Return what defines a function's symbol; None for an end whose type cannot be told."""
    found: list[End | None] = []
    for site in _definers(unit, table, symbol):
        if site.kind != "assembly":
            found.append(_end(site) if site.declaration is not None and site.declaration.is_function else None)
            continue
        # Assembly has the types of the Go declaration beside it.
        declared = [one for one in _awaiting(unit, table, symbol) if one is not None and one.declared != local.declared]
        found += declared or [None]
    return found


def _awaiting(unit: Unit, table: Table, symbol: str) -> list[End | None]:
    """Return the bodyless declarations that await the body of a symbol under its own name."""
    return [
        _end(site)
        for site in table.natural(symbol, unit.package.folder)
        if site.role is Role.REFERS and _counts(unit, table, site)
    ]


def _end(site: Site) -> End | None:
    declaration = site.declaration
    if declaration is None or site.package is None:
        return None
    pointer = declaration.kind == "method" and not declaration.pointer and "(*" in site.symbol
    return End(site.package, Declared(site.source, declaration), pointer)


def _is(site: Site, end: End) -> bool:
    declaration = end.declared.declaration
    return site.key == (end.declared.source.path, declaration.name_span)
