"""Writes docs/rules/, and the settings of the VS Code extension for rules. Run after changing a rule's docstring."""

from __future__ import annotations

import json
from pathlib import Path

from linkname_ls.checks.explain import explanation
from linkname_ls.checks.names import rule_url
from linkname_ls.checks.rules import RULES

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "rules"
MANIFEST = ROOT / "editors" / "vscode" / "package.json"
_LEVELS = ["error", "warning", "information", "hint", "off"]
_KINDS = {
    "compile": "All rules on what the compiler refuses.",
    "link": "All rules on what the linker refuses.",
    "advice": "All rules on what both let pass.",
}


def pages() -> dict[str, str]:
    """Return the text of every page by file name."""
    listing = "".join(f"- [{code}]({code}.md): {explanation(code).split(chr(10))[2]}\n" for code in RULES)
    return {"README.md": f"# Rules\n\n{listing}", **{f"{code}.md": explanation(code) for code in RULES}}


def manifest() -> str:
    """Return the text of the VS Code extension's package.json with a property for each rule."""
    found = json.loads(MANIFEST.read_text(encoding="utf-8"))
    kinds = {name: _property(text, text) for name, text in _KINDS.items()}
    rules = {code: _property(_summary(code), f"{_summary(code)} [More]({rule_url(code)})") for code in RULES}
    setting = found["contributes"]["configuration"]["properties"]["linkname.rules"]
    setting.update(properties={**kinds, **rules}, additionalProperties=False)
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _property(plain: str, markdown: str) -> dict[str, object]:
    """Return the schema of one level. The settings page shows the plain description, settings.json the other."""
    description = plain.replace("`", "")
    return {"type": "string", "enum": _LEVELS, "description": description, "markdownDescription": markdown}


def _summary(code: str) -> str:
    """Return the first paragraph of a rule's page in one line."""
    return explanation(code).split("\n\n")[1].replace("\n", " ")


def main() -> None:
    """Write the pages and remove those of rules that are gone."""
    PAGES.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in PAGES.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    MANIFEST.write_text(manifest(), encoding="utf-8")


if __name__ == "__main__":
    main()
