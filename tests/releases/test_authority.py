"""A release that is on the machine is judged by its own sources."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from linkname_ls.__main__ import main
from linkname_ls.releases import table
from linkname_ls.releases.authority import Authority
from linkname_ls.releases.facts import ReleaseId
from linkname_ls.releases.fingerprint import LISTS, fingerprint
from support.trees import RELEASES, goroot
from support.txtar import write

TREE = """
    -- src/go.mod --
    module std

    go 1.27
    -- src/runtime/runtime.go --
    package runtime

    import _ "unsafe"

    //go:linkname nanotime
    func nanotime() int64 { return 0 }

    func walltime() int64 { return 0 }
    -- src/brandnew/new.go --
    package brandnew

    import "runtime"

    type T struct{}

    func (T) value() {}

    var x = runtime.Version
    """


def small_tree(root: Path, version: str) -> Path:
    """Return a Go tree of two packages that says that it is a release."""
    write(root, TREE)
    (root / "VERSION").write_text(f"{version}\ntime 2027-02-01T00:00:00Z\n")
    for name in LISTS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(goroot("1.27.3") / name, root / name)
    return root


@pytest.mark.parametrize("release", ["own", *RELEASES])
def test_release_that_is_what_it_says_is_not_read(release: str) -> None:
    tree = goroot(release)
    found = Authority([tree]).nearest(tree.joinpath("VERSION").read_text().split()[0])
    known = table.release(found) if found is not None else None
    assert known is not None
    assert known.fingerprint == fingerprint(tree)


def test_release_that_the_table_does_not_have_is_read_from_its_tree(tmp_path: Path) -> None:
    known, newer = Authority([small_tree(tmp_path, "go1.99.1")]), ReleaseId(1, 99, 1)
    assert known.releases[-1] == known.nearest("1.99") == newer
    assert [fact.status for fact in known.facts("runtime.nanotime", newer)] == ["marked"]
    assert [fact.status for fact in known.facts("runtime.walltime", newer)] == ["unmarked"]
    assert known.facts("runtime.procPin", newer) == ()
    assert [fact.made for fact in known.facts("brandnew.(*T).value", newer)] == ["go"]
    assert known.is_std("brandnew.T.value")
    assert not known.is_std("brandold.f")
    assert known.linked(newer, frozenset({"brandnew"})) == {"brandnew", "runtime"}


def test_tree_with_other_files_than_its_release_is_read(tmp_path: Path) -> None:
    known, release = Authority([small_tree(tmp_path, "go1.27.3")]), ReleaseId(1, 27, 3)
    assert known.releases == table.releases()
    assert known.facts("runtime.procPin", release) == ()
    assert table.facts("runtime.procPin", release) != ()


def test_tree_of_no_release_is_left_alone(tmp_path: Path) -> None:
    assert Authority([tmp_path, small_tree(tmp_path / "old", "go1.19.4")]).releases == table.releases()


def test_release_that_was_downloaded_is_a_column_though_the_table_does_not_have_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        -- go.mod --
        module example.com/m

        go 1.27
        -- a.go --
        package a

        import _ "unsafe"

        //go:linkname Procs runtime.procPin
        func Procs() int

        //go:linkname Now runtime.nanotime
        func Now() int64
        -- empty.s --
        """
    write(tmp_path / "m", text)
    small_tree(tmp_path / "sdk" / "go1.99.1", "go1.99.1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("GOFLAGS", "")
    monkeypatch.chdir(tmp_path / "m")
    assert main(["check", "--go", "1.27,1.99", "--format", "json"]) == 1
    links = json.loads(capsys.readouterr().out)["links"]
    verdicts = {one["symbol"]: [cell["verdict"] for cell in one["releases"].values()] for one in links}
    assert verdicts == {"runtime.procPin": ["links", "missing"], "runtime.nanotime": ["links", "links"]}
