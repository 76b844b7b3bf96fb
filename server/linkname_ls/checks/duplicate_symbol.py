"""A symbol may be defined once in a program.

    link: duplicated definition of symbol example.com/lib.f, from example.com/lib and main

Two functions with bodies have the same symbol, or two variables with initial values that the compiler lays down in the
object file. It does not matter whether anything uses them. Bare variables, and those that are initialised at run time,
share their storage instead. Within one package it is the compiler that finds out.

A push replaces nothing: to provide a function that another package awaits, that one must have no body.

Source: `addSym` in cmd/link/internal/loader/loader.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkname_ls.checks.finding import Finding, Related, Severity
from linkname_ls.checks.linking import Link, declared_as, worst
from linkname_ls.checks.unit import Unit
from linkname_ls.programs.member import Definition
from linkname_ls.releases.lists import builtin_functions
from linkname_ls.source.directives import Directive
from linkname_ls.source.gofile import Declaration
from linkname_ls.source.initial import Content, content_of
from linkname_ls.source.positions import Span

CODE = "duplicate-symbol"

_INLINED = 400
"""Bytes of a function's text from which on the compiler will not inline it."""


def check(unit: Unit) -> Iterator[Finding]:
    """Report each directive that gives a definition a symbol which another definition has."""
    yield from worst(unit, lambda _: unit.checked, _judge)


def _judge(unit: Unit, link: Link, directive: Directive) -> Finding | None:
    local = directive.local
    declaration = declared_as(unit, local.text) if local is not None else None
    if local is None or declaration is None or declaration.generic:
        return None
    bound = link.member.binding(local.text)
    if bound is None or bound.directive != directive or bound.source.path != unit.source.path:
        return None
    symbol = link.member.symbol(declaration)
    span = Span(directive.position, directive.span.end)
    definitions = [one for one in link.linker.definitions(symbol) if one.kind != "library"]
    mine = next((one for one in definitions if one.bound == bound), None)
    if declaration.bodyless and mine is None:
        if not _declared_twice(link, symbol, declaration):
            return None
        message = f"symbol {symbol} redeclared: it is the assembly function that this package declares as well"
        return Finding(CODE, "error", "compile", message, span, symbol)
    if mine is None:
        return None
    clashes: list[tuple[Definition, Severity | None]] = [
        (one, _clash(link, symbol, mine, one)) for one in definitions if one is not mine
    ]
    found = next((one for one in clashes if one[1] == "error"), None) or next((one for one in clashes if one[1]), None)
    other, severity = found if found is not None else (mine, None)
    if severity is None:
        return None
    related = (Related("the other definition", other.source, other.span),)
    if other.member is mine.member and other.declaration is not None:
        message = f"symbol {symbol} redeclared: this package defines it twice"
        return Finding(CODE, severity, "compile", message, span, symbol, related=related)
    where = other.member.path
    message = f"duplicated definition of symbol {symbol}: {where} defines it too"
    sure = severity == "error" and link.real
    if not sure:
        message = f"duplicated definition of symbol {symbol} in a program with {where}, which defines it too"
    return Finding(CODE, "error" if sure else "warning", "link", message, span, symbol, related=related)


def _declared_twice(link: Link, symbol: str, declaration: Declaration) -> bool:
    """Whether the package declares its own assembly function under its own name and under another one."""
    if link.member.package is None or not symbol.startswith(f"{link.member.prefix}."):
        return False
    natural = symbol[len(link.member.prefix) + 1 :]
    return (
        natural != declaration.name
        and any(one.declaration is None and one.member is link.member for one in link.linker.definitions(symbol))
        and any(one.declaration.bodyless and link.member.holds(one.source) for one in link.member.package.find(natural))
    )


def _clash(link: Link, symbol: str, mine: Definition, other: Definition) -> Severity | None:
    """Return how sure it is that the linker minds two definitions of one symbol; None when it does not."""
    method = other.declaration if other.declaration is not None and other.declaration.kind == "method" else None
    if method is not None and symbol != f"{other.member.prefix}.{method.member}":
        return None  # the compiler's wrapper of a value method gives way
    if mine.member is other.member and mine.declaration is not None and other.declaration is not None:
        return "error"
    if not other.certain:
        return "warning"
    if link.member.register_abi and mine.native_abi != other.native_abi:
        return None  # to the linker these are two symbols
    if mine.kind == other.kind == "text":
        return "warning" if link.linker.release < (1, 23) and _may_be_missed(link, symbol, mine, other) else "error"
    contents = [_content(mine), _content(other)]
    if Content.NONE in contents:
        return None
    return "error" if contents == [Content.LAID_DOWN] * 2 else "warning"


def _may_be_missed(link: Link, symbol: str, mine: Definition, other: Definition) -> bool:
    """Whether the compiler may know whose symbol it is, which keeps linkers up to Go 1.22 from seeing two.

    So it is with what it has read to inline it, and with what it lets compiled code refer to by number. Source:
    ``isNonPkgSym`` in cmd/internal/obj/sym.go.
    """
    program, body = link.linker.program, other.declaration
    if symbol in builtin_functions(program.snapshot.worlds(program.folder)[0].toolchain.goroot):
        return True
    if body is None or not body.has_body or body.name == "init":
        return False
    other.source.reads.functions.add(body.name)
    if body.span.end - body.span.start >= _INLINED:
        return False
    used = f".{body.name}"
    return any(source.imports_path(other.member.path) and source.mentions(used) for source in mine.member.sources)


def _content(definition: Definition) -> Content:
    if definition.kind == "text":
        return Content.LAID_DOWN
    if definition.declaration is None:
        return Content.UNKNOWN  # DATA in assembly
    return content_of(definition.source.tree, definition.source.data, definition.declaration)
