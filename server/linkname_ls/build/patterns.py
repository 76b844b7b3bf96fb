"""Package patterns, in which ``...`` stands for anything (cmd/internal/pkgpattern/pkgpattern.go)."""

from __future__ import annotations

import re
from collections.abc import Callable

_VENDOR = re.compile(r"(?<![^/])vendor(?=/)")
_HIDDEN = "\0"


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a test whether an import path, or a path with forward slashes, matches a pattern.

    ``/...`` at the end matches nothing at all too: ``net/...`` is net and what is below. ``...`` never stands for a
    ``vendor`` above others.
    """
    expression = re.escape(_VENDOR.sub(_HIDDEN, pattern)).replace(r"\.\.\.", "...")
    if expression.endswith(f"/{re.escape(_HIDDEN)}/..."):
        expression = expression.removesuffix(f"{re.escape(_HIDDEN)}/...") + f"(vendor|{_HIDDEN}/...)"
    elif expression.endswith("/..."):
        expression = expression.removesuffix("/...") + "(/...)?"
    compiled = re.compile(expression.replace("...", f"[^{_HIDDEN}]*"))
    return lambda name: compiled.fullmatch(_VENDOR.sub(_HIDDEN, name)) is not None


def split_pattern(pattern: str) -> tuple[str, str]:
    """Return what stands in front of the path element with a pattern's first ``...``, and the rest.

    ``./a/b...`` is ``./a`` and ``b...``. The rest is "" when there is no ``...``, the front "" when there
    is no slash before it.
    """
    wild = pattern.find("...")
    if wild < 0:
        return pattern, ""
    slash = pattern.rfind("/", 0, wild)
    return (pattern[:slash], pattern[slash + 1 :]) if slash >= 0 else ("", pattern)
