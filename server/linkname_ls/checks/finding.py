"""What a check reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linkname_ls.source.edits import Edit
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.links.packages import Package
    from linkname_ls.links.sources import Source

Severity = Literal["error", "warning", "information", "hint"]
Stage = Literal["compile", "link", "advice"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding: edits to the file that it stands in."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
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


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at: one file of one package, and whether today's build takes it."""

    source: Source
    package: Package | None
    in_build: bool
    go_release: tuple[int, int]
    """The release that judges, as (1, 26); the newest known when there is no Go."""
