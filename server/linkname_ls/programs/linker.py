"""Who defines a symbol in one program, as the linker would find it.

Source: cmd/link/internal/loader/loader.go and cmd/compile/internal/ssagen/abi.go (which ABIs a function can be
called by).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from linkname_ls.links.effective import NEWEST_RELEASE, Release, effective, go_release
from linkname_ls.links.packages import Bound, Declared
from linkname_ls.links.symbols import path_to_prefix, split_member, split_symbol
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.program import Member, Program
    from linkname_ls.source.gofile import Declaration

Abi = Literal["ABI0", "ABIInternal"]
ABIS: frozenset[Abi] = frozenset({"ABI0", "ABIInternal"})

# Where functions have a register ABI, so that the two ABIs differ (internal/buildcfg/exp.go, RegabiWrappers).
_REGISTER_ABI = {
    "amd64": (1, 17),
    "arm64": (1, 18),
    "ppc64": (1, 18),
    "ppc64le": (1, 18),
    "riscv64": (1, 19),
    "loong64": (1, 22),
    "s390x": (1, 26),
}

# What the linker itself defines (cmd/link/internal/ld/data.go and symtab.go); all are in package runtime.
_LINKER_MADE = frozenset(
    (
        "text",
        "etext",
        "rodata",
        "erodata",
        "noptrdata",
        "enoptrdata",
        "data",
        "edata",
        "bss",
        "ebss",
        "noptrbss",
        "enoptrbss",
        "covctrs",
        "ecovctrs",
        "end",
        "types",
        "etypes",
        "itablink",
        "symtab",
        "esymtab",
        "pclntab",
        "epclntab",
        "gcdata",
        "gcbss",
        "tlsg",
        "funcnametab",
        "cutab",
        "filetab",
        "pctab",
        "functab",
        "findfunctab",
        "typelink",
        "moduledata",
        "main_main",
        "main_inittasks",
    )
)


# Functions that the compiler puts its own code in the place of, and that have no symbol (ssagen/intrinsics.go, and
# FuncPCABI0 in cmd/compile/internal/ir/expr.go).
_INTRINSICS = frozenset(
    (
        "FuncPCABI0",
        "FuncPCABIInternal",
        "GetCallerPC",
        "GetCallerSP",
        "GetClosurePtr",
        "getcallerpc",
        "getcallersp",
        "getclosureptr",
    )
)


class Standing(Enum):
    """What becomes of a reference to a symbol."""

    DEFINED = "defined"
    WRONG_ABI = "wrong ABI"
    """Only code of the other calling convention, or data, goes by that name."""
    UNDEFINED = "undefined"
    UNKNOWN = "unknown"
    """Made by the compiler, the linker or a C compiler, if at all: nothing that the sources would show."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A site that defines a symbol in a program."""

    kind: Literal["text", "data", "library"]
    member: Member
    source: Source
    span: Span
    """The name."""
    abis: frozenset[Abi]
    """Of text: how it can be called."""
    declaration: Declaration | None = None
    """None in assembly and for what a shared library has."""
    bound: Bound | None = None
    """The directive that counts for the declaration."""


class Linker:
    """The symbol table of one program. What was looked up is kept."""

    def __init__(self, program: Program) -> None:
        self.program = program
        toolchain = program.snapshot.worlds(program.folder)[0].toolchain
        self.release: Release = go_release(toolchain.version) or NEWEST_RELEASE
        self._definitions: dict[str, tuple[Definition, ...]] = {}
        self._bindings: dict[tuple[str, str], Bound | None] = {}

    @cached_property
    def _by_prefix(self) -> dict[str, Member]:
        return {member.prefix: member for member in self.program.members.values()}

    @cached_property
    def register_abi(self) -> bool:
        """Whether Go and assembly call functions in different ways on the program's platform."""
        since = _REGISTER_ABI.get(self.program.platform.goarch)
        return since is not None and self.release >= since

    def binding(self, member: Member, local: str) -> Bound | None:
        """Return the directive that counts for a local name of a member, or None."""
        key = member.path, local
        if key not in self._bindings:
            package = member.package
            self._bindings[key] = effective(package, local, member.holds, self.release) if package is not None else None
        return self._bindings[key]

    def symbol(self, member: Member, declaration: Declaration) -> str:
        """Return the symbol of a declaration as the program compiles it."""
        bound = self.binding(member, declaration.name) if declaration.kind in ("func", "var") else None
        if bound is not None and bound.directive.target is not None:
            return bound.directive.target.text
        return f"{member.prefix}.{declaration.member}"

    def named(self, symbol: str) -> Member | None:
        """Return the member whose prefix a symbol has; None when no such package is linked."""
        parts = split_symbol(symbol)
        return self._by_prefix.get(path_to_prefix(parts[0])) if parts is not None else None

    # -- definitions ---------------------------------------------------------------------------------------------

    def definitions(self, symbol: str) -> tuple[Definition, ...]:
        """Return all that defines a symbol in the program; bare variables are definitions too."""
        found = self._definitions.get(symbol)
        if found is None:
            unique = {(one.source.path, one.span): one for one in self._search(symbol)}
            found = self._definitions[symbol] = tuple(unique.values())
        return found

    def _search(self, symbol: str) -> Iterator[Definition]:
        member = self.named(symbol)
        parts = split_symbol(symbol)
        if member is not None and member.package is not None and parts is not None:
            for declared in member.package.find(parts[1]):
                yield from self._declared(symbol, member, declared)
            yield from self._own_assembly(symbol, member)
        for link in self.program.snapshot.link_sites(symbol, self.program.folder):
            source = self.program.snapshot.source(link.path)
            holder = self.program.compiles(source) if source is not None else None
            if source is None or holder is None or holder.package is None:
                continue
            if link.kind == "directive":
                for declared in holder.package.find(link.local):
                    yield from self._declared(symbol, holder, declared)
            elif link.kind == "cgo":
                yield Definition("library", holder, source, link.span, ABIS)
            elif link.kind != "reference":
                yield self._assembled(symbol, holder, source, link.span)

    def _declared(self, symbol: str, member: Member, declared: Declared) -> Iterator[Definition]:
        """Yield a declaration if it is compiled, defines something, and carries the symbol."""
        source, declaration = declared
        if declaration.kind not in ("func", "method", "var") or declaration.bodyless or declaration.generic:
            return
        if declaration.name in ("_", "init") or not any(one.path == source.path for one in member.sources):
            return
        if self._renamed(symbol, member, declaration) or self._of_generic_type(member, declaration):
            return
        bound = self.binding(member, declaration.name) if declaration.kind != "method" else None
        if declaration.kind == "var":
            yield Definition("data", member, source, declaration.name_span, frozenset({"ABI0"}), declaration, bound)
            return
        abis = ABIS
        # cmd/compile/internal/ssagen/abi.go: a function with a directive, or that its own assembly names, has both.
        marked = any(one.directive.local for one in self.naming(symbol, member))
        if self.register_abi and not marked and not self._assembly_names(symbol, member):
            abis = frozenset[Abi]({"ABIInternal"})
        yield Definition("text", member, source, declaration.name_span, abis, declaration, bound)

    def _renamed(self, symbol: str, member: Member, declaration: Declaration) -> bool:
        """Whether a directive gives a declaration another symbol than this."""
        if declaration.kind == "method":
            # A value method can be had through the pointer too: the compiler makes a wrapper.
            return symbol not in (f"{member.prefix}.{declaration.member}", _through_pointer(member, declaration))
        return self.symbol(member, declaration) != symbol

    def _of_generic_type(self, member: Member, declaration: Declaration) -> bool:
        if declaration.kind != "method" or member.package is None:
            return False
        return any(one.declaration.generic for one in member.package.find(declaration.receiver))

    def _own_assembly(self, symbol: str, member: Member) -> Iterator[Definition]:
        short = symbol[len(member.prefix) :]
        for source in member.assembly:
            for site in source.assembly:
                if site.kind != "reference" and site.symbol in (short, symbol):
                    yield self._assembled(symbol, member, source, site.span)

    def _assembled(self, symbol: str, member: Member, source: Source, span: Span) -> Definition:
        site = next(one for one in source.assembly if one.span == span)
        if site.kind == "globl":
            return Definition("data", member, source, span, frozenset({"ABI0"}))
        abis: frozenset[Abi] = frozenset({"ABIInternal" if site.abi == "ABIInternal" else "ABI0"})
        if not self.register_abi or self.declares(symbol, member):
            abis = ABIS  # the compiler makes a wrapper for the other one
        return Definition("text", member, source, span, abis)

    def declares(self, symbol: str, member: Member) -> bool:
        """Whether a member declares a bodyless function that has this symbol."""
        names = [bound.directive.local.text for bound in self.naming(symbol, member) if bound.directive.local]
        if symbol.startswith(f"{member.prefix}."):
            names.append(symbol[len(member.prefix) + 1 :])
        return member.package is not None and any(
            one.declaration.bodyless and any(one.source.path == source.path for source in member.sources)
            for name in names
            for one in member.package.find(name)
            if not self._renamed(symbol, member, one.declaration)
        )

    def naming(self, symbol: str, member: Member) -> list[Bound]:
        """Return the directives of a member that count and name a symbol, marks among them."""
        package = member.package
        if package is None:
            return []
        return [
            bound
            for bound in package.directives
            if bound.directive.local is not None
            and symbol
            == (
                bound.directive.target.text
                if bound.directive.target
                else f"{member.prefix}.{bound.directive.local.text}"
            )
            and self.binding(member, bound.directive.local.text) == bound
        ]

    def _assembly_names(self, symbol: str, member: Member) -> bool:
        short = symbol[len(member.prefix) :] if symbol.startswith(f"{member.prefix}.") else symbol
        word = symbol.rpartition(".")[2].encode()
        return any(
            site.symbol in (short, symbol)
            for source in member.assembly
            if word in source.data
            for site in source.assembly
        )

    # -- references ----------------------------------------------------------------------------------------------

    def standing(self, symbol: str, abi: Abi = "ABIInternal") -> Standing:
        """Return what becomes of a call of a symbol, from Go (ABIInternal) or from assembly (ABI0)."""
        definitions = self.definitions(symbol)
        if any(one.kind == "library" or abi in one.abis for one in definitions):
            return Standing.DEFINED
        if self.may_be_made(symbol):
            return Standing.UNKNOWN
        return Standing.WRONG_ABI if definitions else Standing.UNDEFINED

    def may_be_made(self, symbol: str) -> bool:
        """Whether something else than Go source and assembly could define a symbol."""
        if ":" in symbol or "·" in symbol or symbol.startswith("_cgo_"):
            return True
        parts = split_symbol(symbol)
        if parts is None or "." not in symbol:
            return self._has_foreign_code
        path, member_name = parts
        if path in ("builtin", "unsafe") or (path == "runtime" and member_name in _LINKER_MADE):
            return True
        member = self._by_prefix.get(path_to_prefix(path))
        if member is None:
            return False
        if member.std and member_name in _INTRINSICS:
            return True
        if any(source.tree.root_node.has_error for source in member.sources):
            return True
        if not member.std and _has_objects(member):
            return True
        return self._made_by_compiler(member, member_name)

    def _made_by_compiler(self, member: Member, name: str) -> bool:
        if name.startswith(("init", "_C", "_cgo")) or name.endswith("-fm") or member.package is None:
            return True
        pieces = split_member(name)
        if pieces is None:
            return True  # closures, instantiations
        receiver, pointer, method = pieces
        if not receiver:
            return False
        # A promoted method has a symbol of its own; which ones there are would take types to tell.
        if not pointer and member.package.find(f"(*{receiver}).{method}"):
            return False
        return any(one.declaration.kind == "type" for one in member.package.find(receiver))

    @cached_property
    def _has_foreign_code(self) -> bool:
        """Whether a C compiler makes a part of the program, whose symbols no Go source names."""
        direct, snapshot = self.program.snapshot.graph.direct, self.program.snapshot
        return any(
            not member.std and (direct(snapshot, member.folder, self.program.platform).cgo or _has_objects(member))
            for member in self.program.members.values()
        )


def _through_pointer(member: Member, declaration: Declaration) -> str:
    return f"{member.prefix}.(*{declaration.receiver}).{declaration.name}"


def _has_objects(member: Member) -> bool:
    """Whether a package brings object files along."""
    try:
        return any(name.endswith((".syso", ".o")) for name in os.listdir(member.folder))  # noqa: PTH208
    except OSError:
        return True
