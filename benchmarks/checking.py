"""Goal 8: `linkname-ls check ./...` in a module of a thousand files; and that it loads nothing of a server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import servers
import trees
from startup import OUR_CACHE
from table import Row, middle

_LIMIT = 500.0
_FILES = 1_000
_SETTLED = 2.5
_DIRECTIVES = (100, 1_000)

_LOADED = """
import sys
from linkname_ls.__main__ import main
main(["check", "./..."])
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"asyncio", "cattrs", "lsprotocol", "pygls"}))
"""


def rows(runs: int) -> Iterator[Row]:
    root = Path()
    for directives in _DIRECTIVES:
        root = trees.workspace(_FILES, directives)
        # A file that has just been written is not believed to stay as it is.
        time.sleep(_SETTLED)
        check(root, OUR_CACHE)
        kept: list[float] = []
        made: list[float] = []
        for _ in range(runs):
            for cache, seconds in ((OUR_CACHE, kept), (None, made)):
                began = time.perf_counter()
                check(root, cache)
                seconds.append(time.perf_counter() - began)
        what = f"check ./... of {_FILES:,} files, {directives:,} directives"
        yield Row("8", f"{what}, from the cache", middle(kept), "ms", limit=_LIMIT)
        yield Row("8", f"{what}, without", middle(made), "ms")
    command = (sys.executable, "-c", _LOADED)
    environment = servers.environment(OUR_CACHE)
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1].split()
    yield Row("8", f"check loads parts of a server: {', '.join(loaded) or 'none'}", len(loaded), "", limit=0)


def check(root: Path, cache: Path | None) -> None:
    """Check a module whose directives are all right. Raises CalledProcessError when one is said to be wrong."""
    script = str(Path(__file__).with_name("our_server.py"))
    command = (sys.executable, script, "check", "./...")
    environment = servers.environment(cache)
    subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
