"""The lists of names in a Go tree's compiler and linker that decide which references are refused.

Source: ``blockedLinknames`` in cmd/link/internal/loader/loader.go, cmd/internal/goobj/builtinlist.go.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from linkname_ls.build.reader import read_bytes
from linkname_ls.releases.fingerprint import LISTS

_LINKER, _COMPILER = LISTS
_LIST = re.compile(r"var blockedLinknames = map\[string\]\[\]string\{\n(.*?)\n\}", re.DOTALL)
_ENTRY = re.compile(r'^\t"([^"]+)":\s*\{([^}]*)\}', re.MULTILINE)
_OBJECT = re.compile(r'^\t\{"([^"]+)", ([01])\}', re.MULTILINE)


@lru_cache(maxsize=16)
def blocked_names(goroot: Path | None) -> dict[str, tuple[str, ...]]:
    """Return the names on a Go tree's list, with the packages that may refer to them; empty before Go 1.23.

    Empty, too, for a tree without the linker's sources.
    """
    found = _LIST.search(_text(goroot, _LINKER))
    entries: list[tuple[str, str]] = _ENTRY.findall(found[1]) if found is not None else []
    return {name: tuple(re.findall(r'"([^"]+)"', packages)) for name, packages in entries}


@lru_cache(maxsize=16)
def builtin_functions(goroot: Path | None) -> frozenset[str]:
    """Return the functions that the compiler knows by itself: compiled code refers to them by number."""
    return _builtins(goroot, "1")


@lru_cache(maxsize=16)
def numbered_symbols(goroot: Path | None) -> frozenset[str]:
    """Return what assembly refers to by number and not by name."""
    return _builtins(goroot, "0")


def _builtins(goroot: Path | None, abi: str) -> frozenset[str]:
    listed: list[tuple[str, str]] = _OBJECT.findall(_text(goroot, _COMPILER))
    return frozenset(name for name, one in listed if one == abi)


def _text(goroot: Path | None, name: str) -> str:
    return (read_bytes(goroot / name) or b"").decode("utf-8", "replace") if goroot is not None else ""
