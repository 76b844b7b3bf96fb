"""The two ends of well-known links of the standard library, in both directions, with GOROOT/src as the workspace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkname_ls.features.definition import definition
from linkname_ls.features.describe import condition, what
from linkname_ls.features.hover import hover, plain
from linkname_ls.features.references import references
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.table import Site
from support.ask import snapshot_of, source_of
from support.trees import RELEASES, goroot

PUSHED = [
    # package, its bodyless function, the package that pushes it, the body there
    ("sync", "runtime_Semacquire", "runtime", "sync_runtime_Semacquire"),
    ("sync", "runtime_notifyListWait", "runtime", "notifyListWait"),
    ("time", "Sleep", "runtime", "timeSleep"),
    ("reflect", "unsafe_New", "runtime", "reflect_unsafe_New"),
    ("reflect", "typedmemmove", "runtime", "reflect_typedmemmove"),
    ("os", "runtime_args", "runtime", "os_runtime_args"),
    ("os/signal", "signal_recv", "runtime", "signal_recv"),
    ("syscall", "runtime_envs", "runtime", "syscall_runtime_envs"),
    ("internal/poll", "runtime_pollOpen", "runtime", "poll_runtime_pollOpen"),
    ("internal/poll", "runtime_Semacquire", "runtime", "poll_runtime_Semacquire"),
    ("runtime/debug", "freeOSMemory", "runtime", "runtime_debug_freeOSMemory"),
    ("internal/godebug", "setUpdate", "runtime", "godebug_setUpdate"),
    ("crypto/internal/boring/bcache", "registerCache", "runtime", "boring_registerCache"),
]

NEWER = [  # not in Go 1.21
    ("crypto/rand", "fatal", "runtime", "rand_fatal"),
    ("crypto/internal/fips140", "getIndicator", "runtime", "fips_getIndicator"),
]


class Tree:
    """A Go tree as the workspace."""

    def __init__(self, root: Path, *, complete: bool = True) -> None:
        self.source = root / "src"
        self.snapshot: Snapshot = snapshot_of(self.source, complete=complete)

    def find(self, package: str, pattern: str) -> tuple[Path, int]:
        """Return where the group of a pattern stands in a package, as file and byte offset."""
        for path in sorted((self.source / package).glob("*.go")):
            match = re.search(pattern.encode(), path.read_bytes(), re.MULTILINE)
            if match is not None and not path.name.endswith("_test.go"):
                return path, match.start(1)
        raise AssertionError(f"{pattern} is not in package {package}")

    def definition(self, package: str, pattern: str) -> list[Site]:
        """Return what the place leads to."""
        path, offset = self.find(package, pattern)
        found = definition(self.snapshot, source_of(self.snapshot, path), offset)
        return found[1] if found is not None else []

    def named(self, package: str, pattern: str) -> list[tuple[str, str]]:
        """Return (package, identifier) of what the place leads to."""
        return [
            (site.package.path if site.package is not None else "", site.source.text(site.span))
            for site in self.definition(package, pattern)
        ]


@pytest.fixture(scope="module", params=["own", *RELEASES])
def tree(request: pytest.FixtureRequest) -> Tree:
    return Tree(goroot(request.param))


@pytest.fixture(scope="module")
def own() -> Tree:
    return Tree(goroot("own"))


@pytest.mark.parametrize(("package", "name", "pusher", "body"), PUSHED)
def test_bodyless_function_leads_to_the_pushed_body(
    tree: Tree, package: str, name: str, pusher: str, body: str
) -> None:
    assert (pusher, body) in tree.named(package, rf"^func ({name})\(")


@pytest.mark.parametrize(("package", "name", "pusher", "body"), PUSHED)
def test_push_leads_back_to_the_bodyless_function(tree: Tree, package: str, name: str, pusher: str, body: str) -> None:
    assert tree.named(pusher, rf"^//go:linkname {body} ({re.escape(package)}\.{name})$")[0] == (package, name)


@pytest.mark.parametrize(("package", "name", "pusher", "body"), NEWER)
def test_both_directions_of_newer_links(own: Tree, package: str, name: str, pusher: str, body: str) -> None:
    assert (pusher, body) in own.named(package, rf"^func ({name})\(")
    assert own.named(pusher, rf"^//go:linkname {body} ({re.escape(package)}\.{name})$")[0] == (package, name)


def test_net_pulls_its_random_numbers_from_runtime(own: Tree) -> None:
    assert own.named("net", r"^//go:linkname runtime_rand (runtime\.rand)$") == [("runtime", "rand")]
    assert own.named("net", r"^func (runtime_rand)\(") == [("runtime", "rand")]


def test_now_leads_to_assembly_first_and_to_every_other_platforms_body(tree: Tree) -> None:
    sites = tree.definition("time", r"^func (now)\(")
    assert what(sites[0]) == "assembly"
    assert sites[0].source.path.name == "time_linux_amd64.s"
    assert "linux && amd64" in condition(sites[0])
    by_file = {site.source.path.name: site for site in sites}
    assert by_file["timestub.go"].source.text(by_file["timestub.go"].span) == "time_now"
    assert "!faketime" in condition(by_file["timestub.go"])
    assert {"time_windows_amd64.s", "time_windows_386.s", "time_windows_arm64.s"} <= set(by_file)


def test_the_call_in_time_now_leads_to_the_body_in_runtime(tree: Tree) -> None:
    # Since Go 1.25 time.Now calls runtimeNow, which has a body for every platform.
    call = r"^func Now\(\) Time \{\n(?:.*\n){0,6}?.* := ((?:runtimeN|n)ow)\(\)$"
    path, offset = tree.find("time", call)
    name = "runtimeNow" if path.read_bytes().startswith(b"runtimeNow", offset) else "now"
    found = tree.named("time", call)
    assert found[0][0] == "runtime"
    assert found == tree.named("time", rf"^func ({name})\(")


def test_time_nows_directive_leads_back_to_now(tree: Tree) -> None:
    assert tree.named("runtime", r"^//go:linkname time_now (time\.now)$") == [("time", "now")]


def test_first_answer_needs_no_index(own: Tree) -> None:
    hasty = Tree(goroot("own"), complete=False)
    hasty.snapshot.index = type(hasty.snapshot.index)()
    assert hasty.named("time", r"^func (now)\(") == own.named("time", r"^func (now)\(")
    assert not hasty.snapshot.indexed(hasty.source)


def test_hover_of_a_bodyless_function_quotes_the_go_trees_notes(own: Tree) -> None:
    path, offset = own.find("sync", r"^func (runtime_Semacquire)\(")
    shown = hover(own.snapshot, source_of(own.snapshot, path), offset)
    assert shown is not None
    text = plain(shown)
    assert text.startswith(
        "sync.runtime_Semacquire has no body here; its body is sync_runtime_Semacquire in package runtime, "
        "runtime/sema.go:"
    )
    assert "func sync_runtime_Semacquire(addr *uint32)" in text
    assert "> Notable members of the hall of shame include:\n>   - gvisor.dev/gvisor" in text
    assert "> Do not remove or change the type signature." in text


def test_hover_says_nothing_twice(own: Tree) -> None:
    path, offset = own.find("runtime", r"^func (nanotime)\(")
    shown = hover(own.snapshot, source_of(own.snapshot, path), offset)
    assert shown is not None
    assert plain(shown).count("Many external packages also linkname nanotime") == 1


def test_what_net_pulls_knows_of_it(own: Tree) -> None:
    path, offset = own.find("runtime", r"^func (rand)\(")
    found = references(own.snapshot, source_of(own.snapshot, path), offset) or []
    assert ("dnsclient.go", "runtime.rand") in [(site.source.path.name, site.source.text(site.span)) for site in found]


def test_hover_of_a_marked_method_quotes_the_note_of_its_file(own: Tree) -> None:
    path, offset = own.find("reflect", r"^//go:linkname badlinkname_rtype_Align (reflect\.\(\*rtype\)\.Align)$")
    shown = hover(own.snapshot, source_of(own.snapshot, path), offset)
    assert shown is not None
    assert shown.signature == "func (t *rtype) Align() int"
    assert any("github.com/goccy/go-json" in note for note in shown.notes)


def test_hover_of_a_marked_function_quotes_the_comment_above_its_mark(own: Tree) -> None:
    path, offset = own.find("runtime", r"^//go:linkname (overflowError)$")
    shown = hover(own.snapshot, source_of(own.snapshot, path), offset)
    assert shown is not None
    assert any("used in math/bits" in note for note in shown.notes)
