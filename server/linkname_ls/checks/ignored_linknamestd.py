"""`//go:linknamestd` is an ordinary comment before Go 1.27.

Go 1.27 brought the directive, which marks a symbol of the standard library for the standard library alone. Older
releases ignore it without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding
from linkname_ls.checks.unit import Unit
from linkname_ls.source.positions import Span

CODE = "ignored-linknamestd"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each ``//go:linknamestd`` that the release in use does not read."""
    for directive in unit.source.directives:
        if directive.accepted and not unit.reads(directive):
            major, minor = unit.release
            yield Finding(
                CODE,
                "warning",
                "advice",
                f"//go:linknamestd is an ordinary comment before Go 1.27, and this is Go {major}.{minor}",
                Span(directive.position, directive.span.end),
                unit.symbol(directive),
            )
