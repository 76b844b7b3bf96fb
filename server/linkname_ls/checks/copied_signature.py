"""The fix that gives a bodyless function the signature of the function that it stands for."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from linkname_ls.checks.finding import Fix
from linkname_ls.checks.importable import importable
from linkname_ls.links.typereader import Place, Types, syntax_of
from linkname_ls.source import predeclared
from linkname_ls.source.edits import Edit, apply_edits
from linkname_ls.source.imports import add_import, qualifies, rename_import
from linkname_ls.source.positions import Span
from linkname_ls.source.signature import Parameter, declaration_node, text_of
from linkname_ls.source.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tree_sitter import Node, Tree

    from linkname_ls.checks.unit import Unit
    from linkname_ls.links.packages import Package
    from linkname_ls.links.signatures import End


class _UnspeakableError(Exception):
    """A type that the file cannot name."""


def copied_signature(unit: Unit, types: Types, local: End, other: End) -> Fix | None:
    """Return the fix that copies the other end's signature, or None where the file cannot name its types.

    A pointer to a type that cannot be named becomes ``unsafe.Pointer``.
    """
    source = unit.source
    mine, theirs = syntax_of(local.declared), syntax_of(other.declared)
    if mine is None or theirs is None or local.declared.source.path != source.path:
        return None
    parameters = mine.node.child_by_field_name("parameters")
    if parameters is None:
        return None
    result = mine.node.child_by_field_name("result")
    written = Span(parameters.start_byte, (result or parameters).end_byte)
    speller = _Speller(unit, types, Place(other.package, other.declared.source))
    try:
        taken = list(theirs.parameters)
        if theirs.receiver is not None:
            taken.insert(0, theirs.receiver)
        text = _parameters(speller, taken, pointer=other.pointer) + _results(speller, theirs.results)
    except _UnspeakableError:
        return None
    imports = speller.import_edit(written)
    if imports is None or "\n" in text or "//" in source.text(written) or "/*" in source.text(written):
        return None
    return Fix(f"Copy the signature of {other.name}", (*imports, Edit(written, text)))


def copied_type(unit: Unit, types: Types, local: End, other: End) -> tuple[Edit, ...]:
    """Return the edits that give a variable the written type of the one that it stands for.

    () where that has none, or the file cannot name it.
    """
    source = unit.source
    mine, theirs = (declaration_node(end.declared.source.tree, end.declared.declaration) for end in (local, other))
    old = mine.child_by_field_name("type") if mine is not None else None
    new = theirs.child_by_field_name("type") if theirs is not None else None
    if old is None or new is None or local.declared.source.path != source.path:
        return ()
    written = Span(old.start_byte, old.end_byte)
    speller = _Speller(unit, types, Place(other.package, other.declared.source))
    try:
        text = speller.text(new)
    except _UnspeakableError:
        return ()
    imports = speller.import_edit(written)
    return (*imports, Edit(written, text)) if imports is not None and "\n" not in text else ()


def _parameters(speller: _Speller, parameters: list[Parameter], *, pointer: bool = False) -> str:
    """Return a list of parameters, the first one's type with a star where ``pointer`` says so."""
    # Either all have names or none; a receiver need not do as the others.
    named = all(one.name for one in parameters[1:] or parameters)
    texts: list[str] = []
    for _, group in groupby(enumerate(parameters), lambda item: item[1].type.id):
        members = list(group)
        at, one = members[0]
        kind = speller.pointer_to(one.type) if pointer and at == 0 else speller.text(one.type)
        kind = f"...{kind}" if one.variadic else kind
        names = ", ".join(member.name or "_" for _, member in members)
        texts.append(f"{names} {kind}" if named else kind)
    return f"({', '.join(texts)})"


def _results(speller: _Speller, results: tuple[Parameter, ...]) -> str:
    if not results:
        return ""
    if len(results) == 1 and not results[0].name:
        return f" {speller.text(results[0].type)}"
    return f" {_parameters(speller, list(results))}"


class _Speller:
    """Writes the types of another file as the unit's file has to name them."""

    def __init__(self, unit: Unit, types: Types, place: Place) -> None:
        self._unit = unit
        self._types = types
        self._place = place
        self._here = Place(unit.package, unit.source)
        self._wanted: dict[str, str] = {}
        """The packages that must be imported for it, by path, and what they are called."""
        self._used: set[str] = set()
        """The names of imports that the text uses."""

    # -- types

    def text(self, node: Node) -> str:
        """Return a type, in this file's words; raises :class:`_UnspeakableError`."""
        if node.type == "type_identifier":
            return self._identifier(node)
        if node.type == "qualified_type":
            return self._qualified(node)
        if node.type == "pointer_type":
            return self.pointer_to(node.named_children[-1])
        if node.type == "array_type":
            return self._array(node)
        if not node.children:
            return text_of(node)
        raw, start, at, pieces = node.text or b"", node.start_byte, 0, list[str]()
        for child in node.children:
            pieces += raw[at : child.start_byte - start].decode("utf-8", "replace"), self.text(child)
            at = child.end_byte - start
        return "".join(pieces) + raw[at:].decode("utf-8", "replace")

    def pointer_to(self, node: Node) -> str:
        """Return a pointer to a type; ``unsafe.Pointer`` where that cannot be named."""
        before = dict(self._wanted), set(self._used)
        try:
            return f"*{self.text(node)}"
        except _UnspeakableError:
            self._wanted, self._used = before
            return f"{self._import(None)}Pointer"

    def _array(self, node: Node) -> str:
        length, element = node.child_by_field_name("length"), node.child_by_field_name("element")
        if length is None or element is None:
            raise _UnspeakableError
        if length.type == "int_literal":
            return f"[{text_of(length)}]{self.text(element)}"
        value = self._types.length(length, self._place)
        if not isinstance(value, int):
            raise _UnspeakableError
        return f"[{value}]{self.text(element)}"

    def _identifier(self, node: Node) -> str:
        name = text_of(node)
        found = self._types.meaning(node, self._place)
        if found is not None:
            return self._member(found.package, name)
        known = name in predeclared.TYPES and not any(
            self._types.redeclared(name, package) for package in (self._place.package, self._unit.package)
        )
        if not known:
            raise _UnspeakableError
        return name

    def _qualified(self, node: Node) -> str:
        found = self._types.meaning(node, self._place)
        if found is None:
            raise _UnspeakableError
        return self._member(found.package, found.declared.declaration.name)

    def _member(self, package: Package, name: str) -> str:
        if package.path == self._unit.package.path:
            return name
        if not name[:1].isupper():
            raise _UnspeakableError
        return self._import(package) + name

    # -- imports

    def _import(self, package: Package | None) -> str:
        """Return what stands in front of a package's names in this file: ``b.``; raises :class:`_UnspeakableError`.

        None stands for unsafe.
        """
        path, name = (package.path, package.name) if package is not None else ("unsafe", "unsafe")
        for one in self._unit.source.go.imports:
            if one.path == path and one.name == ".":
                return ""
            if one.path == path and one.name != "_":
                name = self._types.import_name(one, self._here)
                self._used.add(name)
                return f"{name}."
        taken = any(self._types.import_name(one, self._here) == name for one in self._unit.source.go.imports)
        if taken or self._unit.package.find(name) or name in predeclared.TYPES or not self._importable(package):
            raise _UnspeakableError
        self._wanted[path] = name
        self._used.add(name)
        return f"{name}."

    def _importable(self, package: Package | None) -> bool:
        """Whether the unit may import a package. The Go tree's packages keep to the imports that they have."""
        unit = self._unit
        if package is None or any(
            source.go.imports_path(package.path)
            for source in unit.package.sources
            if unit.holds(source) and (unit.source.is_test or not source.is_test)
        ):
            return True
        return unit.module is not None and unit.module.kind != "std" and importable(unit, package)

    def import_edit(self, written: Span) -> tuple[Edit, ...] | None:
        """Return the edit that brings the imports in line when ``written`` makes way for the new text.

        None when that cannot be done cleanly.
        """
        source = self._unit.source
        changes: list[Callable[[bytes, Tree], tuple[Edit, ...]]] = []
        for one in source.go.imports:
            if one.name in ("_", "."):
                continue
            name = self._types.import_name(one, self._here)
            gone = re.search(rf"\b{name}\s*\.", source.text(written)) if name else None
            if (
                gone is None
                or name in self._used
                or (source.mentions(name) and qualifies(source.data, source.tree, name, written))
            ):
                continue
            if one.path != "unsafe":
                return None  # nobody would use it any more
            changes.append(lambda data, tree, old=one.name: rename_import(data, tree, "unsafe", old, "_"))
        for path, name in sorted(self._wanted.items()):
            if any(one.path == path for one in source.go.imports):
                changes.append(lambda data, tree, path=path: rename_import(data, tree, path, "_", ""))
            else:
                given = "" if path.rpartition("/")[2] == name else name
                changes.append(lambda data, tree, path=path, given=given: add_import(data, tree, path, given))
        data, tree = source.data, source.tree
        for change in changes:
            edits = change(data, tree)
            if not edits:
                return None
            data = apply_edits(data, edits)
            tree = parse(data)
        return tuple(_difference(source.data, data))


def _difference(old: bytes, new: bytes) -> Iterable[Edit]:
    """Return the one edit that makes the old text the new one; none for the same."""
    if old == new:
        return
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield Edit(Span(start, len(old) - end), new[start : len(new) - end].decode("utf-8", "replace"))
