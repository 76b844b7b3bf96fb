"""A file with a ``//go:linkname`` directive must import ``unsafe``.

The compiler enables the directive only in files that import `unsafe`, because it breaks through Go's type system and
package boundaries. Any form of the import does, in the directive's own file; one in another file of the package does
not help. The compiler says so at every directive of the file:

    //go:linkname only allowed in Go files that import "unsafe"

A cgo file (`import "C"`) needs none: cgo adds it.

**Fix**: add `import _ "unsafe"`.

Source: `collectDecls` in cmd/compile/internal/noder/writer.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.unit import Unit
from linkname_ls.links.effective import imports_unsafe
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.positions import Span

CODE = "missing-unsafe-import"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive that the compiler reads in a file without ``unsafe``."""
    source = unit.source
    read = [directive for directive in source.directives if directive.accepted and unit.reads(directive)]
    if not read or imports_unsafe(source):
        return
    edits = add_blank_import(source.data, source.tree, "unsafe")
    fixes = (Fix('Add import _ "unsafe"', edits),) if edits else ()
    for directive in read:
        yield Finding(
            CODE,
            "error",
            "compile",
            f'//go:{directive.keyword} only allowed in Go files that import "unsafe"',
            Span(directive.position, directive.span.end),
            unit.symbol(directive),
            fixes,
        )
