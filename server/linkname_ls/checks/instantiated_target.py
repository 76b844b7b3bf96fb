"""A target cannot be an instantiation of a generic function.

    //go:linkname reference of an instantiation is not allowed

What has both `[` and `]` counts as one. Since Go 1.23; before, the compiler does not look.

Source: `collectDecls` in cmd/compile/internal/noder/writer.go, golang/go#65725.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.unit import Unit
from linkname_ls.links.effective import instantiates
from linkname_ls.source.positions import Span

CODE = "instantiated-target"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive whose target is an instantiation."""
    for directive in unit.checked:
        if instantiates(directive, unit.release):
            yield Finding(
                CODE,
                "error",
                "compile",
                f"//go:{directive.keyword} reference of an instantiation is not allowed",
                Span(directive.position, directive.span.end),
                unit.symbol(directive),
            )
