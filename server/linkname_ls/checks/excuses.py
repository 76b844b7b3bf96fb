"""Comments that excuse findings: ``//linkname:ignore RULE[,RULE] reason``.

A directive cannot have a comment behind it, so an excuse stands on the line above, or at the end of a line that is no
directive's. gofmt takes it for a directive: it keeps the spelling, and moves it to the others at the end of a doc
comment. Works on bytes, for Go, assembly and go.mod alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.lines import indent_at, is_directive, line_end, line_start, separator
from linkname_ls.source.comments import first_on_line, line_comments
from linkname_ls.source.directives import Argument
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Lines, Span

MARK = b"//linkname:ignore"

_EXCUSE = re.compile(MARK + rb"(?:[ \t]+(?P<rules>[^\s,]+(?:[ \t]*,[ \t]*[^\s,]+)*)|[ \t]|$)")
_NAME = re.compile(rb"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Excuse:
    """One such comment."""

    span: Span
    rules: tuple[Argument, ...]
    """The rules that it names; none when the comment says nothing."""
    lines: Collection[int]
    """The 0-based lines whose findings it excuses."""

    def names(self, code: str) -> bool:
        """Whether it names a rule."""
        return any(rule.text == code for rule in self.rules)


def read_excuses(data: bytes) -> tuple[Excuse, ...]:
    """Return the excuses of a file in the order of the text."""
    if MARK not in data:
        return ()
    lines = Lines(data)
    found: list[Excuse] = []
    for span in line_comments(data):
        match = _EXCUSE.match(data, span.start, span.end)
        if match is None:
            continue
        rules: tuple[Argument, ...] = ()
        if match["rules"]:
            names = _NAME.finditer(data, *match.span("rules"))
            rules = tuple(Argument(name[0].decode("utf-8", "replace"), Span(*name.span())) for name in names)
        found.append(Excuse(span, rules, _lines(data, lines, span)))
    return tuple(found)


def _lines(data: bytes, lines: Lines, span: Span) -> frozenset[int]:
    """Return the lines that a comment excuses: its own behind something, else those that it stands above."""
    own = lines.line_of(span.start)
    if not first_on_line(data, span.start):
        return frozenset((own,))
    covered: set[int] = set()

    def text(line: int) -> bytes:
        return data[slice(*lines.line_span(line))].strip()

    # Down through its run of directives, to the first line of something else.
    for line in range(own + 1, len(lines)):
        covered.add(line)
        if not is_directive(text(line)) and text(line) != b"//":
            break
    # And the prose above in its run: gofmt would not let it stand above that.
    line = own - 1
    while line >= 0 and text(line).startswith(b"//"):
        if not is_directive(text(line)):
            covered.add(line)
        line -= 1
    return frozenset(covered)


Use = tuple[Excuse, str]
"""An excuse, and one of its rules that excused something."""


def take_excused(
    data: bytes, findings: Iterable[Finding], excuses: Sequence[Excuse]
) -> tuple[list[Finding], Collection[Use]]:
    """Return the findings in a file that are left, and which excuses took the others."""
    if not excuses:
        return list(findings), ()
    lines = Lines(data)
    left: list[Finding] = []
    used: list[Use] = []
    for finding in findings:
        line = lines.line_of(finding.span.start)
        by = [excuse for excuse in excuses if line in excuse.lines and excuse.names(finding.code)]
        used.extend((excuse, finding.code) for excuse in by)
        if not by:
            left.append(finding)
    return left, used


def excuse_fix(data: bytes, finding: Finding) -> Fix | None:
    """Return the fix that excuses a finding; None for an error, which an excuse does not mend."""
    if finding.stage == "compile" or finding.severity == "error":
        return None
    title = f"Excuse this with //linkname:ignore {finding.code}"
    start = line_start(data, finding.span.start)
    here = Lines(data).line_of(start)
    for excuse in read_excuses(data):
        if here in excuse.lines and excuse.rules:
            end = excuse.rules[-1].span.end
            return Fix(title, (Edit(Span(end, end), f",{finding.code}"),), preferred=False)
    at = start
    line = data[at : line_end(data, at)].strip()
    while line.startswith(b"//") and not is_directive(line):
        # Below prose, where gofmt would move it.
        at = min(line_end(data, at) + 1, len(data))
        line = data[at : line_end(data, at)].strip()
    newline = "" if at == line_start(data, at) else "\n"
    indent = indent_at(data, line_end(data, at))
    edit = Edit(Span(at, at), f"{newline}{separator(data, at)}{indent}//linkname:ignore {finding.code}\n")
    return Fix(title, (edit,), preferred=False)
