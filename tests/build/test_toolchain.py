from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkname_ls.build import goenv, toolchain
from linkname_ls.build.goenv import find_go
from linkname_ls.build.toolchain import (
    NO_GO,
    Toolchain,
    read_toolchain,
    read_toolchain_from_disk,
    select_toolchain,
    tree_version,
    wanted_toolchain,
    with_tree,
)
from support.trees import goroot

if TYPE_CHECKING:
    from pathlib import Path

REAL = {name: value for name, value in os.environ.items() if not name.startswith("GO")} | {"GOENV": "off"}


@pytest.fixture(autouse=True)
def no_well_known_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation on this machine must not stand in for what a test has left out."""
    monkeypatch.setattr(goenv, "WELL_KNOWN_GO", ())


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def tree(goroot: Path, version: str) -> Path:
    """The least that counts as a Go tree."""
    (goroot / "src" / "runtime").mkdir(parents=True)
    (goroot / "VERSION").write_text(f"{version}\ntime 2024-01-01T00:00:00Z\n")
    return goroot


# --- find_go ---


def test_go_is_found_on_path(tmp_path: Path) -> None:
    go = script(tmp_path / "b" / "go", "true")
    assert find_go({"PATH": os.pathsep.join([str(tmp_path / "a"), str(go.parent)])}) == go


def test_relative_path_entries_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "go", "true")
    script(tmp_path / "bin" / "go", "true")
    monkeypatch.chdir(tmp_path)
    assert find_go({"PATH": os.pathsep.join(["", ".", "bin", "./bin"])}) is None


def test_files_that_cannot_be_run_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "go").write_text("")
    (tmp_path / "b" / "go").mkdir(parents=True)
    assert find_go({"PATH": os.pathsep.join([str(tmp_path), str(tmp_path / "b"), "/\0"])}) is None


def test_goroot_comes_after_path(tmp_path: Path) -> None:
    go = script(tmp_path / "root" / "bin" / "go", "true")
    environ = {"PATH": str(tmp_path), "GOROOT": str(tmp_path / "root")}
    assert find_go(environ) == go
    first = script(tmp_path / "go", "true")
    assert find_go(environ) == first


def test_a_well_known_place_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = script(tmp_path / "go", "true")
    monkeypatch.setattr(goenv, "WELL_KNOWN_GO", (str(go),))
    assert find_go({}) == go


# --- read_toolchain ---


def test_the_real_toolchain(local: Toolchain) -> None:
    assert local.goroot is not None
    assert (local.goroot / "src" / "runtime").is_dir()
    assert local.version == tree_version(local.goroot)
    assert local.gomodcache is not None
    assert local.gopath
    assert "go1.21" in local.platform.tags
    assert any(tag.startswith("goexperiment.") for tag in local.platform.tags)
    assert local.problem == ""


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"GOOS": "windows", "GOARCH": "arm64"},
        {"GOFLAGS": "-tags=a,b -mod=mod -ldflags=-w", "CGO_ENABLED": "0", "GOPATH": "/nowhere"},
        {"GOOS": "linux", "GOARCH": "loong64", "GOMODCACHE": "/elsewhere"},
    ],
)
def test_files_tell_what_the_go_command_does(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = read_toolchain({**REAL, **settings})
    monkeypatch.setattr(toolchain, "Asked", None)
    assert replace(read_toolchain_from_disk({**REAL, **settings}), host=asked.host) == asked


def test_settings_of_the_user_are_read_from_goenv(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("GOFLAGS=-tags=stored\nGOARCH=riscv64\n")
    found = read_toolchain_from_disk({**REAL, "GOENV": str(tmp_path / "env"), "GOOS": "linux"}, goarch=None)
    assert found.platform.name == "linux/riscv64"
    assert "stored" in found.user_tags
    assert read_toolchain_from_disk({**REAL, "GOENV": str(tmp_path / "env")}, ["b"], goarch="386").user_tags == {"b"}


def test_without_go_files_tell_so(tmp_path: Path) -> None:
    assert read_toolchain_from_disk({"PATH": str(tmp_path)}).problem == NO_GO


def test_go_command_outside_of_a_go_tree_is_named_where_it_is_not_to_be_run(tmp_path: Path) -> None:
    shim = tmp_path / "go"
    shim.write_text("#!/bin/sh\nexit 1\n")
    shim.chmod(0o755)
    problem = read_toolchain_from_disk({"PATH": str(tmp_path)}).problem
    assert problem.startswith(f"The `go` command {shim} is in no Go tree, and is not to be run here")
    assert read_toolchain_from_disk({**REAL, "PATH": str(tmp_path), "GOROOT": str(goroot("own"))}).problem == ""


def test_tags_come_from_goflags() -> None:
    platform = read_toolchain({**REAL, "GOFLAGS": "-trimpath '-tags=a,b' -race -mod=mod"}).platform
    assert {"a", "b", "race"} <= platform.tags
    assert "msan" not in platform.tags


def test_settings_override_goflags() -> None:
    result = read_toolchain({**REAL, "GOFLAGS": "-tags=a"}, tags=["b"], goos="windows", goarch="arm64")
    assert "b" in result.platform.tags
    assert "a" not in result.platform.tags
    assert result.platform.name == "windows/arm64"
    assert not result.platform.cgo
    assert result.host == read_toolchain(REAL).host


def test_goos_and_goarch_come_from_the_environment() -> None:
    assert read_toolchain({**REAL, "GOOS": "js", "GOARCH": "wasm"}).platform.name == "js/wasm"


@pytest.mark.parametrize("value", ["0", "1"])
def test_cgo_follows_the_environment(value: str) -> None:
    assert read_toolchain({**REAL, "CGO_ENABLED": value}).platform.cgo == (value == "1")


def test_the_mod_flag_comes_from_goflags() -> None:
    assert read_toolchain({**REAL, "GOFLAGS": "-mod=vendor"}).mod_flag == "vendor"
    assert read_toolchain(REAL).mod_flag == ""


def test_stored_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("GOFLAGS=-tags=stored\nGOTOOLCHAIN=go1.99.0+auto\nGOWORK=off\n")
    result = read_toolchain({**REAL, "GOENV": str(tmp_path / "env")})
    assert "stored" in result.platform.tags
    assert (result.toolchain_mode, result.gowork) == ("go1.99.0+auto", "off")


def test_the_environment_overrides_stored_settings(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("GOTOOLCHAIN=local\nGOWORK=off\n")
    environ = {**REAL, "GOENV": str(tmp_path / "env"), "GOTOOLCHAIN": "path", "GOWORK": "/w/go.work"}
    result = read_toolchain(environ)
    assert (result.toolchain_mode, result.gowork) == ("path", "/w/go.work")


def test_the_tree_ships_a_default_for_switching(local: Toolchain) -> None:
    assert local.goroot is not None
    shipped = goenv.read_env_file(local.goroot / "go.env").get("GOTOOLCHAIN", "local")
    assert read_toolchain(REAL).toolchain_mode == shipped


@pytest.mark.parametrize("flags", ["-toolexec=TRAP", "'-exec=TRAP' -vettool=TRAP", "-unknown", "garbage '"])
def test_flags_that_run_programs_or_are_wrong_have_no_effect(tmp_path: Path, flags: str) -> None:
    trap = script(tmp_path / "trap", f"touch {tmp_path}/trace")
    result = read_toolchain({**REAL, "GOFLAGS": flags.replace("TRAP", str(trap))})
    assert result.problem == ""
    assert "go1.21" in result.platform.tags
    assert not (tmp_path / "trace").exists()


def test_a_go_command_in_the_workspace_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "go", f"touch {tmp_path}/trace")
    monkeypatch.chdir(tmp_path)
    read_toolchain({**REAL, "PATH": os.pathsep.join(["", ".", REAL["PATH"]])})
    read_toolchain({"PATH": "."})
    assert not (tmp_path / "trace").exists()


def test_the_workspace_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.999\n\ntoolchain go1.999.0\n")
    (tmp_path / "go.work").write_text("garbage")
    monkeypatch.chdir(tmp_path)
    assert read_toolchain({**REAL, "GOTOOLCHAIN": "auto"}).problem == ""


def test_a_machine_without_go(tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path), "HOME": str(tmp_path), "GOFLAGS": "-tags=a", "GOOS": "plan9"}
    result = read_toolchain(environ, goarch="386")
    assert result.problem == NO_GO
    assert (result.goroot, result.version) == (None, "")
    assert result.platform.name == "plan9/386"
    assert "a" in result.platform.tags
    assert result.gomodcache == tmp_path / "go" / "pkg" / "mod"


def test_an_empty_environment_is_survived() -> None:
    assert read_toolchain({}).problem == NO_GO


def test_goroot_is_read_even_without_its_command(tmp_path: Path) -> None:
    result = read_toolchain({"GOROOT": str(tree(tmp_path, "go1.22.3"))})
    assert (result.goroot, result.version, result.problem) == (tmp_path, "go1.22.3", "")
    assert "go1.23" not in result.platform.tags


def test_a_go_command_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = script(tmp_path / "go", "exec sleep 60")
    monkeypatch.setattr(goenv, "TIMEOUT_SECONDS", 0.05)
    result = read_toolchain({"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert result.problem == f"The go command {go} did not answer."


def test_a_go_command_that_is_listened_to_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A client may connect minutes after the server has started, and the go command with it.
    monkeypatch.setattr(goenv, "TIMEOUT_SECONDS", 0)
    asked = goenv.Asked(script(tmp_path / "go", """echo '{"GOROOT": "/go"}'"""), os.environ)
    monkeypatch.undo()
    assert asked.answers()[0] == {"GOROOT": "/go"}


@pytest.mark.parametrize("text", ["exit 1", "echo garbage", "echo '[]'", 'echo \'{"GOROOT": "relative"}\''])
def test_a_go_command_that_talks_nonsense(tmp_path: Path, text: str) -> None:
    go = script(tmp_path / "go", text)
    result = read_toolchain({"PATH": str(tmp_path)})
    assert result.problem == f"The go command {go} does not say where its GOROOT is."


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_bytes(b"\x7fELF nonsense")
    go.chmod(0o755)
    assert read_toolchain({"PATH": str(tmp_path)}).problem.startswith(f"The go command {go} cannot be run")


# --- switching ---


@pytest.fixture
def old(tmp_path: Path, local: Toolchain) -> Toolchain:
    """A toolchain of Go 1.25.1 that may switch, with 1.26.0 in its module cache."""
    cache = tmp_path / "cache"
    tree(cache / "golang.org" / f"toolchain@v0.0.1-go1.26.0.{local.host}", "go1.26.0")
    tree(tmp_path / "root", "go1.25.1")
    return replace(with_tree(local, tmp_path / "root"), gomodcache=cache, toolchain_mode="auto", problem="")


@pytest.mark.parametrize("mode", ["auto", "path", "local+auto", "go1.25.1+path"])
def test_a_newer_toolchain_is_taken_from_the_module_cache(old: Toolchain, mode: str) -> None:
    chosen = select_toolchain(replace(old, toolchain_mode=mode), "go1.26.0")
    assert chosen.version == "go1.26.0"
    assert chosen.goroot is not None
    assert chosen.goroot.name == f"toolchain@v0.0.1-go1.26.0.{old.host}"
    assert "go1.26" in chosen.platform.tags
    assert chosen.problem == ""


@pytest.mark.parametrize("wanted", ["", "go1.25.1", "go1.25", "go1.20", "default", "garbage", "go1.26.0/../x"])
def test_no_newer_toolchain_is_wanted(old: Toolchain, wanted: str) -> None:
    assert select_toolchain(old, wanted) == old


def test_a_language_stands_for_its_first_release(old: Toolchain) -> None:
    assert select_toolchain(old, "go1.26").version == "go1.26.0"


def test_a_missing_toolchain_is_said_to_be_missing(old: Toolchain) -> None:
    chosen = select_toolchain(old, "go1.27.3")
    assert chosen.goroot == old.goroot
    assert chosen.problem == ("go.mod asks for go1.27.3, which is not on this machine: answers come from go1.25.1.")


def test_the_user_can_forbid_switching(old: Toolchain) -> None:
    chosen = select_toolchain(replace(old, toolchain_mode="local"), "go1.26.0")
    assert chosen.goroot == old.goroot
    assert chosen.problem == ("go.mod asks for go1.26.0, which GOTOOLCHAIN=local forbids: answers come from go1.25.1.")


def test_the_user_can_name_a_toolchain(old: Toolchain) -> None:
    named = replace(old, toolchain_mode="go1.26.0")
    assert select_toolchain(named, "go1.20").version == "go1.26.0"
    missing = select_toolchain(replace(old, toolchain_mode="go1.24.0"), "")
    assert missing.problem == (
        "GOTOOLCHAIN asks for go1.24.0, which is not on this machine: answers come from go1.25.1."
    )


def test_toolchains_before_1_21_do_not_switch(old: Toolchain) -> None:
    ancient = replace(old, version="go1.20.3")
    assert select_toolchain(ancient, "go1.26.0") == ancient


def test_a_machine_without_go_does_not_switch(old: Toolchain) -> None:
    without = replace(old, goroot=None, version="", problem=NO_GO)
    assert select_toolchain(without, "go1.26.0") == without


def test_the_trees_host_is_this_machines_and_not_the_targets(old: Toolchain) -> None:
    other = replace(old, platform=replace(old.platform, goos="plan9", goarch="386"))
    assert select_toolchain(other, "go1.26.0").version == "go1.26.0"
    assert select_toolchain(replace(other, host=""), "go1.26.0").version == "go1.26.0"


@pytest.mark.parametrize(
    ("go", "wish", "mode", "wanted"),
    [
        ("1.26", "", "auto", "go1.26"),
        ("1.26.1", "go1.25.9", "auto", "go1.26.1"),
        ("1.25", "go1.26.1", "auto", "go1.26.1"),
        ("1.25", "go1.26.1-corp", "path", "go1.26.1-corp"),
        ("1.25", "go1.26.1", "local", "go1.25"),
        ("1.25", "default", "auto", "go1.25"),
        ("", "go1.26.1", "auto", "go1.26.1"),
        ("garbage", "../../x", "auto", ""),
        ("", "", "auto", ""),
    ],
)
def test_what_a_go_mod_asks_for(go: str, wish: str, mode: str, wanted: str) -> None:
    assert wanted_toolchain(go, wish, mode) == wanted


def test_the_version_of_a_git_checkout_is_its_language(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "go.mod").write_text("module std\n\ngo 1.28\n")
    assert tree_version(tmp_path) == "go1.28"
    assert tree_version(tmp_path / "nowhere") == ""


def test_flags_are_split_as_go_splits_them() -> None:
    flags = goenv.parse_flags("-tags=a \"--tags=b c\" '-ldflags=-X tags=d' -race=true -msan=false -asan -mod=mod")
    assert flags == goenv.Flags(("b", "c"), "mod", frozenset({"race", "asan"}), "-X tags=d")
