"""A comment that looks like a directive, and is none.

The compiler reads `//go:linkname` only when nothing stands between the slashes and `go:`, the word is in lower case,
one space (no tab) follows it, and the comment is no block comment. Everything else it ignores silently.

Reported only when the comment fits the rest of the directive's form and names a function or variable of the package, so
that prose about linknames stays prose.

**Fix**: write it as a directive.

Source: `lineComment` in cmd/compile/internal/syntax/scanner.go, `pragma` in cmd/compile/internal/noder/noder.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.lines import line_start, separator
from linkname_ls.checks.unit import Unit
from linkname_ls.source.comments import block_comments, first_on_line, line_comments
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "ineffective-directive"

_ARGUMENTS = r"(?P<local>[^\W\d]\w*)(?:\s+(?P<target>[\w.%~/()*-]+\.[\w()*]+))?\s*"
_LINE = re.compile(r"//(?P<lead>[ \t]+|/+)?(?P<word>go:linkname(?:std)?)(?P<gap>[\s:]+)" + _ARGUMENTS, re.IGNORECASE)
_LIKE = re.compile(rb"/[/*][ \t\r\n/]*go:linkname", re.IGNORECASE)
_BLOCK = re.compile(r"/\*\s*(?P<word>go:linkname(?:std)?)(?P<gap>\s+)" + _ARGUMENTS + r"\*/")


def check(unit: Unit) -> Iterator[Finding]:
    """Report each comment that was meant as a directive."""
    source = unit.source
    # Nearly always the directives themselves are all that looks like one.
    if len(_LIKE.findall(source.data)) <= len(source.directives):
        return
    for span in line_comments(source.data):
        match = _LINE.fullmatch(source.text(span))
        reason = _reason(match) if match is not None else ""
        if match is not None and reason:
            yield from _finding(unit, span, match, reason)
    for span in block_comments(source.data):
        match = _BLOCK.fullmatch(source.text(span))
        if match is not None:
            yield from _finding(unit, span, match, "it must be a // comment")


def _reason(match: re.Match[str]) -> str:
    """Return why the compiler reads no directive here; "" when it does."""
    if match["lead"]:
        return "nothing may stand between // and go:linkname"
    if match["word"] != match["word"].lower():
        return "it is written in lower case"
    return "" if match["gap"].startswith(" ") else "one space must follow the word"


def _finding(unit: Unit, span: Span, match: re.Match[str], reason: str) -> Iterator[Finding]:
    local, target = match["local"], match["target"]
    if not unit.declares(local) or not first_on_line(unit.source.data, span.start):
        return
    if target is None and not _above(unit, span, local):
        return
    directive = " ".join(part for part in (f"//{match['word'].lower()}", local, target) if part)
    data = unit.source.data
    fixes: tuple[Fix, ...] = ()
    end = data.find(b"\n", span.end)
    if not data[span.end : end if end >= 0 else len(data)].strip():  # code may follow a block comment
        start = line_start(data, span.start)
        apart = separator(data, start)
        edits = (Edit(Span(start, start), apart), Edit(span, directive)) if apart else (Edit(span, directive),)
        fixes = (Fix(f"Write {directive}", edits),)
    yield Finding(
        CODE,
        "warning",
        "advice",
        f"this is an ordinary comment and links nothing: {reason}",
        span,
        target or "",
        fixes,
    )


def _above(unit: Unit, span: Span, name: str) -> bool:
    """Whether the comment stands on the line above the declaration of ``name``."""
    lines = unit.source.lines
    return any(
        one.name == name and lines.line_of(one.span.start) == lines.line_of(span.end) + 1
        for one in unit.source.go.declarations
    )
