"""The Go toolchain on this machine, and the one that a module asks for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.build import paths
from linkname_ls.build.experiments import experiments
from linkname_ls.build.goenv import Asked, find_go, parse_flags, read_env_file, read_text
from linkname_ls.build.goversion import (
    compare_go,
    is_go_version,
    is_language_version,
    minor_release,
    release_in,
    toolchain_version,
)
from linkname_ls.build.platform import Platform, default_platform, host_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NO_GO = (
    "No `go` command was found on PATH: the standard library and module cache cannot be searched; "
    "install Go or set GOROOT."
)
"""The problem of a machine without Go."""

_NOT_RUN = (
    "The `go` command {} is in no Go tree, and is not to be run here to ask where that is: the standard library "
    "cannot be searched; set GOROOT."
)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """One Go tree and the settings under which it builds."""

    goroot: Path | None
    """The Go tree; None when there is no Go on this machine."""
    version: str
    """"go1.26.8"; "" when unknown."""
    gomodcache: Path | None
    gopath: tuple[Path, ...]
    platform: Platform
    mod_flag: str
    """The value of ``-mod`` in GOFLAGS: "", "vendor", "mod" or "readonly"."""
    gowork: str
    """The user's GOWORK: "", "off" or a path."""
    toolchain_mode: str
    """The user's GOTOOLCHAIN: "auto", "local", "path", "go1.25.0+auto" and so on."""
    problem: str
    """One clear sentence when something is missing; "" otherwise."""
    host: str = ""
    """GOHOSTOS-GOHOSTARCH, the form that the module cache uses; "" stands for this machine's."""
    ldflags: str = ""
    """The value of ``-ldflags`` in GOFLAGS."""
    user_tags: frozenset[str] = frozenset()
    """Those of the platform's tags that are there because of ``-tags``."""


def read_toolchain(
    environ: Mapping[str, str],
    tags: Sequence[str] = (),
    goos: str | None = None,
    goarch: str | None = None,
    asked: Asked | None = None,
) -> Toolchain:
    """What the go command on this machine is and how it would build.

    ``tags``, ``goos`` and ``goarch`` are settings that override the user's ``-tags``, GOOS and GOARCH. ``asked`` is
    the go command of this environment at work, without the last two. Takes about 15 ms. When no go command is found or
    it does not answer, ``goroot`` is None and ``problem`` says why.
    """
    go = find_go(environ)
    env = dict(environ)
    if goos:
        env["GOOS"] = goos
    if goarch:
        env["GOARCH"] = goarch
    if go is None:
        return _without_go(env, tags, NO_GO)
    try:
        answers, go_tags = (asked or Asked(go, env)).answers()
    except subprocess.TimeoutExpired:
        return _without_go(env, tags, f"The go command {go} did not answer.")
    except (OSError, ValueError) as fault:
        return _without_go(env, tags, f"The go command {go} cannot be run ({fault}).")
    goroot = _absolute(answers.get("GOROOT", ""))
    if goroot is None:
        return _without_go(env, tags, f"The go command {go} does not say where its GOROOT is.")
    # The two commands were told to forget these two settings of the user's.
    stored = {} if (file := _absolute(answers.get("GOENV", ""))) is None else read_env_file(file)
    shipped = read_env_file(goroot / "go.env")
    flags = parse_flags(answers.get("GOFLAGS", ""))
    version = release_in(answers.get("GOVERSION", ""))
    target = default_platform(answers.get("GOOS"), answers.get("GOARCH"))
    own_tags = (go_tags or _of_version(target, version).tags) | flags.sanitizers
    user_tags = frozenset(tags or flags.tags) - own_tags
    # Without a setting anywhere the go command does not switch (cmd/go/internal/toolchain/select.go
    # `Select`).
    modes = (settings.get("GOTOOLCHAIN") for settings in (environ, stored, shipped))
    return Toolchain(
        goroot=goroot,
        version=version,
        gomodcache=_absolute(answers.get("GOMODCACHE", "")),
        gopath=_folders(answers.get("GOPATH", "")),
        platform=replace(target, cgo=answers.get("CGO_ENABLED") == "1", tags=own_tags | user_tags),
        mod_flag=flags.mod,
        gowork=environ.get("GOWORK") or stored.get("GOWORK", ""),
        toolchain_mode=next((mode for mode in modes if mode), "local"),
        problem="",
        host=f"{answers.get('GOHOSTOS', '')}-{answers.get('GOHOSTARCH', '')}",
        ldflags=flags.ldflags,
        user_tags=user_tags,
    )


def read_toolchain_from_disk(
    environ: Mapping[str, str], tags: Sequence[str] = (), goos: str | None = None, goarch: str | None = None
) -> Toolchain:
    """What :func:`read_toolchain` returns, as far as files tell: no command is run.

    The Go tree is that of the go command, links followed; the settings are those of the environment, of GOENV and of
    the tree's go.env. What is left has its default: GOAMD64 and its like, GOEXPERIMENT.
    """
    go, given = find_go(environ), {name: value for name, value in environ.items() if value}
    tree = None if go is None else go.resolve().parent.parent
    if tree is None or not paths.is_dir(str(tree / "src" / "runtime")):
        tree = _absolute(environ.get("GOROOT", ""))
    stored = {} if (file := _env_file(environ)) is None else read_env_file(file)
    shipped = {} if tree is None else read_env_file(tree / "go.env")
    asked = {name: value for name, value in (("GOOS", goos), ("GOARCH", goarch)) if value}
    settings = {**shipped, **stored, **given, **asked, "GOROOT": str(tree or "")}
    found = _without_go(settings, tags, NO_GO if go is None else _NOT_RUN.format(go))
    platform = found.platform
    if tree is not None:
        platform = replace(platform, tags=platform.tags | experiments(tree, platform.goos, platform.goarch))
    if (cgo := settings.get("CGO_ENABLED")) is not None:
        platform = replace(platform, cgo=cgo == "1")
    return replace(found, platform=platform)


def _env_file(environ: Mapping[str, str]) -> Path | None:
    """Where the user's settings are by default. Source: os.UserConfigDir, cmd/go/internal/cfg/cfg.go ``EnvFile``."""
    if (file := environ.get("GOENV", "")) != "":
        return _absolute(file)
    if sys.platform == "win32":
        folder = _absolute(environ.get("APPDATA", ""))
    else:
        home = _absolute(environ.get("HOME", ""))
        own = "Library/Application Support" if sys.platform == "darwin" else ".config"
        folder = _absolute(environ.get("XDG_CONFIG_HOME", "")) if sys.platform != "darwin" else None
        folder = folder or (home / own if home is not None else None)
    return folder / "go" / "env" if folder is not None else None


def _without_go(environ: Mapping[str, str], tags: Iterable[str], problem: str) -> Toolchain:
    """A toolchain for a machine whose go command is of no use, or not to be run, from the environment alone."""
    flags = parse_flags(environ.get("GOFLAGS", ""))
    platform = default_platform(environ.get("GOOS"), environ.get("GOARCH"))
    own_tags = platform.tags | flags.sanitizers
    user_tags = frozenset(tags or flags.tags) - own_tags
    home = _absolute(environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", ""))
    gopath = _folders(environ.get("GOPATH", "")) or (() if home is None else (home / "go",))
    cache = _absolute(environ.get("GOMODCACHE", ""))
    toolchain = Toolchain(
        goroot=None,
        version="",
        gomodcache=gopath[0] / "pkg" / "mod" if cache is None and gopath else cache,
        gopath=gopath,
        platform=replace(platform, tags=own_tags | user_tags),
        mod_flag=flags.mod,
        gowork=environ.get("GOWORK", ""),
        toolchain_mode=environ.get("GOTOOLCHAIN") or "local",
        problem=problem,
        ldflags=flags.ldflags,
        user_tags=user_tags,
    )
    goroot = _absolute(environ.get("GOROOT", ""))
    # A tree can be read without its go command.
    if goroot is not None and paths.is_dir(str(goroot / "src" / "runtime")):
        return with_tree(toolchain, goroot)
    return toolchain


def wanted_toolchain(go: str, toolchain: str, mode: str) -> str:
    """The toolchain name that the ``go`` and ``toolchain`` lines of a go.mod or go.work ask for; "" for none.

    The ``toolchain`` line is only a wish: it counts where GOTOOLCHAIN (``mode``) allows switching.
    Source: cmd/go/internal/toolchain/select.go.
    """
    wanted = f"go{go}" if is_go_version(go) else ""
    if not _switches(mode) or toolchain == "default":
        return wanted
    if compare_go(toolchain_version(toolchain), toolchain_version(wanted)) > 0:
        return toolchain
    return wanted


def select_toolchain(local: Toolchain, wanted: str) -> Toolchain:
    """The toolchain that the go command would switch to, found without running or downloading anything.

    ``wanted`` is a name such as "go1.27.3" (see :func:`wanted_toolchain`), "" for no wish. Stays with
    ``local``, and says so in ``problem``, when the wanted one is not in the module cache or may not be
    used. Source: cmd/go/internal/toolchain/select.go, go.dev/doc/toolchain.
    """
    current = toolchain_version(local.version)
    # Toolchains before 1.21 know no switching; and without a version there is nothing to compare.
    if local.goroot is None or compare_go(current, "1.21") < 0:
        return local
    name, asker = local.version, ""
    least = local.toolchain_mode.partition("+")[0]
    if toolchain_version(least):
        name, asker = least, "GOTOOLCHAIN"
    if compare_go(toolchain_version(wanted), toolchain_version(name)) > 0:
        # The first release of Go 1.27 is go1.27.0; its release candidates serve "go 1.27" too (issue 62278).
        if is_language_version(toolchain_version(wanted)):
            wanted += ".0"
        if not _switches(local.toolchain_mode):
            return _staying(local, f"go.mod asks for {wanted}, which GOTOOLCHAIN={local.toolchain_mode} forbids")
        name, asker = wanted, "go.mod"
    if not asker or toolchain_version(name) == current:
        return local
    found = _cached_tree(local, name)
    if found is None:
        return _staying(local, f"{asker} asks for {name}, which is not on this machine")
    return with_tree(local, found)


def _staying(local: Toolchain, why: str) -> Toolchain:
    return replace(local, problem=f"{why}: answers come from {local.version}.")


def with_tree(toolchain: Toolchain, goroot: Path) -> Toolchain:
    """The same settings with another Go tree; version and release tags become that tree's own."""
    version = tree_version(goroot)
    platform = _of_version(toolchain.platform, version)
    return replace(toolchain, goroot=goroot, version=version, platform=platform, problem="")


def with_tags(toolchain: Toolchain, tags: Iterable[str]) -> Toolchain:
    """The same settings with other tags of the user's, as ``-tags`` on a command line overrides that in GOFLAGS."""
    own_tags = toolchain.platform.tags - toolchain.user_tags
    user_tags = frozenset(tags) - own_tags
    platform = replace(toolchain.platform, tags=own_tags | user_tags)
    return replace(toolchain, platform=platform, user_tags=user_tags)


def tree_version(goroot: Path) -> str:
    """The version of a Go tree, "go1.26.8"; "" when it is unknown.

    It is in the VERSION file; a git checkout without one has the language in src/go.mod.
    """
    if version := release_in(read_text(goroot / "VERSION").partition("\n")[0]):
        return version
    match = re.search(r"^go (1\.\d+)\s*$", read_text(goroot / "src" / "go.mod"), re.MULTILINE | re.ASCII)
    return f"go{match[1]}" if match else ""


def _of_version(platform: Platform, version: str) -> Platform:
    """The platform with the release tags of a version; unchanged when the version is unknown."""
    minor = minor_release(version)
    return platform.of_release(minor) if minor else platform


def _switches(mode: str) -> bool:
    return mode in ("auto", "path") or mode.endswith(("+auto", "+path"))


def _cached_tree(local: Toolchain, name: str) -> Path | None:
    """The tree of a toolchain in the module cache; None when it is not there."""
    if local.gomodcache is None or not toolchain_version(name):
        return None
    host = local.host or "-".join(host_platform())
    tree = local.gomodcache / "golang.org" / f"toolchain@v0.0.1-{name}.{host}"
    return tree if paths.is_dir(str(tree / "src" / "runtime")) else None


def trees_on_machine(local: Toolchain) -> list[Path]:
    """Return the Go trees that are there: the one in use, those of the module cache, and of golang.org/dl.

    Without running or downloading anything.
    """
    found = [local.goroot] if local.goroot is not None else []
    if local.gomodcache is not None:
        host = local.host or "-".join(host_platform())
        found += sorted((local.gomodcache / "golang.org").glob(f"toolchain@v0.0.1-go*.{host}"))
    with suppress(RuntimeError):  # nobody's home
        found += sorted((Path.home() / "sdk").glob("go1.*"))
    return [tree for tree in found if paths.is_dir(str(tree / "src" / "runtime"))]


def _absolute(path: str) -> Path | None:
    return Path(path) if paths.is_absolute(path) else None


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(entry) for entry in text.split(os.pathsep) if paths.is_absolute(entry))
