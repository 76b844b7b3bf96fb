"""Symbols that the compiler makes out of a package and that no declaration is called: closures, wrappers, instances.

Source: ``closureName`` in cmd/compile/internal/ir/func.go, ``MethodWrapper`` in cmd/compile/internal/noder/reader.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.links.initializers import init_number
from linkname_ls.links.symbols import split_member

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.programs.member import Member

# A function literal in a function or method, or the wrapper of a go or defer statement there. Between the function
# and the literal the functions may be named that have been inlined (up to Go 1.26).
_CLOSURE = re.compile(
    r"(?P<outer>\(\*\w+\)|\w+|glob\.)(?P<between>(?:\.[^.-]+)*?)"
    r"(?:\.(?:func|gowrap|deferwrap)\d+|-range\d+)(?:\.(?:func|gowrap|deferwrap)?\d+|-range\d+)*"
)
_OTHER = re.compile(r"^init\b|^_C|^_cgo|\[|\.\.|\.(?:func|gowrap|deferwrap|init)?\d|-fm$|-range\d")
_NOWHERE = frozenset({"init", "glob.", "map"})
"""What the names of closures begin with that stand in no function that has a name."""


def word_of(name: str) -> str:
    """Return the identifier without whose declaration a package has no such member: ``f`` for ``f.func1``."""
    match = _CLOSURE.fullmatch(name)
    if match is not None:
        return match["outer"].strip("(*.)")
    return "init" if init_number(name) is not None else re.split(r"[.)]", name)[-1]


def may_make(member: Member, name: str) -> bool:
    """Whether the compiler could define a symbol by itself when it compiles a package.

    ``name`` is the symbol behind the package's prefix. What the package itself declares is another question.
    """
    if member.package is None:
        return False
    if init_number(name) is not None:
        return member.sanitised  # to which the compiler adds one
    if name == "init":
        return member.uses_cgo or (member.release < (1, 22) and member.has_variables)
    closure = _CLOSURE.fullmatch(name)
    if closure is not None:
        return _may_be_closure(member, name, closure)
    if _OTHER.search(name):
        return True
    pieces = split_member(name)
    if pieces is None:
        return False
    receiver, _, method = pieces
    if not receiver:
        return False
    if member.package.find(f"(*{receiver}).{method}"):
        return False
    return _may_promote(member, receiver)


def _may_promote(member: Member, name: str, depth: int = 8) -> bool:
    """Whether a type of a package could have methods that it does not declare: those of embedded fields.

    Each has a symbol of its own; which ones there are would take types to tell. An interface may have wrappers for its
    methods. An alias has no symbols, and a type that is defined by another one has none of that one's own methods.
    """
    for source, declaration in member.package.find(name) if member.package is not None else ():
        if declaration.kind != "type" or not member.holds(source):
            continue
        node = source.tree.root_node.descendant_for_byte_range(*declaration.name_span)
        spec = node.parent if node is not None else None
        if spec is not None and spec.type == "type_alias":
            continue
        kind = spec.child_by_field_name("type") if spec is not None else None
        while kind is not None and kind.type == "parenthesized_type":
            kind = kind.named_children[0] if kind.named_children else None
        if spec is None or kind is None or spec.has_error or declaration.generic or depth == 0:
            return True
        if kind.type == "type_identifier":
            if _may_promote(member, (kind.text or b"").decode(), depth - 1):
                return True
        elif kind.type in ("interface_type", "qualified_type", "generic_type") or _embeds(kind):
            return True
    return False


def _embeds(kind: Node) -> bool:
    """Whether a type is a struct with an embedded field."""
    fields = kind.named_children[0].named_children if kind.type == "struct_type" and kind.named_children else []
    return any(one.type == "field_declaration" and one.child_by_field_name("name") is None for one in fields)


def _may_be_closure(member: Member, name: str, closure: re.Match[str]) -> bool:
    outer = closure["outer"]
    # A method may be called func1.
    if not closure["between"] and _declares_type(member, outer.strip("(*)")):
        return True
    if member.release >= (1, 27):
        # They go by their content; only the package's own references still find them by name.
        return bool(member.naming(f"{member.prefix}.{name}"))
    if outer in _NOWHERE:
        return True
    return member.package is not None and bool(member.package.find(outer.strip("(*)")))


def _declares_type(member: Member, name: str) -> bool:
    return member.package is not None and any(one.declaration.kind == "type" for one in member.package.find(name))
