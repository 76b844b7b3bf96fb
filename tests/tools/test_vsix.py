"""The copy of the server that the extension carries. Needs the package index."""

from __future__ import annotations

import platform
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.utils import canonicalize_name

from support.client import Editor
from vsix_bundle import LOCK, PYTHONS, BundleError, bundle, merged, notices, requirements


def here() -> str:
    """The platform that the tests run on, as VS Code names it."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}[sys.platform]
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        system = "alpine"
    return f"{system}-{'arm64' if platform.machine().lower() in ('arm64', 'aarch64') else 'x64'}"


def wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy for this Python and the oldest."""
    folder = tmp_path_factory.mktemp("extension") / "bundled"
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    bundle(here(), folder, sorted({PYTHONS[0], mine}, key=PYTHONS.index))
    return folder


def test_the_copy_starts_with_nothing_installed(copy: Path) -> None:
    command = (sys.executable, "-B", "-E", "-s", "-S", str(copy))  # -S: no site-packages, so nothing but the copy
    with Editor(command=command) as editor:
        assert editor.initialized.server_info is not None
        assert editor.initialized.server_info.name == "linkname-ls"
    assert editor.exit_code == 0


def test_all_that_the_packages_require_is_in_the_copy(copy: Path) -> None:
    packages = [Metadata.from_email(one.read_bytes()) for one in copy.glob("*.dist-info/METADATA")]
    versions = {canonicalize_name(one.name): one.version for one in packages}
    assert "linkname-ls" in versions
    for python in PYTHONS:
        environment = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
        for package in packages:
            for required in package.requires_dist or ():
                if required.marker is None or required.marker.evaluate(environment):
                    version = versions.get(canonicalize_name(required.name))
                    assert version and required.specifier.contains(version), f"{package.name} requires {required}"


def test_licences_are_in_the_copy(copy: Path) -> None:
    text = (copy / "ThirdPartyNotices.txt").read_text(encoding="utf-8")
    for requirement in requirements(LOCK.read_text(encoding="utf-8"), PYTHONS[0]):
        assert requirement.partition(" ")[0].replace("==", " ") + "\n" in text


def test_a_locked_package_is_taken_for_the_pythons_that_need_it() -> None:
    locked = """\
# a remark
a==1 \\
    --hash=sha256:1 \\
    --hash=sha256:2
b==2 ; python_full_version < '3.11' \\
    --hash=sha256:3
"""
    assert requirements(locked, "3.10") == ["a==1 --hash=sha256:1 --hash=sha256:2", "b==2 --hash=sha256:3"]
    assert requirements(locked, "3.11") == ["a==1 --hash=sha256:1 --hash=sha256:2"]
    assert requirements(locked, "3.10", served=["a"]) == ["b==2 --hash=sha256:3"]


def test_wheels_lie_side_by_side(tmp_path: Path) -> None:
    old = wheel(tmp_path, "a-1-cp310-cp310-win_amd64.whl", {"a/__init__.py": "same", "a/_b.cp310-win_amd64.pyd": "10"})
    new = wheel(
        tmp_path,
        "a-1-cp311-cp311-win_amd64.whl",
        {"a/__init__.py": "same", "a/_b.cp311-win_amd64.pyd": "11", "a/__init__.pyi": "", "a-1.dist-info/WHEEL": ""},
    )
    assert merged([old, new]) == {
        "a/__init__.py": b"same",
        "a/_b.cp310-win_amd64.pyd": b"10",
        "a/_b.cp311-win_amd64.pyd": b"11",
    }


def test_wheels_that_disagree_are_refused(tmp_path: Path) -> None:
    old = wheel(tmp_path, "a-1-cp310-cp310-win_amd64.whl", {"a/__init__.py": "one"})
    new = wheel(tmp_path, "a-1-cp311-cp311-win_amd64.whl", {"a/__init__.py": "other"})
    with pytest.raises(BundleError, match=r"^a/__init__.py is not the same in a-1-cp310.* and in a-1-cp311"):
        merged([old, new])


def test_a_package_without_a_licence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="has no licence file"):
        notices([wheel(tmp_path, "a-1-py3-none-any.whl", {"a/__init__.py": ""})])
