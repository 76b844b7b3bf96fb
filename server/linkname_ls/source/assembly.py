"""Go assembly files: the symbols that they define (TEXT, GLOBL) and those that they refer to.

The assembler spells ``·`` for the dot and ``∕`` for the slash of a link symbol; a name that starts with ``·`` belongs
to the package that the file stands in (cmd/asm/internal/lex/tokenizer.go, https://go.dev/doc/asm#symbols). Symbols with
``<>`` are visible in their file only and left out.

Preprocessor macros with arguments (``#define CALLFN(NAME, SIZE) TEXT NAME(SB)``) are followed as far as a name is
handed to ``TEXT``; conditions (``#ifdef``) are not decided, every branch counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from linkname_ls.source.positions import Span

AsmKind = Literal["text", "globl", "reference"]

_NAME = rb"(?:[\w.%~$-]|[\x80-\xff])+"
# A symbol in the code: name, an optional <ABI> or <>, an optional +offset, (SB).
_SYMBOL = re.compile(
    rb"(?P<name>(?:[\w.%~]|[\x80-\xff])(?:[\w.%~-]|[\x80-\xff])*)(?P<abi><\w*>)?(?:[+-](?:\w|\(|\)|[*/+-])+)?\(SB\)"
)
_DEFINES = re.compile(rb"(?:^|;)[ \t]*(TEXT|GLOBL)[ \t]+$")
_STRIP = re.compile(rb'//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|"(?:\\[^\n]|[^"\\\n])*"')
_MACRO = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)\n]*)\)((?:[^\\\n]|\\\r?\n|\\[^\n])*)", re.MULTILINE)
_MACRO_TEXT = re.compile(rb"\b(TEXT|GLOBL)[ \t]+(\w+)(?:<\w*>)?\(SB\)")
_DOT = "·".encode()


@dataclass(frozen=True, slots=True)
class AsmSite:
    """One symbol in an assembly file."""

    kind: AsmKind
    symbol: str
    """With plain dots and slashes. A package-local name starts with a dot: ``.now``."""
    span: Span
    """The name as it stands in the file."""
    abi: str
    """``ABIInternal``, ``ABI0`` or "" (which means ABI0)."""


def scan_assembly(data: bytes) -> tuple[AsmSite, ...]:
    """Return the symbols of an assembly file in the order of the text."""
    if b"(SB)" not in data:
        return ()
    # Comments and strings become blanks of the same length, so that offsets stay true.
    code = _STRIP.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), data)
    macros = _text_macros(code)
    parameters = {name for macro in macros.values() for name in macro.parameters}
    sites: list[AsmSite] = []
    for match in _SYMBOL.finditer(code):
        name, abi = match["name"], (match["abi"] or b"")
        if abi == b"<>" or name in parameters:
            continue
        line = code.rfind(b"\n", 0, match.start()) + 1
        defines = _DEFINES.search(code[line : match.start()])
        kind: AsmKind = "reference"
        if defines is not None:
            kind = "text" if defines[1] == b"TEXT" else "globl"
        elif _DOT not in name:
            continue
        sites.append(AsmSite(kind, _plain(name), Span(*match.span("name")), abi.strip(b"<>").decode()))
    for macro in macros.values():
        sites.extend(_macro_uses(code, macro))
    sites.sort(key=lambda site: site.span)
    return tuple(sites)


@dataclass(frozen=True, slots=True)
class _Macro:
    """A macro that defines the symbol named by one of its arguments."""

    name: bytes
    parameters: tuple[bytes, ...]
    defines: bytes
    """The parameter that becomes the symbol's name."""
    kind: AsmKind


def _macro_uses(code: bytes, macro: _Macro) -> Iterator[AsmSite]:
    """Yield the symbols that the calls of a macro define."""
    position = macro.parameters.index(macro.defines)
    for call in re.finditer(rb"(?m)^[ \t]*" + re.escape(macro.name) + rb"\(([^)\n]*)\)", code):
        arguments = call[1].split(b",")
        if len(arguments) <= position:
            continue
        name = arguments[position].strip()
        if re.fullmatch(_NAME, name) and _DOT in name:
            start = call.start(1) + sum(len(argument) + 1 for argument in arguments[:position])
            start += arguments[position].index(name)
            yield AsmSite(macro.kind, _plain(name), Span(start, start + len(name)), "")


def _text_macros(code: bytes) -> dict[bytes, _Macro]:
    """Return the macros of a file that define the symbol named by one of their arguments."""
    result: dict[bytes, _Macro] = {}
    if b"define" not in code:
        return result
    for match in _MACRO.finditer(code):
        parameters = tuple(parameter.strip() for parameter in match[2].split(b","))
        for definition in _MACRO_TEXT.finditer(match[3]):
            if definition[2] in parameters:
                kind: AsmKind = "text" if definition[1] == b"TEXT" else "globl"
                result[match[1]] = _Macro(match[1], parameters, definition[2], kind)
    return result


def _plain(name: bytes) -> str:
    return name.decode("utf-8", "replace").replace("·", ".").replace("∕", "/")
