"""Where a directive goes among the comments of a declaration, as gofmt has it (go.dev/doc/comment#syntax)."""

from __future__ import annotations

import re

from linkname_ls.source.positions import Span

# What gofmt keeps apart from prose, at the end of a doc comment (go/ast isDirective).
_DIRECTIVE = re.compile(rb"//(?:line |extern |export |[a-z0-9]+:[a-z0-9])")


def is_directive(line: bytes) -> bool:
    """Whether a line, its indentation left off, is a comment that gofmt takes for a directive."""
    return _DIRECTIVE.match(line) is not None


def line_start(data: bytes, offset: int) -> int:
    """Return where the line of an offset begins."""
    return data.rfind(b"\n", 0, offset) + 1


def indent_at(data: bytes, offset: int) -> str:
    """Return the blanks that the line of an offset begins with."""
    line = data[line_start(data, offset) : offset]
    return line[: len(line) - len(line.lstrip(b" \t"))].decode()


def separator(data: bytes, offset: int) -> str:
    """Return the empty comment line that sets a directive apart from the prose above it; "" when none is due."""
    start = line_start(data, offset)
    above = data[line_start(data, start - 1) : start].strip() if start else b""
    prose = above.startswith(b"//") and above != b"//" and not is_directive(above)
    return f"{indent_at(data, offset)}//\n" if prose or above.endswith(b"*/") else ""


def whole_line(data: bytes, span: Span) -> Span:
    """Return the lines that a comment fills, their newline included: what to take away with it.

    So does the empty comment line above that set it apart from prose, when nothing else is left below that.
    """
    start = line_start(data, span.start)
    end = data.find(b"\n", span.end) + 1 or len(data)
    above = line_start(data, start - 1) if start else 0
    if data[above:start].strip() == b"//" and not data[end : line_end(data, end)].lstrip().startswith(b"//"):
        start = above
    return Span(start, end)


def line_end(data: bytes, offset: int) -> int:
    """Return where the line of an offset ends, its newline not included."""
    end = data.find(b"\n", offset)
    return len(data) if end < 0 else end


def directives_start(data: bytes, offset: int) -> int:
    """Return where the run of directives around an offset begins."""
    start = line_start(data, offset)
    while start:
        above = line_start(data, start - 1)
        if not is_directive(data[above:start].strip()):
            break
        start = above
    return start
