from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from linkname_ls.build.platform import KNOWN_ARCH, KNOWN_OS, PORTS, UNIX_OS, Platform, default_platform

if TYPE_CHECKING:
    from linkname_ls.build.toolchain import Toolchain


def platform(goos: str = "linux", goarch: str = "amd64", *tags: str, cgo: bool = False) -> Platform:
    return Platform(goos, goarch, cgo=cgo, tags=frozenset(tags))


@pytest.mark.parametrize(("name", "known"), [("KnownOS", KNOWN_OS), ("UnixOS", UNIX_OS), ("KnownArch", KNOWN_ARCH)])
def test_the_lists_are_those_of_the_go_tree(local: Toolchain, name: str, known: frozenset[str]) -> None:
    assert local.goroot is not None
    text = (local.goroot / "src/internal/syslist/syslist.go").read_text()
    table = text.partition(f"var {name} = ")[2].partition("\n}")[0]
    assert known == set(re.findall(r'^\t"(\w+)":', table, re.MULTILINE))


def test_every_port_of_the_toolchain_is_known(local: Toolchain) -> None:
    assert local.goroot is not None
    listing = subprocess.run(
        [local.goroot / "bin/go", "tool", "dist", "list"], capture_output=True, text=True, check=True
    ).stdout
    assert {tuple(line.split("/")) for line in listing.split()} <= PORTS


def test_ports_consist_of_known_systems() -> None:
    assert {goos for goos, _ in PORTS} <= KNOWN_OS
    assert {goarch for _, goarch in PORTS} <= KNOWN_ARCH


def test_the_system_the_architecture_and_the_compiler_are_tags() -> None:
    assert all(platform().satisfies(tag) for tag in ("linux", "amd64", "gc"))
    assert not any(platform().satisfies(tag) for tag in ("windows", "arm64", "gccgo", "LINUX", ""))


@pytest.mark.parametrize(("goos", "implied"), [("android", "linux"), ("illumos", "solaris"), ("ios", "darwin")])
def test_some_systems_imply_another(goos: str, implied: str) -> None:
    assert platform(goos).satisfies(implied)
    assert not platform(implied).satisfies(goos)


def test_unix_holds_on_unix_systems_only() -> None:
    assert platform("freebsd").satisfies("unix")
    assert not platform("plan9").satisfies("unix")
    assert not platform("windows").satisfies("unix")


def test_cgo_holds_when_it_is_enabled() -> None:
    assert platform(cgo=True).satisfies("cgo")
    assert not platform(cgo=False).satisfies("cgo")


def test_boringcrypto_is_the_name_of_an_experiment() -> None:
    assert platform("linux", "amd64", "goexperiment.boringcrypto").satisfies("boringcrypto")
    assert not platform("linux", "amd64", "boringcrypto").satisfies("boringcrypto")


def test_the_default_platform_has_the_release_tags_of_a_recent_go() -> None:
    tags = default_platform("linux", "amd64").tags
    assert {"go1.1", "go1.21", "go1.26", "amd64.v1"} <= tags


def test_the_default_platform_takes_overrides() -> None:
    assert default_platform("windows", "arm64").name == "windows/arm64"


def test_the_default_platform_of_this_machine_is_the_toolchains(local: Toolchain) -> None:
    assert default_platform().name == local.host.replace("-", "/")
