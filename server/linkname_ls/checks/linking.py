"""What the rules of the linker share: the references that a file makes, and the programs that it is linked into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.importable import importable
from linkname_ls.checks.missing_function_body import complete
from linkname_ls.links.packages import Bound
from linkname_ls.programs.member import Abi
from linkname_ls.programs.reach import Reached
from linkname_ls.programs.refused import refusal
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.gofile import may_lack_bodies
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.checks.unit import Unit
    from linkname_ls.links.packages import Package
    from linkname_ls.links.table import Site
    from linkname_ls.programs.linker import Linker
    from linkname_ls.programs.member import Member
    from linkname_ls.programs.program import Program
    from linkname_ls.source.gofile import Declaration


@dataclass(frozen=True, slots=True)
class Link:
    """A file as a part of one program."""

    program: Program
    member: Member
    linker: Linker

    @property
    def real(self) -> bool:
        """Whether there is such a program in the workspace; else it is only what any program would do."""
        return self.program.kind != "library"

    @property
    def name(self) -> str:
        """What to call the program in a message."""
        return f"the test of {self.program.name}" if self.program.kind == "test" else self.program.name


@dataclass(frozen=True, slots=True)
class Reference:
    """A function or variable of a file that the linker has to find elsewhere."""

    symbol: str
    local: str
    span: Span
    """Where to report it: the directive, or the name of a function without one."""
    declaration: Declaration | None = None
    """None in assembly."""
    bound: Bound | None = None
    abi: Abi = "ABIInternal"
    certainty: Certainty = Certainty.YES
    """In assembly: whether it is assembled. What the compiler emits is a question to the program."""

    @property
    def variable(self) -> bool:
        """Whether it is a variable, which is a definition of its own where there is no other."""
        return self.declaration is not None and self.declaration.kind == "var"

    @property
    def assembly(self) -> bool:
        """Whether it stands in assembly."""
        return self.declaration is None


def links_of(unit: Unit) -> list[Link]:
    """Return the programs of the workspace that a file is linked into; what stands for any program if there are none.

    Empty for a file that today's build leaves out.
    """
    known: list[Link] | None = unit.kept.get("links")
    if known is None:
        known = unit.kept["links"] = _links(unit)
    return known


def _links(unit: Unit) -> list[Link]:
    if not unit.in_build:
        return []
    found = unit.linked
    if not found and not unit.source.is_test:
        program = unit.programs.library(unit.source.folder)
        found = [(program, program.root)]
    return [Link(program, member, unit.programs.linker(program)) for program, member in found]


def references_of(unit: Unit, link: Link) -> tuple[Reference, ...]:
    """Return the functions without a body and the bare variables of others that a file declares or names.

    In assembly, the symbols that it refers to.
    """
    # Most programs compile a package in the same way.
    known: tuple[Reference, ...] | None = unit.kept.get(link.member)
    if known is None:
        known = unit.kept[link.member] = tuple(_references(unit, link))
    return known


def _references(unit: Unit, link: Link) -> Iterator[Reference]:
    if unit.source.language == "asm":
        yield from _assembly_references(unit, link)
        return
    for directive in unit.checked:
        local = directive.local
        bound = link.member.binding(local.text) if local is not None else None
        if local is None or bound is None or bound.directive != directive or bound.source.path != unit.source.path:
            continue
        declaration = declared_as(unit, local.text)
        if declaration is None or declaration.generic:
            continue
        symbol = link.member.symbol(declaration)
        bare = declaration.kind == "var" and not declaration.initialised
        foreign = symbol != f"{link.member.prefix}.{local.text}"
        if declaration.bodyless or (bare and foreign):
            yield Reference(symbol, local.text, Span(directive.position, directive.span.end), declaration, bound)
    if may_lack_bodies(unit.source.data) and not complete(unit):
        for declaration in unit.source.go.declarations:
            if not declaration.bodyless or declaration.generic or declaration.name in ("_", "init"):
                continue
            if declaration.kind == "func" and link.member.binding(declaration.name) is not None:
                continue
            symbol = f"{link.member.prefix}.{declaration.member}"
            yield Reference(symbol, declaration.member, declaration.name_span, declaration, None)


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


T = TypeVar("T", bound=_Placed)


def worst(
    unit: Unit, items: Callable[[Link], Iterable[T]], judge: Callable[[Unit, Link, T], Finding | None]
) -> Iterator[Finding]:
    """Yield one finding for each item of a file: what the first program says that fails, else the first that warns."""
    found: dict[int, Finding] = {}
    for link in links_of(unit):
        for item in items(link):
            known = found.get(item.span.start)
            if known is not None and known.severity == "error":
                continue
            finding = judge(unit, link, item)
            if finding is not None and (known is None or finding.severity == "error"):
                found[item.span.start] = finding
    yield from found.values()


def is_listed(link: Link, reference: Reference) -> bool:
    """Whether a reference is on the linker's list, at which it looks before anything else."""
    refused = refusal(link.linker, reference.symbol, link.member, assembly=reference.assembly)
    return refused is not None and refused.reason == "listed"


def surely_reached(unit: Unit, link: Link, reference: Reference) -> Reached | None:
    """Return how a program comes to a symbol that it does not define; None when it is not sure to fail by that."""
    # The linker for wasm looks at data only.
    if not link.real or link.program.platform.goarch == "wasm":
        return None
    reached = unit.programs.reach(link.program).reaches(reference.symbol)
    return reached if min(reached.certainty, reference.certainty) is Certainty.YES else None


def _assembly_references(unit: Unit, link: Link) -> Iterator[Reference]:
    for site in unit.source.assembly:
        certainty = link.member.assembles(site)
        if site.kind == "reference" and certainty is not Certainty.NO:
            symbol = f"{link.member.prefix}{site.symbol}" if site.symbol.startswith(".") else site.symbol
            abi: Abi = "ABIInternal" if site.abi == "ABIInternal" else "ABI0"
            yield Reference(symbol, "it", site.span, abi=abi, certainty=certainty)


def declared_as(unit: Unit, local: str) -> Declaration | None:
    """Return the function or variable that a local name means in the package as it is built, or None."""
    for source, declaration in unit.package.find(local):
        if declaration.kind in ("func", "var") and unit.holds(source):
            return declaration
    return None


def defined_elsewhere(unit: Unit, symbol: str) -> list[Site]:
    """Return the functions and assembly of today's build that define a symbol, linked together or not."""
    table = unit.table
    found = table.definers(symbol, unit.source.folder, early=False)
    return [
        site
        for site in found
        if site.kind == "cgo"
        or (site.kind == "assembly" and not (_built(unit, site) and not table.in_build(site)))
        or (site.declaration and site.declaration.is_function)
    ]


def refused_if_linked(unit: Unit, link: Link, reference: Reference, package: Package) -> str:
    """Return, as the end of a message, that the linker would refuse a reference if its package were linked; else ""."""
    linker = unit.programs.linker(unit.programs.library(package.folder))
    refused = refusal(linker, reference.symbol, link.member, assembly=reference.assembly, variable=reference.variable)
    return f"; were it linked, Go {'.'.join(map(str, linker.release))} would refuse the reference" if refused else ""


def _built(unit: Unit, site: Site) -> bool:
    return site.source.in_build(unit.snapshot.platform(site.source.folder))


def blank_import(unit: Unit, link: Link, package: Package) -> tuple[Fix, ...]:
    """Return the fix that imports a package for its symbols; () where Go would not allow that."""
    if not importable(unit, package):
        return ()
    edits = add_blank_import(unit.source.data, unit.source.tree, package.path)
    # In a library the import may be meant for its users to choose.
    return (Fix(f'Add import _ "{package.path}"', edits, preferred=link.real),) if edits else ()


def where(sites: Sequence[Site]) -> str:
    """Return the build constraints under which some sites exist, a few of them."""
    texts = list(dict.fromkeys(site.source.constraint.text or "cgo" for site in sites))
    more = f" (or {len(texts) - 3} more)" if len(texts) > 3 else ""
    return " || ".join(f"({text})" if "||" in text and len(texts) > 1 else text for text in texts[:3]) + more
