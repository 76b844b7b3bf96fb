"""Who refers to a link symbol in a program: the uses in Go of what carries it, and the assembly that names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.links.symbols import split_member, split_symbol
from linkname_ls.programs.methods import Site, method_sites
from linkname_ls.programs.names import ProgramNames, declarations, imports_as
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.positions import Span
from linkname_ls.source.uses import Functions, Use, uses

if TYPE_CHECKING:
    from tree_sitter import Tree

    from linkname_ls.links.packages import Declared
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Member, Program

_ANOTHER = re.compile(rb"\bTEXT\b|^[ \t]*DATA\b[^\n]*\Z|^[ \t]*#[ \t]*(?:define|include)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that refers to a symbol."""

    member: Member
    source: Source
    span: Span
    use: Use | None
    """The use in Go; None for assembly, and for what calls a method out of sight."""
    holder: str
    """The link symbol of the function that it stands in; "" where there is none or it is unknown."""
    carrier: Member | None
    """The member whose declaration of the symbol is used; None for assembly."""
    live: Certainty
    """Whether the linker sees it when the holder (or the variable that holds it) is reached."""
    inner: Reference | None = None
    """Of a call that hands a value over: the call of its method, through an interface, that comes of it."""


class Carrier(NamedTuple):
    """A declaration that stands for a symbol."""

    member: Member
    declared: Declared


class References:
    """The references inside one program, each symbol's found once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = ProgramNames(program)
        self._found: dict[str, tuple[Reference, ...]] = {}
        self._read: dict[str, tuple[Member, Tree, Functions]] = {}

    def to(self, symbol: str) -> tuple[Reference, ...]:
        """Return the references to a symbol."""
        found = self._found.get(symbol)
        if found is None:
            found = (*self._in_go(symbol), *self._in_assembly(symbol))
            found = self._found[symbol] = tuple(dict.fromkeys(found))
        return found

    def to_undefined(self, symbol: str) -> tuple[Reference, ...]:
        """Return the references to a symbol that nothing defines.

        What the Go tree itself declares under its name are functions that the compiler puts its own code in place of.
        """
        if self.program.root.std:
            return self.to(symbol)
        in_go = self._in_go(symbol, lambda one: not one.std, generic=False)
        found = (*in_go, *self._in_assembly(symbol, std=False))
        return tuple(dict.fromkeys(found))

    def inside(self, member: Member, symbol: str) -> tuple[Reference, ...]:
        """Return the references in Go that a member makes to a symbol which its own declarations carry."""
        found = self._in_go(symbol, lambda one: one is member, generic=False)
        return tuple(dict.fromkeys(one for one in found if one.member is member))

    def symbol(self, member: Member, name: str, source: Source) -> str:
        """Return the link symbol of a function or variable that a file of a member declares."""
        for declared in declarations(member, name):
            if declared.source is source:
                return member.symbol(declared.declaration)
        return f"{member.prefix}.{name}"

    def carriers(self, symbol: str, wanted: Callable[[Member], bool] = lambda _: True) -> Iterator[Carrier]:
        """Yield the declarations that the program compiles under a symbol, by their name or by a directive.

        ``wanted`` limits them to those of some members.
        """
        parts, member = split_symbol(symbol), self.program.named(symbol)
        if parts is not None and member is not None and wanted(member) and split_member(parts[1]) is not None:
            for declared in declarations(member, parts[1]):
                # A value method goes by two symbols.
                if declared.declaration.kind == "method" or member.symbol(declared.declaration) == symbol:
                    yield Carrier(member, declared)
        for link in self.program.snapshot.link_sites(symbol, self.program.folder):
            source = self.program.snapshot.source(link.path) if link.kind == "directive" else None
            member = self.program.compiles(source) if source is not None else None
            if member is None or not wanted(member):
                continue
            for declared in declarations(member, link.local):
                if declared.declaration.kind in ("func", "var") and member.symbol(declared.declaration) == symbol:
                    yield Carrier(member, declared)

    def _in_go(
        self, symbol: str, wanted: Callable[[Member], bool] = lambda _: True, *, generic: bool = True
    ) -> Iterator[Reference]:
        for carrier in self.carriers(symbol, wanted):
            declaration = carrier.declared.declaration
            # What refers to an instance of a generic function refers to another symbol.
            if declaration.generic and not generic:
                continue
            if declaration.kind == "method":
                yield from self._to_method(carrier.member, carrier.declared)
                continue
            for member, source, qualifier in self._readers(carrier.member, declaration.name):
                for use in self._uses(member, source, declaration.name, qualifier):
                    yield self._reference(carrier.member, Site(member, source, use))

    def _uses(self, member: Member, source: Source, name: str, qualifier: str) -> list[Use]:
        """Return the uses in a file. What was read of its functions is kept as long as the next one is about it too."""
        tree = source.tree
        # Taken out, for another thread must not read on in it.
        known = self._read.pop("last", None)
        functions: Functions = known[2] if known is not None and known[0] is member and known[1] is tree else {}
        found = list(uses(source.data, tree, name, self.names.of(member, source), qualifier, functions))
        self._read["last"] = member, tree, functions
        return found

    def _to_method(self, member: Member, declared: Declared) -> Iterator[Reference]:
        source, declaration = declared
        for site in method_sites(self.program, self.names, member, declaration.receiver, declaration.name):
            yield self._reference(member, site)
        if declaration.name[:1].isupper():
            # Through an interface or by reflection, out of sight.
            yield Reference(member, source, declaration.name_span, None, "", member, Certainty.MAYBE)

    def _reference(self, carrier: Member, site: Site) -> Reference:
        member, source, use = site.member, site.source, site.use
        holder = self.symbol(member, use.holder, source) if use.holder else ""
        inner = self._reference(carrier, site.inner) if site.inner is not None else None
        return Reference(member, source, use.span, use, holder, carrier, use.live, inner)

    def _readers(self, member: Member, name: str) -> Iterator[tuple[Member, Source, str]]:
        """Yield the files that can mention a package-level name of a member, with its qualifier there."""
        for source in member.sources:
            if source.mentions(name):
                yield member, source, ""
        if not name[:1].isupper():
            return
        for importer in self.program.importers(member.path):
            for source in importer.sources:
                if source.mentions(name):
                    for qualifier in imports_as(source, member):
                        yield importer, source, "" if qualifier == "." else qualifier

    def _in_assembly(self, symbol: str, *, std: bool = True) -> Iterator[Reference]:
        word = symbol.rpartition(".")[2].encode()
        for member in self.program.members.values():
            if member.std and not std:
                continue
            for source in member.assembly:
                if word in source.data:
                    yield from self._named_in(source, member, symbol)

    def _named_in(self, source: Source, member: Member, symbol: str) -> Iterator[Reference]:
        holder, end = "", 0
        for site in source.assembly:
            there = member.assembles(site)
            if there is Certainty.NO:
                continue
            full = f"{member.prefix}{site.symbol}" if site.symbol.startswith(".") else site.symbol
            if site.kind == "text":
                holder, end = full if there is Certainty.YES else "", site.span.end
            elif site.kind == "reference" and full == symbol:
                between = source.data[end : site.span.start]
                # Another function in between that only its file can see, or data: whose it is is open.
                # And what std's own assembly is run by is out of sight.
                open_ended = _ANOTHER.search(between)
                sure = holder and open_ended is None and not member.std
                live = there if sure else Certainty.MAYBE
                yield Reference(member, source, site.span, None, holder if sure else "", None, live)
