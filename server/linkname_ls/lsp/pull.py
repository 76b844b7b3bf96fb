"""Diagnostics for a client that asks for them: of one document, and of the whole workspace.

Registered only for a client that can be told to ask again (:attr:`linkname_ls.lsp.server.Server.pulls`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from linkname_ls.lsp.convert import to_uri
from linkname_ls.lsp.diagnostics import Report, make_report

if TYPE_CHECKING:
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source, Stamp
    from linkname_ls.lsp.server import Server

_SLICE = 0.05
"""Seconds of work between two looks at whether the client still wants the answer."""

Item = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport


@dataclass
class _Workspace:
    """What is remembered between two questions about the whole workspace."""

    token: object = None
    reports: Mapping[str, Report] = field(default_factory=dict[str, Report])
    """By path; only those of files that there was something to check in."""
    idle: dict[str, Stamp] = field(default_factory=dict[str, "Stamp"])
    """Files in which there is nothing to check, by path, and when they were looked at."""


def register(server: Server) -> None:
    """Add the handlers."""
    workspace = _Workspace()

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="linkname"),
    )
    async def on_document(  # pyright: ignore[reportUnusedFunction]
        params: types.DocumentDiagnosticParams,
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        uri = params.text_document.uri
        report = await server.reports.of(uri)
        document = server.documents.get(uri)
        if document is not None:
            server.reports.answered[document.uri] = report.result_id
        if params.previous_result_id == report.result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(report.result_id)
        return types.RelatedFullDocumentDiagnosticReport(report.diagnostics, result_id=report.result_id)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def on_workspace(  # pyright: ignore[reportUnusedFunction]
        params: types.WorkspaceDiagnosticParams,
    ) -> types.WorkspaceDiagnosticReport:
        previous = {str(server.documents.path(one.uri)): one for one in params.previous_result_ids}
        answer = _Answer(server, previous, params.partial_result_token)
        if workspace.token == server.token:
            answer.add(workspace.reports)
            return answer.finish()
        token, overlays = server.token, server.documents.overlays
        reports: dict[str, Report] = {}
        work: Iterator[tuple[str, Report | None]] | None = None

        def some() -> dict[str, Report] | None:
            nonlocal work
            if work is None:
                work = _check_all(server, server.state.snapshot(overlays), workspace.idle)
            found: dict[str, Report] = {}
            until = time.monotonic() + _SLICE
            for path, report in work:
                if report is not None:
                    found[path] = report
                if time.monotonic() > until:
                    return found
            return found or None

        # A client that has lost interest cancels this between two slices.
        while (found := await server.off_loop(some)) is not None:
            reports |= found
            answer.add(found)
        workspace.token, workspace.reports = token, reports
        return answer.finish()


def _check_all(server: Server, snapshot: Snapshot, idle: dict[str, Stamp]) -> Iterator[tuple[str, Report | None]]:
    """Yield every file of the workspace's own modules, go.mod last, and its report; None for nothing to check."""
    from linkname_ls.build.files import walk
    from linkname_ls.links.universe import tree_of

    seen: set[str] = set()
    for world in snapshot.universe.worlds:
        for module in world.mains:
            if module.immutable:
                continue
            tree = tree_of(module)
            for path in walk(tree.root, vendor=tree.vendor, keep_modules=tree.keep_modules, flat=tree.flat):
                if path in seen:
                    continue
                seen.add(path)
                source = _source(snapshot, path, idle)
                findings = server.state.check(snapshot, source) if source is not None else []
                yield path, make_report(server, source, findings) if source is not None else None
    for source, findings in server.state.check_modules(snapshot):
        yield str(source.path), make_report(server, source, findings)


def _source(snapshot: Snapshot, path: str, idle: dict[str, Stamp]) -> Source | None:
    """Return a file to check; None for one that is not to be checked."""
    from linkname_ls.checks.rules import concerns, some_build_takes
    from linkname_ls.links.sources import stamp_of

    if path in snapshot.overlays:
        return snapshot.source(path)
    stamp = stamp_of(path)
    if stamp is None or idle.get(path) == stamp:
        return None
    source = snapshot.source(path)
    if source is None:
        return None
    if not concerns(source):
        idle[path] = stamp
        return None
    return source if some_build_takes(snapshot, source) else None


class _Answer:
    """The answer to one question about the workspace, sent in parts to a client that takes parts."""

    def __init__(
        self, server: Server, previous: Mapping[str, types.PreviousResultId], token: types.ProgressToken | None
    ) -> None:
        self._server = server
        self._previous = previous
        self._token = token
        self._items: list[Item] = []
        self._done: set[str] = set()

    def add(self, reports: Mapping[str, Report]) -> None:
        """Take in reports by path; of files without diagnostics only where the client had some."""
        for path, report in reports.items():
            before = self._previous.get(path)
            self._done.add(path)
            if report.limit:
                self._server.tell_once(report.limit)
            if before is None and not report.diagnostics:
                continue
            document = self._server.documents.at(Path(path))
            version = document.version if document is not None else None
            uri = document.uri if document is not None else before.uri if before is not None else to_uri(Path(path))
            self._items.append(
                types.WorkspaceUnchangedDocumentDiagnosticReport(uri, report.result_id, version)
                if before is not None and before.value == report.result_id
                else types.WorkspaceFullDocumentDiagnosticReport(
                    uri, report.diagnostics, version, result_id=report.result_id
                )
            )
        if self._token is not None and self._items:
            part = types.WorkspaceDiagnosticReportPartialResult(self._items)
            self._server.progress(types.ProgressParams(self._token, part))
            self._items = []

    def finish(self) -> types.WorkspaceDiagnosticReport:
        """Return what has not been sent yet, and empty reports for files in which there is nothing to check now."""
        empty = make_report(self._server, None, ())
        open_paths = self._server.documents.overlays
        self.add({path: empty for path in self._previous if path not in self._done and path not in open_paths})
        return types.WorkspaceDiagnosticReport(self._items)
