"""Times what companion mode adds to gopls. Run: python benchmarks/companion.py [--requests N]. Needs Go on PATH.

The same questions are put to gopls alone and to gopls with linkname-ls in front of it, in turns, on the same module.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers
from session import Session
from support.txtar import write

MODULE = """
-- go.mod --
module example.com/m

go 1.24
-- a.go --
package m

import (
	"strings"
	_ "unsafe"
)

//go:linkname procPin runtime.procPin
func procPin() int

func Upper(s string) string { return strings.ToUpper(s) }
-- empty.s --
"""
QUESTIONS = (
    ("folding ranges (gopls only)", "foldingRange", None),
    ("signature help (gopls only)", "signatureHelp", (10, 54)),
    ("definition of what is not linked (both are asked)", "definition", (10, 48)),
    ("hover over what is not linked (both are asked)", "hover", (10, 48)),
    ("highlights of what is not linked (both are asked)", "documentHighlight", (10, 10)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    requests: int = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder).resolve() / "m", MODULE).root
        path, between = root / "a.go", (sys.executable, "-m", "linkname_ls", "--with")
        gopls = servers.gopls(root.parent / "one"), servers.gopls(root.parent / "two", before=between)
        with Session(gopls[0], root) as alone, Session(gopls[1], root) as both:
            for session in (alone, both):
                session.open(path)
            print(f"{'question':<52} {'gopls':>9} {'with us':>9} {'added':>9} {'p99 added':>10}")
            for name, method, place in QUESTIONS:
                for _ in range(20):  # both have read the module by then
                    question(alone, path, method, place)
                    question(both, path, method, place)
                pairs = [
                    (question(alone, path, method, place), question(both, path, method, place)) for _ in range(requests)
                ]
                first, second = ([pair[at] * 1000 for pair in pairs] for at in (0, 1))
                added = statistics.median(second) - statistics.median(first)
                late = statistics.quantiles(second, n=100)[98] - statistics.quantiles(first, n=100)[98]
                medians = [statistics.median(one) for one in (first, second)]
                print(f"{name:<52} {medians[0]:6.2f} ms {medians[1]:6.2f} ms {added:6.2f} ms {late:7.2f} ms")


def question(session: Session, path: Path, method: str, place: tuple[int, int] | None) -> float:
    params: dict[str, Any] = {"textDocument": {"uri": path.as_uri()}}
    if place is not None:
        params["position"] = {"line": place[0], "character": place[1]}
    return session.ask(f"textDocument/{method}", params).seconds


if __name__ == "__main__":
    main()
