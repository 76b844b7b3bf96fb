"""Go assembly files: the symbols that they define (TEXT, GLOBL) and those that they refer to.

The assembler spells ``·`` for the dot and ``∕`` for the slash of a link symbol; a name that starts with ``·`` belongs
to the package that the file stands in (cmd/asm/internal/lex/tokenizer.go, https://go.dev/doc/asm#symbols). Symbols with
``<>`` are visible in their file only and left out.

Preprocessor macros with arguments (``#define CALLFN(NAME, SIZE) TEXT NAME(SB)``) are followed as far as a symbol's name
is handed to them in the same file. Sites of every branch of ``#ifdef`` are returned, with their conditions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from linkname_ls.source.comments import OPAQUE
from linkname_ls.source.positions import Span
from linkname_ls.source.preprocessor import Conditions, Preprocessor

AsmKind = Literal["text", "globl", "reference"]

_WORD = rb"(?!\d)[\w\x80-\xff]+(?![\w\x80-\xff])"
# An operand in the code: name, an optional <ABI> or <>, an optional offset, (SB).
_OPERAND = rb"[ \t]*(?:(?P<abi><\w*>)[ \t]*)?(?:[+-][\w() \t*/+<>-]{0,80})?\([ \t]*SB[ \t]*\)"
_SYMBOL = re.compile(rb"(?<![\w\x80-\xff])(?P<name>" + _WORD + rb")" + _OPERAND)
_LETTER = re.compile(rb"[\w\x80-\xff]")
_HIDDEN = re.compile(OPAQUE, re.DOTALL)
_IN_LINE = re.compile(rb"[^\n]")
_MACRO = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(?P<name>" + _WORD + rb")\((?P<parameters>[^()\n]*)\)"
    rb"(?P<body>(?:[^\\\n]+|\\[ \t\r]*\n|\\)*)",
    re.MULTILINE,
)
_ARGUMENT = re.compile(rb"[ \t]*[$*]?(?P<name>" + _WORD + rb")[ \t]*(?P<abi><\w*>)?[ \t]*")
_DOT = "·".encode()
_CONDITION = re.compile(rb"#[ \t]*if")


_DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
# A macro that stands for a symbol, or for a symbol with (SB) behind it.
_ALIAS = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(?P<macro>" + _WORD + rb")[ \t]+(?P<name>" + _WORD + rb")[ \t]*(?P<abi><\w*>)?"
    rb"[ \t]*(?P<operand>\([ \t]*SB[ \t]*\))?[ \t\r]*$",
    re.MULTILINE,
)


class AsmSite(NamedTuple):
    """One symbol in an assembly file."""

    kind: AsmKind
    symbol: str
    """With plain dots and slashes. A package-local name starts with a dot: ``.now``."""
    span: Span
    """The name as it stands in the file."""
    abi: str
    """``ABIInternal``, ``ABI0`` or "" (which means ABI0)."""
    conditions: Conditions = ()
    """Under which it is assembled."""


class _Use(NamedTuple):
    """What a macro takes one of its arguments for: the name of a symbol to define or to refer to."""

    kind: AsmKind
    abi: bytes


def scan_assembly(data: bytes, own: str | None = None) -> tuple[AsmSite, ...]:
    """Return the symbols of an assembly file in the order of the text.

    With ``own``, the symbol prefix of the file's package, what is spelled as that package's is left out (what macros
    make of their arguments is not), and so are all conditions: who asks for it looks into thousands of files.
    """
    if b"SB" not in data:
        return ()
    left_out = (_DOT, own.replace("/", "∕").encode() + _DOT) if own is not None else ()
    # Comments and strings become blanks of the same length, so that offsets stay true.
    code = _HIDDEN.sub(_blank, data)
    macros: list[re.Match[bytes]] = []
    defined: set[bytes] = set()
    aliases: list[re.Match[bytes]] = []
    for start, _ in _lines_with(b"define", code):
        if (word := _DEFINED.match(code, start)) is None:
            continue
        # A word that the file defines as something else is no symbol.
        defined.add(word[1])
        if (not macros or start >= macros[-1].end()) and (macro := _MACRO.match(code, start)) is not None:
            macros.append(macro)
        if (alias := _ALIAS.match(code, start)) is not None and _DOT in alias["name"]:
            aliases.append(alias)
    uses: dict[bytes, dict[int, _Use]] = {}
    sites: list[AsmSite] = []
    for match in _operands(code):
        name, abi = match.group("name", "abi")
        if left_out and name.startswith(left_out):
            continue
        start = match.start()
        if aliases and _around(aliases, start) is not None:
            continue
        kind = _kind(code, start)
        macro = _around(macros, start) if macros else None
        parameters = [] if macro is None else [one.strip() for one in macro["parameters"].split(b",")]
        if macro is not None and name in parameters:
            known, position = uses.setdefault(macro["name"], {}), parameters.index(name)
            if position not in known or known[position].kind == "reference":
                known[position] = _Use(kind, abi or b"")
        elif name not in defined:
            site = _site(kind, match, 0, abi or b"")
            if site is not None:
                sites.append(site)
    if uses or aliases:
        sites.extend(_arguments(code, uses))
        sites.extend(_aliased(code, aliases))
        sites.sort(key=lambda site: site.span)
    if own is not None or _CONDITION.search(code) is None:
        return tuple(sites)
    conditions = Preprocessor(code)
    return tuple(site._replace(conditions=conditions.at(site.span.start)) for site in sites)


def _lines_with(word: bytes, code: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the lines with some bytes begin and end: what only they can match need not be tried elsewhere."""
    at = code.find(word)
    while at >= 0:
        end = code.find(b"\n", at)
        end = len(code) if end < 0 else end
        yield code.rfind(b"\n", 0, at) + 1, end
        at = code.find(word, end)


def _operands(code: bytes) -> Iterator[re.Match[bytes]]:
    """Yield what :data:`_SYMBOL` matches."""
    for start, end in _lines_with(b"SB", code):
        yield from _SYMBOL.finditer(code, start, end)


def _around(macros: list[re.Match[bytes]], offset: int) -> re.Match[bytes] | None:
    """Return the macro that an offset stands in."""
    at = bisect_right(macros, offset, key=lambda macro: macro.start())
    return macros[at - 1] if at and offset < macros[at - 1].end() else None


def _kind(code: bytes, start: int) -> AsmKind:
    """Return what is done with the symbol at ``start``: only the word in front of it defines."""
    before = code[max(0, start - 80) : start]
    word = before.rstrip(b" \t")
    if len(word) == len(before) or not word.endswith((b"TEXT", b"GLOBL")):
        return "reference"
    kind: AsmKind = "text" if word.endswith(b"TEXT") else "globl"
    # A longer word that only ends like that is an instruction.
    return "reference" if _LETTER.match(word[-5:-4] if kind == "text" else word[-6:-5]) else kind


def _blank(hidden: re.Match[bytes]) -> bytes:
    """Return blanks in the place of a comment or string, on as many lines."""
    text = hidden[0]
    return _IN_LINE.sub(b" ", text) if b"\n" in text else b" " * len(text)


def _site(kind: AsmKind, match: re.Match[bytes], base: int, abi: bytes) -> AsmSite | None:
    """Return the site of a name; None for a symbol of the file alone, or what is no name."""
    name = match["name"]
    # An instruction may stand in front of (SB) too, with a space between.
    if abi == b"<>" or (kind == "reference" and _DOT not in name and len(match[0].split()) > 1):
        return None
    symbol = name.decode("utf-8", "replace").replace("·", ".").replace("∕", "/")
    start, end = match.span("name")
    return AsmSite(kind, symbol, Span(base + start, base + end), abi.strip(b"<>").decode())


def _aliased(code: bytes, aliases: list[re.Match[bytes]]) -> Iterator[AsmSite]:
    """Yield what is done with symbols by way of macros without arguments, at the name in the macro."""
    for alias in aliases:
        word = rb"(?<![\w\x80-\xff])" + re.escape(alias["macro"]) + rb"(?![\w\x80-\xff])"
        # With (SB) behind the name the operand itself is in the macro.
        behind = b"" if alias["operand"] else _OPERAND
        done: set[AsmKind] = set()
        for use in re.finditer(word + behind, code):
            kind = _kind(code, use.start())
            if not alias.start() <= use.start() < alias.end() and kind not in done:
                done.add(kind)
                site = _site(kind, alias, 0, alias["abi"] or b"")
                if site is not None:
                    yield site


def _arguments(code: bytes, uses: dict[bytes, dict[int, _Use]]) -> Iterator[AsmSite]:
    """Yield the symbols among the arguments of macros."""
    if not uses:
        return
    names = b"|".join(re.escape(name) for name in uses)
    calls = re.compile(rb"(?<![\w\x80-\xff])(" + names + rb")\(((?:[^()\n]|\([^()\n]*\))*)\)")
    for call in calls.finditer(code):
        start = call.start(2)
        for position, argument in enumerate(call[2].split(b",")):
            use = uses[call[1]].get(position)
            match = _ARGUMENT.fullmatch(argument) if use is not None else None
            # A word without a dot is the parameter of another macro.
            if use is not None and match is not None and _DOT in match["name"]:
                site = _site(use.kind, match, start, match["abi"] or use.abi)
                if site is not None:
                    yield site
            start += len(argument) + 1
