"""Comments that excuse findings: ``//linkname:ignore RULE[,RULE] reason``.

A directive cannot have a comment behind it, so an excuse stands on the line above, or at the end of a line that is no
directive's. gofmt takes it for a directive: it keeps the spelling, and moves it to the others at the end of a doc
comment. Works on bytes, for Go, assembly and go.mod alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Sequence
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
    lines: Container[int]
    """The 0-based lines whose findings it excuses."""

    def names(self, code: str) -> bool:
        """Whether it names a rule."""
        return any(rule.text == code for rule in self.rules)


def read_excuses(data: bytes) -> tuple[Excuse, ...]:
    """Return the excuses of a file in the order of the text."""
    if MARK not in data:
        return ()
    runs = _Runs(data)
    found: list[Excuse] = []
    for span in line_comments(data):
        match = _EXCUSE.match(data, span.start, span.end)
        if match is None:
            continue
        rules: tuple[Argument, ...] = ()
        if match["rules"]:
            names = _NAME.finditer(data, *match.span("rules"))
            rules = tuple(Argument(name[0].decode("utf-8", "replace"), Span(*name.span())) for name in names)
        found.append(Excuse(span, rules, runs.lines(span)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Run:
    """The lines that an excuse in a run of comments excuses: those below it, and the prose above."""

    first: int
    """The first line of the run."""
    own: int
    last: int
    """The line behind the directives below it."""
    prose: frozenset[int]
    """The lines of the run that are prose; the same object for all excuses in it."""

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and (
            self.own < line <= self.last or (self.first <= line < self.own and line in self.prose)
        )


class _Runs:
    """Reads what excuses stand in, each run of comments once: there may be thousands in one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines = Lines(data)
        self._run = -1, -1, frozenset[int]()
        """The first and last line of the run of comments that was read last, and its prose."""
        self._last = -1
        """The line behind the directives that were followed last."""

    def lines(self, span: Span) -> Container[int]:
        """Return the lines that a comment excuses: its own behind something, else those that it stands above."""
        own = self._lines.line_of(span.start)
        if not first_on_line(self._data, span.start):
            return frozenset((own,))
        # Down through its run of directives, to the first line of something else.
        if own >= self._last:
            self._last = own + 1
            while self._last + 1 < len(self._lines) and self._goes_on(self._last):
                self._last += 1
        # And the prose above in its run: gofmt would not let it stand above that.
        if not self._run[0] <= own <= self._run[1]:
            first = own
            while first > 0 and self._text(first - 1).startswith(b"//"):
                first -= 1
            end = own
            while end + 1 < len(self._lines) and self._text(end + 1).startswith(b"//"):
                end += 1
            prose = frozenset(line for line in range(first, end) if not is_directive(self._text(line)))
            self._run = first, end, prose
        return _Run(self._run[0], own, self._last, self._run[2])

    def _goes_on(self, line: int) -> bool:
        text = self._text(line)
        return is_directive(text) or text == b"//"

    def _text(self, line: int) -> bytes:
        return self._data[slice(*self._lines.line_span(line))].strip()


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
