"""``//go:linkname`` directives, read exactly as the compiler reads them.

A directive is a ``//`` comment that starts with ``go:linkname`` and one ASCII space (``go:linknamestd`` too since Go
1.27), first on its line; its fields are split at Unicode white space; it may stand anywhere else in the file. See
``noder.pragma`` in cmd/compile/internal/noder/noder.go and ``lineComment`` in cmd/compile/internal/syntax/scanner.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linkname_ls.source.comments import first_on_line, line_comments
from linkname_ls.source.positions import Span

# unicode.IsSpace, which strings.Fields uses, spelled in UTF-8.
_SPACE = rb"(?:[\t\n\v\f\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)"
_FIELD = re.compile(rb"(?:(?!" + _SPACE + rb").)+", re.DOTALL)
_LINE_PRAGMA = re.compile(rb"^(.*?)(//go:(?:linkname|cgo_import_dynamic)[^\n]*?)\r?$", re.MULTILINE)
_PRAGMA = re.compile(rb"//go:(linkname|linknamestd|cgo_import_dynamic) ")

MARKERS = (b"//go:linkname", b"//go:cgo_import_dynamic")
"""A file without one of these byte strings holds nothing for :func:`scan_pragmas`."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a directive: its text and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Directive:
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


@dataclass(frozen=True, slots=True)
class CgoImport:
    """A ``//go:cgo_import_dynamic local [remote ["library"]]`` comment: ``local`` is a symbol of a shared library."""

    local: Argument
    remote: str
    library: str
    span: Span


def scan_pragmas(data: bytes) -> tuple[tuple[Directive, ...], tuple[CgoImport, ...]]:
    """Return the linkname directives and dynamic cgo imports of a Go file, in the order of the text.

    Comments that only look like a directive (``// go:linkname``, a tab after the word, text inside a block comment or
    a string) are not returned: the compiler ignores them silently.
    """
    if not any(marker in data for marker in MARKERS):
        return (), ()
    directives: list[Directive] = []
    imports: list[CgoImport] = []
    for comment in _comments(data):
        match = _PRAGMA.match(data, comment.start, comment.end)
        if match is None:
            continue
        keyword = match[1].decode()
        arguments = tuple(
            Argument(field[0].decode("utf-8", "replace"), Span(*field.span()))
            for field in _FIELD.finditer(data, match.end(), comment.end)
        )
        misplaced = not first_on_line(data, comment.start)
        if keyword != "cgo_import_dynamic":
            directives.append(Directive(keyword, comment, arguments, misplaced))
        elif len(arguments) > 0 and not misplaced and arguments[0].text != "_":
            remote = arguments[1].text if len(arguments) > 1 else arguments[0].text
            library = arguments[2].text.strip('"') if len(arguments) > 2 else ""
            imports.append(CgoImport(arguments[0], remote, library, comment))
    return tuple(directives), tuple(imports)


def _comments(data: bytes) -> Iterator[Span]:
    """Yield the comments that could be pragmas, and maybe others."""
    if b"`" in data or b"/*" in data:
        yield from line_comments(data)
        return
    # Where no string or comment spans lines, what begins a line with // is a comment: most files are done here.
    for match in _LINE_PRAGMA.finditer(data):
        if match[1]:
            # Something stands before it on its line; only the scanner knows whether it is in a string.
            line = data.rfind(b"\n", 0, match.start(2)) + 1
            for comment in line_comments(data[line : match.end(2)]):
                yield Span(line + comment.start, line + comment.end)
        else:
            yield Span(*match.span(2))
