"""What the README shows of the example is what the commands print."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = next(
    block
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    if "clock/clock.go" in block
)


@pytest.mark.parametrize(
    ("command", "printed"), re.findall(r"^\$ linkname-ls (.*)\n((?:(?!\$ ).*\n)*)", SHOWN, re.MULTILINE)
)
def test_command_prints_what_the_readme_shows(command: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linkname_ls", *shlex.split(command)],
        cwd=ROOT / "examples" / "clock",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (printed.strip(), "")
