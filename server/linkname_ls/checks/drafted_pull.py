"""What a directive still needs when its target has been chosen: the import of unsafe, and the declaration below it.

That is declared, or given its parameters and results, as the target has them. What somebody has written stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.checks.copied_signature import copied_signature, copied_type
from linkname_ls.checks.link_ends import Linked, linked_functions, linked_variables
from linkname_ls.checks.settings import Settings
from linkname_ls.checks.unit import unit_of
from linkname_ls.links.effective import imports_unsafe
from linkname_ls.links.typereader import Place, Types
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.edits import Edit, changed_lines
from linkname_ls.source.imports import add_blank_import
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkname_ls.checks.unit import Unit
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_EMPTY = re.compile(rb"func[ \t]+[^\s()]+[ \t]*\([ \t]*\)")
"""A function that has only just been typed."""


class _Draft(NamedTuple):
    """A text in the making, and the directive's line in it."""

    snapshot: Snapshot
    source: Source
    line: Span

    def edited(self, edits: Iterable[Edit]) -> _Draft | None:
        """Return the text with edits done; None where one touches the directive's line."""
        snapshot, source, line = self
        for edit in sorted(edits, key=lambda one: one.span, reverse=True):
            if edit.span.start <= line.end and edit.span.end >= line.start and edit.span.end != line.start:
                return None
            text = edit.text.encode()
            if edit.span.end <= line.start:
                by = len(text) - (edit.span.end - edit.span.start)
                line = Span(line.start + by, line.end + by)
            source = source.edited(edit.span, text)
        return _Draft(snapshot.with_text(source), source, line)

    def unit(self) -> Unit | None:
        return unit_of(self.snapshot, self.source, Settings(), Programs(self.snapshot))


def drafted_pull(snapshot: Snapshot, source: Source, argument: Span, local: str, symbol: str) -> tuple[Edit, ...]:
    """Return what else to change when ``symbol`` takes the place of a directive's second argument; maybe nothing.

    ``argument`` is where that stands, or an empty stretch. No edit touches the line of the directive.
    """
    data = source.data
    start, end = data.rfind(b"\n", 0, argument.start) + 1, data.find(b"\n", argument.end)
    line = Span(start, len(data) if end < 0 else end)
    written = source.edited(argument, symbol.encode())
    by = len(written.data) - len(data)
    first = _Draft(snapshot.with_text(written), written, Span(start, line.end + by))
    draft = first
    if not imports_unsafe(written):
        draft = first.edited(add_blank_import(written.data, written.tree, "unsafe")) or first
    draft = _declared(draft, local) or draft
    new = draft.source.data
    above = changed_lines(data[: line.start], new[: draft.line.start])
    below = changed_lines(data[line.end :], new[draft.line.end :])
    return (*above, *(Edit(Span(one.span.start + line.end, one.span.end + line.end), one.text) for one in below))


def _declared(draft: _Draft, local: str) -> _Draft | None:
    """Return the text in which a local name has the signature of what its directive pulls; None to leave it."""
    unit = draft.unit()
    if unit is None or _IDENTIFIER.fullmatch(local) is None:
        return None
    found = unit.package.find(local)
    if not found:
        function, variable = _stub(draft, unit, local, "func {}()"), _stub(draft, unit, local, "var {} uintptr")
        return (_signed(function, local) if function is not None else None) or (
            _typed(variable, local) if variable is not None else None
        )
    (source, declaration), *others = found
    empty = _EMPTY.fullmatch(source.data, declaration.span.start, declaration.span.end) is not None
    fresh = declaration.kind == "func" and declaration.bodyless and empty and not others
    return _signed(draft, local) if fresh else None


def _stub(draft: _Draft, unit: Unit, local: str, form: str) -> _Draft | None:
    """Return the text with a declaration on the line below the directive; None where none can be."""
    source, line = draft.source, draft.line
    data = source.data
    below = line.end + 1
    taken = any(
        Types(draft.snapshot).import_name(one, Place(unit.package, source)) == local for one in source.go.imports
    )
    at_margin = data.startswith(b"//", line.start)
    if local in ("_", "init", "main") or taken or unit.may_declare(local) or not at_margin or below > len(data):
        return None
    newline = "\r\n" if data.endswith(b"\r", 0, line.end) else "\n"
    apart = "" if data[below:].lstrip(b" \t\r")[:1] in (b"\n", b"") else newline
    stub = draft.edited((Edit(Span(below, below), f"{form.format(local)}{newline}{apart}"),))
    if stub is None or (stub.source.has_error and not source.has_error):
        return None
    return stub


def _signed(draft: _Draft, local: str) -> _Draft | None:
    """Return the text in which a function has the signature of what it pulls; None where that is not known."""
    unit = draft.unit()
    linked = _linked(draft, local, linked_functions(unit)) if unit is not None else None
    if unit is None or linked is None:
        return None
    fix = copied_signature(unit, Types(draft.snapshot), linked.local, linked.others[0])
    return draft.edited(fix.edits) if fix is not None else None


def _typed(draft: _Draft, local: str) -> _Draft | None:
    """Return the text in which a variable has the type of what it pulls; None where that is not known."""
    unit = draft.unit()
    linked = _linked(draft, local, linked_variables(unit)) if unit is not None else None
    if unit is None or linked is None:
        return None
    edits = copied_type(unit, Types(draft.snapshot), linked.local, linked.others[0])
    return draft.edited(edits) if edits else None


def _linked(draft: _Draft, local: str, found: Iterable[Linked]) -> Linked | None:
    """Return what the draft's directive pulls; None where that is not one declaration."""
    linked = next((one for one in found if draft.line.holds(one.directive.span.start)), None)
    if linked is None or not linked.pull or len(linked.others) != 1:
        return None
    return linked if linked.local.declared.declaration.name == local else None
