"""What the package brings with it."""

from __future__ import annotations

import re
import sys

from installed import brought, needed

EXPECTED = {"attrs", "cattrs", "lsprotocol", "pygls", "tree-sitter", "tree-sitter-go", "typing-extensions"}
OLD = {"tomli", "exceptiongroup"}
"""What takes the place of the standard library's on Python 3.10."""


def test_installation_brings_these_packages_and_no_other() -> None:
    assert brought() == EXPECTED | (OLD if sys.version_info < (3, 11) else set())


def test_each_library_has_an_upper_bound() -> None:
    bounds = {name: str(one.specifier) for name, one in needed("linkname-ls").items()}
    assert bounds
    assert [name for name, bound in bounds.items() if not re.search(r"<\d", bound) and name not in OLD] == []
