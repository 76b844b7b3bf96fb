"""Functions that return for sure, and leave given variables alone, even where the compiler inlines them.

``fail(); missing()`` holds no reference to missing when fail is inlined and always panics; ``setup(); if debug`` none
when setup is inlined and clears debug.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from linkname_ls.links.packages import Declared
from linkname_ls.source.functions import marked_noinline

if TYPE_CHECKING:
    from linkname_ls.programs.program import Member, Program

_LOUD = re.compile(rb"\bpanic\s*\(|\bfor\s*(?:true\s*|;\s*;\s*)?\{|\bselect\s*\{\s*\}|\bgoto\b")
_CALL = re.compile(rb"((?!\d)[\w\x80-\xff]+)\s*(?:\[[^\[\]\n]*\]\s*)?\(")
_NOT_INLINED = re.compile(rb"^\t(?:defer|go) ", re.MULTILINE)
_LIMIT = 300


class Quiet:
    """Knows the functions of a program's packages, but for the Go tree: none of its own always panics when inlined."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._bodies: dict[str, dict[str, list[Declared]]] = {}

    def all(self, member: Member, names: Iterable[str], guards: frozenset[str]) -> bool:
        """Whether all functions and methods that these last names may mean in a member are quiet.

        ``guards`` are variables that they must not mention.
        """
        words = [re.escape(guard.rpartition(".")[2].encode()) for guard in guards]
        guarded = re.compile(rb"(?<![\w\x80-\xff])(?:" + rb"|".join(words) + rb")(?![\w\x80-\xff])") if words else None
        pending = [(member, name) for name in names]
        seen: set[tuple[str, str]] = set()
        while pending:
            here, name = pending.pop()
            if (here.path, name) in seen:
                continue
            seen.add((here.path, name))
            if len(seen) > _LIMIT:
                return False
            for where in (here, *self._program.imported(here.path)):
                for source, declaration in self._of(where).get(name, ()):
                    source.reads.functions.add(name)
                    body = source.data[declaration.header.end : declaration.span.end]
                    if _NOT_INLINED.search(body):
                        continue
                    if _LOUD.search(body) or (guarded is not None and guarded.search(body)):
                        return False
                    pending.extend((where, called.decode("utf-8", "replace")) for called in _CALL.findall(body))
        return True

    def _of(self, member: Member) -> dict[str, list[Declared]]:
        """Return the functions of a member that may be inlined, by name, methods of every type together."""
        found = self._bodies.get(member.path)
        if found is None:
            found = self._bodies[member.path] = {}
            for source in () if member.std else member.sources:
                for declaration in source.go.declarations:
                    if declaration.is_function and not marked_noinline(source.data, declaration.span.start):
                        found.setdefault(declaration.name, []).append(Declared(source, declaration))
        return found
