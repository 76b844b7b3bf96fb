"""``//go:linkname`` directives, read exactly as the compiler reads them.

A directive is a ``//`` comment that starts with ``go:linkname`` and one ASCII space (``go:linknamestd`` too since Go
1.27), first on its line; its fields are split at Unicode white space; it may stand anywhere else in the file. See
``noder.pragma`` in cmd/compile/internal/noder/noder.go and ``lineComment`` in cmd/compile/internal/syntax/scanner.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linkname_ls.source.comments import first_on_line, line_comments
from linkname_ls.source.positions import Span

# unicode.IsSpace, which strings.Fields uses, spelled in UTF-8.
_SPACES = re.compile(
    rb"(?:[\t\n\v\f\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+"
)
# What nearly all are.
_USUAL = re.compile(rb"([!-~]+) ([!-~]+)")
# The cgo directives know quotes and fewer spaces (pragmaFields in cmd/compile/internal/noder/lex.go).
_CGO_FIELD = re.compile(rb'"[^"\n]*"|[^" \t\n\r]+')
_PRAGMA = re.compile(rb"//go:(linkname|linknamestd|cgo_import_dynamic|cgo_import_static) ")

_MARKERS = (b"//go:linkname", b"//go:cgo_import_")
"""A file without one of these byte strings holds nothing for :func:`scan_pragmas`."""
_START = b"//go:"
"""What all of them begin with."""
_LINKNAME = _MARKERS[0]
_MARK = re.compile(b"|".join(_MARKERS))


class Argument(NamedTuple):
    """One argument of a directive: its text and where it stands."""

    text: str
    span: Span


class Directive(NamedTuple):
    """One ``//go:linkname`` or ``//go:linknamestd`` comment, right or wrong."""

    keyword: str
    """``linkname`` or ``linknamestd``."""
    span: Span
    """The whole comment, from its first slash to the end of its line."""
    arguments: tuple[Argument, ...]
    misplaced: bool
    """Something stands before it on its line: the compiler refuses it."""

    @property
    def position(self) -> int:
        """The byte offset where the compiler reports it: the ``g`` of ``go:``."""
        return self.span.start + 2

    @property
    def accepted(self) -> bool:
        """Whether the compiler's parser accepts its form (one or two arguments, alone on its line)."""
        return not self.misplaced and 1 <= len(self.arguments) <= 2

    @property
    def local(self) -> Argument | None:
        """The local name, or None where the directive has no argument."""
        return self.arguments[0] if self.arguments else None

    @property
    def target(self) -> Argument | None:
        """The link symbol named by the second argument, or None in the one-argument form."""
        return self.arguments[1] if len(self.arguments) > 1 else None


class CgoImport(NamedTuple):
    """A ``//go:cgo_import_dynamic local [remote ["library"]]`` comment: ``local`` is a symbol of a shared library.

    Or ``//go:cgo_import_static local``: a symbol of the object files that the C compiler made.
    """

    local: Argument
    remote: str
    library: str
    span: Span
    static: bool


def has_marker(data: bytes | bytearray, size: int) -> bool:
    """Whether something for :func:`scan_pragmas` could stand in the first ``size`` bytes of a file.

    Thousands are asked that hold nothing. What is looked for is rare even by its first five letters, so that to look at
    each of these places takes less than a search for every whole word.
    """
    at = data.find(_START, 0, size)
    while at >= 0:
        if data.startswith(_MARKERS, at, size):
            return True
        at = data.find(_START, at + 1, size)
    return False


def scan_pragmas(data: bytes) -> tuple[tuple[Directive, ...], tuple[CgoImport, ...]]:
    """Return the linkname directives and dynamic cgo imports of a Go file, in the order of the text.

    Comments that only look like a directive (``// go:linkname``, a tab after the word, text inside a block comment or
    a string) are not returned: the compiler ignores them silently.
    """
    if not has_marker(data, len(data)):
        return (), ()
    directives: list[Directive] = []
    imports: list[CgoImport] = []
    for comment in _comments(data):
        match = _PRAGMA.match(data, comment.start, comment.end)
        if match is None:
            continue
        keyword = match[1].decode()
        misplaced = not first_on_line(data, comment.start)
        if keyword.startswith("cgo_"):
            static = keyword == "cgo_import_static"
            found = None if misplaced else _cgo_import(data, comment, match.end(), static=static)
            if found is not None:
                imports.append(found)
        else:
            arguments = tuple(_argument(data, start, end) for start, end in _fields(data, match.end(), comment.end))
            directives.append(Directive(keyword, comment, arguments, misplaced))
    return tuple(directives), tuple(imports)


def could_direct(data: bytes, word: bytes) -> bool:
    """Whether a file could hold a linkname directive with a word in it; never False when it does."""
    at = data.find(_LINKNAME)
    while at >= 0:
        end = data.find(b"\n", at)
        if data.find(word, at, end if end >= 0 else len(data)) >= 0:
            return True
        at = data.find(_LINKNAME, end) if end >= 0 else -1
    return False


def _fields(data: bytes, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Return where the words of a directive stand."""
    usual = _USUAL.fullmatch(data, start, end)
    return (usual.span(1), usual.span(2)) if usual is not None else _words(data, start, end)


def _words(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    for spaces in _SPACES.finditer(data, start, end):
        if start < spaces.start():
            yield start, spaces.start()
        start = spaces.end()
    if start < end:
        yield start, end


def _cgo_import(data: bytes, comment: Span, start: int, *, static: bool) -> CgoImport | None:
    """Return the import; None for a library alone (``_ _ "libc.so"``) and what cgo would not accept."""
    fields = [field.span() for field in _CGO_FIELD.finditer(data, start, comment.end)]
    if not 1 <= len(fields) <= 3:
        return None
    local = _argument(data, *fields[0])
    if local.text == "_":
        return None
    remote = _text(data, *fields[1]) if len(fields) > 1 else local.text
    library = _text(data, *fields[2]).strip('"') if len(fields) > 2 else ""
    return CgoImport(local, remote, library, comment, static)


def _argument(data: bytes, start: int, end: int) -> Argument:
    return Argument(_text(data, start, end), Span(start, end))


def _text(data: bytes, start: int, end: int) -> str:
    return data[start:end].decode("utf-8", "replace")


def _comments(data: bytes) -> Iterator[Span]:
    """Yield the comments that could be pragmas, and maybe others."""
    last = max(data.rfind(marker) for marker in _MARKERS)
    # Only what stands before a mark says whether it is in a comment.
    if data.find(b"`", 0, last) >= 0 or data.find(b"/*", 0, last) >= 0:
        end = data.find(b"\n", last)
        yield from line_comments(data, len(data) if end < 0 else end, _START)
        return
    # Where no string or comment spans lines, the lines that hold a mark are all that must be looked at.
    end = -1
    for mark in _MARK.finditer(data):
        if mark.start() < end:
            continue
        start = data.rfind(b"\n", 0, mark.start()) + 1
        end = data.find(b"\n", mark.end())
        end = len(data) if end < 0 else end
        if start == mark.start():  # the whole line, as nearly all are
            yield Span(start, end - 1 if data[end - 1] == 0x0D else end)
            continue
        for comment in line_comments(data[start:end]):
            yield Span(start + comment.start, start + comment.end)
