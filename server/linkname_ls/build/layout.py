"""Which go.mod, go.work, Go tree or module-cache folder governs a folder.

Source: cmd/go/internal/modload/init.go (``FindGoWork``, ``FindGoMod``, ``setDefaultBuildMod``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.build import paths
from linkname_ls.build.gomod import (
    GoMod,
    GoWork,
    parse_go_mod,
    parse_go_work,
    unescape_path,
    vendored_for_workspace,
)
from linkname_ls.build.goversion import compare_go
from linkname_ls.build.reader import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from linkname_ls.build.toolchain import Toolchain

NO_GO_MOD = GoMod()
"""What stands for the go.mod of a folder without one."""


class GoTree(NamedTuple):
    """A Go tree: ``src`` is its folder of packages."""

    src: str
    mod: GoMod


class CachedModule(NamedTuple):
    """A module in the module cache, with the path and version that its folder's name spells."""

    dir: str
    path: str
    version: str


class Workspace(NamedTuple):
    """A go.work file and the folders of the modules that it uses."""

    dir: str
    work: GoWork
    uses: tuple[str, ...]


def module_root(folder: str) -> str | None:
    """The nearest folder upwards with a go.mod; None without one. That of the temp folder does not count."""
    for above in paths.ancestors(folder):
        if paths.is_file(paths.join(above, "go.mod")):
            return None if above == paths.temp_dir() else above
    return None


def load_go_mod(folder: str) -> GoMod:
    """The go.mod of a folder; an empty one when it cannot be read."""
    return parse_go_mod(read_bytes(paths.join(folder, "go.mod")) or b"")


def go_tree(folder: str, goroot: Path | None) -> GoTree | None:
    """The Go tree whose ``src`` holds the folder; None when it is in no tree, or in a module nested in one.

    A tree is the toolchain's own, or one whose src/go.mod says ``module std`` beside a VERSION file or a
    runtime.
    """
    own = None if goroot is None else str(goroot / "src")
    for above in paths.ancestors(folder):
        name = paths.name(above)
        # Toolchains in the module cache carry _go.mod until they are first run (cmd/go/internal/toolchain).
        data = read_bytes(paths.join(above, "go.mod"))
        if data is None and name in ("src", "cmd"):
            data = read_bytes(paths.join(above, "_go.mod"))
        if name == "src" and own is not None and paths.same(above, own):
            return GoTree(above, parse_go_mod(data or b""))
        if data is None:
            continue
        mod = parse_go_mod(data)
        if mod.module == "cmd" and name == "cmd":
            continue
        if mod.module != "std" or name != "src":
            return None
        version = paths.join(paths.parent(above), "VERSION")
        if paths.is_file(version) or paths.is_dir(paths.join(above, "runtime")):
            return GoTree(above, mod)
        return None
    return None


def cached_module(folder: str, gomodcache: Path | None) -> CachedModule | None:
    """The module of the module cache that holds the folder; None when it is not in the cache."""
    if gomodcache is None:
        return None
    cache = str(gomodcache)
    below = paths.relative(folder, cache)
    if below is None:
        cache = paths.real(cache)
        below = paths.relative(folder, cache) or paths.relative(paths.real(folder), cache)
    if not below:
        return None
    elements = below.split("/")
    for count, element in enumerate(elements, start=1):
        name, at, version = element.partition("@")
        if at:
            escaped = "/".join((*elements[: count - 1], name))
            path, plain = unescape_path(escaped), unescape_path(version)
            if not path or not plain or elements[0] == "cache":
                return None
            inner = len(elements) - count
            # Cut from the folder itself: its spelling is the user's.
            root = folder
            for _ in range(inner):
                root = paths.parent(root)
            if "@" not in paths.name(root):
                # A link leads into the middle of the module.
                root = paths.join(cache, *elements[:count])
            return CachedModule(root, path, plain)
    return None


def find_workspace(folder: str, toolchain: Toolchain) -> tuple[Workspace | None, str]:
    """The go.work that applies to a folder, and a problem with it ("" for none)."""
    setting = toolchain.gowork
    if setting == "off":
        return None, ""
    if setting not in ("", "auto"):
        if not paths.is_absolute(setting):
            return None, f"GOWORK={setting} is not an absolute path, so it is not used."
        if not paths.is_file(setting):
            return None, f"GOWORK={setting} cannot be read, so it is not used."
        return _read_workspace(setting), ""
    goroot = "" if toolchain.goroot is None else str(toolchain.goroot)
    for above in paths.ancestors(folder):
        file = paths.join(above, "go.work")
        if paths.is_file(file):
            return _read_workspace(file), ""
        if above == goroot:
            # A Go tree always uses its own vendored dependencies (`findWorkspaceFile`).
            return None, ""
    return None, ""


def _read_workspace(file: str) -> Workspace:
    folder = paths.parent(file)
    work = parse_go_work(read_bytes(file) or b"")
    return Workspace(folder, work, tuple(paths.absolute(paths.join(folder, use)) for use in work.use))


def vendor_dir(root: str, go: str, mod_flag: str, *, workspace: bool) -> str | None:
    """The vendor folder that dependencies come from; None when they come from the module cache.

    ``root`` is the folder of the main module or go.work, ``go`` its go line. Source: ``setDefaultBuildMod``.
    """
    folder = paths.join(root, "vendor")
    if mod_flag:
        return folder if mod_flag == "vendor" else None
    if not go or compare_go(go, "1.14") < 0 or not paths.is_dir(folder):
        return None
    listing = read_bytes(paths.join(folder, "modules.txt")) or b""
    return folder if vendored_for_workspace(listing) == workspace else None
