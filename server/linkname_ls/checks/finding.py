"""What a check reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from linkname_ls.links.sources import Source
    from linkname_ls.source.edits import Edit
    from linkname_ls.source.positions import Span

Severity = Literal["error", "warning", "information", "hint"]
Stage = Literal["compile", "link", "advice"]


class Fix(NamedTuple):
    """A way to mend a finding: edits, first of all to the file that it stands in."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = True
    """Whether it is what nearly everyone wants: then it is done too when all of a file is mended at once."""
    elsewhere: tuple[tuple[Source, tuple[Edit, ...]], ...] = ()
    """Edits to other files; such a fix is never a preferred one."""
    creates: tuple[tuple[Path, str], ...] = ()
    """Files to make, with their text; likewise."""


class Related(NamedTuple):
    """Another place that a finding is about, and what there is to say of it."""

    message: str
    source: Source
    span: Span


class Finding(NamedTuple):
    """One thing that is wrong."""

    code: str
    """The rule's name."""
    severity: Severity
    stage: Stage
    """Who would have complained: the compiler, the linker, or nobody."""
    message: str
    span: Span
    """From where the compiler reports it to the end of what is meant."""
    symbol: str
    """The link symbol that it is about, "" when there is none."""
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
