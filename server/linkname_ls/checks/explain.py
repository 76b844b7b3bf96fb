"""The documentation of the rules: their modules' docstrings."""

from __future__ import annotations

import inspect
import sys

from linkname_ls.checks.rules import RULES

PAGES_URL = "https://github.com/linkname-ls/linkname-ls/blob/main/docs/rules/"
"""Where the pages of docs/rules/ can be read."""


def rule_url(code: str) -> str:
    """Return the address of a rule's page."""
    return f"{PAGES_URL}{code}.md"


def explanation(code: str) -> str:
    """Return the page of a rule as Markdown, its name as the title; raises KeyError for a name that is no rule."""
    module = sys.modules[RULES[code].__module__]
    text = inspect.cleandoc(module.__doc__ or "")
    # Docstrings quote code as Python does, or as Markdown does.
    return f"# {code}\n\n{text.replace('``', '`')}\n"
