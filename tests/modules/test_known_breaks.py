"""Modules that broke with a Go release are foretold to, as docs/known-breaks.md says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from known_breaks import foretell, releases_of, write_program
from known_modules import KNOWN, Known
from linkname_ls.releases.table import newest_patches

PAGE = Path(__file__).parents[2] / "docs" / "known-breaks.md"
SMALL = {"github.com/fjl/memsize@v0.0.2", "github.com/timandy/routine@v1.1.3", "github.com/bytedance/sonic@v1.13.1"}


def title(known: Known) -> str:
    """Return what tells a module from the others."""
    return known.report if known.reported else known.name


def rows(known: Known) -> list[str]:
    """Return what the page says is foretold of a module."""
    address = f"]({known.reported})" if known.reported else "| no report known"
    return [
        line.split(" | ")[2]
        for line in PAGE.read_text().splitlines()
        if line.startswith(f"| [{known.name}]") and address in line
    ]


@pytest.mark.parametrize("known", KNOWN, ids=title)
def test_every_module_has_a_row(known: Known) -> None:
    assert len(rows(known)) == 1


@pytest.mark.parametrize("known", [one for one in KNOWN if one.module in SMALL], ids=title)
def test_break_is_foretold_as_the_page_says(known: Known, tmp_path: Path) -> None:
    write_program(known, tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/program\n\ngo 1.21\n")
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    for command in (["get", known.module], ["mod", "tidy"]):
        done = subprocess.run(["go", *command], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    foretold = foretell(known, tmp_path, releases_of(known, newest_patches()[0]))
    said = re.findall(r"([\d.]+): `(\S+)` (\w+)", rows(known)[0])
    assert said
    for release, symbol, word in said:
        found = {
            str(one)
            for one, links in foretold.items()
            if any((link.symbol, link.word) == (symbol, word) for link in links)
        }
        first = min(found, key=lambda text: tuple(map(int, text.split("."))))
        assert first == release or first.startswith(f"{release}.")
