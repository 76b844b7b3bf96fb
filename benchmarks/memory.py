"""Goal 6: the most memory that the server's process has held (VmHWM, which Linux tells), the go command not counted."""

from __future__ import annotations

from collections.abc import Iterator

import servers
from modules import Module
from servers import Server
from session import Session
from startup import OUR_CACHE, THEIR_CACHE, all_modules, fill_caches, share
from table import Row
from warm import ask

SHARES = {"small": 1 / 3, "GOROOT/src": 1 / 4, "kubernetes": 1 / 6}
_LIMIT = 110.0


def rows(runs: int) -> Iterator[Row]:
    del runs  # it is the same each time
    for module in all_modules():
        fill_caches(module)
        theirs = _peak(servers.gopls(THEIR_CACHE), module)
        for name, cache in (("index from the cache", OUR_CACHE), ("index made", None)):
            ours = _peak(servers.ours(cache), module, indexed=True)
            what = f"peak memory, {module.name}, {name}"
            yield Row("6", what, ours, "MB", "gopls", theirs, share=share(SHARES, module), limit=_LIMIT)


def _peak(server: Server, module: Module, *, indexed: bool = False) -> float:
    with Session(server, module.root, "vscode") as session:
        module.first(session)
        if indexed:
            session.indexed()
        session.settle()
        ask(session, module, "definition", 2 * len(module.places))
        if indexed:
            ask(session, module, "hover", 2 * len(module.places))
            ask(session, module, "references", 2 * len(module.places))
        return session.peak
