"""The modules that a comment in the Go tree names because they made it mark a symbol: the "hall of shame"."""

from __future__ import annotations

import re

_HEAD = "hall of shame"
_MODULE = re.compile(r"-\s+(\S+)")


def hall_of_shame(data: bytes, offset: int) -> tuple[str, ...]:
    """Return the modules in the comment that a directive at ``offset`` stands in or below; none for most."""
    start = data.rfind(b"\n", 0, offset) + 1
    lines: list[str] = []
    while start > 0:
        above = data.rfind(b"\n", 0, start - 1) + 1
        line = data[above : start - 1].strip()
        if not line.startswith(b"//"):
            break
        lines.append(line[2:].decode("utf-8", "replace").strip())
        start = above
    lines.reverse()
    heads = [at for at, line in enumerate(lines) if _HEAD in line]
    if not heads:
        return ()
    found: list[str] = []
    for line in lines[heads[-1] + 1 :]:
        match = _MODULE.match(line)
        if match is None:
            break
        found.append(match[1].rstrip(",;"))
    return tuple(dict.fromkeys(found))
