"""What a release would make of a reference, by its facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.build.platform import has_register_abi
from linkname_ls.links.gotypes import Func
from linkname_ls.links.signatures import Match
from linkname_ls.releases import law, table
from linkname_ls.releases.shapes import parse_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkname_ls.links.gotypes import Type
    from linkname_ls.links.signatures import End, Signatures
    from linkname_ls.releases.facts import Abi, Fact, Release, ReleaseId, Status

Verdict = Literal["links", "refused", "undefined", "unknown"]


class Judgement(NamedTuple):
    """What becomes of a reference."""

    verdict: Verdict
    """``undefined`` where nothing is there that the reference could mean, ``unknown`` for a release that is not."""
    refusal: law.Refusal | None = None


class _Ground(NamedTuple):
    """A fact, as the law looks at it."""

    fact: Fact

    @property
    def text(self) -> bool:
        return self.fact.kind != "var"

    @property
    def assembly(self) -> bool:
        return self.fact.made in ("text", "globl")

    @property
    def abi(self) -> Abi:
        return self.fact.abi

    @property
    def status(self) -> Status:
        return self.fact.status


def judge(
    symbol: str,
    release: ReleaseId,
    platform: str,
    *,
    path: str = "main",
    assembly: bool = False,
    variable: bool = False,
) -> Judgement:
    """Return what a known release makes of a reference by a package outside of the standard library.

    ``platform`` is ``linux/amd64`` and the like, ``path`` the package that refers, ``assembly`` and ``variable`` say
    from where. The packages that define the symbol are taken to be in the program.
    """
    known = table.release(release)
    if known is None:
        return Judgement("unknown")
    return judge_facts(
        table.facts(symbol, release), known, symbol, platform, path, assembly=assembly, variable=variable
    )


def judge_facts(
    facts: Sequence[Fact],
    release: Release,
    symbol: str,
    platform: str,
    path: str = "main",
    *,
    assembly: bool = False,
    variable: bool = False,
) -> Judgement:
    """Return what a release makes of a reference to a symbol of which it says ``facts``."""
    language = release.id.language
    registers = has_register_abi(platform.partition("/")[2], language)
    rules = law.Rules(language, registers, release.blocked, release.builtins, release.numbered)
    reference = law.Reference(symbol, path, std=False, assembly=assembly, variable=variable)
    wanted: Abi = "ABI0" if assembly else "ABIInternal"
    here = [
        one
        for one in facts
        if platform in one.platforms
        and one.made != "nothing"
        and (variable or one.kind == "var" or one.wrapped or not registers or one.abi == wanted)
    ]
    refused = law.refusal(rules, reference, lambda: [_Ground(one) for one in here])
    if refused is not None:
        return Judgement("refused", refused)
    # A variable that nobody defines is one of its own, and data is no function; assembly reads data too.
    reached = variable or any(one.kind != "var" or assembly or not registers for one in here)
    return Judgement("links" if reached else "undefined")


def compare(signatures: Signatures, mine: End, fact: Fact) -> Match:
    """Return how the type of a declaration compares to that of a symbol, on the platform of ``signatures``.

    As :class:`~linkname_ls.links.signatures.Signatures` does for two declarations, but that types which a shape does
    not tell apart are alike and never identical. UNKNOWN for a function against a variable.
    """
    theirs = parse_shape(fact.shape) if fact.shape else None
    declaration = mine.declared.declaration
    if declaration.is_function != (fact.kind != "var") or theirs is None:
        return Match.UNKNOWN
    found = _compared(signatures, mine, theirs)
    # Only a type that is written in basic types alone is its own shape.
    return Match.ALIKE if found is Match.IDENTICAL and parse_shape(fact.text) != theirs else found


def _compared(signatures: Signatures, mine: End, theirs: Type) -> Match:
    if isinstance(theirs, Func):
        function = signatures.types.function(mine.package, mine.declared, pointer=mine.pointer)
        return signatures.function_types(function, theirs)
    return signatures.variable_types(signatures.types.variable(mine.package, mine.declared), theirs)
