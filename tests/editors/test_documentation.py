"""What ``docs/editors.md`` offers to be pasted can be read by who gets it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(json|toml)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
READERS: dict[str, Callable[[str], object]] = {"json": json.loads, "toml": tomllib.loads}


@pytest.mark.parametrize(("kind", "block"), BLOCKS)
def test_block_is_what_it_says(kind: str, block: str) -> None:
    assert "linkname" in str(READERS[kind](block))


def test_every_editor_of_the_table_has_a_section() -> None:
    table = TEXT[: TEXT.index("\n## ")]
    wanted = re.findall(r"\]\(#([a-z-]+)\)", table)
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert len(wanted) > 7
    assert set(wanted) <= {one.lower().replace(" ", "-") for one in headings}
