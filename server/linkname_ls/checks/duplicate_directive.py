"""A function or variable takes one directive.

    duplicate //go:linkname for NAME

The second one counts as the mistake, in whichever file of the package it stands; files are read in the order of their
names, cgo files last. Files that are never built together may each have one.

**Fix**: remove the directive.

Source: `collectDecls` in cmd/compile/internal/noder/writer.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix, Related
from linkname_ls.checks.lines import whole_line
from linkname_ls.checks.unit import Unit
from linkname_ls.links.effective import instantiates
from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

CODE = "duplicate-directive"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive for a name that another one has taken before."""
    source = unit.source
    for directive in unit.checked:
        local = directive.local
        if local is None:
            continue
        first = unit.binding(local.text)
        if first is None or first[1] is directive or instantiates(directive, unit.release):
            continue
        if not unit.in_build and first[0] is not source:
            continue  # nobody builds the two together today
        kept = first[1]
        # With another target it is for the author to say which of the two is meant.
        same = (kept.target and kept.target.text) == (directive.target and directive.target.text)
        edits = (Edit(whole_line(source.data, directive.span), ""),)
        yield Finding(
            CODE,
            "error",
            "compile",
            f"duplicate //go:{directive.keyword} for {local.text}",
            Span(directive.position, directive.span.end),
            unit.symbol(directive),
            (Fix("Remove the directive", edits, preferred=same),),
            (Related("the directive that counts", first[0], Span(kept.position, kept.span.end)),),
        )
