"""The go command decides about real and odd files; this program must agree."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from linkname_ls.build.constraints import file_constraint, ignored_name
from linkname_ls.build.toolchain import read_toolchain

if TYPE_CHECKING:
    from linkname_ls.build.toolchain import Toolchain
    from support.sandbox import Sandbox

BUILT = ("GoFiles", "CgoFiles", "TestGoFiles", "XTestGoFiles", "SFiles")
LEFT_OUT = ("IgnoredGoFiles", "IgnoredOtherFiles")


def decisions(listing: str) -> dict[str, bool]:
    """File path -> whether it is built, from the output of ``go list -json``."""
    found: dict[str, bool] = {}
    decoder = json.JSONDecoder()
    at = 0
    while at < len(listing):
        parsed, at = decoder.raw_decode(listing, at)
        package = cast("dict[str, str | list[str]]", parsed)
        at += 1
        for fields, built in ((BUILT, True), (LEFT_OUT, False)):
            for name in (file for field in fields for file in package.get(field, [])):
                if name.endswith((".go", ".s")) and not ignored_name(name):
                    found[f"{package['Dir']}/{name}"] = built
    return found


@pytest.mark.parametrize(
    ("goos", "goarch", "cgo"),
    [("linux", "amd64", "1"), ("windows", "arm64", "0"), ("js", "wasm", "0"), ("darwin", "arm64", "0")],
)
def test_the_whole_standard_library(local: Toolchain, goos: str, goarch: str, cgo: str) -> None:
    assert local.goroot is not None
    env = {**os.environ, "GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": cgo, "GOFLAGS": "-tags=purego"}
    fields = ",".join(("Dir", *BUILT, *LEFT_OUT))
    listing = subprocess.run(
        [local.goroot / "bin/go", "list", "-e", "-find", f"-json={fields}", "std", "cmd"],
        cwd=local.goroot / "src",
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    platform = read_toolchain(env).platform
    expected = decisions(listing)
    assert len(expected) > 4000
    wrong: list[str] = []
    for file, built in expected.items():
        path = Path(file)
        data = path.read_bytes()
        if cgo == "0" and not built and b'import "C"' in data:
            continue
        if file_constraint(path.name, data).holds(platform) != built:
            wrong.append(file)
    assert wrong == []


HEADERS = [
    "//go:build linux\n\npackage x\n",
    "//go:build linux\npackage x\n",
    "//go:build windows\npackage x\n",
    "\ufeff//go:build windows\n\npackage x\n",
    "  \t//go:build windows  \r\n\r\npackage x\r\n",
    "/* a\n//go:build windows\n*/\npackage x\n",
    "/* a */\n//go:build windows\n\npackage x\n",
    "/* a */ //go:build windows\n\npackage x\n",
    "// a\n\n/* b\n */ /* c */\n//go:build windows\npackage x\n",
    "//go:build windows /* a */\n\npackage x\n",
    "//go:buildwindows\n\npackage x\n",
    "//go:build\n\npackage x\n",
    "// go:build windows\n\npackage x\n",
    "//go:build\twindows\n\npackage x\n",
    "//go:build linux\n//go:build linux\n\npackage x\n",
    "//go:build linux && (amd64 || arm64)\n\npackage x\n",
    "//go:build !(linux || windows) || go1.18\n\npackage x\n",
    "//go:build go1.18 && !go1.999\n\npackage x\n",
    "//go:build gc && unix\n\npackage x\n",
    "//go:build linux, windows\n\npackage x\n",
    "//go:build ! linux\n\npackage x\n",
    "//go:build ! windows\n\npackage x\n",
    "//go:build ((linux))\n\npackage x\n",
    "//go:build linux||windows&&darwin\n\npackage x\n",
    "//go:build lïnux || lınux\n\npackage x\n",
    "//go:build linux\u00a0\n\npackage x\n",
    "//go:build\u00a0linux\n\npackage x\n",
    "//go:build linux\u00a0&& unix\n\npackage x\n",
    "// +build linux\n\npackage x\n",
    "// +build windows\n\npackage x\n",
    "// +build windows\npackage x\n",
    "//+build windows\n\npackage x\n",
    "//    +build windows\n\npackage x\n",
    "// +buildwindows\n\npackage x\n",
    "// +build\n\npackage x\n",
    "// +build linux windows\n\npackage x\n",
    "// +build linux,windows\n\npackage x\n",
    "// +build !!linux\n\npackage x\n",
    "// +build !\n\npackage x\n",
    "// +build linux, darwin\n\npackage x\n",
    "// +build a-b linux\n\npackage x\n",
    "// +build !a-b\n\npackage x\n",
    "// +build " + "linux " * 101 + "\n\npackage x\n",
    "// +build " + "windows " * 101 + "\n\npackage x\n",
    "// +build " + "windows " * 102 + "\n\npackage x\n",
    "// +build linux\n// +build windows\n\npackage x\n",
    "// +build windows\n// a\n\n/* b */\n\npackage x\n",
    "/* b */\n\n// +build windows\n\npackage x\n",
    "\n\n// +build windows\n\n\npackage x\n",
    "// +build windows\n/* a */\n\npackage x\n",
    "// +build windows\n\n//go:build linux\npackage x\n",
    "//go:build windows\n\npackage x\n//go:build linux\n",
    "package x\n\n//go:build windows\n",
    "package x\n\n// +build windows\n\n",
    "// a\npackage x // +build windows\n",
    "//go:build " + "(" * 90 + "windows" + ")" * 90 + "\n\npackage x\n",
    "//go:build " + " || ".join(["linux"] * 1000) + "\n\npackage x\n",
    "//go:build " + " || ".join(["linux"] * 1001) + "\n\npackage x\n",
    "/* a\n\npackage y\n*/\n//go:build windows\n\npackage x\n",
    "// a\r\n//go:build windows\r\n\r\npackage x\n",
    "//go:build windows",
]


@pytest.mark.parametrize("extension", ["go", "s"])
def test_odd_headers(sandbox: Sandbox, extension: str) -> None:
    names = [f"h{number}.{extension}" for number in range(len(HEADERS))]
    sandbox.write({f"m/{name}": header for name, header in zip(names, HEADERS, strict=True)})
    sandbox.write({"m/go.mod": "module example.com/m\n\ngo 1.20\n", "m/zz.go": "package x\n"})
    fields = ",".join(("Dir", *BUILT, *LEFT_OUT))
    settings = {"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0"}
    expected = decisions(sandbox.run("m", "list", "-e", "-find", f"-json={fields}", ".", **settings))
    platform = read_toolchain({**os.environ, **settings}).platform
    folder = sandbox.root / "m"
    ours = {
        name: file_constraint(name, header.encode()).holds(platform)
        for name, header in zip(names, HEADERS, strict=True)
    }
    # Files that the go command reports as faulty are in neither of its lists: it does not build them.
    assert ours == {name: expected.get(f"{folder}/{name}", False) for name in names}
