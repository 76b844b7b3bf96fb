"""Writes docs/rules/ from the docstrings of the rules. Run after changing one: python tools/rule_pages.py."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.checks.explain import explanation
from linkname_ls.checks.rules import RULES

PAGES = Path(__file__).parents[1] / "docs" / "rules"


def pages() -> dict[str, str]:
    """Return the text of every page by file name."""
    listing = "".join(f"- [{code}]({code}.md): {explanation(code).split(chr(10))[2]}\n" for code in RULES)
    return {"README.md": f"# Rules\n\n{listing}", **{f"{code}.md": explanation(code) for code in RULES}}


def main() -> None:
    """Write the pages and remove those of rules that are gone."""
    PAGES.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in PAGES.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
