"""Words for sites: where a site is, what it is, and for which builds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.links.table import Site

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.links.snapshot import Snapshot


def short_path(snapshot: Snapshot, path: Path) -> str:
    """Return a file's path as a Go developer names it.

    ``runtime/proc.go`` in the Go tree, ``github.com/x/y@v1.2.3/z.go`` in a dependency, relative to its module else.
    """
    module = _module(snapshot, path.parent)
    if module is None:
        return path.name
    try:
        relative = path.relative_to(module.dir).as_posix()
    except ValueError:
        return path.name
    if module.path == "cmd" and module.kind == "std":
        return f"cmd/{relative}"
    if module.kind in ("dependency", "vendored"):
        version = f"@{module.version}" if module.version else ""
        return f"{module.path}{version}/{relative}"
    return relative


def _module(snapshot: Snapshot, folder: Path) -> Module | None:
    for world in snapshot.worlds(folder):
        module = world.module_of(folder)
        if module is not None:
            return module
    return None


def place(snapshot: Snapshot, site: Site) -> str:
    """Return ``path:line`` of a site, the line 1-based."""
    return f"{short_path(snapshot, site.source.path)}:{site.source.lines.line_of(site.span.start) + 1}"


def what(site: Site) -> str:
    """Return what a site is, in one or two words: ``function``, ``bodyless function``, ``assembly`` ..."""
    if site.kind == "assembly":
        return "assembly" if site.role.value == "defines" else "assembly reference"
    if site.kind == "cgo":
        static = any(cgo.static and cgo.local.span == site.span for cgo in site.source.cgo_imports)
        return "symbol of C code" if static else "symbol of a shared library"
    if site.kind in ("directive", "use"):
        return site.kind
    declaration = site.declaration
    if declaration is None:
        return "declaration"
    if declaration.is_function:
        word = "method" if declaration.kind == "method" else "function"
        return f"bodyless {word}" if declaration.bodyless else word
    return {"var": "variable", "const": "constant", "type": "type"}[declaration.kind]


def condition(site: Site) -> str:
    """Return the build constraint of a site's file, "" when it is always built."""
    text = site.source.constraint.text
    if site.source.language == "go" and site.source.uses_cgo:
        return f"{text} && cgo" if text else "cgo"
    return text
