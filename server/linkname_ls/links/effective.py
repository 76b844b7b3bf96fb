"""Which directives count: those that pass the compiler's checks, the first of them for each local name.

Source: ``collectDecls`` in cmd/compile/internal/noder/writer.go and ``processPragmas`` in noder.go beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkname_ls.links.packages import Bound, Package
    from linkname_ls.links.sources import Source
    from linkname_ls.source.directives import Directive

Release = tuple[int, int]
"""A Go release: (1, 26)."""

NEWEST_RELEASE: Release = (1, 27)


@lru_cache(maxsize=64)
def go_release(version: str) -> Release | None:
    """Return the release of a version such as ``go1.26.8`` as (1, 26); None for what is none."""
    match = re.match(r"go(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def reads(directive: Directive, release: Release) -> bool:
    """Whether a release takes the comment for a directive: linknamestd is one since Go 1.27."""
    return directive.keyword != "linknamestd" or release >= (1, 27)


def imports_unsafe(source: Source) -> bool:
    """Whether a file's directives are enabled: it imports unsafe, or "C" (cgo then adds the import)."""
    return source.go.imports_path("unsafe") or source.go.imports_path("C")


def instantiates(directive: Directive, release: Release) -> bool:
    """Whether a directive names an instantiation, which the compiler refuses since Go 1.23."""
    target = directive.target
    return target is not None and "[" in target.text and "]" in target.text and release >= (1, 23)


def effective(package: Package, name: str, holds: Callable[[Source], bool], release: Release) -> Bound | None:
    """Return the directive that counts for a local name among the files that ``holds`` takes, or None.

    The name must be declared; that is not looked at here. Files are read by name, tests later, cgo files last.
    """
    passing = [
        bound
        for bound in package.by_local.get(name, ())
        if bound.directive.accepted
        and reads(bound.directive, release)
        and holds(bound.source)
        and not instantiates(bound.directive, release)
        and imports_unsafe(bound.source)
    ]
    return min(
        passing,
        key=lambda one: (one.source.uses_cgo, one.source.is_test, one.source.name, one.directive.span),
        default=None,
    )
