"""Code actions: quick fixes, and all of a file's at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.lsp.convert import to_offset
from linkname_ls.lsp.edits import FileEdits, at_home, creates_files, workspace_edit
from linkname_ls.lsp.requests import put
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding, Fix
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.server import Server

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.linkname"


def register(server: Server) -> None:
    """Add the handler."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    async def on_code_action(  # pyright: ignore[reportUnusedFunction]
        params: types.CodeActionParams,
    ) -> list[types.CodeAction] | None:
        only, uri = params.context.only, params.text_document.uri

        def ask(snapshot: Snapshot, source: Source) -> list[types.CodeAction] | None:
            found: list[types.CodeAction] = []
            if _wanted(types.CodeActionKind.QuickFix, only):
                start = to_offset(source, params.range.start, server.encoding)
                end = to_offset(source, params.range.end, server.encoding)
                found.extend(_quick_fixes(server, uri, snapshot, source, Span(start, end)))
            # Whoever did not ask for it wants what stands at the cursor.
            if only and _wanted(FIX_ALL, only):
                found.extend(_mended(server, uri, snapshot, source))
            return found or None

        return await put(server, uri, ask)


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind of code action is asked for; a kind means its sub-kinds too."""
    return not only or any(kind == wanted or kind.startswith(f"{wanted}.") or not wanted for wanted in only)


def _quick_fixes(
    server: Server, uri: str, snapshot: Snapshot, source: Source, span: Span
) -> Iterator[types.CodeAction]:
    """Yield the fixes for the lines of a selection: editors ask with the cursor anywhere on a line."""
    from linkname_ls.checks.excuses import excuse_fix

    line = source.lines.line_of
    findings = server.state.check(snapshot, source)
    several: dict[str, None] = {}
    for finding in findings:
        if line(span.start) > line(finding.span.end) or line(finding.span.start) > line(span.end):
            continue
        excuse = excuse_fix(source.data, finding)
        for fix in (*finding.fixes, *((excuse,) if excuse is not None else ())):
            if not fix.creates or creates_files(server):
                yield _quick_fix(server, uri, source, finding, fix)
        if len({fix.edits for one in findings if one.code == finding.code for fix in one.fixes if fix.preferred}) > 1:
            several[finding.code] = None
    for code in several:
        yield from _mended(server, uri, snapshot, source, code)


def _quick_fix(server: Server, uri: str, source: Source, finding: Finding, fix: Fix) -> types.CodeAction:
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[server.diagnostic(source, finding)],
        is_preferred=fix.preferred,
        edit=workspace_edit(server, [(uri, source, fix.edits), *_elsewhere(server, fix)], fix.creates),
    )


def _mended(server: Server, uri: str, snapshot: Snapshot, source: Source, code: str = "") -> Iterator[types.CodeAction]:
    """Yield the action that does all preferred fixes of a file, or those of one rule, if there are any."""
    from linkname_ls.checks.mend import mend
    from linkname_ls.source.edits import changed_lines

    settings = server.state.settings(snapshot, source.folder)
    mended, count = mend(snapshot, source, settings, only=code)
    if count:
        edit = workspace_edit(server, [(uri, source, changed_lines(source.data, mended.data))])
        title = f"Fix all {count} {code} in this file" if code else "Fix all linkname findings that leave no choice"
        yield types.CodeAction(title=title, kind=types.CodeActionKind.QuickFix if code else FIX_ALL, edit=edit)


def _elsewhere(server: Server, fix: Fix) -> list[FileEdits]:
    return [at_home(server, source, edits) for source, edits in fix.elsewhere]
