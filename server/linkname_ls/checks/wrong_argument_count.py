"""A directive takes one argument or two.

    usage: //go:linkname localname [linkname]

Everything behind the word counts, for there are no comments inside a directive: `//go:linkname f a.b // why` has five
fields.

**Fix**: put what is too much on a line of its own above.

Source: `pragma` in cmd/compile/internal/noder/noder.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.lines import directives_start, indent_at
from linkname_ls.checks.unit import Unit
from linkname_ls.links.sources import Source
from linkname_ls.source.directives import Directive
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "wrong-argument-count"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive without an argument or with more than two."""
    for directive in unit.source.directives:
        if directive.misplaced or directive.accepted or not unit.reads(directive):
            continue
        extra = next((at for at, one in enumerate(directive.arguments) if at > 0 and one.text.startswith("//")), 0)
        fixes = (comment_above(unit.source, directive, extra),) if extra in (1, 2) else ()
        yield Finding(
            CODE,
            "error",
            "compile",
            f"usage: //go:{directive.keyword} localname [linkname]",
            Span(directive.position, directive.span.end),
            "",
            fixes,
        )


def comment_above(source: Source, directive: Directive, extra: int) -> Fix:
    """Return the fix that takes what begins with argument ``extra`` for a comment, and puts it above the directive."""
    data = source.data
    comment = source.text(Span(directive.arguments[extra].span.start, directive.span.end))
    prose = comment.lstrip("/").strip()
    indent = indent_at(data, directive.span.start)
    above = directives_start(data, directive.span.start)
    # gofmt sets directives apart from the prose of a doc comment.
    lines = f"{indent}// {prose}\n{indent}//\n"
    return Fix(
        "Move the comment above the directive",
        (
            Edit(Span(above, above), lines),
            Edit(Span(directive.arguments[extra - 1].span.end, directive.span.end), ""),
        ),
    )
