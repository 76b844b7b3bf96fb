"""Who defines a symbol in one program, as the linker would find it.

Source: cmd/link/internal/loader/loader.go and cmd/compile/internal/ssagen/abi.go (which ABIs a function can be
called by).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from linkname_ls.links.effective import Release
from linkname_ls.links.packages import could_declare
from linkname_ls.links.symbols import split_symbol
from linkname_ls.programs.compiled import may_make, word_of
from linkname_ls.source.lazily import cached_property

if TYPE_CHECKING:
    from linkname_ls.programs.member import Abi, Definition, Member
    from linkname_ls.programs.program import Program

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


class Linker:
    """The symbol table of one program. What was looked up is kept."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.release: Release = program.root.release
        self._definitions: dict[str, tuple[Definition, ...]] = {}

    @property
    def register_abi(self) -> bool:
        """Whether Go and assembly call functions in different ways on the program's platform."""
        return self.program.root.register_abi

    # -- definitions ---------------------------------------------------------------------------------------------

    def definitions(self, symbol: str) -> tuple[Definition, ...]:
        """Return all that defines a symbol in the program; bare variables are definitions too."""
        found = self._definitions.get(symbol)
        if found is None:
            members = dict.fromkeys(self._holders(symbol))
            found = self._definitions[symbol] = tuple(one for member in members for one in member.definitions(symbol))
        return found

    def _holders(self, symbol: str) -> Iterator[Member]:
        """Yield the members in which a definition may stand: the symbol's own package, and those that name it."""
        own = self.program.named(symbol)
        if own is not None:
            yield own
        for link in self.program.snapshot.link_sites(symbol, self.program.folder):
            source = self.program.snapshot.source(link.path)
            holder = self.program.compiles(source) if source is not None else None
            if holder is not None:
                yield holder

    # -- references ----------------------------------------------------------------------------------------------

    def standing(self, symbol: str, abi: Abi = "ABIInternal") -> Standing:
        """Return what becomes of a call of a symbol, from Go (ABIInternal) or from assembly (ABI0)."""
        definitions = self.definitions(symbol)
        if any(one.certain and (one.kind == "library" or abi in one.abis) for one in definitions):
            return Standing.DEFINED
        if not all(one.certain for one in definitions) or self.may_be_made(symbol):
            return Standing.UNKNOWN
        return Standing.WRONG_ABI if definitions else Standing.UNDEFINED

    def may_be_made(self, symbol: str) -> bool:
        """Whether something else than Go source and assembly could define a symbol."""
        if ":" in symbol or "·" in symbol or symbol.startswith("_cgo_") or not self.program.complete:
            return True
        parts = split_symbol(symbol)
        if parts is None or "." not in symbol:
            return self._has_foreign_code
        path, member_name = parts
        if path in ("builtin", "unsafe") or (path == "runtime" and member_name in _LINKER_MADE):
            return True
        member = self.program.by_path(path)
        if member is None:
            return False
        if member.std and member_name in _INTRINSICS:
            return True
        word = word_of(member_name)
        for source in member.sources:
            # What initialises variables is declared nowhere.
            if source.has_error and (member_name == "init" or could_declare(source.data, word)):
                return True
        if not member.std and any(_includes_code(source.data) for source in member.assembly):
            return True
        return (not member.std and _has_objects(member)) or may_make(member, member_name)

    @cached_property
    def _has_foreign_code(self) -> bool:
        """Whether a C compiler makes a part of the program, whose symbols no Go source names."""
        direct, snapshot = self.program.snapshot.graph.direct, self.program.snapshot
        return any(
            not member.std and (direct(snapshot, member.folder, self.program.platform).cgo or _has_objects(member))
            for member in self.program.members.values()
        )


# What assembly includes for its constants alone.
_HEADERS = re.compile(rb'#\s*include\s+["<](?:textflag|funcdata|go_asm|go_tls|asm_\w+|abi_\w+|cgo/\w+)\.h[">]')


def _includes_code(data: bytes) -> bool:
    """Whether an assembly file includes one that could define symbols."""
    return data.count(b"#include") > len(_HEADERS.findall(data))


def _has_objects(member: Member) -> bool:
    """Whether a package brings object files along."""
    try:
        return any(name.endswith((".syso", ".o")) for name in os.listdir(member.folder))  # noqa: PTH208
    except OSError:
        return True
