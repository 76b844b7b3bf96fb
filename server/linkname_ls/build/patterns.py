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
    whole = _VENDOR.sub(_HIDDEN, pattern)
    forms = [whole]
    if whole.endswith(f"/{_HIDDEN}/..."):
        forms.append(f"{whole.removesuffix(f'{_HIDDEN}/...')}vendor")
    elif whole.endswith("/..."):
        forms.append(whole.removesuffix("/..."))
    split = [form.split(_HIDDEN) for form in forms]

    def matches(name: str) -> bool:
        parts = _VENDOR.sub(_HIDDEN, name).split(_HIDDEN)
        return any(len(form) == len(parts) and all(map(_fits, form, parts)) for form in split)

    return matches


def _fits(pattern: str, text: str) -> bool:
    """Whether a text is a pattern with something for each ``...``. No regular expression: many would take forever."""
    first, *others = pattern.split("...")
    if not others:
        return text == first
    last = others.pop()
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in others:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


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
