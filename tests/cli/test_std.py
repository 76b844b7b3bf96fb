"""The command std."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linkname_ls", "std", *arguments], capture_output=True, text=True, check=False
    )


def test_history_says_since_when_a_pull_is_refused() -> None:
    done = run("runtime.coroswitch")
    # What a release after 1.27 says comes behind.
    assert done.stdout.startswith(
        "runtime.coroswitch: function of package runtime, not in Go 1.21\n"
        "\n"
        "Go 1.22\n"
        "  func(*coro)\n"
        "  may be pulled: marked\n"
        "\n"
        "Go 1.23 to 1.26\n"
        "  func(*coro)\n"
        "  refused: only iter may refer to it\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_change_within_a_minor_release_is_named_by_its_patch() -> None:
    lines = run("runtime.lastmoduledatap").stdout.splitlines()
    assert "Go 1.24.0" in lines
    assert any(line.startswith("Go 1.24.1 to ") for line in lines)


def test_platforms_are_said_where_they_matter() -> None:
    done = run("syscall.rawSyscall")
    assert "\nGo 1.21 to 1.25\n  on darwin, ios, openbsd\n    func(" in done.stdout
    assert "(pushed by runtime)" in done.stdout


def test_users_of_a_mark_are_listed() -> None:
    assert "\nused by github.com/bytedance/gopkg, " in run("runtime.procPin").stdout


@pytest.mark.parametrize(
    "arguments", [("runtime.memmove",), ("time.now",), ("syscall.rawSyscall",), ("--diff", "1.25", "1.27", "runtime")]
)
def test_output_fits_a_terminal(arguments: tuple[str, ...]) -> None:
    lines = run(*arguments).stdout.splitlines()
    # A single word may be longer.
    assert all(len(line) <= 100 or " " not in line.strip() for line in lines)


@pytest.mark.parametrize(
    ("symbol", "hint"),
    [
        ("runtime.nanotim", "; did you mean runtime.nanotime?"),
        ("runtime.Nanotime", "; did you mean runtime.nanotime?"),
        ("runtim.nanotime", "; did you mean runtime.nanotime?"),
        ("example.com/m.f", "."),
        ("nonsense", "."),
    ],
)
def test_unknown_symbol_is_one_sentence(symbol: str, hint: str) -> None:
    done = run(symbol)
    assert done.stderr.startswith("linkname-ls: No release of Go 1.21 to ")
    assert done.stderr.endswith(f" has {symbol}{hint}\n")
    assert (done.returncode, done.stdout) == (2, "")


def test_history_as_json() -> None:
    found = json.loads(run("runtime.newproc", "--format", "json").stdout)
    assert found["symbol"] == "runtime.newproc"
    pulls = {one["from"]: one["variants"][0]["pull"] for one in found["history"]}
    assert pulls == {"1.21.0": "links", "1.23.0": "links", "1.24.0": "refused"}


def test_diff_counts_what_changed() -> None:
    done = run("--diff", "1.26.8", "1.27.3", "sync")
    assert done.stdout == "sync\n  removed\n    sync.event func(int64, int)\n\nGo 1.26.8 to 1.27.3: 1 removed\n"


def test_diff_tells_what_is_newly_refused_and_allowed() -> None:
    assert run("--diff", "1.24.0", "1.24.1", "runtime").stdout == (
        "runtime\n"
        "  newly allowed\n"
        "    runtime.lastmoduledatap *moduledata\n"
        "    runtime.moduledataverify1 func(*moduledata)\n"
        "\n"
        "Go 1.24.0 to 1.24.1: 2 newly allowed\n"
    )
    assert "  newly refused\n" in run("--diff", "1.26", "1.27", "runtime").stdout


def test_diff_without_changes_says_so() -> None:
    assert run("--diff", "1.26.8", "1.26.8").stdout == "Go 1.26.8 to 1.26.8: nothing changed\n"


def test_diff_as_json() -> None:
    found = json.loads(run("--diff", "1.26.8", "1.27.3", "sync", "--format", "json").stdout)
    assert found["packages"][0]["changes"][0]["what"] == "removed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a symbol (runtime.nanotime), or two releases with --diff."),
        (("--diff", "1.20", "1.27"), "1.20 is no release that is known; Go 1.21 to "),
        (("--diff", "1.26", "1.27", "no/such"), "No known release has a package no/such."),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.stderr.startswith(f"linkname-ls: {said}")
    assert done.returncode == 2
