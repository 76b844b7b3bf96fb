"""Which symbols of the standard library a Go release does not let other packages refer to.

Since Go 1.23 the linker refuses references that come through a linkname directive, or from assembly, to what the
standard library neither marks nor pushes, and to the names on a list. It reads both from the object files; here they
are read from the sources of the Go tree that would build.

Source: ``checkLinkname`` and ``blockedLinknames`` in cmd/link/internal/loader/loader.go; golang/go#67401.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.releases import law
from linkname_ls.releases.law import Refusal
from linkname_ls.releases.lists import blocked_names, builtin_functions, numbered_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkname_ls.programs.linker import Linker
    from linkname_ls.programs.member import Definition, Member
    from linkname_ls.releases.facts import Abi, Status

__all__ = ["Refusal", "blocked_names", "refusal"]


@dataclass(frozen=True, slots=True)
class _Ground:
    """A definition in a program, as the law looks at it."""

    linker: Linker
    symbol: str
    definition: Definition

    @property
    def text(self) -> bool:
        return self.definition.kind == "text"

    @property
    def assembly(self) -> bool:
        return self.definition.declaration is None

    @property
    def abi(self) -> Abi:
        return self.definition.native_abi

    @property
    def status(self) -> Status:
        members = [self.definition.member]
        if self.assembly and self.text:
            # The mark of a function in assembly stands at its Go declaration.
            own = self.linker.program.named(self.symbol)
            members += [own] if own is not None else []
        keywords = {bound.directive.keyword for member in members for bound in member.naming(self.symbol)}
        return "marked" if "linkname" in keywords else "std only" if keywords else "unmarked"


def refusal(
    linker: Linker,
    symbol: str,
    referrer: Member,
    *,
    assembly: bool = False,
    variable: bool = False,
    defined: Sequence[Definition] | None = None,
) -> Refusal | None:
    """Return why a program's linker would refuse that a package refers to a symbol; None when it does not.

    ``assembly`` says that the reference stands in an assembly file, ``variable`` that it is a variable. Whether the
    compiler emits the reference at all is another question, and so is whether the symbol is defined. ``defined`` are
    its definitions, where the caller knows them already.
    """
    if linker.release < (1, 23):
        return None
    goroot = linker.program.snapshot.worlds(linker.program.folder)[0].toolchain.goroot
    rules = law.Rules(
        linker.release,
        linker.register_abi,
        blocked_names(goroot),
        builtin_functions(goroot),
        numbered_symbols(goroot),
    )

    def grounds() -> list[_Ground] | None:
        """Return the definitions that count; None where some are not the standard library's."""
        found = [one for one in (defined or linker.definitions(symbol)) if one.kind != "library"]
        # A variable that others share through a directive is a definition in each of them; its own package's counts,
        # and what gives it a value where that does not.
        own = linker.program.named(symbol)
        mine = [one for one in found if one.member is own]
        if mine:
            bare = all(one.bare for one in mine)
            found = [one for one in found if one.member is own or (bare and not one.bare)]
        std = all(one.member.std for one in found)
        return [_Ground(linker, symbol, one) for one in found] if std else None

    reference = law.Reference(symbol, referrer.path, referrer.std, assembly=assembly, variable=variable)
    return law.refusal(rules, reference, grounds)
