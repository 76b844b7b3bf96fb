"""Diagnostics of open documents: made off the event loop, remembered while nothing changes, and delivered.

A client that asks for them (``textDocument/diagnostic``, see :mod:`linkname_ls.lsp.pull`) is told when an answer that
it has got is not true any more; any other is sent them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from linkname_ls.lsp.convert import SEVERITIES, to_uri
from linkname_ls.lsp.standing import Standing, moved

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding
    from linkname_ls.links.sources import Source
    from linkname_ls.lsp.documents import Document
    from linkname_ls.lsp.server import Server

log = logging.getLogger(__name__)

_MOST = 5_000
"""Findings of one file that a client is given: with a hundred thousand the loop would stand still for seconds. VS Code
shows a thousand."""

_PAUSE = 0.3
"""Seconds without a change before a client is told to ask again: time for it to ask on its own."""


class Report(NamedTuple):
    """What is wrong with a document."""

    result_id: str
    """The same for the same diagnostics."""
    diagnostics: Sequence[types.Diagnostic]
    limit: str = ""
    """That there are more of them, in a sentence for the user; "" when these are all."""


def make_report(server: Server, source: Source | None, findings: Sequence[Finding]) -> Report:
    """Return findings as a report; an empty one for a file that is not there."""
    limit = ""
    if source is not None and len(findings) > _MOST:
        limit = f"{source.path} has more than {_MOST} findings: the first ones are shown, errors before warnings."
        findings = sorted(findings, key=lambda one: SEVERITIES[one.severity])[:_MOST]
    diagnostics = [server.diagnostic(source, finding) for finding in findings] if source is not None else []
    return Report(_result_id(diagnostics), diagnostics, limit)


def _result_id(diagnostics: Sequence[types.Diagnostic]) -> str:
    return f"{hash(repr(diagnostics)) & 0xFFFF_FFFF_FFFF_FFFF:x}"


_NOTHING = _result_id([])


class _Known(NamedTuple):
    """The report of a document, and what it was made of."""

    overlays: Mapping[str, Source]
    generation: object
    """Of the state."""
    standing: tuple[int, int]
    """Of the open texts; see :class:`linkname_ls.lsp.standing.Standing`."""
    source: Source | None
    findings: Sequence[Finding]
    report: Report


class Reports:
    """The reports of open documents, and who has been given which. For the event loop only."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._standing = Standing()
        self._known: dict[str, _Known] = {}
        """By address."""
        self.answered: dict[str, str] = {}
        """By address: what the client has been answered last."""
        self._sent: dict[str, tuple[int, str]] = {}
        """By address: the version that diagnostics were last sent for, and which."""
        self._modules: dict[str, str] = {}
        """By address of a go.mod file: what has been sent."""
        self._asked = self._busy = self._elsewhere = False

    async def of(self, uri: str) -> Report:
        """Return the report of a document as it is in the end, should it change meanwhile."""
        server = self._server
        while True:
            document, overlays, generation = (
                server.documents.get(uri),
                server.documents.overlays,
                server.state.generation,
            )
            known = self._known.get(uri)
            if known is not None and known.overlays is overlays and known.generation == generation:
                return known.report

            await server.give_way()
            made = await server.off_loop(partial(self._make, uri, overlays, known))
            limits = (made.source.limits if made.source is not None else "", made.report.limit)
            for problem in (*server.state.problems, *filter(None, limits)):
                server.tell_once(problem)
            if server.documents.get(uri) is document:
                if document is not None:
                    self._known[uri] = made
                return made.report

    def _make(self, uri: str, overlays: Mapping[str, Source], known: _Known | None) -> _Known:
        state, path = self._server.state, self._server.documents.path(uri)
        state.look()
        generation = state.generation
        standing = self._standing.take(overlays)
        if known is not None and known.source is not None and known.generation == generation:
            steps = self._standing.steps_since(known.standing)
            found = moved(known.findings, known.source, steps) if steps is not None else None
            if found is not None and found[0] is overlays.get(str(path)):
                return _Known(overlays, generation, standing, *found, make_report(self._server, *found))
        with self._standing.checking(overlays) as standing:
            snapshot = state.snapshot(overlays)
            source = snapshot.source(path) if path is not None else None
            findings = state.check(snapshot, source) if source is not None else ()
        return _Known(overlays, generation, standing, source, findings, make_report(self._server, source, findings))

    def forget(self, uri: str) -> None:
        """Forget a document that has been closed."""
        for table in (self._known, self.answered, self._sent):
            table.pop(uri, None)

    def recheck(self, *, elsewhere: bool) -> None:
        """Deliver what has become of all open documents; ``elsewhere``: what changed was not an open document."""
        self._asked = True
        self._elsewhere = self._elsewhere or elsewhere
        if not self._busy:
            self._busy = True
            self._server.start(self._deliver())

    async def _deliver(self) -> None:
        try:
            while self._asked:
                self._asked = False
                await (self._tell() if self._server.pulls else self._send())
        finally:
            self._busy = False

    async def _send(self) -> None:
        """Send the diagnostics of every document that has other ones, those of changed documents first."""
        documents = sorted(self._server.documents, key=lambda one: self._version_sent(one) == one.version)
        for document in documents:
            if self._server.documents.get(document.uri) is None:
                continue
            report = await self.of(document.uri)
            now = self._server.documents.get(document.uri)
            if now is not None and self._sent.get(now.uri) != (now.version, report.result_id):
                self._sent[now.uri] = (now.version, report.result_id)
                self._server.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(now.uri, report.diagnostics, version=now.version)
                )
            if self._asked:
                return  # and all over again, with what has changed first
        if self._elsewhere:
            self._elsewhere = False
            await self._send_modules()

    async def _send_modules(self) -> None:
        """Send what dependencies break, for go.mod files that no document need be open of."""
        server, overlays = self._server, self._server.documents.overlays

        def work() -> dict[str, Report]:
            found = server.state.check_modules(server.state.snapshot(overlays))
            return {to_uri(source.path): make_report(server, source, findings) for source, findings in found}

        reports = await server.off_loop(work)
        for uri in [uri for uri in self._modules if uri not in reports]:
            reports[uri] = make_report(server, None, ())
        for uri, report in reports.items():
            if self._modules.get(uri, _NOTHING) != report.result_id:
                server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, report.diagnostics))
            self._modules[uri] = report.result_id

    def _version_sent(self, document: Document) -> int | None:
        sent = self._sent.get(document.uri)
        return sent[0] if sent is not None else None

    async def _tell(self) -> None:
        """Tell the client to ask again when a document has other diagnostics than it has been answered."""
        await asyncio.sleep(_PAUSE)
        if self._asked:
            return
        stale, self._elsewhere = self._elsewhere, False
        for uri in list(self.answered):
            if stale:
                break
            report = await self.of(uri)
            stale = self.answered.get(uri, report.result_id) != report.result_id
        if stale:
            self._server.start(self._tell_to_ask())

    async def _tell_to_ask(self) -> None:
        try:
            await self._server.workspace_diagnostic_refresh_async(None)
        except JsonRpcException as error:
            log.warning("The client does not ask again: %s", error)


def recheck(server: Server, changed: Document | None = None) -> None:
    """See what has become of all open documents when one has changed, or something else."""
    server.reports.recheck(elsewhere=changed is None)
