"""The source trees of Go releases, from the module proxy: https://go.dev/ref/mod#go-mod-file-toolchain.

The go command downloads them and checks them against the checksum database; what the facts are read from is kept, and
all else thrown away.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from linkname_ls.releases.fingerprint import is_read

_MODULE = "golang.org/toolchain"
_PORT = "linux-amd64"
"""Whose archives are read: the sources are the same in all."""
_VERSION = re.compile(r"v0\.0\.1-go(1\.\d+\.\d+)\.linux-amd64")


def known_versions() -> list[str]:
    """Return the releases since 1.21 that the module proxy has, oldest first: "1.21.0"."""
    listed = _go("list", "-m", "-versions", _MODULE).split()
    found = {match[1] for one in listed if (match := _VERSION.fullmatch(one))}
    return sorted((one for one in found if version_key(one) >= (1, 21)), key=version_key)


def version_key(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by."""
    return tuple(map(int, version.split(".")))


def tree(version: str, cache: Path) -> Path:
    """Return the folder of a release's tree below ``cache``, downloaded first if it is not there."""
    root = cache / f"go{version}"
    if (root / "VERSION").is_file():
        return root
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="download-") as place:
        try:
            answer = _go("mod", "download", "-json", f"{_MODULE}@v0.0.1-go{version}.{_PORT}", GOMODCACHE=place)
            part = Path(place) / "part"
            _unpack(Path(json.loads(answer)["Zip"]), part)
            part.rename(root)
        finally:
            _go("clean", "-modcache", GOMODCACHE=place)  # its files are read-only
    return root


def _unpack(archive: Path, root: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        for one in file.infolist():
            name = one.filename.partition("/")[2].partition("/")[2]
            if name in ("VERSION", "src/go.mod") or is_read(name):
                target = root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with file.open(one) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)


def _go(*arguments: str, **environ: str) -> str:
    env = {**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off", **environ}
    done = subprocess.run(["go", *arguments], capture_output=True, text=True, env=env, check=True)  # noqa: S603, S607
    return done.stdout
