"""The edits that give a declaration a mark: the one-argument directive that lets others link to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.checks.lines import directives_start, line_start, separator
from linkname_ls.links.effective import imports_unsafe
from linkname_ls.source.edits import Edit
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source
    from linkname_ls.source.gofile import Declaration


def mark(source: Source, declaration: Declaration) -> tuple[Edit, ...]:
    """Return the edits that mark a function or variable; () where no directive can, or no line is free for one."""
    if declaration.kind not in ("func", "var") or declaration.generic or declaration.name in ("init", "main", "_"):
        return ()
    start = declaration.span.start
    if start != line_start(source.data, start):
        return ()
    # A directive that is there already stays the last one above the declaration.
    start = directives_start(source.data, start)
    edits = [Edit(Span(start, start), f"{separator(source.data, start)}//go:linkname {declaration.name}\n")]
    if not imports_unsafe(source):
        edits += add_blank_import(source.data, source.tree, "unsafe")
    return tuple(edits)
