"""Files of our own in the user's folder for caches: each is read whole or not at all, and written in one step."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "LINKNAME_LS_CACHE"
"""The environment's word for the folder: absolute, or "off"."""

DAY = 86400.0
"""In seconds."""


def cache_folder(environ: Mapping[str, str]) -> tuple[Path | None, str]:
    """Return the folder for caches: where the environment says, else where the system has such things.

    None where there is none, or nobody wants one; then, if something is wrong, what it is, in a sentence.
    """
    wish = environ.get(VARIABLE, "")
    if wish == "off":
        return None, ""
    if wish:
        if Path(wish).is_absolute():
            return Path(wish), ""
        return None, f"{VARIABLE} is {wish!r}, which is neither an absolute path nor off: there is no cache."
    place = _user_cache_dir(environ)
    return (place / "linkname-ls" if place is not None else None), ""


def _user_cache_dir(environ: Mapping[str, str]) -> Path | None:
    """Return the folder for caches as Go's os.UserCacheDir has it; None when there is none."""
    if sys.platform == "win32":
        place = Path(environ.get("LocalAppData", ""))
    elif sys.platform == "darwin":
        place = Path(environ.get("HOME", ""), "Library", "Caches")
    else:
        place = Path(environ.get("XDG_CACHE_HOME", ""))
        if not place.is_absolute():
            place = Path(environ.get("HOME", ""), ".cache")
    return place if place.is_absolute() else None


def read_own(path: Path, most: int) -> bytes | None:
    """Return a regular file of the user's own with ``most`` bytes; None for anything else."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return None
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            return None
        if sys.platform != "win32" and found.st_uid != os.geteuid():
            return None
        # What comes short has another checksum.
        return os.read(file, found.st_size)
    except OSError:
        return None
    finally:
        os.close(file)


def note_use(path: Path) -> None:
    """Note that a file is in use, once a day: what nobody uses is removed some day."""
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY:
            os.utime(path)


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in its place in one step. Raises OSError; what is left of an attempt is removed some day."""
    beside = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(beside, flags, 0o600), "wb", buffering=0) as file:  # noqa: PTH123 - closes it
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        # Windows does not replace what someone reads.
        if not (isinstance(error, PermissionError) and sys.platform == "win32" and path.exists()):
            raise
