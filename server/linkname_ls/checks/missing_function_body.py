"""A function without a body needs a directive, or something besides Go in its package.

    missing function body

The go command tells the compiler that a package is complete (`-complete`) unless there are assembly, cgo, C, SWIG or
`.syso` files in it for this build; an empty `.s` file is enough. Then every function needs a body, or a directive of
either form that the compiler accepts. Methods cannot have a directive, so they need assembly. Ten packages of the
standard library are exempt, because package runtime provides their bodies.

**Fix**: add a directive.

Source: `gc` in cmd/go/internal/work/gc.go; `funcBody` in cmd/compile/internal/noder/noder.go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from linkname_ls.build.constraints import file_constraint, ignored_name
from linkname_ls.checks.finding import Finding, Fix
from linkname_ls.checks.marking import mark
from linkname_ls.checks.unit import Unit
from linkname_ls.links.packages import Declared
from linkname_ls.source.gofile import has_wasm_import, may_lack_bodies
from linkname_ls.source.positions import Span

CODE = "missing-function-body"

_EXEMPT = frozenset(
    {
        "bytes",
        "internal/poll",
        "net",
        "os",
        "runtime/metrics",
        "runtime/pprof",
        "runtime/trace",
        "sync",
        "syscall",
        "time",
    }
)
_NOT_COMPILED = frozenset({"builtin", "unsafe"})
"""Packages that are documentation: the compiler has them built in."""
_OBJECTS = (".syso", ".swig", ".swigcxx")
"""Files that make a package incomplete by being there. C and its like count only beside cgo, which counts itself."""


_EMPTY = "// This file lets the package declare functions whose bodies the linker finds elsewhere.\n"


def check(unit: Unit) -> Iterator[Finding]:
    """Report each function without a body that the compiler would miss one for."""
    source = unit.source
    bodyless = [one for one in source.go.declarations if one.bodyless] if may_lack_bodies(source.data) else []
    if not bodyless or not complete(unit):
        return
    for declaration in bodyless:
        if declaration.name == "_":
            continue  # nobody can call it, and the compiler does not look
        bound = unit.binding(declaration.name) or unit.means(declaration.name)
        if bound and declaration.kind == "func" and not declaration.generic:
            continue
        if _wasm_import(unit, Declared(source, declaration)):
            continue
        name = declaration.name
        message = "missing function body"
        if declaration.generic:
            message = "generic function is missing function body"
        elif name == "init" and declaration.kind == "func" and unit.release >= (1, 25):
            message = "func init must have a body"
        start = declaration.name_span.start
        if declaration.kind == "method":
            start = source.data.index(b"(", declaration.span.start)
        yield Finding(
            CODE,
            "error",
            "compile",
            message,
            Span(start, declaration.name_span.end),
            unit.package.natural_symbol(declaration),
            tuple(_fixes(Declared(source, declaration))),
        )


def complete(unit: Unit) -> bool:
    """Whether the go command says -complete for the package."""
    if unit.assembly or any(source.uses_cgo and unit.holds(source) for source in unit.package.sources):
        return False
    if unit.module is not None and unit.module.kind == "std" and unit.package.path in _EXEMPT | _NOT_COMPILED:
        return False
    try:
        names = os.listdir(unit.package.folder)  # noqa: PTH208 - names are enough
    except OSError:
        return False
    platform = unit.toolchain.platform
    return not any(
        name.endswith(_OBJECTS) and not ignored_name(name) and file_constraint(name, b"").holds(platform)
        for name in names
    )


def _wasm_import(unit: Unit, declared: Declared) -> bool:
    """Whether a //go:wasmimport above the function stands in for its body: on wasm it does.

    A file of another platform gets the benefit of the doubt.
    """
    if unit.in_build and unit.toolchain.platform.goarch != "wasm":
        return False
    return has_wasm_import(declared.source.data, declared.declaration.span.start)


def _fixes(declared: Declared) -> Iterator[Fix]:
    source, declaration = declared
    edits = mark(source, declaration)
    if edits:
        title = f"Add //go:linkname {declaration.name}, to let another package push the body"
        yield Fix(title, edits, preferred=False)
    if not declaration.generic and declaration.name != "init" and not source.is_test:
        path = source.path.with_name("empty.s")
        if not path.exists():
            title = "Add empty.s, which makes the compiler leave missing bodies to the linker"
            yield Fix(title, (), preferred=False, creates=((path, _EMPTY),))
