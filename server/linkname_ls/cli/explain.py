"""``linkname-ls explain``."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from linkname_ls.checks.explain import explanation
from linkname_ls.checks.rules import RULES
from linkname_ls.cli.session import UsageError

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Print a rule's page, or the list of rules; raises UsageError for a name that is no rule."""
    code: str | None = arguments.rule
    if code is None:
        for name in RULES:
            summary = explanation(name).split("\n")[2]
            print(f"{name:24}{summary}")
        return 0
    if code not in RULES:
        near = difflib.get_close_matches(code, RULES, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`linkname-ls explain` lists the rules."
        raise UsageError(f"There is no rule {code!r}. {hint}")
    print(explanation(code), end="")
    return 0
