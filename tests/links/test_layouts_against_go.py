"""The layouts of the standard library's types are those that Go computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.links.gotypes import Named
from linkname_ls.links.layouts import Layout, Layouts
from linkname_ls.links.packages import Declared, Package
from linkname_ls.links.typereader import Types
from support import go
from support.ask import snapshot_of

PACKAGES = (
    *("debug/dwarf", "debug/elf", "encoding/json", "image", "internal/abi", "math/big", "net", "net/netip", "os"),
    *("reflect", "runtime", "strings", "sync", "sync/atomic", "syscall", "testing", "time"),
)


def shown(layout: Layout) -> str:
    parts = " ".join(f"{at}:{size}:{kind}" for at, size, kind in layout.scalars)
    return f"{layout.size} {layout.align} {parts}".rstrip()


@pytest.mark.parametrize("goarch", ["amd64", "386", "arm"])
def test_types_of_the_standard_library_lie_as_in_go(tmp_path: Path, goarch: str) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    snapshot = snapshot_of(tmp_path, goarch=goarch)
    layouts = Layouts(Types(snapshot), goarch)
    program = tmp_path / "layouts"
    go.run("go", "build", "-o", program, Path(go.__file__).with_name("layouts.go"))
    said = go.run(program, *PACKAGES, env={"GOARCH": goarch})
    right = unknown = 0
    for line in said.splitlines():
        name, _, expected = line.partition(" ")
        path, _, member = name.rpartition(".")
        package = snapshot.import_packages(path, tmp_path)[0]
        layout = layouts.of(named(package, member, goarch))
        if layout is None:
            unknown += 1
            continue
        assert (name, shown(layout)) == (name, expected.rstrip())
        right += 1
    assert right > 800
    assert unknown < right / 10


def named(package: Package, name: str, goarch: str) -> Named:
    platform = snapshot_of(package.folder, goarch=goarch).platform(package.folder)
    declared = [one for one in package.find(name) if one.source.in_build(platform) and not one.source.is_test]
    return Named(package.path, name, (), package, Declared(*declared[0]))
