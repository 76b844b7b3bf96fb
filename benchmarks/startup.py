"""Goals 1 and 2: from the start of the process to the answer to `initialize`, and to the first right definition."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import modules
import servers
from modules import Module
from servers import KEPT, Server
from session import EDITORS, Session
from table import Row, middle

OUR_CACHE = KEPT / "linkname-ls"
"""A cache of ours that is filled before anything is measured with it."""
THEIR_CACHE = KEPT / "gopls"
"""gopls's, likewise."""

SHARES = {"small": 1 / 2, "GOROOT/src": 1 / 8, "kubernetes": 1 / 7}
"""Of gopls's time, by the first word of the module's name."""

_COLD_RUNS = 2
"""With an empty cache gopls takes half a minute of both processors; nothing of it is close to a limit."""


def all_modules() -> tuple[Module, ...]:
    return modules.small(), modules.std(), modules.kubernetes()


def share(shares: dict[str, float], module: Module) -> float:
    return shares[module.name.split()[0]]


@cache
def fill_caches(module: Module) -> None:
    """Have both servers cache what they want to know of a module, once for all parts."""
    with Session(servers.ours(OUR_CACHE), module.root) as session:
        module.first(session)
        session.indexed()
    with Session(servers.gopls(THEIR_CACHE), module.root) as session:
        module.first(session)
        session.settle()


def rows(runs: int) -> Iterator[Row]:
    yield from _greetings(runs)
    for module in all_modules():
        fill_caches(module)
        yield from _first_definitions(module, runs)


def _greetings(runs: int) -> Iterator[Row]:
    root = modules.small().root
    for editor in EDITORS:
        ours: list[float] = []
        theirs: list[float] = []
        for run in range(2 * runs + 1):
            for server, seconds in ((servers.ours(OUR_CACHE), ours), (servers.plain(), theirs)):
                with Session(server, root, editor) as session:
                    if run:  # the first one has Python write its byte code
                        seconds.append(session.greeted - session.began)
        what = f"spawn to initialize response, {editor} client"
        yield Row("2", what, middle(ours), "ms", "plain pygls", middle(theirs), share=0.55)


def _first_definitions(module: Module, runs: int) -> Iterator[Row]:
    wanted = share(SHARES, module)
    ours: list[float] = []
    cold: list[float] = []
    ready: list[float] = []
    theirs: list[float] = []
    theirs_cold: list[float] = []
    for run in range(runs):
        ours.append(_first(servers.ours(OUR_CACHE), module))
        theirs.append(_first(servers.gopls(THEIR_CACHE), module))
        with Session(servers.ours(), module.root, "vscode") as session:
            cold.append(module.first(session) - session.began)
            ready.append(session.indexed() - session.began)
        if run < _COLD_RUNS:
            with tempfile.TemporaryDirectory(dir=KEPT, ignore_cleanup_errors=True) as folder:
                theirs_cold.append(_first(servers.gopls(Path(folder)), module))
    what = f"spawn to first definition, {module.name}"
    yield Row("1", what, middle(ours), "ms", "gopls", middle(theirs), share=wanted)
    yield Row("1", f"{what}, empty caches", middle(cold), "ms", "gopls", middle(theirs_cold), share=wanted)
    # The worst of all runs: an answer that has waited for the index comes when that is there, or later.
    worst = max(first / then for first, then in zip(cold, ready, strict=True))
    yield Row("1", f"{what}, of the time until the index, at worst", 100 * worst, "%", limit=99.9)


def _first(server: Server, module: Module) -> float:
    with Session(server, module.root, "vscode") as session:
        return module.first(session) - session.began
