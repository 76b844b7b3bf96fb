"""A package as it is compiled into programs, and what it defines there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.build.macros import assembled
from linkname_ls.build.platform import has_register_abi
from linkname_ls.links.effective import NEWEST_RELEASE, Release, effective, go_release
from linkname_ls.links.initializers import init_functions, init_number, initialised_variables
from linkname_ls.links.packages import Bound, Declared
from linkname_ls.links.symbols import path_to_prefix
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.gofile import has_wasm_import
from linkname_ls.source.lazily import cached_property
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.build.platform import Platform
    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.assembly import AsmSite
    from linkname_ls.source.gofile import Declaration

Abi = Literal["ABI0", "ABIInternal"]
ABIS: frozenset[Abi] = frozenset({"ABI0", "ABIInternal"})


@dataclass(frozen=True, slots=True)
class Node:
    """A package in an import graph: a folder's own, or its external test package."""

    folder: Path
    external: bool = False


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
    certain: bool = True
    """False for assembly under a condition that only a header or the user could decide."""
    declaration: Declaration | None = None
    """None in assembly and for what a shared library has."""
    bound: Bound | None = None
    """The directive that counts for the declaration."""

    @property
    def bare(self) -> bool:
        """Whether it is a variable without an initial value, which another definition may give it."""
        return self.kind == "data" and self.declaration is not None and not self.declaration.initialised

    @property
    def native_abi(self) -> Abi:
        """The ABI that it has by itself; for the other one the compiler may make a wrapper."""
        if self.kind == "text" and self.declaration is not None:
            return "ABIInternal"
        site = next((one for one in self.source.assembly if one.span == self.span), None)
        return "ABIInternal" if site is not None and site.abi == "ABIInternal" else "ABI0"


class Member:
    """A package as it is compiled, for all programs that compile it in the same way. What was looked up is kept."""

    def __init__(
        self, snapshot: Snapshot, node: Node, path: str, platform: Platform, *, tested: bool, main: bool
    ) -> None:
        self._snapshot: Snapshot | None = snapshot
        self._world = snapshot.worlds(node.folder)[0]
        self._platform = platform
        self.node = node
        self.folder = node.folder
        self.tested = tested
        """Whether its test files are compiled with it."""
        self.path = f"{path}_test" if node.external else path
        """Its import path in the program: a replacement goes by the path of what it replaces."""
        self.prefix = "main" if main else path_to_prefix(self.path)
        """What its symbols start with: "main" for a program's main package, else its escaped import path."""
        self._bindings: dict[str, Bound | None] = {}
        self._definitions: dict[str, tuple[Definition, ...]] = {}

    @cached_property
    def package(self) -> Package | None:
        """The files that share its package clause; None when they are gone."""
        snapshot, self._snapshot = self._snapshot, None  # it outlives the question
        packages = snapshot.packages(self.folder) if snapshot is not None else ()
        # A folder may hold nothing but an external test package.
        external = [one for one in packages if one.external]
        found = external if self.node.external else [one for one in packages if not one.external]
        return found[0] if found else None

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The Go files that are compiled."""
        return tuple(
            source
            for source in (self.package.sources if self.package is not None else ())
            if source.in_build(self._platform) and (not source.is_test or self.tested)
        )

    @cached_property
    def assembly(self) -> tuple[Source, ...]:
        """The assembly files that are built with it."""
        return tuple(
            source
            for source in (self.package.asm if self.package is not None else ())
            if source.in_build(self._platform)
        )

    @cached_property
    def _paths(self) -> frozenset[Path]:
        return frozenset(source.path for source in (*self.sources, *self.assembly))

    @cached_property
    def std(self) -> bool:
        """Whether it belongs to the Go tree."""
        module = self._world.module_of(self.folder)
        return module is not None and module.kind == "std"

    @cached_property
    def release(self) -> Release:
        """The Go release that compiles it."""
        return go_release(self._world.toolchain.version) or NEWEST_RELEASE

    @cached_property
    def register_abi(self) -> bool:
        """Whether Go and assembly call functions in different ways on its platform."""
        return has_register_abi(self._platform.goarch, self.release)

    @property
    def sanitised(self) -> bool:
        """Whether the compiler adds what the address sanitiser needs."""
        return self._platform.satisfies("asan")

    @cached_property
    def uses_cgo(self) -> bool:
        """Whether cgo writes Go files of its own for it."""
        return any(source.uses_cgo for source in self.sources)

    @cached_property
    def has_variables(self) -> bool:
        """Whether it declares package-level variables."""
        return any(one.kind == "var" for source in self.sources for one in source.go.declarations)

    @property
    def _data_abis(self) -> frozenset[Abi]:
        """How data can be called, absurdly: where there is one ABI the linker does not look."""
        return frozenset[Abi]({"ABI0"}) if self.register_abi else ABIS

    def holds(self, source: Source) -> bool:
        """Whether a file is compiled as a part of it."""
        return source.path in self._paths

    # -- directives ----------------------------------------------------------------------------------------------

    def binding(self, local: str) -> Bound | None:
        """Return the directive that counts for a local name, or None."""
        if local not in self._bindings:
            package = self.package
            self._bindings[local] = effective(package, local, self.holds, self.release) if package is not None else None
        return self._bindings[local]

    def symbol(self, declaration: Declaration) -> str:
        """Return the symbol of a declaration as it is compiled."""
        bound = self.binding(declaration.name) if declaration.kind in ("func", "var") else None
        if bound is not None and bound.directive.target is not None:
            return bound.directive.target.text
        return f"{self.prefix}.{declaration.member}"

    def naming(self, symbol: str) -> list[Bound]:
        """Return the directives that count and name a symbol, marks among them."""
        package = self.package
        if package is None:
            return []
        found = list(package.by_target.get(symbol, ()))
        if symbol.startswith(f"{self.prefix}."):
            local = symbol[len(self.prefix) + 1 :]
            found += [bound for bound in package.by_local.get(local, ()) if bound.directive.target is None]
        return [
            bound
            for bound in found
            if (local := bound.directive.local) is not None and self.binding(local.text) == bound
        ]

    # -- definitions ---------------------------------------------------------------------------------------------

    def definitions(self, symbol: str) -> tuple[Definition, ...]:
        """Return what defines a symbol here; bare variables are definitions too."""
        found = self._definitions.get(symbol)
        if found is None:
            unique = {(one.source.path, one.span): one for one in self._search(symbol)}
            found = self._definitions[symbol] = tuple(unique.values())
        return found

    def _search(self, symbol: str) -> Iterator[Definition]:
        package = self.package
        if package is None:
            return
        locals_ = [bound.directive.local.text for bound in self.naming(symbol) if bound.directive.local]
        if symbol.startswith(f"{self.prefix}."):
            locals_.append(symbol[len(self.prefix) + 1 :])
        for local in dict.fromkeys(locals_):
            for declared in package.find(local):
                yield from self._declared(symbol, declared)
        if symbol.startswith(f"{self.prefix}.init"):
            yield from self._initialising(symbol)
        yield from self._assembled(symbol)
        for source in self.sources:
            for cgo in source.cgo_imports:
                if cgo.local.text == symbol:
                    yield Definition("library", self, source, cgo.local.span, ABIS)

    def _declared(self, symbol: str, declared: Declared) -> Iterator[Definition]:
        """Yield a declaration if it is compiled, defines something, and carries the symbol."""
        source, declaration = declared
        if declaration.kind not in ("func", "method", "var") or declaration.generic:
            return
        if declaration.bodyless and not self._has_host_body(declared):
            return
        if declaration.name in ("_", "init") or not self.holds(source):
            return
        if self._renamed(symbol, declaration) or self._of_generic_type(declaration):
            return
        bound = self.binding(declaration.name) if declaration.kind != "method" else None
        if declaration.kind == "var":
            yield Definition(
                "data", self, source, declaration.name_span, self._data_abis, declaration=declaration, bound=bound
            )
            return
        yield Definition(
            "text", self, source, declaration.name_span, self._text_abis(symbol), declaration=declaration, bound=bound
        )

    def _initialising(self, symbol: str) -> Iterator[Definition]:
        """Yield what the compiler calls by a symbol like ``pkg.init`` or ``pkg.init.0``."""
        name = symbol[len(self.prefix) + 1 :]
        number = init_number(name)
        found: tuple[Declared, ...] = ()
        if name == "init":
            found = initialised_variables(self.sources)[:1]
        elif number is not None:
            found = init_functions(self.sources)[number : number + 1]
        for source, declaration in found:
            yield Definition(
                "text", self, source, declaration.name_span, self._text_abis(symbol), declaration=declaration
            )

    def _text_abis(self, symbol: str) -> frozenset[Abi]:
        """Return how a function in Go can be called."""
        # cmd/compile/internal/ssagen/abi.go: one with a directive, or that its own assembly names, has both.
        if self.register_abi and not self.naming(symbol) and not self._assembly_names(symbol):
            return frozenset[Abi]({"ABIInternal"})
        return ABIS

    def _has_host_body(self, declared: Declared) -> bool:
        return self._platform.goarch == "wasm" and has_wasm_import(
            declared.source.data, declared.declaration.span.start
        )

    def _renamed(self, symbol: str, declaration: Declaration) -> bool:
        """Whether a directive gives a declaration another symbol than this."""
        if declaration.kind == "method":
            # A value method can be had through the pointer too: the compiler makes a wrapper.
            through_pointer = f"{self.prefix}.(*{declaration.receiver}).{declaration.name}"
            return symbol not in (f"{self.prefix}.{declaration.member}", through_pointer)
        return self.symbol(declaration) != symbol

    def _of_generic_type(self, declaration: Declaration) -> bool:
        if declaration.kind != "method" or self.package is None:
            return False
        return any(one.declaration.generic for one in self.package.find(declaration.receiver))

    def _assembled(self, symbol: str) -> Iterator[Definition]:
        for source, site in self._sites_in_assembly(symbol):
            there = self.assembles(site)
            if site.kind == "reference" or there is Certainty.NO:
                continue
            certain = there is Certainty.YES
            if site.kind == "globl":
                yield Definition("data", self, source, site.span, self._data_abis, certain)
                continue
            abis: frozenset[Abi] = frozenset({"ABIInternal" if site.abi == "ABIInternal" else "ABI0"})
            wrapped = site.abi != "ABIInternal" or self.naming(symbol) or self._assembly_calls(symbol)
            if not self.register_abi or (wrapped and self.declares(symbol)):
                abis = ABIS  # the compiler makes a wrapper for the other one
            yield Definition("text", self, source, site.span, abis, certain)

    def _assembly_calls(self, symbol: str) -> bool:
        """Whether its own assembly refers to a symbol as to one of ABI0."""
        return any(
            site.kind == "reference" and site.abi != "ABIInternal" and self.assembles(site) is not Certainty.NO
            for _, site in self._sites_in_assembly(symbol)
        )

    def _sites_in_assembly(self, symbol: str) -> Iterator[tuple[Source, AsmSite]]:
        """Yield the sites of a symbol in the assembly that is built with the package."""
        if self.package is None:
            return
        local = self.prefix != self.package.prefix and symbol.startswith(f"{self.prefix}.")
        # A name that begins with a dot belongs to the program's name for the package: "main", a replaced path.
        asked = f"{self.package.prefix}{symbol[len(self.prefix) :]}" if local else symbol
        for source, site in self.package.assembly(asked):
            if source.path in self._paths and self._means(site.symbol, symbol):
                yield source, site

    def assembles(self, site: AsmSite) -> Certainty:
        """Return whether the conditions that a site in its assembly stands under hold."""
        return assembled(site.conditions, self._platform) if site.conditions else Certainty.YES

    def _means(self, name: str, symbol: str) -> bool:
        """Whether a name in the package's assembly, which may begin with a dot, is a symbol."""
        return name == symbol or (name.startswith(".") and f"{self.prefix}{name}" == symbol)

    def declares(self, symbol: str) -> bool:
        """Whether there is a bodyless function that has this symbol."""
        names = [bound.directive.local.text for bound in self.naming(symbol) if bound.directive.local]
        if symbol.startswith(f"{self.prefix}."):
            names.append(symbol[len(self.prefix) + 1 :])
        return self.package is not None and any(
            one.declaration.bodyless and self.holds(one.source)
            for name in names
            for one in self.package.find(name)
            if not self._renamed(symbol, one.declaration)
        )

    def _assembly_names(self, symbol: str) -> bool:
        return any(self.assembles(site) is not Certainty.NO for _, site in self._sites_in_assembly(symbol))
