"""The go command as the judge: folders with modules that it is asked about, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

from linkname_ls.build.goenv import find_go
from linkname_ls.build.gomod import escape_path
from linkname_ls.build.toolchain import Toolchain
from linkname_ls.build.world import World, find_world

DROPPED = (
    "GOTOOLCHAIN",
    "GO111MODULE",
    "GOFLAGS",
    "GOWORK",
    "GOOS",
    "GOARCH",
    "CGO_ENABLED",
    "GOPATH",
    "GOMODCACHE",
    "GOENV",
    "GOROOT",
)


def clean_environ() -> dict[str, str]:
    """This machine's environment without the developer's own Go settings."""
    return {name: value for name, value in os.environ.items() if name not in DROPPED} | {
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
    }


class Sandbox:
    """A folder with its own module cache and module proxy, and the go command to ask about it."""

    def __init__(self, root: Path, local: Toolchain) -> None:
        go = find_go(os.environ)
        assert go is not None
        self.go = str(go)
        self.root = root
        self.proxy = root / "proxy"
        self.cache = root / "cache"
        self.toolchain = replace(local, gomodcache=self.cache, gopath=(root / "gopath",))

    def write(self, files: dict[str, str]) -> None:
        """Write files below the root."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def tree(self, where: str, *, version: str = "go1.22.3", go_mod: str = "go.mod") -> None:
        """Make a small Go tree."""
        files = {
            f"{where}/src/{go_mod}": "module std\n\ngo 1.22\n",
            f"{where}/src/cmd/{go_mod}": "module cmd\n\ngo 1.22\n",
            f"{where}/src/time/time.go": "package time\n",
            f"{where}/src/runtime/a.go": "package runtime\n",
            f"{where}/src/cmd/go/main.go": "package main\n",
            f"{where}/src/cmd/vendor/golang.org/x/mod/a.go": "package mod\n",
            f"{where}/src/vendor/golang.org/x/net/idna/a.go": "package idna\n",
            f"{where}/src/time/testdata/nested/go.mod": "module nested\n",
            f"{where}/test/a.go": "package main\n",
        }
        if version:
            files[f"{where}/VERSION"] = f"{version}\n"
        self.write(files)

    def publish(self, path: str, version: str, go_mod: str = "", **packages: str) -> None:
        """Put a module version into the proxy. Keyword arguments are packages: their folders, and what they import.

        The package "top" is the module's root folder; imports are separated by spaces.
        """
        folder = self.proxy / escape_path(path) / "@v"
        folder.mkdir(parents=True, exist_ok=True)
        mod = f"module {path}\n\n{go_mod}"
        (folder / f"{version}.mod").write_text(mod)
        (folder / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2024-01-01T00:00:00Z"}))
        with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
            archive.writestr(f"{path}@{version}/go.mod", mod)
            for name, imports in (packages or {"top": ""}).items():
                place = "" if name == "top" else name.replace("__", "/") + "/"
                archive.writestr(f"{path}@{version}/{place}x.go", source(imports))

    def run(self, where: str, *arguments: str, **settings: str) -> str:
        """Run the go command in a folder below the root; its output."""
        env = clean_environ() | {"GOMODCACHE": str(self.cache), "GOPATH": str(self.root / "gopath")}
        # Without -modcacherw pytest could not delete the module cache.
        env |= {"GOPROXY": self.proxy.as_uri(), "GOSUMDB": "off", "GOFLAGS": "-modcacherw"} | settings
        done = subprocess.run(
            [self.go, *arguments], cwd=self.root / where, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def packages(self, where: str, **settings: str) -> dict[str, Path]:
        """Import path and folder of every package in the build of a folder, as the go command sees it."""
        listing = self.run(where, "list", "-deps", "-f", "{{.ImportPath}}\t{{.Dir}}", "./...", **settings)
        lines = (line.split("\t") for line in listing.splitlines())
        return {path: Path(folder) for path, folder in lines}

    def world(self, where: str) -> World:
        """The world of a folder, as this program sees it."""
        return find_world(self.root / where, self.toolchain)

    def tidy(self, where: str) -> None:
        """Complete a go.mod and download what it needs."""
        self.run(where, "mod", "tidy", GOWORK="off")


def source(imports: str) -> str:
    """A Go file that imports packages."""
    return "package x\n\n" + "".join(f'import _ "{path}"\n' for path in imports.split())
