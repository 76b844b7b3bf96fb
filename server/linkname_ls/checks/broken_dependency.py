"""A dependency breaks a program: what it links to is not there, or is refused.

The fault is not in the workspace, so it is reported once for each module and kind, on the line of go.mod that requires
the dependency, with the chain of imports that leads to it. A newer version of the dependency may have mended it.

Source: the rules refused-reference, undefined-target, unlinked-target and duplicate-symbol, asked of the dependency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linkname_ls.build.gomod import parse_go_mod
from linkname_ls.build.reader import read_bytes
from linkname_ls.checks.dependencies import dependency_files
from linkname_ls.checks.finding import Finding
from linkname_ls.links.sources import Source
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.build.modules import Module
    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.programs.program import Program
    from linkname_ls.programs.workspace import Programs

CODE = "broken-dependency"

Check = Callable[[Source], list[Finding]]


@dataclass
class _Fault:
    """What is wrong with one dependency, of one kind."""

    module: Module
    program: Program
    source: Source
    first: Finding
    symbols: list[str] = field(default_factory=list[str])


def check_dependencies(
    snapshot: Snapshot, main: Module, programs: Programs, check: Check
) -> tuple[Source, list[Finding]] | None:
    """Return a main module's go.mod with what breaks its programs from outside; None when it has none, or no program.

    ``check`` says what is wrong with one file.
    """
    if not any(snapshot.worlds(folder)[0].module_of(folder) == main for folder, _ in programs.roots):
        return None
    path = main.dir / "go.mod"
    source = snapshot.overlays.get(str(path))
    if source is None:
        data = read_bytes(path)
        if data is None:
            return None
        source = Source(path, data)
    faults: dict[tuple[str, str], _Fault] = {}
    for file in dependency_files(snapshot, main):
        dependency = snapshot.source(file)
        if dependency is None or dependency.is_test:
            continue
        linked = [
            one
            for one, _ in programs.linking(dependency)
            if snapshot.worlds(one.folder)[0].module_of(one.folder) == main
        ]
        module = snapshot.worlds(main.dir)[0].module_of(dependency.path.parent)
        if not linked or module is None:
            continue
        for finding in check(dependency):
            if finding.severity == "error":
                fault = faults.setdefault((module.path, finding.code), _Fault(module, linked[0], dependency, finding))
                if finding.symbol not in fault.symbols:
                    fault.symbols.append(finding.symbol)
    return source, [_finding(source, fault) for fault in faults.values()]


def _finding(source: Source, fault: _Fault) -> Finding:
    member = fault.program.compiles(fault.source)
    chain = fault.program.chain(member) if member is not None else [fault.program.name]
    steps = f"{chain[0]} imports {', which imports '.join(chain[1:])}" if len(chain) > 1 else chain[0]
    symbols = fault.symbols
    more = f" and {len(symbols) - 1} more" if len(symbols) > 1 else ""
    message = f"{steps}, which links to {symbols[0]}{more}: {fault.first.message}"
    required = _require_line(source, fault, chain)
    return Finding(CODE, "error", "link", message, required, symbols[0])


def _require_line(source: Source, fault: _Fault, chain: list[str]) -> Span:
    """Return the line that requires the module at the head of the chain, else the faulty one; line 1 without either."""
    requires = {one.path: one.line for one in parse_go_mod(source.data).require}
    own = [one for path in chain[1:] if (one := _requiring(requires, path))]
    line = own[0] if own else requires.get(fault.module.path, 1)
    start = source.lines.from_compiler(line, 1)
    text = source.data[start : source.data.find(b"\n", start) if b"\n" in source.data[start:] else len(source.data)]
    lead = len(text) - len(text.lstrip())
    return Span(start + lead, start + len(text.split(b"//")[0].rstrip()))


def _requiring(requires: dict[str, int], path: str) -> int | None:
    """Return the line of the module that a package belongs to, the longest path winning."""
    while path:
        if path in requires:
            return requires[path]
        path = path.rpartition("/")[0]
    return None
