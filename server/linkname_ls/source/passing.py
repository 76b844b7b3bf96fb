"""How control comes to a place in a function, and what becomes of that on the way through the statements of a block.

A function may have thousands of statements, and as many uses: each statement is read once, for all that stand behind.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.source.certainty import Certainty

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass
class Flow:
    """How control comes to a place in a function."""

    live: Certainty = Certainty.YES
    """Whether it gets there, given that its function runs: YES when nothing that the compiler knows rules it out."""
    built: Certainty = Certainty.YES
    """Whether the front end keeps the place; what the optimiser drops later counts as kept."""
    guards: set[str] = field(default_factory=set[str])
    """The variables and parameters that decide it."""
    conditions: set[str] = field(default_factory=set[str])
    """Those of them that stand in conditions: one that something else depends on already is not to be trusted."""
    revived: bool = False
    """Whether ``built`` is what it is whatever it was before."""

    def limit(self, certainty: Certainty) -> None:
        """Be no surer than this of getting there."""
        self.live = min(self.live, certainty)

    def doubt(self) -> None:
        """The front end may know more than we do."""
        self.limit(Certainty.MAYBE)
        self.built = min(self.built, Certainty.MAYBE)

    def cut(self) -> None:
        """The place is dead for the front end."""
        self.live = self.built = Certainty.NO

    def revive(self) -> None:
        """The front end keeps it, dead or not."""
        self.built, self.revived = Certainty.MAYBE, True

    def depend(self, names: set[str] | None) -> None:
        """Let it be decided by some variables, None for what is not known."""
        if names is None or names & self.guards:
            self.limit(Certainty.MAYBE)
        self.guards |= names or set()
        self.conditions |= names or set()

    def follow(self, done: Flow) -> None:
        """Take in what was done to a flow that began with nothing."""
        if done.conditions & self.guards:
            self.limit(Certainty.MAYBE)
        self.limit(done.live)
        self.built = done.built if done.revived else min(self.built, done.built)
        self.revived = self.revived or done.revived
        self.guards |= done.guards
        self.conditions |= done.conditions


Effect = Callable[[Flow, "Node"], "Certainty | None"]
"""Takes into a flow what an earlier statement does; returns how surely the front end knows that it never ends."""


class _State(NamedTuple):
    live: Certainty
    built: Certainty
    revived: bool
    ended: Certainty | None


class Passage:
    """The way through the statements of one block, as far as it has been looked at."""

    def __init__(self, block: Node, effect: Effect) -> None:
        self._statements = block.named_children
        self._starts = [one.start_byte for one in self._statements]
        self._effect = effect
        self._flow = Flow()
        """What those have done that have been looked at, and before each of them:"""
        self._states = [_State(Certainty.YES, Certainty.YES, revived=False, ended=None)]
        self._guards: dict[str, int] = {}
        self._conditions: dict[str, int] = {}
        """The number of the first statement that brings a name, in their order."""

    def take(self, flow: Flow, child: Node) -> None:
        """Take into a flow what is done before it comes to a child of the block."""
        number = bisect_left(self._starts, child.start_byte)
        while len(self._states) <= number:
            self._pass(len(self._states) - 1)
        state = self._states[number]
        done = Flow(state.live, state.built, revived=state.revived)
        for names, found in ((self._guards, done.guards), (self._conditions, done.conditions)):
            for name, first in names.items():
                if first >= number:
                    break
                found.add(name)
        ended = state.ended
        if ended is not None and self._starts[number : number + 1] == [child.start_byte]:
            ended = self._entered(done, self._statements[number], ended)
        flow.follow(done)
        if ended is Certainty.YES:
            flow.cut()
        elif ended is not None:
            flow.limit(Certainty.NO)
            flow.built = min(flow.built, Certainty.MAYBE)

    def _pass(self, number: int) -> None:
        statement, own = self._statements[number], Flow()
        ended = self._entered(own, statement, self._states[number].ended)
        if ended is None:
            ended = self._effect(own, statement)
        self._flow.follow(own)
        for name in own.guards:
            self._guards.setdefault(name, number)
        for name in own.conditions:
            self._conditions.setdefault(name, number)
        self._states.append(_State(self._flow.live, self._flow.built, self._flow.revived, ended))

    def _entered(self, flow: Flow, statement: Node, ended: Certainty | None) -> Certainty | None:
        """Return whether control is still at its end when a statement begins: a label may be where it goes on."""
        if ended is None or statement.type != "labeled_statement":
            return ended
        flow.limit(Certainty.MAYBE)
        return None
