"""The module that is opened in Emacs. Every file of ERT tests runs once, in an Emacs of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.emacs import Outcome, run_ert
from support.txtar import write

MODULE = """
-- go.mod --
module example.com/m

go 1.21
-- app/app.go --
package app

import (
	_ "unsafe"

	_ "example.com/m/engine"
)

// Now returns the time.
func Now() int { return now() }

// now has its body in package engine.
//
//go:linkname now
func now() int

//go:linkname tick example.com/m/engine.advance
func tick() int

//go:linkname pin runtime.procPin
func pin() int

func half(n int) int

func Use() int { return tick() + pin() + half(2) }
-- app/half.s --
TEXT ·half(SB), 4, $0-16
	RET
-- engine/engine.go --
package engine

import _ "unsafe"

var time = 41

// clockNow is the body of app.now.
//go:linkname clockNow example.com/m/app.now
func clockNow() int { return time }

// advance moves the clock on.
//go:linkname advance
func advance() int {
	time++
	return time
}
-- broken/broken.go --
package broken

//go:linkname nanotime runtime.nanotime
func nanotime() int64
-- broken/stub.s --
"""


@pytest.fixture(scope="session")
def ert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[dict[str, Outcome], Path]]:
    """Run a file of ERT tests, the first time that it is asked for; returns what became of them, and the home."""
    done: dict[str, tuple[dict[str, Outcome], Path]] = {}

    def run(name: str) -> tuple[dict[str, Outcome], Path]:
        if name not in done:
            root, home = tmp_path_factory.mktemp("module"), tmp_path_factory.mktemp("home")
            write(root, MODULE)
            done[name] = run_ert(Path(__file__).parent / name, root=root, home=home), home
        return done[name]

    return run
