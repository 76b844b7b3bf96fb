"""The types that Go has itself (https://go.dev/ref/spec#Predeclared_identifiers), and files that declare them anew."""

from __future__ import annotations

import re

ALIASES = {"byte": "uint8", "rune": "int32"}
_WHOLE = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in ("", "8", "16", "32", "64"))
TYPES = _WHOLE | {
    "uintptr",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "bool",
    "string",
    "error",
    "any",
    *ALIASES,
}

_NAMES = b"(" + b"|".join(sorted(name.encode() for name in TYPES)) + rb")(?![\w\x80-\xff])"
_COMMENT = rb"/\*[^*]*\*/"
_FIRST = re.compile(rb"type(?:[\s(]|" + _COMMENT + rb")+" + _NAMES)
_IN_GROUP = re.compile(rb"[\n;/][ \t]*" + _NAMES + rb"[ \t]+[\w=*\[(<\x80-\xff]")
_GROUP = re.compile(rb"type(?:\s|" + _COMMENT + rb")*\(")


def redeclared(data: bytes) -> frozenset[str]:
    """Return the predeclared types that a file could declare itself, by its text alone: too many, not too few."""
    found = set(_FIRST.findall(data))
    if _GROUP.search(data):
        found |= set(_IN_GROUP.findall(data))
    return frozenset(name.decode() for name in found)
