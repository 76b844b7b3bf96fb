"""The copy of the server that the extension carries: one folder for every Python on one platform.

tree-sitter has a wheel for each Python and platform. Their binary modules have different names
(``_binding.cpython-312-x86_64-linux-gnu.so``, ``_binding.cp312-win_amd64.pyd``) and all else in them is equal, so that
they can be unpacked into the same folder, and each Python finds its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "editors" / "vscode" / "bundled.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""Ascending; what is made for one without binary code serves the later ones."""
TARGETS = {
    # As old as VS Code runs on; pip takes those for older macOS by itself, but not those for older C libraries.
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "alpine-arm64": ("musllinux_1_2_aarch64", "musllinux_1_1_aarch64"),
    "darwin-x64": ("macosx_11_0_x86_64",),
    "darwin-arm64": ("macosx_11_0_arm64",),
    "win32-x64": ("win_amd64",),
    "win32-arm64": ("win_arm64",),
}
"""VS Code's platforms and the tags of wheels that run there."""
_START = """\
import sys

from linkname_ls.__main__ import main

sys.exit(main())
"""
_LICENCE = re.compile(r"licenses/.+|(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*", re.IGNORECASE)
_MISSING = re.compile(r"No matching distribution found for (\S+)")


class BundleError(Exception):
    """Why there is no bundle, in words."""


def bundle(target: str, folder: Path, pythons: Sequence[str] = PYTHONS) -> None:
    """Write the copy for a platform into a folder that is not there yet: ``python -E -s folder`` starts the server.

    Raise BundleError where a package has no wheel for one of the Pythons on this platform.
    """
    with tempfile.TemporaryDirectory() as place:
        wheels = [_own_wheel(Path(place)), *_locked_wheels(target, pythons, Path(place))]
        files = merged(wheels)
        files["ThirdPartyNotices.txt"] = notices(wheels[1:]).encode()
    files["__main__.py"] = _START.encode()
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def merged(wheels: Iterable[Path]) -> dict[str, bytes]:
    """Return what of the wheels is needed to run, by path; raise BundleError where two disagree about a file."""
    files: dict[str, bytes] = {}
    origin: dict[str, str] = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if not _is_needed(name):
                    continue
                content = archive.read(name)
                if files.setdefault(name, content) != content:
                    raise BundleError(f"{name} is not the same in {origin[name]} and in {wheel.name}.")
                origin.setdefault(name, wheel.name)
    return files


def notices(wheels: Iterable[Path]) -> str:
    """Return the licences of the wheels' packages; raise BundleError for one without."""
    parts: dict[str, str] = {}
    for wheel in wheels:
        name, version, _, _ = parse_wheel_filename(wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            texts = [
                archive.read(one).decode().strip()
                for one in sorted(archive.namelist())
                if _LICENCE.fullmatch(one.partition(".dist-info/")[2])
            ]
        if not texts:
            raise BundleError(f"{wheel.name} has no licence file that could be shipped.")
        parts[f"{name} {version}"] = "\n\n".join(texts)
    return f"\n{'-' * 80}\n\n".join(f"{head}\n\n{parts[head]}\n" for head in sorted(parts))


def _is_needed(name: str) -> bool:
    path = PurePosixPath(name)
    if name.endswith("/") or path.suffix in (".pyi", ".typed", ".c", ".h") or "tests" in path.parts:
        return False
    if path.parts[0].endswith(".data"):
        raise BundleError(f"{name} wants to be installed outside of the packages.")
    # Who asks importlib.metadata for a version reads METADATA; the licences go into one file.
    return not path.parts[0].endswith(".dist-info") or path.name == "METADATA"


def _own_wheel(place: Path) -> Path:
    _pip("wheel", "--no-deps", "--wheel-dir", str(place), str(ROOT))
    (wheel,) = place.glob("linkname_ls-*.whl")
    return wheel


def _locked_wheels(target: str, pythons: Sequence[str], place: Path) -> list[Path]:
    def download(python: str, lines: Sequence[str]) -> list[Path]:
        if not lines:
            return []
        folder = place / python
        folder.mkdir()
        wanted = folder / "wanted.txt"
        wanted.write_text("\n".join(lines), encoding="utf-8")
        where = [f"--platform={tag}" for tag in TARGETS[target]]
        try:
            # Without dependencies, for the list is complete, and pip would judge their markers by its own Python.
            _pip("download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--implementation=cp",
                 f"--python-version={python}", *where, f"--dest={folder}", f"--requirement={wanted}")  # fmt: skip
        except BundleError as error:
            if (missing := _MISSING.search(str(error))) is None:
                raise
            raise BundleError(f"{missing[1]} has no wheel for Python {python} on {target}.") from None
        return sorted(folder.glob("*.whl"))

    locked = LOCK.read_text(encoding="utf-8")
    first, *later = pythons
    wheels = download(first, requirements(locked, first))
    # "none" and "abi3" serve later Pythons, too.
    served = {name for name, abis in map(_name_and_abis, wheels) if abis & {"none", "abi3"}}
    with ThreadPoolExecutor(len(pythons)) as pool:
        for more in pool.map(download, later, [requirements(locked, python, served) for python in later]):
            wheels += more
    return wheels


def _name_and_abis(wheel: Path) -> tuple[str, set[str]]:
    name, _, _, tags = parse_wheel_filename(wheel.name)
    return name, {tag.abi for tag in tags}


def requirements(locked: str, python: str, served: Iterable[str] = ()) -> list[str]:
    """Return those of the locked packages that a Python needs, without what is served: "attrs==1 --hash=..."."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    found: list[str] = []
    for line in re.sub(r"\\\n", " ", locked).splitlines():
        wanted, *hashes = line.partition("#")[0].split("--hash=")
        if wanted.strip():
            one = Requirement(wanted)
            if one.name not in served and (one.marker is None or one.marker.evaluate(environment)):
                found.append(" --hash=".join([f"{one.name}{one.specifier}", *map(str.strip, hashes)]))
    return found


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BundleError(done.stderr.strip())
