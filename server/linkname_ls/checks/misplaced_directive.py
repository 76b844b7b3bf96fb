"""A directive must be alone on its line.

Only blanks may stand before it. Behind code, a brace, a semicolon or the end of a block comment the compiler refuses
it:

    misplaced compiler directive

**Fix**: put it on a line of its own, above.

Source: `pragma` in cmd/compile/internal/noder/noder.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.lines import indent_at, line_start, separator
from linkname_ls.checks.unit import Unit
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "misplaced-directive"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive with something before it on its line."""
    data = unit.source.data
    for directive in unit.source.directives:
        if not directive.misplaced:
            continue
        line = line_start(data, directive.span.start)
        before = data[line : directive.span.start]
        text = data[directive.span.start : directive.span.end].decode("utf-8", "replace")
        blanks = len(before) - len(before.rstrip(b" \t"))
        indent = indent_at(data, directive.span.start)
        fix = Fix(
            "Move the directive to the line above",
            (
                Edit(Span(line, line), f"{separator(data, line)}{indent}{text}\n"),
                Edit(Span(directive.span.start - blanks, directive.span.end), ""),
            ),
        )
        # The line above a multi-line comment's or string's last line is inside of it; that above a brace, in its block.
        movable = not before.rstrip().endswith(b"*/") and b"`" not in before and before.strip()[:1] not in (b"}", b")")
        yield Finding(
            CODE,
            "error",
            "compile",
            "misplaced compiler directive",
            Span(directive.position, directive.span.end),
            unit.symbol(directive),
            (fix,) if movable else (),
        )
