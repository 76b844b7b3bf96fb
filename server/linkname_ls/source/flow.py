"""Whether control surely reaches a place in a function, and whether the compiler surely emits what stands there.

Tried on go1.21, go1.26 and go1.27 (``tests/programs/forms``). What the compiler's front end drops leaves no trace: the
branches of constant conditions, and what follows a ``return``, a ``panic``, or a branch of which all ways end so. What
only the optimiser finds dead (``x := false; if x``, an ``i > 20`` inside ``i < 10``, the code behind ``for {}``) leaves
no call, but the closures and function values in it are emitted all the same.

The optimiser sees through locals, arithmetic and inlined calls. So a condition is trusted to go both ways only when it
is one comparison with a literal, or the plain truth, of a package-level variable or a parameter that the function has
not mentioned before; everything else is MAYBE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.constants import Names, Value, bare, evaluate, meaning, qualified, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_statement"})
_BREAKABLE = frozenset({"for_statement", "expression_switch_statement", "type_switch_statement", "select_statement"})
_SIZED = ("[]", "map[", "string", "chan ", "chan<-", "<-chan")
"""How a type begins whose length is known at run time only."""


@dataclass
class Flow:
    """How control comes to a place in a function."""

    live: Certainty = Certainty.YES
    """Whether it gets there, given that its function runs: YES when nothing that the compiler knows rules it out."""
    built: Certainty = Certainty.YES
    """Whether the front end keeps the place; what the optimiser drops later counts as kept."""
    guards: set[str] = field(default_factory=set[str])
    """The variables and parameters that decide it."""

    def limit(self, certainty: Certainty) -> None:
        """Be no surer than this of getting there."""
        self.live = min(self.live, certainty)

    def cut(self) -> None:
        """The place is dead for the front end."""
        self.live = self.built = Certainty.NO


class FlowReader:
    """Reads the flow inside one function (or package-level initialiser, which has no guards worth trusting)."""

    def __init__(self, function: Node, names: Names) -> None:
        self.function = function
        self._names = names
        self._body = function.child_by_field_name("body")
        self._parameters = _parameter_types(function)

    def step(self, flow: Flow, child: Node, parent: Node) -> None:
        """Take into ``flow`` what ``parent`` does to the control that reaches its ``child``."""
        match parent.type:
            case "statement_list":
                self._after_siblings(flow, child, parent)
            case "if_statement":
                condition = parent.child_by_field_name("condition")
                if condition is not None and child == parent.child_by_field_name("consequence"):
                    self._guard(flow, condition, want=True)
                elif condition is not None and child == parent.child_by_field_name("alternative"):
                    self._guard(flow, condition, want=False)
            case "binary_expression":
                sign, left = parent.child_by_field_name("operator"), parent.child_by_field_name("left")
                if sign is not None and left is not None and sign.type in ("&&", "||") and child != left:
                    self._guard(flow, left, want=sign.type == "&&")
            case "for_statement":
                if child == parent.child_by_field_name("body"):
                    self._loop(flow, parent)
            case "for_clause":
                statement = parent.parent
                if child == parent.child_by_field_name("update") and statement is not None:
                    self._loop(flow, statement)
                    body = statement.child_by_field_name("body")
                    if body is None or _may_exit(body):
                        flow.limit(Certainty.MAYBE)
            case "range_clause":
                if child == parent.child_by_field_name("left"):
                    flow.limit(Certainty.MAYBE)
            case "expression_case" | "default_case" | "type_case":
                self._case(flow, child, parent)
            case "call_expression":
                function = parent.child_by_field_name("function")
                if function is not None and child != function and (qualified(function) or ("", ""))[0] == "unsafe":
                    flow.cut()  # unsafe.Sizeof and its kin do not evaluate their argument
            case _:
                pass

    # -- what stands in front ------------------------------------------------------------------------------------

    def _after_siblings(self, flow: Flow, child: Node, block: Node) -> None:
        ended: Certainty | None = None
        for statement in block.named_children:
            if statement.type == "labeled_statement" and ended is not None and statement.start_byte <= child.start_byte:
                ended = None
                flow.limit(Certainty.MAYBE)
            if statement.start_byte >= child.start_byte:
                break
            if ended is None:
                ended = self._effect(flow, statement)
                if self._may_fault(statement):
                    flow.limit(Certainty.MAYBE)
        if ended is Certainty.YES:
            flow.cut()
        elif ended is not None:
            flow.limit(Certainty.NO)
            flow.built = min(flow.built, Certainty.MAYBE)

    def _effect(self, flow: Flow, statement: Node) -> Certainty | None:
        """Take in what an earlier statement does; returns how surely the front end knows that it never ends."""
        ends = self._terminates(statement)
        if ends is not None or not _may_exit(statement):
            if ends is None and statement.type == "for_statement":
                self._passes(flow, statement)
            return ends
        if statement.type == "for_statement" and len(statement.named_children) > 1:
            self._skipped_loop(flow, statement)
            return None
        if statement.type == "expression_switch_statement":
            self._passed_switch(flow, statement)
            return None
        if statement.type != "if_statement":
            flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)
            return None
        condition = statement.child_by_field_name("condition")
        then, other = statement.child_by_field_name("consequence"), statement.child_by_field_name("alternative")
        value = evaluate(condition, self._names) if condition is not None else None
        if isinstance(value, bool):
            taken = then if value else other
            ended = self._effect(flow, taken) if taken is not None else None
            return ended if ended is None or (condition is not None and self._dropped(condition)) else Certainty.MAYBE
        exits = [branch is not None and _may_exit(branch) for branch in (then, other)]
        if condition is None or all(exits):
            flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)
        else:
            self._guard(flow, condition, want=exits[1])
        return None

    def _terminates(self, statement: Node) -> Certainty | None:
        """Return YES for a statement that ends what follows for the front end, MAYBE for the optimiser alone."""
        match statement.type:
            case "return_statement":
                return Certainty.YES
            case "expression_statement":
                return Certainty.YES if _panics(statement.named_children[0]) else None
            case "goto_statement" | "break_statement" | "continue_statement" | "fallthrough_statement":
                return Certainty.MAYBE
            case "block" | "statement_list":
                # The front end looks at the last statement of a block only.
                inner = statement.named_children
                if inner and inner[-1].type == "statement_list":
                    return self._terminates(inner[-1])
                found = [self._terminates(one) for one in inner if one.type != "comment"]
                if _labels(statement) or all(one is None for one in found):
                    return None
                return found[-1] or Certainty.MAYBE
            case "if_statement":
                return self._if_terminates(statement)
            case "for_statement":
                body = statement.child_by_field_name("body")
                condition = _condition(statement)
                endless = len(statement.named_children) == 1 or (
                    condition is not None and evaluate(condition, self._names) is True
                )
                return Certainty.MAYBE if endless and body is not None and not _leaves(body) else None
            case "select_statement":
                return Certainty.MAYBE if not statement.named_children else None
            case _:
                return None

    def _if_terminates(self, statement: Node) -> Certainty | None:
        condition, then = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
        other = statement.child_by_field_name("alternative")
        if condition is None or then is None:
            return None
        value = evaluate(condition, self._names)
        if isinstance(value, bool):
            taken = then if value else other
            ended = self._terminates(taken) if taken is not None else None
            return ended if ended is None or self._dropped(condition) else Certainty.MAYBE
        ends = [self._terminates(branch) if branch is not None else None for branch in (then, other)]
        return min(ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None

    def _passes(self, flow: Flow, loop: Node) -> None:
        """A loop without exits comes to its end when its condition can turn false."""
        header = loop.named_children[0]
        if header.type == "range_clause" or (
            header.type == "for_clause" and header.child_by_field_name("update") is not None
        ):
            return
        condition = _condition(loop)
        if condition is None:
            flow.limit(Certainty.MAYBE)
        elif not isinstance(evaluate(condition, self._names), bool):
            self._guard(flow, condition, want=False)

    def _skipped_loop(self, flow: Flow, loop: Node) -> None:
        """A loop with exits is passed when it need not turn."""
        header, condition = loop.named_children[0], _condition(loop)
        if header.type == "range_clause":
            self._loop(flow, loop)
        elif condition is not None and isinstance(_first_round(header, condition), bool):
            flow.limit(Certainty.MAYBE)
        elif header.type == "for_clause":
            self._loop(flow, loop)
        elif condition is not None:
            self._guard(flow, condition, want=False)

    def _passed_switch(self, flow: Flow, switch: Node) -> None:
        """A switch with exits is passed when a value of its variable leads to none of them."""
        subject = switch.child_by_field_name("value")
        cases = [one for one in switch.named_children if one.type.endswith("_case")]
        constant = all(self._plain_constant(value) for case in cases for value in _case_values(case))
        passes = all(case.type != "default_case" or not _may_exit(case) for case in cases)
        opaque = subject is not None and constant and passes
        self._depend(flow, self._variable(bare(subject)) if subject is not None and opaque else None)
        if subject is None or not self._plain(subject):
            flow.built = min(flow.built, Certainty.MAYBE)

    # -- what stands around --------------------------------------------------------------------------------------

    def _loop(self, flow: Flow, loop: Node) -> None:
        header = loop.named_children[0]
        if header.type == "range_clause":
            right = header.child_by_field_name("right")
            sized = self._sized(right) if right is not None else None
            self._depend(flow, sized)
            return
        condition = _condition(loop)
        if condition is None:
            return
        first = _first_round(header, condition) if header.type == "for_clause" else None
        if first is None:
            self._guard(flow, condition, want=True)
        elif isinstance(first, bool):
            # go1.21 emits the body of a loop that never turns, later releases do not.
            flow.limit(Certainty.YES if first else Certainty.MAYBE)
        else:
            self._depend(flow, self._sized_length(first) or self._variable(first))

    def _case(self, flow: Flow, child: Node, case: Node) -> None:
        switch = case.parent
        if switch is None or switch.type == "select_statement":
            return
        cases = [one for one in switch.named_children if one.type.endswith("_case")]
        subject = switch.child_by_field_name("value")
        if switch.type == "type_switch_statement":
            if child.type != "statement_list" or subject is None:
                return
            self._depend(flow, None if _covers_all(cases, case) else self._variable(bare(subject)))
            return
        values = {one: _case_values(one) for one in cases}
        if child.type != "statement_list":
            # A value of a case is evaluated when none before it has matched.
            if cases and case == cases[0] and values[case][:1] and _within(child, values[case][0]):
                return
            flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)
            return
        before = [one for one in cases if one == case or case.type == "default_case" or one.start_byte < case.start_byte]
        tag: Value | None = True if subject is None else evaluate(subject, self._names)
        falls = b"fallthrough" in (switch.text or b"")
        if tag is not None and not falls:
            self._constant_case(flow, tag, case, [one for one in before if one != case], values)
        elif subject is not None and not falls:
            opaque = all(self._plain_constant(one) for case in cases for one in values[case])
            self._depend(flow, self._variable(bare(subject)) if opaque else None)
            if not opaque or not self._plain(subject):
                flow.built = min(flow.built, Certainty.MAYBE)
        else:
            flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)

    def _constant_case(
        self, flow: Flow, tag: Value, case: Node, before: list[Node], values: dict[Node, list[Node]]
    ) -> None:
        """A case of a switch on a constant; without a tag the conditions are compared with true."""
        for other in before:
            for condition in values[other]:
                self._match(flow, tag, condition, want=False)
        own = values[case]
        if case.type == "default_case":
            return
        if len(own) == 1:
            self._match(flow, tag, own[0], want=True)
        elif not any(evaluate(one, self._names) == tag for one in own):
            known = all(evaluate(one, self._names) is not None for one in own)
            flow.cut() if known else flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)

    def _match(self, flow: Flow, tag: Value, condition: Node, *, want: bool) -> None:
        if isinstance(tag, bool):
            self._guard(flow, condition, want=tag is want)
            if flow.live is Certainty.NO and not self._constant(condition):
                flow.built = Certainty.MAYBE  # Of cases the front end drops only those that are constant as a whole.
            return
        value = evaluate(condition, self._names)
        if value is None:
            flow.limit(Certainty.MAYBE)
            flow.built = min(flow.built, Certainty.MAYBE)
        elif (value == tag) is not want:
            flow.cut()

    # -- conditions ----------------------------------------------------------------------------------------------

    def _guard(self, flow: Flow, condition: Node, *, want: bool) -> None:
        value = evaluate(condition, self._names)
        if isinstance(value, bool):
            if value is not want:
                flow.cut()
                if not self._dropped(condition):
                    flow.built = Certainty.MAYBE
            return
        if not self._plain(condition):
            flow.built = min(flow.built, Certainty.MAYBE)
        self._depend(flow, self._opaque(condition))

    def _depend(self, flow: Flow, names: set[str] | None) -> None:
        if names is None or names & flow.guards:
            flow.limit(Certainty.MAYBE)
        flow.guards |= names or set()

    def _opaque(self, condition: Node) -> set[str] | None:
        """Return the variables that a condition depends on when it can go both ways; None when that is not sure."""
        condition = bare(condition)
        if condition.type == "unary_expression":
            sign, operand = condition.child_by_field_name("operator"), condition.child_by_field_name("operand")
            return self._opaque(operand) if sign is not None and sign.type == "!" and operand is not None else None
        if condition.type != "binary_expression":
            return self._variable(condition)
        left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
        sign = condition.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return None
        if sign.type in ("&&", "||"):
            one, two = self._opaque(left), self._opaque(right)
            return None if one is None or two is None or one & two else one | two
        if sign.type in ("==", "!=") and right.type == "nil":
            return self._variable(bare(left))
        value = evaluate(right, self._names)
        if isinstance(value, bool) or value is None:
            return None
        if sign.type not in ("==", "!="):
            # Neither end of any integer type may decide it.
            lowest = 0 if sign.type in (">", "<=") else 1
            if not isinstance(value, int) or not lowest <= value <= 100:
                return None
        elif isinstance(value, int) and not 0 <= value <= 100:
            return None
        return self._sized_length(left) or self._variable(bare(left))

    def _variable(self, node: Node) -> set[str] | None:
        """Return the name of a variable, or of that whose field this is, when nothing is known of its value here."""
        known = meaning(node, self._names)
        if known is not None:
            name = text_of(node)
            return {name} if known.kind == "var" and not self._mentioned(name, node) else None
        while node.type == "selector_expression" and (operand := node.child_by_field_name("operand")) is not None:
            node = bare(operand)
        if node.type != "identifier":
            return None
        name = text_of(node)
        known = meaning(node, self._names)
        variable = name in self._parameters if known is None else known.kind == "var"
        return {name} if variable and not self._mentioned(name, node) else None

    def _sized(self, node: Node) -> set[str] | None:
        """Return the name of a variable of which only the run time knows the length."""
        node = bare(node)
        known = meaning(node, self._names)
        kind = self._parameters.get(text_of(node), "") if known is None else known.type
        return self._variable(node) if kind.startswith(_SIZED) else None

    def _sized_length(self, node: Node) -> set[str] | None:
        """Return the variable of ``len(variable)``."""
        node = bare(node)
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or text_of(function) != "len" or len(arguments.named_children) != 1:
            return None
        return self._sized(arguments.named_children[0])

    def _mentioned(self, name: str, node: Node) -> bool:
        """Whether the function mentions a variable before this place, or anywhere when the place is in a closure."""
        if self._body is None:
            return True
        word = re.compile(rb"(?<![\w.\x80-\xff])" + re.escape(name.encode()) + rb"(?![\w\x80-\xff])")
        data, start = self._body.text or b"", self._body.start_byte
        before = len(word.findall(data[: node.start_byte - start]))
        return before > 0 if not self._in_closure(node) else len(word.findall(data)) > 1

    def _in_closure(self, node: Node) -> bool:
        parent = node.parent
        while parent is not None and parent != self.function:
            if parent.type == "func_literal":
                return True
            parent = parent.parent
        return False

    def _may_fault(self, statement: Node) -> bool:
        """Whether a statement holds an index, division or assertion of locals alone, which may be known to panic."""
        for node in _walk(statement, frozenset({"func_literal"})):
            if node.type in ("index_expression", "slice_expression", "type_assertion_expression"):
                operand = node.child_by_field_name("operand")
            elif node.type == "binary_expression" and node.children[1].type in ("/", "%"):
                operand = node.child_by_field_name("right")
            else:
                continue
            if operand is not None and not self._from_outside(operand):
                return True
        return False

    def _from_outside(self, node: Node) -> bool:
        """Whether a value is made of parameters, package-level names or literals."""
        names = [one for one in _walk(node, frozenset()) if one.type == "identifier"]
        return not names or any(text_of(one) in self._parameters or meaning(one, self._names) for one in names)

    def _dropped(self, condition: Node) -> bool:
        """Whether the front end drops what a condition of known value rules out.

        It does not look into parentheses for a constant among variables (``staticBool`` in noder/writer.go).
        """
        return b"(" not in (condition.text or b"") or self._constant(condition)

    def _constant(self, condition: Node) -> bool:
        """Whether a condition is made of constants alone."""
        names = [one for one in _walk(condition, frozenset()) if one.type == "identifier"]
        return all((known := meaning(one, self._names)) is not None and known.kind == "const" for one in names)

    def _plain_constant(self, node: Node) -> bool:
        value = evaluate(node, self._names)
        return value is not None and not isinstance(value, bool)

    def _plain(self, condition: Node) -> bool:
        """Whether a condition is surely no constant to the front end: it is made of variables and literals alone."""
        stack = [condition]
        variable = False
        while stack:
            node = stack.pop()
            if node.type == "call_expression":
                # Of builtins and conversions the front end may know the value, never of a function or method.
                function = node.child_by_field_name("function")
                called = meaning(function, self._names) if function is not None else None
                method = function is not None and function.type == "selector_expression" and called is None
                if not method and (called is None or called.kind != "func"):
                    return False
                variable = True
                continue
            if node.type == "func_literal":
                return False
            known = meaning(node, self._names)
            if known is None and node.type == "identifier":
                if b"const" in (self.function.text or b""):
                    return False
                variable = True
                continue
            if known is None and node.type == "selector_expression":
                operand = node.child_by_field_name("operand")
                stack.extend([operand] if operand is not None else [])
                continue
            if known is not None:
                if known.kind != "var" and evaluate(node, self._names) is None:
                    return False
                variable = variable or known.kind == "var"
                continue
            stack.extend(node.named_children)
        return variable


def _parameter_types(function: Node) -> dict[str, str]:
    """Return the parameters of a function and its receiver, with their types as they are written."""
    found: dict[str, str] = {}
    for name in ("receiver", "parameters"):
        parameters = function.child_by_field_name(name)
        for parameter in parameters.named_children if parameters is not None else ():
            kind = parameter.child_by_field_name("type")
            for one in parameter.children_by_field_name("name"):
                variadic = parameter.type == "variadic_parameter_declaration"
                found[text_of(one)] = "[]" if variadic else text_of(kind) if kind is not None else ""
    return found


def _panics(node: Node) -> bool:
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    return function is not None and text_of(function) == "panic"


def _walk(node: Node, stop: frozenset[str]) -> list[Node]:
    """Return a node and what is below it, without what is below the kinds of node to stop at."""
    found: list[Node] = []
    stack = [node]
    while stack:
        one = stack.pop()
        found.append(one)
        if one.type not in stop or one == node:
            stack.extend(one.named_children)
    return found


def _may_exit(statement: Node) -> bool:
    """Whether control may leave a statement otherwise than at its end."""
    if statement.type in ("defer_statement", "go_statement"):
        return False
    for node in _walk(statement, frozenset({"func_literal", "defer_statement", "go_statement"})):
        if node.type in ("return_statement", "goto_statement") or _panics(node):
            return True
        if node.type == "func_literal" and re.search(rb"\bpanic\b|\bfor\s*\{|\bselect\s*\{\s*\}", node.text or b""):
            return True
        if node.type in ("break_statement", "continue_statement", "fallthrough_statement"):
            kinds = _BREAKABLE if node.type != "continue_statement" else _LOOPS
            if node.named_children or not _inside(node, statement, kinds):
                return True
    return any(_endless(node) for node in _walk(statement, frozenset({"func_literal"})) if node != statement)


def _endless(node: Node) -> bool:
    if node.type == "select_statement":
        return not node.named_children
    return node.type == "for_statement" and len(node.named_children) == 1


def _leaves(body: Node) -> bool:
    """Whether control may come out of an endless loop's body to what follows the loop."""
    return any(
        node.type == "goto_statement"
        or (node.type == "break_statement" and (bool(node.named_children) or not _inside(node, body, _BREAKABLE)))
        for node in _walk(body, frozenset({"func_literal"}))
    )


def _inside(node: Node, outer: Node, kinds: frozenset[str]) -> bool:
    """Whether something of these kinds stands around a node, inside ``outer`` or being it."""
    parent = node.parent
    while parent is not None:
        if parent.type in kinds:
            return True
        if parent == outer:
            return False
        parent = parent.parent
    return False


def _within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _labels(node: Node) -> bool:
    return any(one.type == "labeled_statement" for one in _walk(node, frozenset({"func_literal"})))


def _condition(loop: Node) -> Node | None:
    """Return the condition of a ``for`` statement."""
    header = loop.named_children[0]
    if header.type == "for_clause":
        return header.child_by_field_name("condition")
    return None if header.type in ("range_clause", "block") else header


def _first_round(clause: Node, condition: Node) -> bool | Node | None:
    """Return whether ``for i := 0; i < n; ...`` turns once, or the ``n`` that decides it; None for other loops."""
    initializer = clause.child_by_field_name("initializer")
    left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
    sign = condition.child_by_field_name("operator")
    if initializer is None or initializer.type != "short_var_declaration" or left is None or right is None:
        return None
    names, values = initializer.child_by_field_name("left"), initializer.child_by_field_name("right")
    if names is None or values is None or len(values.named_children) != 1 or text_of(names) != text_of(left):
        return None
    start = values.named_children[0]
    if start.type != "int_literal" or sign is None or sign.type not in ("<", "<="):
        return None
    first = _integer_of(start)
    if right.type == "int_literal":
        last = _integer_of(right)
        return first < last if sign.type == "<" else first <= last
    return bare(right) if sign.type == "<" and 0 <= first <= 100 else None


def _integer_of(node: Node) -> int:
    digits = re.sub(r"\D", "", text_of(node))
    return int(digits or "0")


def _case_values(case: Node) -> list[Node]:
    values = case.child_by_field_name("value")
    return values.named_children if values is not None else []


def _covers_all(cases: list[Node], case: Node) -> bool:
    """Whether a case of a type switch before this one may take every value."""
    return any(
        re.search(rb"\bany\b|\binterface\b", (one.text or b"").partition(b":")[0]) is not None
        for one in cases
        if one != case and (case.type == "default_case" or one.start_byte < case.start_byte)
    )
