"""What becomes of a function value or a variable's value: whether the compiler must keep it.

What is only assigned to ``_`` or to a local, compared, or handed to a function that may be inlined and not use it,
leaves no reference in reached code. What is stored at package level, sent, appended, called or panicked with, does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import Names, bare, meaning, qualified, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_SUBTEST = re.compile(r"(\w+)\.(?:Run|Fuzz|Cleanup|RunParallel)")
# Functions of the standard library that keep the functions which they are given, or call them.
_KEEPERS = frozenset(
    {
        ("filepath", "Walk"),
        ("filepath", "WalkDir"),
        ("fs", "WalkDir"),
        ("http", "Handle"),
        ("http", "HandleFunc"),
        ("sort", "Slice"),
        ("sort", "SliceStable"),
        ("strings", "FieldsFunc"),
        ("strings", "IndexFunc"),
        ("strings", "Map"),
        ("time", "AfterFunc"),
    }
)
_ONCE = re.compile(r"(\w+)\.Do")
_TRANSPARENT = frozenset(
    {
        "parenthesized_expression",
        "expression_list",
        "literal_element",
        "keyed_element",
        "literal_value",
        "composite_literal",
        "type_conversion_expression",
    }
)


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a value ends."""

    kept: Certainty
    """Whether it is surely kept by what runs there."""
    returned: bool = False
    """It is returned: kept by the function as it stands alone, but maybe not where that is inlined."""
    argument: bool = False
    """It is an argument of a call: one that is inlined may drop it before anything is emitted."""
    initialiser: Node | None = None
    """The package-level ``var_spec`` whose initial value it is part of."""
    called: Node | None = None
    """The call whose function it is."""


_LOST = Sink(Certainty.MAYBE)


def sink_of(value: Node, function: Node, names: Names) -> Sink:
    """Return where the value of an expression ends, inside a function declaration or package-level ``var_spec``."""
    child, parent = value, value.parent
    while parent is not None:
        kind = parent.type
        if kind == "call_expression" and child == parent.child_by_field_name("function"):
            return Sink(Certainty.YES, called=parent)
        if kind == "type_conversion_expression" and child == parent.child_by_field_name("type"):
            return Sink(Certainty.YES, called=parent)
        if parent == function and kind == "var_spec":
            return Sink(Certainty.YES, initialiser=parent)
        if kind == "argument_list":
            call = parent.parent
            if call is not None and _converts(call, names):
                child, parent = call, call.parent
                continue
            if call is None or not _keeps(call, function, names):
                return Sink(Certainty.MAYBE, argument=True)
            if text_of(call.named_children[0]) != "append":
                return Sink(Certainty.YES)
            child, parent = call, call.parent
            continue
        if kind == "send_statement" and child == parent.child_by_field_name("value"):
            return Sink(Certainty.YES)
        if kind == "return_statement":
            return Sink(Certainty.YES, returned=True)
        if kind == "short_var_declaration":
            return Sink(Certainty.YES if _called_next(parent) else Certainty.MAYBE)
        if kind == "assignment_statement":
            return Sink(_assigned(child, value, parent, function, names))
        through = (
            kind in _TRANSPARENT
            or (kind == "unary_expression" and text_of(parent.children[0]) == "&")
            or (kind in ("index_expression", "slice_expression") and child == parent.child_by_field_name("operand"))
            or kind in ("type_instantiation_expression", "generic_type", "qualified_type")
        )
        if not through:
            return _LOST
        child, parent = parent, parent.parent
    return _LOST


def _converts(call: Node, names: Names) -> bool:
    callee = call.child_by_field_name("function")
    known = meaning(bare(callee), names) if callee is not None else None
    if callee is None or known is None:
        return False
    # What the compiler has built in is declared nowhere.
    return known.kind == "type" or (known.kind == "unknown" and text_of(callee) in ("unsafe.Pointer", "uintptr"))


def _keeps(call: Node, function: Node, names: Names) -> bool:
    """Whether a call is one of a builtin that keeps its arguments, runs a subtest, or is known to keep functions."""
    callee = call.child_by_field_name("function")
    if callee is None:
        return False
    subtest = _SUBTEST.fullmatch(text_of(callee))
    if subtest is not None:
        return re.search(rf"\b{subtest[1]} \*testing\.[TBF]\b".encode(), function.text or b"") is not None
    imported = qualified(callee)
    if imported is not None and imported in _KEEPERS:
        return names.imported(*imported).kind == "func"
    once = _ONCE.fullmatch(text_of(callee))
    if once is not None:
        operand = callee.child_by_field_name("operand")
        known = meaning(operand, names) if operand is not None else None
        return known is not None and known.type.removeprefix("*") == "sync.Once"
    if text_of(callee) not in ("append", "panic", "print", "println"):
        return False
    known = meaning(callee, names)
    return known is not None and known.kind == "unknown"


_TURNS = re.compile(rb"\b(?:return|panic|goto|break|continue|for|if|switch|select|Exit|Fatal\w*|Goexit)\b")


def _called_next(declaration: Node) -> bool:
    """Whether the only variable that a statement declares is called in the same block, with nothing else to happen."""
    left = declaration.child_by_field_name("left")
    if left is None or len(left.named_children) != 1:
        return False
    name, statement = text_of(left.named_children[0]), declaration.next_named_sibling
    while statement is not None and _TURNS.search(statement.text or b"") is None:
        call = statement.named_children[0] if statement.named_children else None
        if call is not None and call.type == "call_expression":
            callee = call.child_by_field_name("function")
            if callee is not None and text_of(callee) == name:
                return statement.type in ("expression_statement", "go_statement", "defer_statement")
        if re.search(rf"\b{re.escape(name)}\b", text_of(statement)):
            return False
        statement = statement.next_named_sibling
    return False


def _assigned(side: Node, value: Node, assignment: Node, function: Node, names: Names) -> Certainty:
    """Whether what is assigned is kept: yes in a package-level variable that the function mentions nowhere else."""
    left, sign = assignment.child_by_field_name("left"), assignment.child_by_field_name("operator")
    if left is None or sign is None or text_of(sign) != "=":
        return Certainty.MAYBE
    if side == left:
        # The variable itself is assigned to; where it is stored to last is in the function in any case.
        return Certainty.YES if bare(value).parent in (left, assignment) else Certainty.MAYBE
    places = left.named_children
    if len(places) != 1 or len(side.named_children) != 1:
        return Certainty.MAYBE
    place = places[0]
    if text_of(place) == "_":
        return Certainty.NO if value.parent == side else Certainty.MAYBE
    base = place
    while base.type in ("selector_expression", "index_expression") and meaning(base, names) is None:
        inner = base.child_by_field_name("operand")
        if inner is None:
            return Certainty.MAYBE
        base = inner
    known = meaning(base, names)
    if known is None or known.kind != "var":
        return Certainty.MAYBE
    word = re.compile(rb"(?<![\w.])" + re.escape(text_of(base).encode()) + rb"(?!\w)")
    elsewhere = len(word.findall(function.text or b"")) - len(word.findall(assignment.text or b""))
    return Certainty.YES if elsewhere == 0 else Certainty.MAYBE
