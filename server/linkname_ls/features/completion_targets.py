"""The link symbols that can be a directive's second argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkname_ls.features.completion_item import MOST_ITEMS, Completion, Item, ItemKind, one_line
from linkname_ls.features.completion_names import linkable, resembles
from linkname_ls.features.completion_paths import complete_paths
from linkname_ls.features.completion_symbols import Named, awaited, member_of, symbols_of
from linkname_ls.features.release_note import later_break
from linkname_ls.links.catalog import catalog
from linkname_ls.links.symbols import path_to_prefix, prefix_to_path
from linkname_ls.links.typereader import syntax_of
from linkname_ls.programs.refused import Refusal, refusal
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.gofile import may_lack_bodies
from linkname_ls.source.signature import function_text

if TYPE_CHECKING:
    from linkname_ls.features.completion_place import Place
    from linkname_ls.links.packages import Declared, Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.linker import Linker
    from linkname_ls.programs.member import Member

_EXPORTED = re.compile(r"(?<![\w.])[A-Z]\w*\b(?!\.)")
_REFUSED = 2  # the rank of what the linker refuses
_UNLINKED = "No import of this package leads to {}: the program must import it elsewhere, or here for its symbols as _."
_MOST_FOLDERS = 300
"""How many packages of the workspace are looked through for functions that await a body."""


@dataclass(frozen=True, slots=True)
class Local:
    """What a directive's first argument is, as far as it is there yet."""

    kind: Literal["func", "var", ""]
    """"" where nothing is declared by that name."""
    pushes: bool
    declared: Declared | None
    """The declaration, if it is one whose type can be compared: a function with something in its signature."""


def local_of(snapshot: Snapshot, package: Package, source: Source, name: str) -> Local:
    """Return what a directive's local name means in its file."""
    found = next((one for one in linkable(snapshot, package, source) if one.declaration.name == name), None)
    if found is None:
        return Local("", pushes=False, declared=None)
    declaration = found.declaration
    if declaration.kind == "var":
        return Local("var", declaration.initialised, None)
    syntax = syntax_of(found)
    if syntax is None:  # half-typed: it may get a body or not
        return Local("func", pushes=False, declared=None)
    typed = bool(syntax.parameters or syntax.results)
    return Local("func", declaration.has_body, found if typed else None)


def complete_target(
    snapshot: Snapshot, package: Package, source: Source, place: Place, *, unchecked: bool
) -> Completion:
    """Return the symbols for a second argument, or the paths of packages as long as none has been typed.

    ``unchecked`` says that the linker is told to let pass what it would refuse.
    """
    local = local_of(snapshot, package, source, place.local)
    choice = _Choice(snapshot, package, local, unchecked=unchecked)
    found: list[Item] = []
    for prefix, typed in _splits(place.typed):
        packages = _packages(snapshot, prefix, package.folder)
        if packages:
            found = list(chain.from_iterable(choice.symbols(one, prefix, typed) for one in packages))
            break
    waiting = choice.workspace(place.typed) if local.pushes and local.kind == "func" and not found else iter(())
    rest = chain(waiting, complete_paths(snapshot, package, place.typed))
    found += islice(rest, max(MOST_ITEMS + 1 - len(found), 0))
    return Completion(place.span, tuple(found[:MOST_ITEMS]), bool(place.typed) or choice.cut or len(found) > MOST_ITEMS)


def _splits(typed: str) -> Iterator[tuple[str, str]]:
    """Yield each way to take what is typed for a path and the beginning of a member, the longest path first."""
    end = min((at for at in (typed.find("("), typed.find("[")) if at >= 0), default=len(typed))
    slash = typed.rfind("/", 0, end)
    at = typed.rfind(".", slash + 1, end)
    while at > 0:
        yield typed[:at], typed[at + 1 :]
        at = typed.rfind(".", slash + 1, at)


def _packages(snapshot: Snapshot, prefix: str, folder: Path) -> list[Package]:
    """Return the packages that a prefix means, also one whose dots are not escaped; [] for none."""
    if prefix == "main" and not snapshot.complete and not snapshot.indexed(folder):
        return [one for one in snapshot.packages(folder) if one.name == "main"]
    return list(snapshot.symbol_packages(prefix_to_path(prefix), folder))


def _on_the_way(prefix: str, typed: str) -> bool:
    """Whether a package is, or can still become, the one whose prefix is being typed."""
    return prefix.startswith(typed) or typed.startswith(f"{prefix}.")


class _Choice:
    """The symbols for one directive."""

    def __init__(self, snapshot: Snapshot, package: Package, local: Local, *, unchecked: bool) -> None:
        self._snapshot = snapshot
        self._package = package
        self._local = local
        self.cut = False
        """Whether there were more packages than were looked into."""
        self._unchecked = unchecked
        self._folder = package.folder
        self._asker = member_of(snapshot, package)
        self._programs = Programs(snapshot)
        syntax = syntax_of(local.declared) if local.declared is not None else None
        self._own_type = function_text(syntax) if syntax is not None else ""

    def symbols(self, package: Package, prefix: str, typed: str) -> list[Item]:
        """Return the symbols under a package's prefix that resemble what is typed of the member, the best first.

        ``prefix`` is how the path is typed.
        """
        member = member_of(self._snapshot, package)
        named = awaited if self._local.pushes else symbols_of
        # Only the Go tree has symbols that are refused.
        linker = self._programs.linker(self._programs.library(package.folder)) if self._judges(member) else None
        found: list[tuple[tuple[bool, int, bool, bool, str], Named, str, str]] = []
        for one in named(self._snapshot, member, self._folder):
            name = one.symbol[len(member.prefix) + 1 :]
            if not self._fits(one) or not resembles(name, typed):
                continue
            rank, note, warning = self._standing(one, linker)
            if not self._is_linked(one):
                note = _joined(note, "not imported")
                warning = warning or _UNLINKED.format(one.definition.member.path if one.definition else package.path)
            begins = name.lower().startswith(typed.lower())
            order = (not begins, rank, not self._same_type(one), "." in name, name.lower())
            found.append((order, one, note, warning))
        best = sorted(found, key=lambda entry: entry[0])[: MOST_ITEMS + 1]
        best.sort(key=lambda entry: (entry[0][1:3], entry[0][0], entry[0][3:]))
        items: list[Item] = []
        for order, one, note, why in best:
            holds = linker is not None and order[1] < _REFUSED
            later = later_break(one.symbol, self._snapshot, self._folder) if holds else ""
            items.append(_item(one, f"{prefix}{one.symbol[len(member.prefix) :]}", _joined(note, later), why))
        return items

    def workspace(self, typed: str) -> Iterator[Item]:
        """Yield the functions of the workspace's packages that await a body, for a push."""
        entries = [one for one in catalog(self._snapshot, self._folder) if one.kind == "main" and not one.immutable]
        self.cut = len(entries) > _MOST_FOLDERS
        if self.cut:
            # Who types a path gets there.
            entries.sort(key=lambda one: not _on_the_way(path_to_prefix(one.path), typed))
        for entry in entries[:_MOST_FOLDERS]:
            folder = Path(entry.folder)
            for package in self._snapshot.packages(folder)[:1] if folder != self._folder else ():
                if not any(may_lack_bodies(source.data) for source in package.sources):
                    continue
                for one in awaited(self._snapshot, member_of(self._snapshot, package), self._folder):
                    if self._fits(one) and resembles(one.symbol, typed):
                        _, note, warning = self._standing(one, None)
                        yield _item(one, one.symbol, note, warning)

    def _is_linked(self, named: Named) -> bool:
        """Whether a program that has the directive's package surely has the symbol's definition too."""
        if self._asker.std or named.definition is None:
            return True  # the Go tree's packages have each other when they are needed
        program = self._programs.library(self._folder)
        return not program.complete or program.member_of(named.definition.member.folder) is not None

    def _judges(self, member: Member) -> bool:
        return member.std and not self._asker.std and not self._local.pushes

    def _fits(self, named: Named) -> bool:
        """Whether a symbol is of the directive's kind."""
        declaration = named.declared.declaration if named.declared is not None else None
        if named.definition is None and not self._local.pushes:
            return False
        if declaration is None or not self._local.kind:
            return True
        return declaration.is_function if self._local.kind == "func" else declaration.kind == "var"

    def _same_type(self, named: Named) -> bool:
        """Whether a symbol's function has the signature that the directive's function has already, as it is written."""
        if not self._own_type or named.declared is None or named.package is None:
            return False
        syntax = syntax_of(named.declared)
        if syntax is None:
            return False
        text = function_text(syntax)
        if named.package.folder != self._folder:
            text = _EXPORTED.sub(rf"{named.package.name}.\g<0>", text)
        return text == self._own_type

    def _standing(self, named: Named, linker: Linker | None) -> tuple[int, str, str]:
        """Return the rank of a symbol, a word on its link, and why the linker refuses it ("" when it does not)."""
        definition, declared = named.definition, named.declared
        if definition is None:
            return 0, "awaits a body", ""
        if linker is not None:
            variable = definition.kind == "data"
            refused = refusal(linker, named.symbol, self._asker, variable=variable, defined=(definition,))
            if refused is not None:
                release = ".".join(map(str, linker.release))
                why = refused.why(linker.release)
                if self._unchecked:
                    return (
                        _REFUSED,
                        "needs -checklinkname=0",
                        f"The linker refuses this without -checklinkname=0: {why}.",
                    )
                if not _passes_by_type(declared, refused):
                    return _REFUSED, f"refused by Go {release}", f"The linker refuses this: {why}."
                return (
                    1,
                    "by its receiver's type",
                    (f"{why}, but the linker lets it pass where the signature names the receiver's own type."),
                )
        if named.pushed:
            return 0, f"pushed by {definition.member.path}", ""
        if definition.member.naming(named.symbol):
            return 0, "marked", ""
        return 1, "in assembly" if definition.declaration is None else "", ""


def _joined(*notes: str) -> str:
    return ", ".join(note for note in notes if note)


def _passes_by_type(declared: Declared | None, refused: Refusal) -> bool:
    """Whether the linker lets a symbol pass where the signature is spelled out (see programs/known_objects.py)."""
    if declared is None or declared.declaration.kind != "method" or refused.reason == "listed":
        return False
    return declared.declaration.receiver[:1].isupper()


def _item(named: Named, filtered: str, note: str, warning: str) -> Item:
    kind: ItemKind = "function"
    text = ""
    if named.declared is not None:
        source, declaration = named.declared
        text = one_line(source.text(declaration.header))
        if declaration.kind == "var":
            kind, text = "variable", f"var {text}"
        elif declaration.kind == "method":
            kind = "method"
    return Item(
        named.symbol,
        named.symbol,
        kind,
        ": ".join(part for part in (note, text) if part),
        note=note,
        filter=filtered,
        symbol=named.symbol,
        warning=warning,
    )
