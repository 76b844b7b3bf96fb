"""Times what companion mode adds to gopls. Run: python benchmarks/companion.py [--requests N]. Needs Go on PATH.

The same questions are put to gopls alone and to gopls with linkname-ls in front of it, in turns, on the same module.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from linkname_ls.companion.wire import dump, parse, read
from support.gopls import gopls
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
    ("folding ranges (gopls only)", "textDocument/foldingRange", None),
    ("signature help (gopls only)", "textDocument/signatureHelp", (10, 54)),
    ("definition of what is not linked (both are asked)", "textDocument/definition", (10, 48)),
    ("hover over what is not linked (both are asked)", "textDocument/hover", (10, 48)),
    ("highlights of what is not linked (both are asked)", "textDocument/documentHighlight", (10, 10)),
)


class Session:
    """A server that has opened a.go, spoken to without a client library."""

    def __init__(self, command: list[str], root: Path, cache: Path) -> None:
        env = {**os.environ, "GOPLSCACHE": str(cache), "GOFLAGS": "", "GOWORK": "off"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=env)
        self.number = 0
        self.uri = (root / "a.go").as_uri()
        self.ask("initialize", {"processId": os.getpid(), "rootUri": root.as_uri(), "capabilities": {}})
        self.tell("initialized", {})
        document = {"uri": self.uri, "languageId": "go", "version": 1, "text": (root / "a.go").read_text()}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def tell(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any) -> float:
        """Return the seconds until the answer."""
        self.number += 1
        began = time.perf_counter()
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        assert self.process.stdout is not None
        while (body := read(self.process.stdout)) is not None:
            message = parse(body)
            if "method" in message:
                if "id" in message:
                    self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            elif message.get("id") == self.number:
                break
        return time.perf_counter() - began

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = dump(message)
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def question(self, method: str, place: tuple[int, int] | None) -> float:
        params: dict[str, Any] = {"textDocument": {"uri": self.uri}}
        if place is not None:
            params["position"] = {"line": place[0], "character": place[1]}
        return self.ask(method, params)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    requests: int = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder).resolve() / "m", MODULE).root
        alone = Session([str(gopls())], root, root.parent / "one")
        both = Session([sys.executable, "-m", "linkname_ls", "--with", str(gopls())], root, root.parent / "two")
        print(f"{'question':<52} {'gopls':>9} {'with us':>9} {'added':>9} {'p99 added':>10}")
        for name, method, place in QUESTIONS:
            for _ in range(20):  # both have read the module by then
                alone.question(method, place)
                both.question(method, place)
            pairs = [(alone.question(method, place), both.question(method, place)) for _ in range(requests)]
            first, second = ([pair[at] * 1000 for pair in pairs] for at in (0, 1))
            added = statistics.median(second) - statistics.median(first)
            late = statistics.quantiles(second, n=100)[98] - statistics.quantiles(first, n=100)[98]
            medians = [statistics.median(one) for one in (first, second)]
            print(f"{name:<52} {medians[0]:6.2f} ms {medians[1]:6.2f} ms {added:6.2f} ms {late:7.2f} ms")
        for session in (alone, both):
            session.process.kill()
            session.process.wait()


if __name__ == "__main__":
    main()
