"""Go's own readers and ours say the same of random texts."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from linkname_ls.build.gomod import compare_versions, parse_go_mod
from linkname_ls.build.tagexpr import Never, parse_go_build
from support.fragments import PIECES, mutated
from support.go import ENVIRON, run
from support.properties import valid

_WORDS = (
    "a",
    "b",
    "c",
    "linux",
    "go1.21",
    "é",
    "1",
    "_",
    "a.b",
    "!",
    "!!",
    "(",
    ")",
    "&&",
    "||",
    " ",
    "\t",
    "&",
    "-",
    "\u00a0",
    "²",
)
_SETS = (set[str](), {"a", "linux"}, {"b", "c", "go1.21"})
_MODULE = b"""module example.com/m

go 1.21

require (
	example.com/a v1.2.3
	example.com/b v0.0.0-20200101000000-abcdefabcdef // indirect
)

replace example.com/a => ../a

exclude example.com/b v1.0.0
"""


def test_build_expressions(tmp_path: Path) -> None:
    chance = random.Random(1)
    texts = ["".join(chance.choices(_WORDS, k=chance.randint(1, 9))).strip() for _ in range(4_000)]
    texts = [one for one in texts if one]
    program = tmp_path / "constraints"
    run("go", "build", "-o", program, Path(__file__).with_name("constraints.go"))
    asked = "".join(f"{one.encode().hex()}\n" for one in texts)
    said = subprocess.run([program], input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    for text, answer in zip(texts, said, strict=True):
        expr = parse_go_build(text)
        values = " ".join(str(expr.evaluate(tags.__contains__)).lower() for tags in _SETS)
        assert ("error" if isinstance(expr, Never) else f"{values} {expr}") == answer, text


@pytest.mark.parametrize("seed", range(3))
def test_module_files(seed: int, tmp_path: Path) -> None:
    chance, accepted = random.Random(seed), 0
    for _ in range(25):
        data = mutated(_MODULE, [one for one in PIECES["module"] if len(one) < 100], chance)
        if not valid(data):
            continue
        (tmp_path / "go.mod").write_bytes(data)
        done = subprocess.run(
            ["go", "mod", "edit", "-json"], cwd=tmp_path, env=ENVIRON, capture_output=True, check=False
        )
        if done.returncode:
            continue
        accepted += 1
        said, found = json.loads(done.stdout), parse_go_mod(data)
        assert found.module == said["Module"]["Path"]
        assert found.go == said.get("Go", "")
        # The command that is asked here fills versions up (v1.2 is v1.2.0), and drops what is said twice.
        required, excluded = said["Require"] or (), said["Exclude"] or ()
        assert [(one.path, one.indirect) for one in found.require] == [
            (one["Path"], one.get("Indirect", False)) for one in required
        ]
        assert [one.path for one in found.exclude] == [one["Path"] for one in excluded]
        for ours, theirs in zip((*found.require, *found.exclude), (*required, *excluded), strict=True):
            assert compare_versions(ours.version, theirs["Version"]) == 0
        assert {one.new_path for one in found.replace} == {one["New"]["Path"] for one in said["Replace"] or ()}
    assert accepted
