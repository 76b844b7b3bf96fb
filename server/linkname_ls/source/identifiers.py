"""What may be called what: Go's identifiers, and every place of a file where a word could be a package-level name.

https://go.dev/ref/spec#Identifiers, #Keywords, #Predeclared_identifiers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linkname_ls.source.depth import MOST_UP
from linkname_ls.source.predeclared import TYPES
from linkname_ls.source.scopes import Blocks, is_field_key, is_package_level
from linkname_ls.source.uses import places

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_RESERVED = """
    break case chan const continue default defer else fallthrough for func go goto if import interface map package range
    return select struct switch type var
"""
_BUILT_IN = """
    comparable true false iota nil append cap clear close complex copy delete imag len make max min new panic print
    println real recover
"""
KEYWORDS = frozenset(_RESERVED.split())
PREDECLARED = TYPES | frozenset(_BUILT_IN.split())
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})
_TYPE_SPECS = frozenset({"type_spec", "type_alias"})


def is_identifier(name: str) -> bool:
    """Whether Go takes a word for an identifier; a keyword is none."""
    kinds = ["Ll" if letter == "_" else unicodedata.category(letter) for letter in name]
    return name not in KEYWORDS and bool(kinds) and kinds[0] in _LETTERS and {*kinds} <= _LETTERS | {"Nd"}


def is_exported(name: str) -> bool:
    """Whether other packages may use a name (``go/token.IsExported``)."""
    return unicodedata.category(name[0]) == "Lu" if name else False


def is_local(node: Node, name: str, blocks: Blocks | None = None) -> bool:
    """Whether a name at a node's place would mean something declared nearer than the package scope.

    ``blocks`` is for who asks about many nodes, as in :func:`~linkname_ls.source.scopes.is_package_level`.
    """
    parent = node.parent
    for _ in range(MOST_UP):
        if parent is None:
            break
        # A type that is declared in a function is in scope in itself already.
        if parent.type in _TYPE_SPECS and parent.parent is not None and parent.parent.parent is not None:
            at_top = parent.parent.parent.type in ("source_file", "ERROR")
            own = parent.child_by_field_name("name")
            if not at_top and own is not None and own.text == name.encode():
                return True
        parent = parent.parent
    return not is_package_level(node, name, blocks)


def at_package_level(data: bytes, tree: Tree, name: str) -> Iterator[tuple[Node, bool]]:
    """Yield the places of a file where a word is a name at package level, its declarations among them.

    With each, whether that is sure: a key of a composite literal may be the name of a field. Types, functions and
    variables are not told apart.
    """
    blocks: Blocks = {}
    for node in places(data, tree, name):
        parent = node.parent
        if parent is None or node.type not in ("identifier", "type_identifier") or parent.type == "qualified_type":
            continue
        if is_field_key(node):
            yield node, False
        elif not is_local(node, name, blocks):
            yield node, True
