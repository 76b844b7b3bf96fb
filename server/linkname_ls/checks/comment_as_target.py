"""A comment behind a local name becomes the symbol's name.

`//go:linkname f //why` has two arguments, so that the compiler calls the symbol of `f` `//why`. Nothing complains; the
function is simply not what others look for.

**Fix**: put the comment above.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.unit import Unit
from linkname_ls.checks.wrong_argument_count import comment_above
from linkname_ls.source.positions import Span

CODE = "comment-as-target"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive whose target begins like a comment."""
    for directive in unit.source.directives:
        target = directive.target
        if target is None or not target.text.startswith("//") or not directive.accepted or not unit.reads(directive):
            continue
        yield Finding(
            CODE,
            "warning",
            "advice",
            f'this names the symbol "{target.text}": there are no comments inside a directive',
            Span(target.span.start, target.span.end),
            target.text,
            (comment_above(unit.source, directive, 1),),
        )
