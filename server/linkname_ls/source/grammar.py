"""The Go grammar, without what its package imports for queries that nobody asks for here: 6 ms of every start."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_RESOURCES = "importlib.resources"


def language() -> object:
    """Return tree-sitter-go's language, as its own module does."""
    late = ModuleType(_RESOURCES)
    late.__dict__["files"] = _files
    if sys.modules.setdefault(_RESOURCES, late) is late:
        try:
            __import__("tree_sitter_go")
        except ImportError:
            pass  # one that takes more of it: it is imported below as any other
        finally:
            del sys.modules[_RESOURCES]
    import tree_sitter_go

    return tree_sitter_go.language()


def _files(*anchor: Any) -> Any:
    """Stand in for :func:`importlib.resources.files`, which is imported when someone asks for a file."""
    from importlib.resources import files

    return files(*anchor)
