"""What the rules are called, for who needs no more of them: settings, and addresses of their pages."""

from __future__ import annotations

NAMES = (
    "missing-unsafe-import",
    "wrong-argument-count",
    "misplaced-directive",
    "undeclared-local",
    "duplicate-directive",
    "instantiated-target",
    "missing-function-body",
    "ineffective-directive",
    "comment-as-target",
    "ignored-linknamestd",
    "unused-excuse",
    "signature-mismatch",
    "variable-type-mismatch",
    "undefined-target",
    "unlinked-target",
    "refused-reference",
    "duplicate-symbol",
    "aliased-function",
    "generic-local",
    "unlinked-variable",
    "other-platform-target",
    "missing-handshake",
    "later-release",
    "broken-dependency",
)
"""The names of :data:`linkname_ls.checks.rules.RULES`, in that order."""

PAGES_URL = "https://github.com/linkname-ls/linkname-ls/blob/main/docs/rules/"
"""Where the pages of docs/rules/ can be read."""


def rule_url(code: str) -> str:
    """Return the address of a rule's page."""
    return f"{PAGES_URL}{code}.md"
