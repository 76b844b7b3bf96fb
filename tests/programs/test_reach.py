"""Every way to refer to a function, judged by the real linker of the oldest and the newest release and by us.

Each form in ``forms.txtar`` is a program that refers to ``missing``, a bodyless function that a directive binds. Bound
to a symbol that nobody defines, its linker fails exactly when the program reaches the reference; bound to a function of
the runtime that is not for everyone, exactly when the object file of the directive's package refers to it.

Where we say YES every linker must fail, where we say NO every linker must succeed; where we say MAYBE is written down,
and is not built.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.programs.program import Program
from linkname_ls.programs.reach import Reach
from linkname_ls.programs.workspace import Programs
from linkname_ls.source.certainty import Certainty
from support.trees import RELEASES, goroot
from support.txtar import parse

NOWHERE, REFUSED = "example.com/nowhere.f", "runtime.schedinit"
_HEADER = """package main

import _ "unsafe"
{imports}
//go:linkname missing {target}
func missing() int

"""
_IMPORT = re.compile(r'^import .*"\n', re.MULTILINE)
_VERDICT = re.compile(r"relocation target \S+ not defined|missing section for relocation target|invalid reference to")
_PACKAGE = re.compile(r"^# example\.com/m/([^/\s]+)\S*\n((?:(?!# ).*\n?)*)", re.MULTILINE)


@cache
def forms() -> dict[str, dict[str, str]]:
    """Return the files of every form, by its name."""
    found: dict[str, dict[str, str]] = {}
    for path, body in parse((Path(__file__).parent / "forms.txtar").read_text())[1].items():
        name, _, file = path.partition("/")
        found.setdefault(name, {})[file] = body
    return found


def text(body: str, target: str) -> str:
    """Return a file with its target; a main package that only has its code gets the rest."""
    assembly = target.replace(".", "·").replace("/", "∕")
    body = body.replace("ASMTARGET", assembly).replace("TARGET", target)
    if body.startswith(("package ", "TEXT ")):
        return body
    return _HEADER.format(imports="".join(_IMPORT.findall(body)), target=target) + _IMPORT.sub("", body)


@dataclass
class Judged:
    """What a release's linker says of every form, and our programs for that release."""

    failed: dict[str, str]
    programs: dict[str, Program]


def build(root: Path, release: str, target: str, maybe: set[str]) -> Judged:
    """Build all forms with a release, but for those of which we claim nothing: linking is what takes long here."""
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    for name, files in forms().items():
        for file, body in files.items():
            path = root / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(body, target))
    (root / "out").mkdir()
    environ = {
        **os.environ,
        "PATH": f"{goroot(release) / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "GOROOT": "",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    mains = [f"./{name}" for name in forms() if name not in maybe]
    command = ["go", "build", "-ldflags=-w", "-o", f"out{os.sep}", *mains]
    built = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True)
    failed = {match[1]: match[2] for match in _PACKAGE.finditer(built.stderr)}
    wrong = {name: said for name, said in failed.items() if not _VERDICT.search(said)}
    assert wrong == {}, f"these forms do not compile: {wrong}"
    assert len(failed) > 100, built.stderr
    snapshot = Snapshot(Universe([root], read_toolchain(environ)), {}, SourceStore(), Index(), complete=True)
    return Judged(failed, {program.folder.name: program for program in Programs(snapshot)})


@pytest.fixture(scope="module", params=RELEASES)
def undefined(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return build(tmp_path_factory.mktemp("undefined"), request.param, NOWHERE, written_down("maybe_reached.txt"))


@pytest.fixture(scope="module", params=RELEASES[-1:])
def refused(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return build(tmp_path_factory.mktemp("refused"), request.param, REFUSED, written_down("maybe_emitted.txt"))


def emitted(program: Program) -> Certainty:
    """Return whether some package of a program refers to the refused symbol in its object file."""
    reach = Reach(program)
    own = [member for member in program.members.values() if not member.std]
    return max(reach.emitted(member, REFUSED) for member in own)


def disagreements(judged: Judged, ours: dict[str, Certainty]) -> Iterator[str]:
    for name, certainty in ours.items():
        if certainty is Certainty.YES and name not in judged.failed:
            yield f"{name}: surely, we say, but it links"
        if certainty is Certainty.NO and name in judged.failed:
            yield f"{name}: surely not, we say, but: {judged.failed[name].strip()}"


def open_forms(ours: dict[str, Certainty]) -> set[str]:
    return {name for name, certainty in ours.items() if certainty is Certainty.MAYBE}


def written_down(file: str) -> set[str]:
    """Return the forms of which nobody can be sure, or we cannot."""
    return set((Path(__file__).parent / file).read_text().split())


def test_a_reference_that_is_surely_reached_fails_to_link_and_one_surely_not_links(undefined: Judged) -> None:
    ours = {name: Reach(undefined.programs[name]).reaches(NOWHERE).certainty for name in forms()}
    assert list(disagreements(undefined, ours)) == []
    assert open_forms(ours) == written_down("maybe_reached.txt")


def test_a_reference_that_is_surely_emitted_is_refused_and_one_surely_not_links(refused: Judged) -> None:
    ours = {name: emitted(refused.programs[name]) for name in forms() if not name.startswith("by_asm")}
    assert list(disagreements(refused, ours)) == []
    assert open_forms(ours) == written_down("maybe_emitted.txt")


# -- what runs in any case -------------------------------------------------------------------------------------------

TESTS = """\
-- test/a_test.go --
func TestIt(t *testing.T) { missing() }
-- test_lower_case/a_test.go --
func Testing(t *testing.T) { missing() }
-- test_alone/a_test.go --
func Test(t *testing.T) { missing() }
-- benchmark/a_test.go --
func BenchmarkIt(b *testing.B) { missing() }
-- fuzz/a_test.go --
func FuzzIt(f *testing.F) { missing() }
-- test_main/a_test.go --
func TestMain(m *testing.M) { missing() }
-- example/a_test.go --
func Example() {
	missing()
	// Output: 1
}
-- example_without_output/a_test.go --
func Example() { missing() }
-- subtest/a_test.go --
func TestIt(t *testing.T) { t.Run("a", func(t *testing.T) { missing() }) }
-- helper/a_test.go --
func helper(t *testing.T) { missing() }
func TestIt(t *testing.T) { helper(t) }
-- helper_unused/a_test.go --
func helper(t *testing.T) { missing() }
-- init/a_test.go --
func init() { missing() }
-- variable/a_test.go --
var n = missing()
-- method_called_test/a_test.go --
type suite struct{}
func (suite) TestIt(t *testing.T) { missing() }
-- external/a_test.go --
package external_test
import (
	_ "unsafe"
	"testing"
)
//go:linkname missing TARGET
func missing() int
func TestIt(t *testing.T) { missing() }
-- tested_main/main.go --
package main
import _ "unsafe"
//go:linkname missing TARGET
func missing() int
func main() { missing() }
-- tested_main/a_test.go --
package main
-- tested_main_calls/main.go --
package main
import _ "unsafe"
//go:linkname missing TARGET
func missing() int
func main() { missing() }
-- tested_main_calls/a_test.go --
package main
import "testing"
func TestIt(t *testing.T) { main() }
"""


def test_tests_run_in_any_case_and_the_main_function_under_test_does_not(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    ours: dict[str, Certainty] = {}
    failed: dict[str, str] = {}
    header = _HEADER.replace('import _ "unsafe"', 'import (\n\t_ "unsafe"\n\t"testing"\n)\n\nvar _ testing.TB\n')
    for name, body in parse(TESTS)[1].items():
        whole = body if body.startswith("package") else header.format(imports="", target="TARGET") + body
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(whole.replace("package main\n\nimport (", "package p\n\nimport (").replace("TARGET", NOWHERE))
    snapshot = Snapshot(Universe([tmp_path], read_toolchain(os.environ)), {}, SourceStore(), Index(), complete=True)
    for program in Programs(snapshot):
        if program.kind == "test":
            name = program.folder.name
            ours[name] = Reach(program).reaches(NOWHERE).certainty
            command = ["go", "test", "-c", "-vet=off", "-ldflags=-w", "-o", str(tmp_path / "out"), f"./{name}"]
            built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
            if built.returncode:
                assert _VERDICT.search(built.stderr), built.stderr
                failed[name] = built.stderr
    assert len(ours) == len({name.partition("/")[0] for name in parse(TESTS)[1]})
    assert list(disagreements(Judged(failed, {}), ours)) == []
    assert open_forms(ours) == {"method_called_test"}


def test_the_chain_leads_from_what_runs_to_the_reference(tmp_path: Path) -> None:
    reach = Reach(program_of(tmp_path, "call_chain"))
    found = reach.reaches(NOWHERE)
    assert found.chain == ("main.main", "main.a", "main.b")
    assert found.reference is not None
    assert found.reference.source.text(found.reference.span) == "missing"


def test_a_half_typed_file_leaves_everything_open(tmp_path: Path) -> None:
    reach = Reach(program_of(tmp_path, "call", "\nfunc (\n"))
    assert reach.reaches(NOWHERE).certainty is Certainty.MAYBE


def program_of(root: Path, form: str, more: str = "") -> Program:
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    for file, body in forms()[form].items():
        (root / file).write_text(text(body, NOWHERE) + more)
    snapshot = Snapshot(Universe([root], read_toolchain(os.environ)), {}, SourceStore(), Index(), complete=True)
    return next(iter(Programs(snapshot)))
