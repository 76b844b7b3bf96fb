"""What other releases make of a module: from facts, as from the release's own tree."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from linkname_ls.__main__ import main
from linkname_ls.build.files import walk
from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks import elsewhere
from linkname_ls.checks.forecast import Row, forecast
from linkname_ls.checks.rules import check_source
from linkname_ls.checks.settings import Settings
from linkname_ls.links.imports import ImportGraph
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.programs.workspace import Programs
from linkname_ls.releases.authority import Authority
from linkname_ls.releases.facts import Release
from linkname_ls.releases.judge import Judgement, judge_facts
from linkname_ls.releases.table import nearest, newest_patches
from support.ask import snapshot_of
from support.trees import RELEASES, goroot
from support.txtar import parse, write

HERE = Path(__file__).parent
CASES = sorted(path for folder in ("cases", "programs") for path in (HERE / folder).glob("*.txtar"))

AUTHORITY = Authority()

_SAID = {
    "refused-reference": "refused",
    "undefined-target": "missing",
    "unlinked-target": "missing",
    "duplicate-symbol": "defined",
}


@pytest.mark.parametrize("release", ["own", *RELEASES])
def test_facts_say_what_the_tree_says(release: str, tmp_path: Path) -> None:
    """Every link of every program of the suite: those programs are held against the linker itself."""
    tree = goroot(release)
    environ = {**os.environ, "PATH": f"{tree / 'bin'}{os.pathsep}{os.environ['PATH']}", "GOROOT": "", "GOFLAGS": ""}
    toolchain = read_toolchain({**environ, "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"})
    version = nearest(toolchain.version)
    assert version is not None
    store, index, judged = SourceStore(), Index(), 0
    for path in CASES:
        comment, files = parse(path.read_text())
        if "env:" in comment or "build:" in comment or "go.work" in files:
            continue
        folder = tmp_path / path.stem
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        snapshot = Snapshot(Universe([folder], toolchain), {}, store, index, ImportGraph(), complete=True)
        programs = Programs(snapshot)
        for file in walk(folder):
            source = snapshot.source(file)
            rows = forecast(snapshot, source, [version], Settings(), programs, AUTHORITY) if source is not None else []
            for row in rows if source is not None else ():
                verdict = row.cells[version].verdict
                if row.platform != toolchain.platform.name or verdict in ("unknown", "left out"):
                    continue
                line = row.source.lines.line_of(row.span.start)
                said = {
                    _SAID[one.code]
                    for one in check_source(snapshot, row.source, Settings(), programs)
                    if one.code in _SAID
                    and (one.code != "unlinked-target" or verdict == "missing")
                    and one.severity != "hint"
                    and row.source.lines.line_of(one.span.start) == line
                }
                judged += 1
                # A package that the release does not have is a fault of the import, which is the compiler's to tell.
                unknown = verdict == "missing" and not said and "math/rand/v2." in row.symbol
                zero = "one of its own" in row.cells[version].why  # a variable that nobody else has is no error
                assert said == ({verdict} & {*_SAID.values()}) or unknown or zero, (
                    f"{path.stem}: {row.symbol} is {verdict}"
                )
    assert judged > 60


def verdicts(root: Path, text: str, *versions: str) -> dict[str, list[str]]:
    """Return, for each link of package a, what the releases make of it."""
    write(root, text)
    snapshot = snapshot_of(root)
    chosen = [one for one in map(nearest, versions) if one is not None]
    rows: list[Row] = []
    for path in walk(root):
        source = snapshot.source(path)
        if source is not None:
            rows += forecast(snapshot, source, chosen, Settings(), Programs(snapshot), AUTHORITY)
    return {f"{row.source.path.name}: {row.symbol}": [row.cells[one].verdict for one in chosen] for row in rows}


# Of nobody, of another system, and of today's.
@pytest.mark.parametrize("symbol", ["time.nosuch", "syscall.getprocaddress", "net.zoneCache"])
@pytest.mark.parametrize("file", ["pull.go", "call.s"])
def test_a_symbol_is_judged_once_for_a_platform_however_often_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, symbol: str, file: str
) -> None:
    judged: list[tuple[object, ...]] = []

    def judge(facts: object, release: Release, *about: str, assembly: bool, variable: bool) -> Judgement:
        judged.append((release.id, *about, variable))
        return judge_facts(facts, release, *about, assembly=assembly, variable=variable)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(elsewhere, "judge_facts", judge)
    pulls = "".join(f"//go:linkname f{at} {symbol}\nfunc f{at}()\n\n" for at in range(40))
    calls = "".join(f"\tCALL f{at}(SB)\n" for at in range(40)).replace("f", "·f")
    users = "".join(f"\tf{at}()\n" for at in range(40))
    (tmp_path / "pull.go").write_text(f'package p\n\nimport _ "unsafe"\n\n{pulls}func user() {{\n{users}}}\n')
    (tmp_path / "call.s").write_text(f"TEXT ·g(SB), 0, $0-0\n{calls}\tCALL {symbol.replace('.', '·')}(SB)\n")
    snapshot = snapshot_of(tmp_path)
    source = snapshot.source(tmp_path / file)
    assert source is not None
    rows = forecast(snapshot, source, newest_patches(), Settings(), Programs(snapshot), AUTHORITY)
    assert len(rows) == (40 if file == "pull.go" else 1)
    assert judged and len(judged) == len(set(judged))
    if symbol == "time.nosuch":
        # What nobody has is not looked for on each platform again.
        assert len(judged) < 8 * len(newest_patches())


def test_code_that_has_gated_itself_is_left_out(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        func Get() int { return get() }
        -- a/old.go --
        //go:build !go1.23

        package a

        import _ "unsafe"

        //go:linkname zoneCache net.zoneCache
        var zoneCache uintptr

        func get() int { return int(zoneCache) }
        -- a/new.go --
        //go:build go1.23

        package a

        func get() int { return 0 }
        """
    assert verdicts(tmp_path, text, "1.21", "1.22", "1.23", "1.27") == {
        "old.go: net.zoneCache": ["links", "links", "left out", "left out"]
    }


def test_pull_is_left_out_where_what_uses_it_is_not_built(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import _ "unsafe"

        //go:linkname barrier runtime.gcWriteBarrier
        func barrier()
        -- a/old.go --
        //go:build !go1.22

        package a

        var _ = barrier
        -- a/empty.s --
        """
    assert verdicts(tmp_path, text, "1.21", "1.22") == {"a.go: runtime.gcWriteBarrier": ["missing", "left out"]}


def test_each_kind_of_break(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import (
        	"bytes"
        	_ "net"
        	"reflect"
        	"unsafe"
        )

        //go:linkname marked runtime.nanotime
        func marked() int64

        //go:linkname refused net.absDomainName
        func refused(s string) string

        //go:linkname never runtime.neverThere
        func never()

        //go:linkname grow bytes.(*Buffer).grow
        func grow(b *bytes.Buffer, n int) int

        //go:linkname resized runtime.nanotime1
        func resized() (int64, int64, string)

        //go:linkname unused net.zoneCache
        func unused()

        var _ = []any{marked, refused, never, grow, resized, unsafe.Pointer(nil), reflect.Value{}}
        -- a/empty.s --
        """
    assert verdicts(tmp_path, text, "1.22", "1.27") == {
        "a.go: runtime.nanotime": ["links", "links"],
        "a.go: net.absDomainName": ["links", "refused"],
        "a.go: runtime.neverThere": ["missing", "missing"],
        "a.go: bytes.(*Buffer).grow": ["links", "links"],
        "a.go: runtime.nanotime1": ["signature", "refused"],
    }


def test_package_that_no_import_leads_to_any_more(tmp_path: Path) -> None:
    # Package fmt came with sort up to Go 1.22; a definition that is not linked cannot be refused.
    text = """
        -- a/a.go --
        package a

        import (
        	_ "fmt"
        	_ "unsafe"
        )

        //go:linkname isSorted sort.IntsAreSorted
        func isSorted(x []int) bool

        //go:linkname Never net.absDomainName
        func Never(s string) string

        var _ = isSorted
        -- a/empty.s --
        """
    assert verdicts(tmp_path, text, "1.22", "1.23", "1.27") == {
        "a.go: sort.IntsAreSorted": ["links", "missing", "missing"],
        "a.go: net.absDomainName": ["links", "refused", "refused"],
    }


def test_file_of_another_platform_is_judged_there(tmp_path: Path) -> None:
    text = """
        -- a/a_windows.go --
        package a

        import _ "unsafe"

        //go:linkname call runtime.stdcall0
        func call(fn uintptr) uintptr

        var _ = call
        -- a/empty.s --
        """
    assert set(verdicts(tmp_path, text, "1.21")) == {"a_windows.go: runtime.stdcall0"}


def test_push_is_judged_as_the_linker_does(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        import (
        	_ "database/sql"
        	_ "net"
        	_ "reflect"
        	_ "unsafe"
        )

        //go:linkname Plain runtime.checkptrBase
        func Plain() {}

        //go:linkname Builtin runtime.panicdivide
        func Builtin() {}

        //go:linkname Moved runtime/internal/atomic.Load
        func Moved() {}

        //go:linkname OtherConvention sync/atomic.StoreUintptr
        func OtherConvention() {}

        //go:linkname Wrapper reflect.(*Value).pointer
        func Wrapper() {}

        //go:linkname Zero net.IPv4bcast
        var Zero = 0

        //go:linkname Laid database/sql.drivers
        var Laid = 1
        """
    assert verdicts(tmp_path, text, "1.22", "1.23", "1.27") == {
        "a.go: runtime.checkptrBase": ["defined", "defined", "defined"],
        "a.go: runtime.panicdivide": ["unknown", "defined", "defined"],
        "a.go: runtime/internal/atomic.Load": ["defined", "links", "links"],
        "a.go: sync/atomic.StoreUintptr": ["links", "links", "links"],
        "a.go: reflect.(*Value).pointer": ["links", "links", "links"],
        "a.go: net.IPv4bcast": ["links", "links", "links"],
        # What it holds is set when the program starts, which no table tells.
        "a.go: database/sql.drivers": ["unknown", "unknown", "unknown"],
    }


def test_assembly_that_only_go_could_be_is_missing_on_todays_platform(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a

        func call()

        var _ = call
        -- a/a.s --
        TEXT ·call(SB), 4, $0-0
        	CALL strings·Repeat(SB)
        	CALL runtime·memmove(SB)
        	RET
        """
    assert verdicts(tmp_path, text, "1.21", "1.27") == {
        "a.s: strings.Repeat": ["missing", "missing"],
        "a.s: runtime.memmove": ["links", "links"],
    }


TABLE = """
    -- go.mod --
    module example.com/m

    go 1.22
    -- a/a.go --
    package a

    import (
    	_ "net"
    	_ "unsafe"
    )

    //go:linkname zoneCache net.zoneCache
    var zoneCache uintptr

    //go:linkname nanotime runtime.nanotime
    func nanotime() int64

    var _ = nanotime
    -- a/empty.s --
    """


def test_release_that_does_not_know_the_platform_yet_is_left_out(tmp_path: Path) -> None:
    text = """
        -- a/a.go --
        package a
        -- a/a_openbsd_riscv64.s --
        TEXT ·f(SB), 4, $0-0
        	JMP syscall·RawSyscall(SB)
        """
    assert verdicts(tmp_path, text, "1.21", "1.22", "1.23") == {
        "a_openbsd_riscv64.s: syscall.RawSyscall": ["left out", "left out", "links"]
    }


def test_table_has_a_row_for_what_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, TABLE)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--go", "1.22,1.23"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "                           1.22   1.23",
        "a/a.go:8:3  net.zoneCache  links  refused",
        "",
        "Judged 2 links to the standard library in 1 file for Go 1.22 to 1.23: 1 breaks with 1.23.",
    ]
    assert main(["check", "--go", "1.22,1.23,1.25"]) == 1
    assert capsys.readouterr().out.endswith(" for Go 1.22 to 1.25: 1 breaks with 1.23 to 1.25.\n")
    assert main(["check", "--go=1.22", "./a"]) == 0
    assert capsys.readouterr().out == "Judged 2 links to the standard library in 1 file for Go 1.22: all hold.\n"


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        (("--go", "all"), [str(one) for one in newest_patches()]),
        (("--go", "next"), [str(one) for one in newest_patches() if one.language == (1, 23)]),
        (("--go", "mod"), [str(one) for one in newest_patches() if one.language >= (1, 22)]),
        (("--go",), [str(one) for one in newest_patches() if one.language >= (1, 22)]),
        (("--go", "./a"), [str(one) for one in newest_patches() if one.language >= (1, 22)]),
        (("--go", "go1.25,1.21"), [str(one) for one in newest_patches() if one.language in ((1, 21), (1, 25))]),
    ],
)
def test_releases_that_can_be_asked_for(
    tmp_path: Path,
    asked: tuple[str, ...],
    columns: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, TABLE)
    monkeypatch.chdir(tmp_path)
    main(["check", "--format", "json", *asked])
    report = json.loads(capsys.readouterr().out)
    assert report["releases"] == columns
    assert [link["symbol"] for link in report["links"]] == ["net.zoneCache", "runtime.nanotime"]
    assert list(report["links"][0]["releases"]) == columns


def test_release_that_is_not_known_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, TABLE)
    assert main(["check", "--go", "1.19", str(tmp_path)]) == 2
    assert "nothing is known of that release; there are" in capsys.readouterr().err


def test_dependency_comes_with_the_chain_of_imports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        -- app/go.mod --
        module example.com/app

        go 1.22

        require example.com/dep v1.2.3

        replace example.com/dep => ../dep
        -- app/main.go --
        package main

        import _ "example.com/dep/low"

        func main() {}
        -- dep/go.mod --
        module example.com/dep

        go 1.22
        -- dep/low/low.go --
        package low

        import (
        	_ "net"
        	_ "unsafe"
        )

        //go:linkname zoneCache net.zoneCache
        var zoneCache uintptr
        -- dep/unlinked/unlinked.go --
        package unlinked

        import _ "unsafe"

        //go:linkname zoneCache net.zoneCache
        var zoneCache uintptr
        """
    write(tmp_path, text)
    monkeypatch.chdir(tmp_path / "app")
    assert main(["check", "--go", "1.22"]) == 0
    assert "Judged 0 links" in capsys.readouterr().out
    assert main(["check", "--deps"]) == 1
    assert "for Go 1.22 to " in capsys.readouterr().out
    assert main(["check", "--go", "1.23", "--deps"]) == 1
    shown = capsys.readouterr().out
    assert "example.com/app imports example.com/dep/low:" in shown
    assert "example.com/dep@v1.2.3/low/low.go:8:3  net.zoneCache" in shown
    assert "unlinked" not in shown


def test_long_chain_has_a_line_for_each_import_and_another_platform_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "example.com/dep/a-package-with-a-name-that-takes-its-place-on-the-line"
    text = f"""
        -- app/go.mod --
        module example.com/app

        go 1.22

        require example.com/dep v1.2.3

        replace example.com/dep => ../dep
        -- app/main.go --
        package main

        import _ "{long}"

        func main() {{}}
        -- dep/go.mod --
        module example.com/dep

        go 1.22
        -- dep/{long.rpartition("/")[2]}/a.go --
        package a

        import _ "example.com/dep/low"
        -- dep/low/low_plan9.go --
        package low

        import (
        	_ "net"
        	_ "unsafe"
        )

        //go:linkname zoneCache net.zoneCache
        var zoneCache uintptr
        """
    write(tmp_path, text)
    monkeypatch.chdir(tmp_path / "app")
    assert main(["check", "--go", "1.23", "--deps"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[2:4] == [f"example.com/app imports {long},", "  which imports example.com/dep/low:"]
    assert shown[5].startswith("    on plan9/")


def test_dependency_that_only_some_releases_link_is_judged_for_those(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        -- app/go.mod --
        module example.com/app

        go 1.21

        require example.com/dep v1.2.3

        replace example.com/dep => ../dep
        -- app/main.go --
        package main

        func main() {}
        -- app/old.go --
        //go:build !go1.24

        package main

        import _ "example.com/dep"
        -- dep/go.mod --
        module example.com/dep

        go 1.21
        -- dep/dep.go --
        package dep

        import (
        	_ "net"
        	_ "unsafe"
        )

        //go:linkname zoneCache net.zoneCache
        var zoneCache uintptr
        """
    write(tmp_path, text)
    monkeypatch.chdir(tmp_path / "app")
    assert main(["check", "--go", "1.22,1.23,1.24", "--deps"]) == 1
    row = next(line for line in capsys.readouterr().out.splitlines() if "net.zoneCache" in line)
    assert row.split()[-3:] == ["links", "refused", "-"]


def later(root: Path, go: str, text: str) -> list[str]:
    """Return what is said of later releases in a module of a release."""
    write(root, f"-- go.mod --\nmodule example.com/m\n\n{go}\n" + text)
    snapshot = snapshot_of(root)
    source = snapshot.source(root / "a/a.go")
    assert source is not None
    return [one.message for one in check_source(snapshot, source) if one.code == "later-release"]


PULLS = """\
-- a/a.go --
package a

import (
	_ "unsafe"
	_ "net/http"
)

//go:linkname isValidNumber encoding/json.isValidNumber
func isValidNumber(s string) bool

//go:linkname nanotime runtime.nanotime
func nanotime() int64

var _ = []any{isValidNumber, nanotime}
-- a/empty.s --
"""


def test_what_a_later_release_refuses_is_said_while_todays_lets_it_pass(tmp_path: Path) -> None:
    old = goroot("1.21.13")
    write(tmp_path, "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n" + PULLS)
    environ = {**os.environ, "PATH": f"{old / 'bin'}{os.pathsep}{os.environ['PATH']}", "GOROOT": ""}
    toolchain = read_toolchain({**environ, "GOTOOLCHAIN": "local"})
    snapshot = Snapshot(Universe([tmp_path], toolchain), {}, SourceStore(), Index(), complete=True)
    source = snapshot.source(tmp_path / "a/a.go")
    assert source is not None
    found = [one for one in check_source(snapshot, source) if one.code == "later-release"]
    assert [(one.severity, one.message) for one in found] == [
        (
            "information",
            "invalid reference to encoding/json.isValidNumber from Go 1.26 on: "
            "Go 1.26 does not mark it for use by other packages",
        )
    ]


def test_what_todays_release_refuses_is_said_once(tmp_path: Path) -> None:
    assert later(tmp_path, "go 1.21", PULLS.replace("encoding/json.isValidNumber", "net.absDomainName")) == []


def test_release_that_go_mod_asks_for_is_not_a_later_one(tmp_path: Path) -> None:
    newest = newest_patches()[-1]
    assert later(tmp_path, f"go {newest.major}.{newest.minor}", PULLS) == []
