"""The build context that build constraints are asked about: GOOS, GOARCH, cgo and tags.

Source: src/go/build/build.go (``matchTag``) and src/internal/syslist/syslist.go of the Go tree.
"""

from __future__ import annotations

import platform as _host
import re
import sys
from dataclasses import dataclass, replace
from functools import cache, lru_cache

KNOWN_OS: frozenset[str] = frozenset(
    {
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "js",
        "linux",
        "nacl",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "wasip1",
        "windows",
        "zos",
    }
)
"""Every past, present and future GOOS (syslist.go ``KnownOS``); file-name suffixes are matched against it."""

UNIX_OS: frozenset[str] = frozenset(
    {
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "linux",
        "netbsd",
        "openbsd",
        "solaris",
    }
)
"""The GOOS values that satisfy the tag ``unix`` (syslist.go ``UnixOS``)."""

KNOWN_ARCH: frozenset[str] = frozenset(
    {
        "386",
        "amd64",
        "amd64p32",
        "arm",
        "armbe",
        "arm64",
        "arm64be",
        "loong64",
        "mips",
        "mipsle",
        "mips64",
        "mips64le",
        "mips64p32",
        "mips64p32le",
        "ppc",
        "ppc64",
        "ppc64le",
        "riscv",
        "riscv64",
        "s390",
        "s390x",
        "sparc",
        "sparc64",
        "wasm",
    }
)
"""Every past, present and future GOARCH (syslist.go ``KnownArch``)."""

PORTS: frozenset[tuple[str, str]] = frozenset(
    (goos, goarch)
    for goos, archs in {
        "aix": "ppc64",
        "android": "386 amd64 arm arm64",
        "darwin": "amd64 arm64",
        "dragonfly": "amd64",
        "freebsd": "386 amd64 arm arm64 riscv64",
        "illumos": "amd64",
        "ios": "amd64 arm64",
        "js": "wasm",
        "linux": "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64",
        "netbsd": "386 amd64 arm arm64",
        "openbsd": "386 amd64 arm arm64 mips64 ppc64 riscv64",
        "plan9": "386 amd64 arm",
        "solaris": "amd64",
        "wasip1": "wasm",
        "windows": "386 amd64 arm arm64",
    }.items()
    for goarch in archs.split()
)
"""The GOOS/GOARCH pairs of the Go releases since 1.21 (internal/platform/zosarch.go ``List``)."""

IMPLIED_OS: dict[str, str] = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
"""GOOS values that satisfy another system's tag as well as their own."""

# RegabiWrappers in internal/buildcfg/exp.go.
_REGISTER_ABI = {
    "amd64": (1, 17),
    "arm64": (1, 18),
    "ppc64": (1, 18),
    "ppc64le": (1, 18),
    "riscv64": (1, 19),
    "loong64": (1, 22),
    "s390x": (1, 26),
}

NEWEST_KNOWN_RELEASE = 27
"""The N of the newest Go release known to this program; used only where there is no toolchain to ask."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One build context; ``tags`` are the user's ``-tags``, release tags (go1.1 to go1.N) and tool tags."""

    goos: str
    goarch: str
    cgo: bool
    tags: frozenset[str]

    @property
    def name(self) -> str:
        """The context as Go writes it: "linux/amd64"."""
        return f"{self.goos}/{self.goarch}"

    def satisfies(self, tag: str) -> bool:
        """Whether a build tag holds (build.go ``matchTag``; the compiler is always "gc")."""
        if tag in (self.goos, self.goarch, "gc") or (tag == "cgo" and self.cgo):
            return True
        if IMPLIED_OS.get(self.goos) == tag or (tag == "unix" and self.goos in UNIX_OS):
            return True
        # boringcrypto is the experiment's old name.
        return ("goexperiment.boringcrypto" if tag == "boringcrypto" else tag) in self.tags

    @lru_cache(maxsize=256)  # noqa: B019 - there are few platforms, and each check asks for those of all releases
    def of_release(self, minor: int) -> Platform:
        """Return the platform as Go 1.``minor`` has it: with the release tags of that release."""
        others = {tag for tag in self.tags if not re.fullmatch(r"go1\.\d+", tag)}
        return replace(self, tags=release_tags(minor) | others)


def has_register_abi(goarch: str, release: tuple[int, int]) -> bool:
    """Whether Go and assembly call functions in different ways on an architecture, in a Go release."""
    since = _REGISTER_ABI.get(goarch)
    return since is not None and release >= since


def release_tags(newest: int) -> frozenset[str]:
    """The release tags of Go 1.``newest``: go1.1 up to go1.``newest``."""
    return frozenset(f"go1.{minor}" for minor in range(1, newest + 1))


def host_platform() -> tuple[str, str]:
    """This machine's GOOS and GOARCH; linux and amd64 stand in for what is not recognised."""
    goos = {"win32": "windows", "cygwin": "windows", "sunos5": "solaris", "emscripten": "js"}.get(sys.platform, "")
    if not goos:
        goos = next((known for known in sorted(KNOWN_OS) if sys.platform.startswith(known)), "linux")
    machine = _host.machine().lower()
    goarch = {
        "x86_64": "amd64",
        "x64": "amd64",
        "i386": "386",
        "i486": "386",
        "i586": "386",
        "i686": "386",
        "x86": "386",
        "aarch64": "arm64",
        "loongarch64": "loong64",
    }.get(machine, machine)
    if goarch not in KNOWN_ARCH:
        goarch = "arm" if goarch.startswith("arm") else "amd64"
    return goos, goarch


@cache
def default_platform(goos: str | None = None, goarch: str | None = None) -> Platform:
    """The host's platform, for machines without Go: a recent release, cgo unless cross-compiling."""
    host_os, host_arch = host_platform()
    goos, goarch = goos or host_os, goarch or host_arch
    # GOAMD64=v1 and its like are the defaults of internal/buildcfg/cfg.go; only those that need no choice
    # are given.
    level = {
        "amd64": "amd64.v1",
        "arm64": "arm64.v8.0",
        "386": "386.sse2",
        "riscv64": "riscv64.rva20u64",
    }.get(goarch)
    tags = release_tags(NEWEST_KNOWN_RELEASE) | ({level} if level else set[str]())
    return Platform(goos, goarch, cgo=(goos, goarch) == (host_os, host_arch), tags=tags)
