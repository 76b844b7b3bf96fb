"""The servers that are compared, and how each is started. All get the same environment, but for their caches."""

from __future__ import annotations

import compileall
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import gopls as real

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "bench"
"""Where the benchmarks keep what they fetch, generate and have had the servers cache."""

GOPLS_VERSION = real.VERSION

_ENVIRONMENT = {**os.environ, "GOFLAGS": "", "GOWORK": "off", "PYTHONPATH": str(ROOT / "server")}

# As pip does when it installs: a clone of which some files are not compiled starts in twice the time.
if not compileall.compile_dir(ROOT / "server", quiet=1):
    raise SystemExit("The server's modules cannot be compiled.")


@dataclass(frozen=True)
class Server:
    """A server that can be started."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The initialization options."""


def environment(cache: Path | None = None) -> dict[str, str]:
    """Return the environment of linkname-ls, with a cache in some folder or none."""
    return {**_ENVIRONMENT, "LINKNAME_LS_CACHE": str(cache) if cache is not None else "off"}


def ours(cache: Path | None = None) -> Server:
    """Return linkname-ls of this clone, started as the command is that pip makes; it tells when its index is ready."""
    script = str(Path(__file__).with_name("our_server.py"))
    return Server("linkname-ls", (sys.executable, script), environment(cache), {"status": True})


def plain() -> Server:
    """Return the smallest server that pygls makes, with the same Python."""
    return Server("pygls", (sys.executable, str(Path(__file__).with_name("plain_server.py"))), _ENVIRONMENT)


def gopls(cache: Path, options: Mapping[str, Any] | None = None, before: tuple[str, ...] = ()) -> Server:
    """Return gopls as it comes, with its cache in a folder; ``before`` is a command that gets gopls's as arguments."""
    command = (*before, str(real.gopls()))
    return Server("gopls", command, {**_ENVIRONMENT, "GOPLSCACHE": str(cache)}, options or {})
