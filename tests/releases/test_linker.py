"""What the table foretells against two linkers (tools/conformance.py: against all): one program for each symbol."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from linkname_ls.releases.extract import facts_of, release_at
from linkname_ls.releases.facts import owner
from linkname_ls.releases.judge import judge_facts
from support.trees import RELEASES, goroot

SYMBOLS = """
    runtime.nanotime runtime.procPin runtime.gopark runtime.memhash runtime.fastrand runtime.cheaprand
    runtime.newproc runtime.newobject runtime.panicdivide runtime.gcStart runtime.schedinit runtime.mallocgc
    runtime.coroswitch runtime.newcoro runtime.addmoduledata runtime.getg runtime.mapaccess1 runtime.memmove
    runtime.memequal runtime.memclrNoHeapPointers runtime.systemstack runtime.mcall runtime.gogo
    runtime.asmcgocall runtime.goexit runtime.cputicks runtime.duffcopy runtime.overflowError runtime.zeroVal
    runtime.sched runtime.allgs runtime.mainPC runtime.staticuint64s runtime.buildVersion runtime.writeBarrier
    time.now time.runtimeNano time.absDate time.Sleep time.localLoc time.(*Time).unixSec time.Time.String
    sync.runtime_Semacquire sync.runtime_canSpin sync.(*Pool).pin sync.poolCleanup sync/atomic.LoadUint64
    sync/atomic.runtime_procPin reflect.typelinks reflect.(*rtype).Method reflect.(*rtype).common
    reflect.unsafe_New reflect.zeroVal reflect.call reflect.makemap os.runtime_beforeExit os.sigpipe
    os.checkPidfdOnce os.newFile internal/poll.runtime_pollOpen internal/poll.(*FD).Close
    internal/bytealg.CountString internal/cpu.X86 internal/godebug.setUpdate internal/syscall/unix.openat
    syscall.runtime_envs syscall.rawVforkSyscall syscall.RawSyscall6 syscall.forkExec syscall.envs
    math.archFloor math.floor strings.ToUpper strings.explode errors.errorType
""".split()  # noqa: SIM905


@pytest.mark.parametrize("release", RELEASES)
def test_linker_does_as_is_foretold(release: str, tmp_path: Path) -> None:
    tree = goroot(release)
    known = release_at(tree)
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.21\n")
    foretold: dict[str, str] = {}
    for at, symbol in enumerate(SYMBOLS):
        facts = facts_of(tree, owner(symbol)).get(symbol, ())
        here = [one for one in facts if "linux/amd64" in one.platforms]
        if any(one.made == "nothing" for one in here) and known.id.language < (1, 23):
            continue  # the linker gives up over a builtin that is not there
        variable = bool(here) and here[0].kind == "var"
        foretold[f"m/p{at}"] = judge_facts(facts, known, symbol, "linux/amd64", f"m/p{at}", variable=variable).verdict
        folder = tmp_path / f"p{at}"
        folder.mkdir()
        pull = "var f [0]byte" if variable else "func f()"
        (folder / "main.go").write_text(
            'package main\n\nimport (\n\t_ "net/http"\n\t_ "unsafe"\n)\n\n'
            f"//go:linkname f {symbol}\n{pull}\n\nfunc main() {{ {'_ = &f' if variable else 'f()'} }}\n"
        )
        (folder / "f.s").write_text("")
    done = subprocess.run(
        [tree / "bin" / "go", "build", "-ldflags=-s -w", "-o", f"{tmp_path / 'out'}{os.sep}", "./..."],
        cwd=tmp_path,
        env={
            **os.environ,
            "GOROOT": "",
            "GOFLAGS": "",
            "GOWORK": "off",
            "GOTOOLCHAIN": "local",
            "GOOS": "linux",
            "GOARCH": "amd64",
            "CGO_ENABLED": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[str, str] = {}
    for block in re.split(r"^# ", done.stderr, flags=re.MULTILINE)[1:]:
        program, _, text = block.partition("\n")
        said[program] = "refused" if "invalid reference" in text else "undefined" if "not defined" in text else text
    found = {program: said.get(program, "links") for program in foretold}
    names = {f"m/p{at}": symbol for at, symbol in enumerate(SYMBOLS)}
    assert {names[one]: verdict for one, verdict in foretold.items()} == {
        names[one]: verdict for one, verdict in found.items()
    }
