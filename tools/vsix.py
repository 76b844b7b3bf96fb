"""Builds the VS Code extension: ``python tools/vsix.py --target linux-x64 --universal --out dist``, or ``--all``.

A platform's .vsix carries the server and whatever of it is binary, for every Python; the universal one carries none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from vsix_bundle import PYTHONS, ROOT, TARGETS, BundleError, bundle

EXTENSION = ROOT / "editors" / "vscode"
_SOURCES = ("node_modules", "src", "test", "*.vsix", "bundled.txt")
"""What is left behind, for speed; the rest is picked by .vscodeignore."""


def main() -> int:
    """Build what is asked for and return the exit status: 1 if a platform that was named cannot be had."""
    arguments = _arguments()
    targets: list[str | None] = [None] if arguments.universal or arguments.all else []
    targets += TARGETS if arguments.all else dict.fromkeys(arguments.target)
    arguments.out.mkdir(parents=True, exist_ok=True)
    _run("npm", "run", "--silent", "vscode:prepublish", cwd=EXTENSION)
    built = [_told(target, arguments.out) for target in targets]
    return 0 if arguments.all or all(built) else 1


def _told(target: str | None, out: Path) -> bool:
    try:
        file = build(target, out)
    except BundleError as error:
        print(f"{target} cannot be had; VS Code installs the universal one there. {error}", file=sys.stderr)
        return False
    print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB", flush=True)
    return True


def build(target: str | None, out: Path) -> Path:
    """Build one .vsix, None for the universal one, from what the last ``npm run build`` made; return its path.

    Raise BundleError where the server cannot be had for the platform.
    """
    with tempfile.TemporaryDirectory() as place:
        stage = Path(place) / "extension"
        shutil.copytree(EXTENSION, stage, ignore=shutil.ignore_patterns(*_SOURCES))
        manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
        del manifest["scripts"]  # vsce would run them once more, and nobody else can
        (stage / "package.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
        if target is not None:
            bundle(target, stage / "bundled")
        suffix = "" if target is None else f"-{target}"
        file = out.resolve() / f"{manifest['name']}{suffix}-{manifest['version']}.vsix"
        platform = [] if target is None else ["--target", target]
        _run("node", str(EXTENSION / "node_modules" / "@vscode" / "vsce" / "vsce"), "package", *platform,
             "--no-dependencies", "--allow-missing-repository", "--out", str(file), cwd=stage)  # fmt: skip
        return file


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--target", action="append", default=[], choices=list(TARGETS), help="a platform, repeatable")
    parser.add_argument("--universal", action="store_true", help="the small one without the server")
    parser.add_argument("--all", action="store_true", help=f"every platform, for Python {', '.join(PYTHONS)}")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder for the files (default: dist)")
    arguments = parser.parse_args()
    if not (arguments.target or arguments.universal or arguments.all):
        parser.error("say which: --target, --universal or --all")
    return arguments


def _run(program: str, *arguments: str, cwd: Path) -> None:
    # The time of the last commit, so that the same commit makes the same file.
    time = subprocess.run(
        ["git", "log", "-1", "--format=%ct"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    environment = {**os.environ, **({"SOURCE_DATE_EPOCH": time} if time else {})}
    # npm is a script with an ending of its own on Windows.
    command = [shutil.which(program) or program, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
