"""Whether control surely reaches a place in a function, and whether the compiler surely emits what stands there.

Tried on go1.21, go1.26 and go1.27 (``tests/programs/forms``). What the compiler's front end drops leaves no trace: the
branches of constant conditions, and what follows a ``return``, a ``panic``, or a branch of which all ways end so. What
only the optimiser finds dead (``x := false; if x``, an ``i > 20`` inside ``i < 10``, the code behind ``for {}``) leaves
no call, but the closures and function values in it are emitted all the same.

What stands under a condition that ``conditions`` does not trust is MAYBE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.source.certainty import Certainty
from linkname_ls.source.conditions import Conditions
from linkname_ls.source.constants import Names, Value, bare, evaluate, qualified
from linkname_ls.source.passing import Flow, Passage
from linkname_ls.source.statements import (
    case_values,
    covers_all,
    first_round,
    has_labels,
    leaves,
    loop_condition,
    may_exit,
    panics,
    within,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_NOT_EVALUATED = (("unsafe", "Sizeof"), ("unsafe", "Alignof"), ("unsafe", "Offsetof"))
"""Functions of which the argument stands for its type alone."""


class FlowReader:
    """Reads the flow inside one function (or package-level initialiser, which has no guards worth trusting)."""

    def __init__(self, function: Node, names: Names) -> None:
        self._names = names
        self._conditions = Conditions(function, names)
        self._passages: dict[int, Passage] = {}
        """By the id of the block."""

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
                    if body is None or may_exit(body):
                        flow.limit(Certainty.MAYBE)
            case "range_clause":
                if child == parent.child_by_field_name("left"):
                    flow.limit(Certainty.MAYBE)
            case "expression_case" | "default_case" | "type_case":
                self._case(flow, child, parent)
            case "call_expression":
                function = parent.child_by_field_name("function")
                if function is not None and child != function and qualified(function) in _NOT_EVALUATED:
                    flow.cut()
            case _:
                pass

    def evaluate(self, flow: Flow, node: Node | None) -> None:
        """Take into ``flow`` that something, an earlier statement or a call's arguments, is evaluated before."""
        if node is not None:
            if self._conditions.may_fault(node):
                flow.limit(Certainty.MAYBE)
            self.asserted(flow, node)

    def asserted(self, flow: Flow, node: Node) -> None:
        """Take into ``flow`` what is asserted of parameters in something that is evaluated before."""
        flow.guards |= self._conditions.asserted(node)

    # -- what stands in front ------------------------------------------------------------------------------------

    def _after_siblings(self, flow: Flow, child: Node, block: Node) -> None:
        if block.id not in self._passages:
            self._passages[block.id] = Passage(block, self._passed)
        self._passages[block.id].take(flow, child)

    def _passed(self, flow: Flow, statement: Node) -> Certainty | None:
        ended = self._effect(flow, statement)
        self.evaluate(flow, statement)
        return ended

    def _effect(self, flow: Flow, statement: Node) -> Certainty | None:
        """Take in what an earlier statement does; returns how surely the front end knows that it never ends."""
        ends = self._terminates(statement)
        if ends is not None or not may_exit(statement):
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
            flow.doubt()
            return None
        condition = statement.child_by_field_name("condition")
        then, other = statement.child_by_field_name("consequence"), statement.child_by_field_name("alternative")
        value = evaluate(condition, self._names) if condition is not None else None
        if isinstance(value, bool):
            taken = then if value else other
            ended = self._effect(flow, taken) if taken is not None else None
            dropped = condition is not None and self._conditions.dropped(condition)
            return ended if ended is None or dropped else Certainty.MAYBE
        exits = [branch is not None and may_exit(branch) for branch in (then, other)]
        if condition is None or all(exits):
            flow.doubt()
        else:
            self._guard(flow, condition, want=exits[1])
        return None

    def _terminates(self, statement: Node) -> Certainty | None:
        """Return YES for a statement that ends what follows for the front end, MAYBE for the optimiser alone."""
        match statement.type:
            case "return_statement":
                return Certainty.YES
            case "expression_statement":
                return Certainty.YES if panics(statement.named_children[0]) else None
            case "goto_statement" | "break_statement" | "continue_statement" | "fallthrough_statement":
                return Certainty.MAYBE
            case "block" | "statement_list":
                # The front end looks at the last statement of a block only.
                inner = statement.named_children
                if inner and inner[-1].type == "statement_list":
                    return self._terminates(inner[-1])
                found = [self._terminates(one) for one in inner if one.type != "comment"]
                if has_labels(statement) or all(one is None for one in found):
                    return None
                return found[-1] or Certainty.MAYBE
            case "if_statement":
                return self._if_terminates(statement)
            case "for_statement":
                body = statement.child_by_field_name("body")
                condition = loop_condition(statement)
                endless = len(statement.named_children) == 1 or (
                    condition is not None and evaluate(condition, self._names) is True
                )
                return Certainty.MAYBE if endless and body is not None and not leaves(body) else None
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
            return ended if ended is None or self._conditions.dropped(condition) else Certainty.MAYBE
        ends = [self._terminates(branch) if branch is not None else None for branch in (then, other)]
        return min(ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None

    def _passes(self, flow: Flow, loop: Node) -> None:
        """A loop without exits comes to its end when its condition can turn false."""
        header = loop.named_children[0]
        if header.type == "range_clause" or (
            header.type == "for_clause" and header.child_by_field_name("update") is not None
        ):
            return
        condition = loop_condition(loop)
        if condition is None:
            flow.limit(Certainty.MAYBE)
        elif not isinstance(evaluate(condition, self._names), bool):
            self._guard(flow, condition, want=False)

    def _skipped_loop(self, flow: Flow, loop: Node) -> None:
        """A loop with exits is passed when it need not turn."""
        header, condition = loop.named_children[0], loop_condition(loop)
        if header.type == "range_clause":
            self._loop(flow, loop)
        elif condition is not None and isinstance(first_round(header, condition), bool):
            flow.limit(Certainty.MAYBE)
        elif header.type == "for_clause":
            self._loop(flow, loop)
        elif condition is not None:
            self._guard(flow, condition, want=False)

    def _passed_switch(self, flow: Flow, switch: Node) -> None:
        """A switch with exits is passed when a value of its variable leads to none of them."""
        subject = switch.child_by_field_name("value")
        cases = [one for one in switch.named_children if one.type.endswith("_case")]
        constant = all(self._conditions.plain_constant(value) for case in cases for value in case_values(case))
        passes = all(case.type != "default_case" or not may_exit(case) for case in cases)
        opaque = subject is not None and constant and passes
        flow.depend(self._conditions.variable(bare(subject)) if subject is not None and opaque else None)
        if subject is None or not self._conditions.plain(subject):
            flow.built = min(flow.built, Certainty.MAYBE)

    # -- what stands around --------------------------------------------------------------------------------------

    def _loop(self, flow: Flow, loop: Node) -> None:
        header = loop.named_children[0]
        if header.type == "range_clause":
            right = header.child_by_field_name("right")
            if right is None or not self._conditions.filled(right):
                flow.depend(self._conditions.sized(right) if right is not None else None)
            return
        condition = loop_condition(loop)
        if condition is None:
            return
        first = first_round(header, condition) if header.type == "for_clause" else None
        if first is None:
            self._guard(flow, condition, want=True)
        elif isinstance(first, bool):
            # go1.21 emits the body of a loop that never turns, later releases do not.
            flow.limit(Certainty.YES if first else Certainty.MAYBE)
        else:
            flow.depend(self._conditions.sized_length(first) or self._conditions.variable(first))

    def _case(self, flow: Flow, child: Node, case: Node) -> None:
        switch = case.parent
        if switch is None or switch.type == "select_statement":
            return
        cases = [one for one in switch.named_children if one.type.endswith("_case")]
        subject = switch.child_by_field_name("value")
        if switch.type == "type_switch_statement":
            if child.type != "statement_list" or subject is None:
                return
            flow.depend(None if covers_all(cases, case) else self._conditions.variable(bare(subject)))
            return
        values = {one: case_values(one) for one in cases}
        if child.type != "statement_list":
            # A value of a case is evaluated when none before it has matched.
            if cases and case == cases[0] and values[case][:1] and within(child, values[case][0]):
                return
            flow.doubt()
            return
        default = case.type == "default_case"
        before = [one for one in cases if one != case and (default or one.start_byte < case.start_byte)]
        tag: Value | None = True if subject is None else evaluate(subject, self._names)
        falls = b"fallthrough" in (switch.text or b"")
        if tag is not None and not falls:
            self._constant_case(flow, tag, case, before, values)
        elif subject is not None and not falls:
            opaque = all(self._conditions.plain_constant(one) for case in cases for one in values[case])
            flow.depend(self._conditions.variable(bare(subject)) if opaque else None)
            if not opaque or not self._conditions.plain(subject):
                flow.built = min(flow.built, Certainty.MAYBE)
        else:
            flow.doubt()

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
            flow.cut() if known else flow.doubt()

    def _match(self, flow: Flow, tag: Value, condition: Node, *, want: bool) -> None:
        if isinstance(tag, bool):
            self._guard(flow, condition, want=tag is want)
            if flow.live is Certainty.NO and not self._conditions.constant(condition):
                flow.revive()  # Of cases the front end drops only those that are constant as a whole.
            return
        value = evaluate(condition, self._names)
        if value is None:
            flow.doubt()
        elif (value == tag) is not want:
            flow.cut()

    # -- conditions ----------------------------------------------------------------------------------------------

    def _guard(self, flow: Flow, condition: Node, *, want: bool) -> None:
        value = evaluate(condition, self._names)
        if isinstance(value, bool):
            if value is not want:
                flow.cut()
                if not self._conditions.dropped(condition):
                    flow.revive()
            return
        if not self._conditions.plain(condition):
            flow.built = min(flow.built, Certainty.MAYBE)
        flow.depend(self._conditions.opaque(condition))
