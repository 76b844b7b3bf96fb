"""The processes that a test has started."""

from __future__ import annotations

from pathlib import Path


def children_of(parent: int, word: str = "") -> list[int]:
    """Return the numbers of a process's children with a word in their command line. Needs /proc, as Linux has it."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            said = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # gone meanwhile
        if int(status[1]) == parent and word in said:
            found.append(int(folder.name))
    return found


def peak_memory(process: int) -> int:
    """Return the most memory that a process has had so far, in bytes. Needs /proc."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no VmHWM")
