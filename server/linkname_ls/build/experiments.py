"""The experiments that a Go tree has switched on by itself: ``goexperiment.regabiargs`` and the like are build tags.

Source: src/internal/buildcfg/exp.go (``ParseGOEXPERIMENT``).
"""

from __future__ import annotations

import re
from pathlib import Path

from linkname_ls.build.goenv import read_text

_BASELINE = re.compile(r"baseline := goexperiment\.Flags\{(.*?)\n\t\}", re.DOTALL)
_FLAG = re.compile(r"^\t\t(\w+):\s*(.+),$", re.MULTILINE)
_SWITCH = re.compile(r"\tswitch goarch \{\n(.*?)\n\t\}", re.DOTALL)
_CASE = re.compile(r"^\tcase (.*):\n((?:\t\t.*\n?)+)", re.MULTILINE)
_COMPARED = re.compile(r'(goos|goarch) (==|!=) "(\w+)"')


def experiments(goroot: Path, goos: str, goarch: str) -> set[str]:
    """Return the tags of the experiments that are on by themselves on a platform; none where the tree does not tell."""
    text = read_text(goroot / "src" / "internal" / "buildcfg" / "exp.go")
    baseline = _BASELINE.search(text)
    true = {"true"}
    for switch in _SWITCH.finditer(text):
        for archs, lines in _CASE.findall(switch[1] + "\n"):
            if f'"{goarch}"' in archs:
                true.update(re.findall(r"(\w+) = true", lines))
    for name, value in re.findall(r"^\t(\w+) := \(?(go(?:os|arch) .*?)\)?$", text, re.MULTILINE):
        if _holds(value, goos, goarch):
            true.add(name)
    flags = _FLAG.findall(baseline[1]) if baseline is not None else []
    return {f"goexperiment.{flag.lower()}" for flag, value in flags if value in true or _holds(value, goos, goarch)}


def _holds(condition: str, goos: str, goarch: str) -> bool:
    """Whether comparisons of goos and goarch, joined by ``&&`` or ``||``, hold."""
    found = [
        ((goos if what == "goos" else goarch) == value) == (sign == "==")
        for what, sign, value in _COMPARED.findall(condition)
    ]
    return bool(found) and (any(found) if "||" in condition else all(found))
