"""The rules' documentation."""

from __future__ import annotations

from linkname_ls.checks.rules import RULES
from rule_pages import MANIFEST, PAGES, manifest, pages


def test_pages_in_docs_are_the_docstrings() -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert on_disk == pages(), "run: python tools/rule_pages.py"


def test_editor_offers_every_rule_in_its_settings() -> None:
    assert MANIFEST.read_text(encoding="utf-8") == manifest(), "run: python tools/rule_pages.py"


def test_every_page_opens_with_one_sentence() -> None:
    for code in RULES:
        first = pages()[f"{code}.md"].split("\n")[2]
        assert first.endswith("."), code
        assert len(first) < 90, code
