"""The shipped table against the sources that it is made from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from linkname_ls.releases import form, table
from linkname_ls.releases.extract import facts_of, joined, package_paths, release_of, units
from linkname_ls.releases.facts import Extract, ReleaseId
from linkname_ls.releases.reading import Reading
from support.trees import RELEASES, goroot

PACKAGES = (
    "runtime",
    "reflect",
    "sync",
    "sync/atomic",
    "time",
    "net",
    "internal/poll",
    "syscall",
    "os",
    "crypto/tls",
    "go/types",
    "vendor/golang.org/x/net/http/httpguts",
)


@pytest.fixture(scope="module", params=["own", *RELEASES])
def tree(request: pytest.FixtureRequest) -> Path:
    return goroot(request.param)


@pytest.mark.parametrize("path", PACKAGES)
def test_table_says_what_the_tree_says(tree: Path, path: str) -> None:
    release = Reading(tree).release
    if release not in table.releases():
        pytest.skip(f"Go {release} is not in the table")
    assert table.package_symbols(path, release) == facts_of(tree, path)


def test_table_knows_lists_and_platforms_of_the_tree(tree: Path) -> None:
    reading = Reading(tree)
    if reading.release not in table.releases():
        pytest.skip(f"Go {reading.release} is not in the table")
    assert table.release(reading.release) == release_of(reading)
    own = tuple(f"{build.goos}/{build.goarch}" for build in reading.ports.builds)
    listed = subprocess.run(
        [tree / "bin" / "go", "tool", "dist", "list"],
        env={"GOROOT": str(tree), "GOTOOLCHAIN": "local", "HOME": str(tree)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sorted(set(own)) == sorted(listed)


def small(release: str) -> Extract:
    reading = Reading(goroot(release))
    folders = package_paths(reading)
    return joined(reading, units(reading, [folders[path] for path in ("sync", "time", "internal/poll")]))


def test_same_facts_make_the_same_bytes(tmp_path: Path) -> None:
    old, new = small("1.21.13"), small("1.27.3")
    form.write(tmp_path / "one.zip", [old, new])
    form.write(tmp_path / "two.zip", [new, old])
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_release_is_added_as_if_all_were_made_at_once(tmp_path: Path) -> None:
    old, new = small("1.21.13"), small("1.27.3")
    form.write(tmp_path / "both.zip", [old, new])
    form.write(tmp_path / "old.zip", [old])
    known = table.Table(tmp_path / "old.zip").extract(0)
    assert known == old
    form.write(tmp_path / "added.zip", [known, new])
    assert (tmp_path / "both.zip").read_bytes() == (tmp_path / "added.zip").read_bytes()


def test_nothing_is_read_before_the_first_question() -> None:
    code = (
        "import sys, linkname_ls.lsp.server, linkname_ls.checks.rules\n"
        "from linkname_ls.releases import table\n"
        "assert not table.shipped.cache_info().currsize\n"
        "table.history('runtime.nanotime')\n"
        "assert list(table.shipped().__dict__) and 'import_graphs' not in table.shipped().__dict__\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_known_releases_are_every_minor_one_since_121() -> None:
    minors = [one.minor for one in table.releases()]
    assert sorted(set(minors)) == list(range(21, max(minors) + 1))
    assert list(table.releases()) == sorted(table.releases())


@pytest.mark.parametrize(
    ("asked", "meant"), [("1.21", "1.21.13"), ("go1.21.13", "1.21.13"), ("1.21.12", "1.21.6"), ("1.27.3", "1.27.3")]
)
def test_release_stands_for_others(asked: str, meant: str) -> None:
    assert str(table.nearest(asked)) == meant


@pytest.mark.parametrize("asked", ["1.20", "1.20.14", "2.0", "tip", ""])
def test_other_releases_are_not_known(asked: str) -> None:
    assert table.nearest(asked) is None


def test_symbol_that_no_release_has_has_no_facts() -> None:
    assert not any(table.history("runtime.noSuchThing").values())
    assert not any(table.history("example.com/m.f").values())
    assert table.package_symbols("no/such", ReleaseId(1, 21, 13)) == {}


def test_mark_names_its_users() -> None:
    (fact,) = table.facts("runtime.procPin", ReleaseId(1, 27, 3))
    assert fact.status == "marked"
    assert "github.com/bytedance/gopkg" in fact.shame


def test_pushed_function_is_its_pushers() -> None:
    (fact,) = table.facts("sync.runtime_Semacquire", ReleaseId(1, 27, 3))
    assert (fact.definer, fact.status, fact.made) == ("runtime", "marked", "go")


def test_wrapper_of_a_value_method_is_unmarked() -> None:
    (fact,) = table.facts("time.(*Time).String", ReleaseId(1, 27, 3))
    assert (fact.text, fact.status) == ("func(*Time) string", "unmarked")
    assert fact.shape == "func(unsafe.Pointer) string"


def test_symbol_may_differ_by_platform() -> None:
    facts = table.facts("syscall.rawSyscall", ReleaseId(1, 27, 3))
    assert {fact.definer: fact.platforms[0] for fact in facts} == {
        "runtime": "openbsd/386",
        "syscall": "darwin/amd64",
    }


def test_vendored_packages_are_imported_under_their_own_names() -> None:
    assert "vendor/golang.org/x/net/http/httpguts" in table.imports(ReleaseId(1, 27, 3))["net/http"]


def test_list_of_the_linker_is_known() -> None:
    assert table.blocked(ReleaseId(1, 26, 8))["runtime.coroswitch"] == ("iter",)
    assert table.blocked(ReleaseId(1, 22, 12)) == {}
