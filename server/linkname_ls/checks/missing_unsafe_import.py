"""A file with a ``//go:linkname`` directive must import ``unsafe``.

The compiler enables the directive only in files that import `unsafe`, because it breaks through Go's type system and
package boundaries. Any form of the import does, in the directive's own file; one in another file of the package does
not help. The compiler says so at every directive of the file:

    //go:linkname only allowed in Go files that import "unsafe"

A cgo file (`import "C"`) needs none: cgo adds it.

**Fix**: add `import _ "unsafe"`.

Source: `processPragmas` in cmd/compile/internal/noder/writer.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from linkname_ls.checks.finding import Finding, Fix, Subject
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.positions import Span

CODE = "missing-unsafe-import"


def check(subject: Subject) -> Iterator[Finding]:
    """Report each directive that the compiler reads in a file without ``unsafe``."""
    source = subject.source
    if not source.directives:
        return
    if source.go.imports_path("unsafe") or source.go.imports_path("C"):
        return

    @cache
    def fixes() -> tuple[Fix, ...]:
        edits = add_blank_import(source.data, source.tree, "unsafe")
        return (Fix('Add import _ "unsafe"', edits),) if edits else ()

    for directive in source.directives:
        if not directive.accepted:
            continue
        # Before Go 1.27, linknamestd is a comment like any other.
        if directive.keyword == "linknamestd" and subject.go_release < (1, 27):
            continue
        message = f'//go:{directive.keyword} only allowed in Go files that import "unsafe"'
        if not subject.in_build:
            message += f" (when it is built: {source.constraint.text or 'with cgo'})"
        symbol = directive.target.text if directive.target is not None else ""
        if not symbol and subject.package is not None and directive.local is not None:
            symbol = f"{subject.package.prefix}.{directive.local.text}"
        yield Finding(
            CODE,
            "error" if subject.in_build else "warning",
            "compile",
            message,
            Span(directive.position, directive.span.end),
            symbol,
            fixes(),
        )
