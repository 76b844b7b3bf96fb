"""How link symbols are spelled.

``<prefix>.<member>``: the prefix is the import path, escaped; ``main`` for a main package. The member is ``f``,
``T.m`` or ``(*T).m``. See cmd/internal/objabi/path.go (``PathToPrefix``) and SEMANTICS of the directive in
cmd/compile/doc.go.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ESCAPE = re.compile(rb"%([0-9a-f]{2})")


@lru_cache(maxsize=4096)
def path_to_prefix(path: str) -> str:
    """Return the prefix of a package's symbols: its import path with ``%xx`` for what the object format reserves.

    Dots are escaped in the last path element only (cmd/internal/objabi/path.go).
    """
    # A folder's name need not be UTF-8; the bytes count.
    data = path.encode("utf-8", "surrogateescape")
    slash = data.rfind(b"/")
    return "".join(
        f"%{byte:02x}" if byte <= 0x20 or byte in b'%"' or byte >= 0x7F or (byte == 0x2E and at > slash) else chr(byte)
        for at, byte in enumerate(data)
    )


def prefix_to_path(prefix: str) -> str:
    """Return the import path that a symbol's prefix stands for; an escape that is none stays as it is."""
    if "%" not in prefix:
        return prefix
    data = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), prefix.encode("utf-8", "surrogateescape"))
    return data.decode("utf-8", "replace")


@lru_cache(maxsize=4096)
def split_symbol(symbol: str) -> tuple[str, str] | None:
    """Split a link symbol into import path and member; None where one is missing (``libc_read``, ``.f``, ``p.``).

    None too for a path that is escaped otherwise than the compiler does it: no package's symbols are spelled so.

    The dots of a path's last element are escaped, so the first dot behind the last slash ends the path. A slash
    inside a receiver or type argument does not count.
    """
    bracket = min((at for at in (symbol.find("["), symbol.find("(")) if at >= 0), default=len(symbol))
    start = symbol.rfind("/", 0, bracket) + 1
    dot = symbol.find(".", start, bracket)
    if dot <= start or dot == len(symbol) - 1:
        return None
    path = prefix_to_path(symbol[:dot])
    if path_to_prefix(path) != symbol[:dot]:
        return None
    return path, symbol[dot + 1 :]


_NAME = r"[^\W\d]\w*"
_MEMBER = re.compile(rf"(?:\(\*(?P<pointer>{_NAME})\)\.|(?P<value>{_NAME})\.)?(?P<name>{_NAME})")


def split_member(member: str) -> tuple[str, bool, str] | None:
    """Split a member into (receiver type, pointer receiver, name): ``(*T).m`` is ``("T", True, "m")``.

    The receiver is "" for a function or variable. None for what no declaration is called: ``init.0``, ``f.func1.2``,
    ``F[int]``.
    """
    match = _MEMBER.fullmatch(member)
    if match is None:
        return None
    return match["pointer"] or match["value"] or "", match["pointer"] is not None, match["name"]
