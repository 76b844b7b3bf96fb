"""Prints what an installation of linkname-ls brings with it, one requirement with its version a line.

Run: python tools/installed.py. For scripts/audit; tests/test_package.py has the list.
"""

from __future__ import annotations

from importlib.metadata import requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def brought() -> set[str]:
    """Return the names of the packages that linkname-ls needs here, and those that these need."""
    found, new = set[str](), needed("linkname-ls").keys()
    while new:
        found |= new
        new = {name for one in new for name in needed(one)} - found
    return found


def needed(name: str) -> dict[str, Requirement]:
    """Return what a package that is installed needs here itself, by name."""
    lines = (Requirement(line) for line in requires(name) or ())
    return {canonicalize_name(one.name): one for one in lines if one.marker is None or one.marker.evaluate()}


if __name__ == "__main__":
    for package in sorted(brought()):
        print(f"{package}=={version(package)}")
