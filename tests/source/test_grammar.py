"""The grammar comes without what its package does not need for it, and the package is whole all the same."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from linkname_ls.source.syntax import parse
assert not parse(b"package p").root_node.has_error
assert "importlib.resources" not in sys.modules, "imported for nothing"
import tree_sitter_go
assert "func" in tree_sitter_go.HIGHLIGHTS_QUERY
from importlib.resources import files
assert files("tree_sitter_go").is_dir()
print("whole")
"""
BEFORE = "import importlib.resources\n" + SCRIPT.replace("not in sys.modules", "in sys.modules")


def test_grammar_is_imported_alone_and_its_package_is_whole() -> None:
    assert subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True).stdout == "whole\n"


def test_module_that_was_imported_before_stays() -> None:
    assert subprocess.run([sys.executable, "-c", BEFORE], capture_output=True, text=True).stdout == "whole\n"
