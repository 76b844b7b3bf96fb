"""An excuse must excuse something.

`//linkname:ignore RULE[,RULE] reason` on the line above a finding, or behind one that is not on a directive, takes it
away. An excuse without a rule, for a rule that does not exist, or for something that is not found there any more, takes
nothing away, and may hide the next mistake.

In a file that today's build leaves out, and for rules that could not be asked, nothing is said: another build may find
something. What is excused there on purpose can name this rule too: `//linkname:ignore RULE,unused-excuse`.

**Fix**: remove it.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from linkname_ls.checks.excuses import Excuse, Use, read_excuses
from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.lines import line_start, whole_line
from linkname_ls.checks.settings import no_such_rule
from linkname_ls.checks.unit import Unit
from linkname_ls.source.directives import Argument
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "unused-excuse"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each excuse without a rule."""
    data = unit.source.data
    for excuse in read_excuses(data):
        if not excuse.rules:
            message = "this excuse names no rule: //linkname:ignore RULE reason"
            yield _finding(message, excuse.span, (_without(data, excuse),))


def leftovers(
    unit: Unit, excuses: Sequence[Excuse], used: Collection[Use], known: Collection[str], asked: Collection[str]
) -> Iterator[Finding]:
    """Report what the excuses of a file name in vain: of all rules there are, those that have been asked about it."""
    data = unit.source.data
    # What is half-typed hides what is wrong with it.
    decided = bool(excuses) and unit.in_build and not unit.source.has_error
    for excuse in excuses:
        for rule in excuse.rules:
            if rule.text not in known:
                near = difflib.get_close_matches(rule.text, known, n=1)
                fix = _renamed(rule, near[0]) if near else _without(data, excuse, rule, preferred=False)
                yield _finding(no_such_rule(rule.text, known), rule.span, (fix,))
        if not decided or excuse.names(CODE):
            continue
        vain = [rule for rule in excuse.rules if rule.text in asked and (excuse, rule.text) not in used]
        if vain and len(vain) == len(excuse.rules):
            names = " or ".join(rule.text for rule in vain)
            yield _finding(f"this excuses nothing: no {names} is found here", excuse.span, (_without(data, excuse),))
            continue
        for rule in vain:
            fix = _without(data, excuse, rule)
            yield _finding(f"this excuses nothing: no {rule.text} is found here", rule.span, (fix,))


def _finding(message: str, span: Span, fixes: tuple[Fix, ...]) -> Finding:
    return Finding(CODE, "warning", "advice", message, span, "", fixes)


def _renamed(rule: Argument, name: str) -> Fix:
    return Fix(f"Write {name}", (Edit(rule.span, name),), preferred=False)


def _without(data: bytes, excuse: Excuse, rule: Argument | None = None, *, preferred: bool = True) -> Fix:
    """Return the fix that takes one rule out of an excuse, or the whole excuse with its only one."""
    if rule is not None and len(excuse.rules) > 1:
        at = bisect_left(excuse.rules, rule.span, key=lambda one: one.span)
        if at:
            span = Span(excuse.rules[at - 1].span.end, rule.span.end)
        else:
            span = Span(rule.span.start, excuse.rules[1].span.start)
        return Fix(f"Remove {rule.text} from the excuse", (Edit(span, ""),), preferred)
    before = data[line_start(data, excuse.span.start) : excuse.span.start]
    if before.strip():
        blanks = len(before) - len(before.rstrip())
        span = Span(excuse.span.start - blanks, excuse.span.end)
    else:
        span = whole_line(data, excuse.span)
    return Fix("Remove the excuse", (Edit(span, ""),), preferred)
