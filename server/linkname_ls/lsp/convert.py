"""Between the protocol's types and ours; the only place where positions and addresses change form."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from linkname_ls.checks.names import rule_url

if TYPE_CHECKING:
    from linkname_ls.checks.finding import Finding, Severity
    from linkname_ls.links.sources import Source
    from linkname_ls.links.table import Site
    from linkname_ls.source.positions import Encoding, Span

SOURCE_NAME = "linkname-ls"

SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}
"""The gravest is the least."""


@lru_cache(maxsize=1024)
def to_path(uri: str) -> Path | None:
    """Return the file that a ``file:`` address names, absolute and as it is spelled; None for any other address."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if os.name == "nt":
        if len(path) > 2 and path[0] == "/" and path[2] == ":":
            path = path[1:]
        if parts.netloc:
            path = f"//{parts.netloc}{path}"
    if not path or "\0" in path:
        return None
    return Path(os.path.normpath(path))


@lru_cache(maxsize=1024)
def to_uri(path: Path) -> str:
    """Return a file's address, escaped as Go's net/url does, so that it equals gopls's to the letter."""
    text = path.as_posix()
    if not text.startswith("/"):
        text = f"/{text}"
    return f"file://{quote(text, safe='/$&+,:;=@~')}"


def to_range(source: Source, span: Span, encoding: Encoding) -> types.Range:
    """Return a stretch of a file as the editor counts it."""
    start, end = source.lines.position(span.start, encoding), source.lines.position(span.end, encoding)
    return types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))


def to_offset(source: Source, position: types.Position, encoding: Encoding) -> int:
    """Return the byte offset of an editor's position; one outside of the text means its nearest end."""
    return source.lines.offset(position.line, position.character, encoding)


def to_link(source: Source, span: Span, site: Site, uri: str, encoding: Encoding) -> types.LocationLink:
    """Return a way from a stretch of a file to a site, with the whole of a declaration to be shown."""
    name = to_range(site.source, site.name, encoding)
    whole = to_range(site.source, site.declaration.span, encoding) if site.declaration is not None else name
    return types.LocationLink(uri, whole, name, to_range(source, span, encoding))


def to_diagnostic(
    source: Source, finding: Finding, encoding: Encoding, place: Callable[[Source, Span], types.Location] | None
) -> types.Diagnostic:
    """Return a finding as the editor shows it.

    ``place`` gives the locations of the other places that belong to it; None leaves them out.
    """
    others = [
        types.DiagnosticRelatedInformation(place(one.source, one.span), one.message)
        for one in finding.related
        if place is not None
    ]
    return types.Diagnostic(
        range=to_range(source, finding.span, encoding),
        message=finding.message,
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(rule_url(finding.code)),
        source=SOURCE_NAME,
        related_information=others or None,
    )
