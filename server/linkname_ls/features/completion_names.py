"""The names that can be a directive's first argument, and the directive itself as a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.features.completion_item import MOST_ITEMS, Completion, Item, one_line
from linkname_ls.links.effective import imports_unsafe
from linkname_ls.links.packages import Declared
from linkname_ls.source.imports import add_blank_import

if TYPE_CHECKING:
    from linkname_ls.features.completion_place import Place
    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.source.edits import Edit

_NAME = rb"(?!\d)[\w\x80-\xff]+"
_BELOW = re.compile(
    rb"(?:[ \t]*//[^\n]*\n)*[ \t]*(?:var[ \t]+(?P<var>" + _NAME + rb")|func[ \t]+(?P<func>" + _NAME + rb")[ \t]*\()"
)
_WORDS = re.compile(r"^|(?<=[\W_])\w|[A-Z]")
_NEVER = ("_", "init")


def linkable(snapshot: Snapshot, package: Package, source: Source) -> Iterator[Declared]:
    """Yield the functions and variables that a directive in a file can mean, those of its own file first."""
    platform = snapshot.platform(source.folder)
    today = source.in_build(platform)
    for one in sorted(package.sources, key=lambda one: one.path != source.path):
        if one.is_test and not source.is_test:
            continue
        if not one.in_build(platform) if today else one.constraint.excludes(source.constraint):
            continue
        for declaration in one.go.declarations:
            if declaration.kind not in ("func", "var") or declaration.generic or declaration.name in _NEVER:
                continue
            if declaration.name != "main" or package.name != "main":
                yield Declared(one, declaration)


def complete_local(snapshot: Snapshot, package: Package, source: Source, place: Place) -> Completion:
    """Return the names for a first argument: what stands below the directive first, then what lacks a directive."""
    below = declared_below(source.data, place.line.end)
    edits = unsafe_import(source)
    ranked: dict[str, tuple[int, Item]] = {}
    for declared in linkable(snapshot, package, source):
        name = declared.declaration.name
        if name in ranked or not resembles(name, place.typed):
            continue
        rank = 0 if name == below else 3 if _has_directive(package, name, source, place) else 2
        if rank == 2 and declared.declaration.bodyless:
            rank = 1
        ranked[name] = rank, _item(package, declared, rank, edits)
    items = [item for _, item in sorted(ranked.values(), key=lambda one: one[0])]
    return Completion(place.span, tuple(items[:MOST_ITEMS]), bool(place.typed) or len(items) > MOST_ITEMS)


def resembles(name: str, typed: str) -> bool:
    """Whether the letters of ``typed`` stand in a name in their order, the first where a word of it begins.

    Editors filter so, or more strictly.
    """
    wanted = typed.lower()
    return any(_in_order(name[match.start() :].lower(), wanted) for match in _WORDS.finditer(name))


def _in_order(name: str, typed: str) -> bool:
    letters = iter(name)
    return name.startswith(typed[:1]) and all(letter in letters for letter in typed)


def _has_directive(package: Package, name: str, source: Source, place: Place) -> bool:
    """Whether another directive than the one at the cursor is there for a name."""
    return any(
        bound.source.path != source.path or not bound.directive.span.holds(place.span.start)
        for bound in package.by_local.get(name, ())
        if bound.directive.accepted
    )


def _item(package: Package, declared: Declared, rank: int, edits: tuple[Edit, ...]) -> Item:
    source, declaration = declared
    text = one_line(source.text(declaration.header))
    note = "has a directive" if rank == 3 else "no body" if declaration.bodyless else ""
    return Item(
        declaration.name,
        declaration.name,
        "function" if declaration.is_function else "variable",
        text if declaration.is_function else f"var {text}",
        note=note,
        filter=declaration.name,
        symbol=package.natural_symbol(declaration),
        edits=edits,
    )


def declared_below(data: bytes, offset: int) -> str:
    """Return the function or variable that is declared below the line that ends at an offset, "" for none.

    Only comments may stand between, and what a directive cannot name is none. Told from the text alone.
    """
    found = _BELOW.match(data, offset + 1) if offset < len(data) else None
    if found is None:
        return ""
    name = (found["var"] or found["func"]).decode("utf-8", "replace")
    return "" if name in (*_NEVER, "main") else name


def complete_keyword(source: Source, place: Place) -> Completion:
    """Return the directive in its two forms for a half-typed word, prefilled with what is declared below."""
    local = declared_below(source.data, place.line.end)
    edits = unsafe_import(source)
    if not place.alone:
        word = Item("//go:linkname", "//go:linkname", "keyword", "", filter="//go:linkname", edits=edits)
        return Completion(place.span, (word,), incomplete=False)
    return Completion(
        place.span,
        (
            Item(
                "//go:linkname local importpath.name",
                f"//go:linkname {local} " if local else "//go:linkname ",
                "keyword",
                "give a function or variable the symbol of another package's",
                filter="//go:linkname",
                snippet=f"//go:linkname ${{1:{local or 'local'}}} ${{2:importpath.name}}",
                edits=edits,
            ),
            Item(
                "//go:linkname local",
                f"//go:linkname {local}",
                "keyword",
                "mark a function or variable: others may link to it, or push its body",
                filter="//go:linkname",
                snippet=f"//go:linkname ${{1:{local or 'local'}}}",
                edits=edits,
            ),
        ),
        incomplete=False,
    )


def unsafe_import(source: Source) -> tuple[Edit, ...]:
    """Return the edits that import unsafe where a file's directives need it; () where it is there."""
    return () if imports_unsafe(source) else add_blank_import(source.data, source.tree, "unsafe")
