"""Where a directive goes among the comments of a declaration, as gofmt has it (go.dev/doc/comment#syntax)."""

from __future__ import annotations


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
    prose = above.startswith(b"//") and above != b"//" and not above.startswith(b"//go:")
    return f"{indent_at(data, offset)}//\n" if prose or above.endswith(b"*/") else ""


def directives_start(data: bytes, offset: int) -> int:
    """Return where the run of ``//go:`` lines around an offset begins."""
    start = line_start(data, offset)
    while start:
        above = line_start(data, start - 1)
        if not data[above:start].strip().startswith(b"//go:"):
            break
        start = above
    return start
