"""Goal 3: what is asked when everything is there already, of both servers at the same places."""

from __future__ import annotations

from collections.abc import Iterator

import servers
from modules import Module
from session import Session
from startup import OUR_CACHE, THEIR_CACHE, all_modules, fill_caches, share
from table import Row, late, middle

SHARES = {"small": 1 / 100, "GOROOT/src": 1 / 25, "kubernetes": 1 / 100}
_LATE = 15.0
_QUESTIONS = {"definition": {}, "hover": {}, "references": {"context": {"includeDeclaration": True}}}
_TIMES = 60
"""For each time that gopls is asked."""


def ask(session: Session, module: Module, method: str, times: int) -> list[float]:
    """Ask at all places of a module in turn; returns the seconds that each answer took."""
    seconds: list[float] = []
    for number in range(times):
        place = module.places[number % len(module.places)]
        answer = session.at(method, module.document, place.line, place.character, **_QUESTIONS[method])
        if method == "definition":
            place.check(answer.value)
        else:
            assert answer.value, f"no {method} at line {place.line + 1} of {module.document}"
        seconds.append(answer.seconds)
    return seconds


def rows(runs: int) -> Iterator[Row]:
    for module in all_modules():
        fill_caches(module)
        with (
            Session(servers.ours(OUR_CACHE), module.root, "vscode") as ours,
            Session(servers.gopls(THEIR_CACHE), module.root, "vscode") as gopls,
        ):
            module.first(ours)
            module.first(gopls)
            ours.indexed()
            ours.settle()
            gopls.settle()
            for session, method in ((gopls, "definition"), *((ours, method) for method in _QUESTIONS)):
                ask(session, module, method, len(module.places))
            theirs: list[float] = []
            seconds: dict[str, list[float]] = {method: [] for method in _QUESTIONS}
            for _ in range(runs):
                theirs += ask(gopls, module, "definition", len(module.places))
                for method, some in seconds.items():
                    some += ask(ours, module, method, _TIMES)
        for method, some in seconds.items():
            what = f"warm {method}, {module.name}"
            wanted = share(SHARES, module)
            yield Row("3", what, middle(some), "ms", "gopls's definition", middle(theirs), share=wanted)
            yield Row("3", f"{what}, 99 of 100", late(some), "ms", limit=_LATE)
