"""The documentation of the rules: their modules' docstrings."""

from __future__ import annotations

import inspect
import sys

from linkname_ls.checks.rules import RULES


def explanation(code: str) -> str:
    """Return the page of a rule as Markdown, its name as the title; raises KeyError for a name that is no rule."""
    module = sys.modules[RULES[code].__module__]
    text = inspect.cleandoc(module.__doc__ or "")
    # Docstrings quote code as Python does, or as Markdown does.
    return f"# {code}\n\n{text.replace('``', '`')}\n"
