"""The functions that initialise a package, in the order in which the compiler numbers them.

Each function ``init`` has a symbol with its number, from 0: ``pkg.init.0``. The initial values of package-level
variables are set by one that the compiler makes, ``pkg.init``; it exists where some variable has an initial value, be
it a constant.

Source: ``Renameinit`` in cmd/compile/internal/noder/noder.go, ``pkgInitOrder`` in reader.go beside it; for the order of
files ``build`` in cmd/go/internal/work/exec.go and ``TestPackagesFor`` in cmd/go/internal/load/test.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from linkname_ls.links.packages import Declared, could_declare

if TYPE_CHECKING:
    from linkname_ls.links.sources import Source

_NUMBERED = re.compile(r"init\.(0|[1-9][0-9]*)")


def init_number(member: str) -> int | None:
    """Return the number of an init function from the member of its symbol (``init.2``); None for any other member."""
    match = _NUMBERED.fullmatch(member)
    return int(match[1]) if match is not None else None


def init_functions(sources: Iterable[Source]) -> tuple[Declared, ...]:
    """Return the init functions of some files that are compiled together; maybe none."""
    # Test files come behind the package's own, and what cgo makes of files behind all others.
    ordered = sorted(sources, key=lambda source: (source.uses_cgo, source.is_test, source.name))
    return tuple(
        Declared(source, declaration)
        for source in ordered
        if could_declare(source.data, "init")
        for declaration in source.go.declarations
        if declaration.kind == "func" and declaration.name == "init" and declaration.has_body
    )


def initialised_variables(sources: Iterable[Source]) -> tuple[Declared, ...]:
    """Return the package-level variables with an initial value in some files, ``_`` among them; maybe none."""
    return tuple(
        Declared(source, declaration)
        for source in sources
        if b"var" in source.data
        for declaration in source.go.declarations
        if declaration.kind == "var" and declaration.initialised
    )
