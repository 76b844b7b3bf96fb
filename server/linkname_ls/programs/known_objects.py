"""Symbols that the compiler knows as ordinary objects of an import: the linker does not check references to them.

The compiler marks a reference as one through linkname only when it meets the symbol as a name in a directive. What it
has read from an import's export data before is referred to like any other imported object. So a method passes whose
receiver can be reached from the types in the pulled function's own signature, and a function that a package-level
initialiser of the same package mentions too.

Found by trying; see checkLinkname in cmd/link/internal/loader/loader.go for what the linker looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.links.symbols import split_member, split_symbol
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.packages import Package
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.programs.member import Member
    from linkname_ls.programs.program import Program
    from linkname_ls.source.gofile import Declaration

_WORD = re.compile(r"\w+")
_LIMIT = 3000
"""How many types to follow before giving up."""

Type = tuple[str, str]
"""Import path and name."""


def known_object(program: Program, member: Member, symbol: str, source: Source, declaration: Declaration) -> Certainty:
    """Return whether the compiler takes a symbol that ``declaration`` pulls for an ordinary imported object.

    For a method it is MAYBE where the package's other pulls or variables could have brought its type in: what counts
    is the order in which the compiler comes across them. So it is where an import is missing on this machine.
    """
    parts = split_symbol(symbol)
    pieces = split_member(parts[1]) if parts is not None else None
    if parts is None or pieces is None or declaration.kind != "func":
        return Certainty.NO
    path, name = parts
    if not pieces[0]:
        return Certainty.YES if any(_initialiser_mentions(one, path, name) for one in member.sources) else Certainty.NO
    wanted = path, pieces[0]
    snapshot = program.snapshot
    own = list(_types(snapshot, source, declaration.header))
    directly = _reaches(snapshot, own, wanted, through_own=False)
    if directly:
        return Certainty.YES
    before = _brought_in(snapshot, member, source, declaration)
    if directly is None or not program.complete:
        return Certainty.MAYBE
    found = _reaches(snapshot, [*own, *before], wanted, through_own=True)
    return Certainty.NO if found is False else Certainty.MAYBE


def _brought_in(snapshot: Snapshot, member: Member, source: Source, pull: Declaration) -> Iterator[tuple[Package, str]]:
    """Yield the types that the compiler has met before a pull.

    They are those of what is declared before it, in the order of file names, and of all initial values.
    """
    place = source.name, pull.span.start
    words: set[str] = set()
    for one in member.sources:
        for declaration in one.go.declarations:
            if declaration.kind == "var" and declaration.initialised:
                words.update(_WORD.findall(one.text(declaration.span)))
                yield from _types(snapshot, one, declaration.span)
                yield from _mentioned(snapshot, one, declaration.span)
    for one in member.sources:
        for declaration in one.go.declarations:
            # What an initial value mentions is read where it stands.
            before = (one.name, declaration.span.start) < place
            if (before or declaration.name in words) and not declaration.generic:
                yield from _types(snapshot, one, declaration.header if declaration.is_function else declaration.span)


def _mentioned(snapshot: Snapshot, source: Source, span: Span) -> Iterator[tuple[Package, str]]:
    """Yield the types of imported functions and variables that a stretch of a file mentions."""
    for one in source.imports:
        package = next(iter(snapshot.import_packages(one.path, source.folder)), None)
        if package is None or one.name in ("_", "."):
            continue
        name = re.compile(
            rb"(?<![\w\x80-\xff])" + re.escape((one.name or package.name).encode()) + rb"\.([\w\x80-\xff]+)"
        )
        for match in name.finditer(source.data, span.start, span.end):
            for found, declaration in package.find(match[1].decode("utf-8", "replace")):
                if not found.is_test:
                    yield from _types(snapshot, found, declaration.header)


def _initialiser_mentions(source: Source, path: str, name: str) -> bool:
    """Whether the initial value of a package-level variable mentions a package's function."""
    word = name.encode()
    qualifiers = {one.name or one.path.rpartition("/")[2] for one in source.imports if one.path == path}
    if not qualifiers or word not in source.data:
        return False
    for one in source.go.declarations:
        if one.kind != "var" or not one.initialised:
            continue
        at = source.data.find(word, one.span.start, one.span.end)
        while at >= 0:
            node = source.tree.root_node.descendant_for_byte_range(at, at + len(word))
            parent = node.parent if node is not None and node.text == word else None
            if parent is not None and parent.type == "selector_expression":
                operand = parent.child_by_field_name("operand")
                if operand is not None and (operand.text or b"").decode("utf-8", "replace") in qualifiers:
                    return True
            elif parent is not None and "." in qualifiers and node is not None and node.type == "identifier":
                return True
            at = source.data.find(word, at + 1, one.span.end)
    return False


def _reaches(snapshot: Snapshot, start: list[tuple[Package, str]], wanted: Type, *, through_own: bool) -> bool | None:
    """Whether a type can be reached from others through fields, elements and the signatures of methods.

    None when there are too many to be followed.

    ``through_own`` says whether types outside of the Go tree are followed: what those are defined as the compiler does
    not always read whole.
    """
    seen: set[Type] = set()
    pending = start
    while pending and len(seen) < _LIMIT:
        package, name = pending.pop()
        if (package.path, name) in seen:
            continue
        seen.add((package.path, name))
        if (package.path, name) == wanted:
            return True
        declared = [one for one in package.find(name) if one.declaration.kind == "type" and not one.source.is_test]
        if not through_own and not _is_std(snapshot, package):
            # An alias is what it stands for.
            declared = [one for one in declared if _is_alias(*one)]
            if not declared:
                continue
        for source, declaration in declared:
            pending.extend(_types(snapshot, source, declaration.span))
        receiver = name.encode()
        for source in package.sources:
            if receiver in source.data and not source.is_test:
                for one in source.go.declarations:
                    if one.receiver == name:
                        pending.extend(_types(snapshot, source, one.header))
    return None if pending else False


def _is_alias(source: Source, declaration: Declaration) -> bool:
    node = source.tree.root_node.descendant_for_byte_range(*declaration.name_span)
    return node is not None and node.parent is not None and node.parent.type == "type_alias"


def _is_std(snapshot: Snapshot, package: Package) -> bool:
    module = snapshot.worlds(package.folder)[0].module_of(package.folder)
    return module is not None and module.kind == "std"


def _types(snapshot: Snapshot, source: Source, span: Span) -> Iterator[tuple[Package, str]]:
    """Yield the named types that a stretch of a file mentions."""
    node = source.tree.root_node.descendant_for_byte_range(span.start, max(span.start, span.end - 1))
    for kind in _type_names(node, span) if node is not None else ():
        package, name = _resolve(snapshot, source, kind)
        if package is not None:
            yield package, name


def _type_names(node: Node, span: Span) -> Iterator[Node]:
    pending = [node]
    while pending:
        one = pending.pop()
        if one.end_byte <= span.start or one.start_byte >= span.end:
            continue
        if one.type == "qualified_type" or one.type == "type_identifier":
            yield one
        else:
            pending.extend(one.named_children)


def _resolve(snapshot: Snapshot, source: Source, kind: Node) -> tuple[Package | None, str]:
    if kind.type == "type_identifier":
        return snapshot.package_of(source), (kind.text or b"").decode("utf-8", "replace")
    qualifier, name = (
        (child.text or b"").decode("utf-8", "replace")
        for child in (kind.child_by_field_name("package"), kind.child_by_field_name("name"))
        if child is not None
    )
    for one in source.imports:
        if one.name not in ("", qualifier):
            continue
        package = next(iter(snapshot.import_packages(one.path, source.folder)), None)
        if package is not None and (one.name == qualifier or package.name == qualifier):
            return package, name
    return None, name
