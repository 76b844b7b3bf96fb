"""Under which conditions a stretch of an assembly file is assembled: ``#ifdef``, ``#ifndef``, ``#else``, ``#endif``.

The assembler knows no other conditions. What a file defines itself is decided here; what the command line defines only
where the platform is known, see :mod:`linkname_ls.build.macros`. What a header defines is not looked for.

Source: cmd/asm/internal/lex/input.go.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from linkname_ls.source.certainty import Certainty

_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(?P<what>[a-z]+)[ \t]*(?P<macro>\w*)", re.MULTILINE)


class Branch(NamedTuple):
    """One condition that a line stands under."""

    macro: str
    wanted: bool
    """Whether the branch is assembled when the macro is defined, or when it is not."""
    defined: Certainty | None
    """Whether it is, by what the file says; None where the file says nothing, so that the command line decides."""


Conditions = tuple[Branch, ...]
"""All have to hold."""


class Preprocessor:
    """The conditions of one file, whose comments and strings are blanked out."""

    def __init__(self, code: bytes) -> None:
        self._starts: list[int] = [0]
        self._conditions: list[Conditions] = [()]
        stack: list[Branch] = []
        known: dict[str, Certainty] = {}
        for match in _DIRECTIVE.finditer(code):
            what, macro = match["what"], match["macro"].decode()
            if what == b"include":
                known = dict.fromkeys(known, Certainty.MAYBE)
            elif what in (b"define", b"undef"):
                known[macro] = Certainty.YES if what == b"define" else Certainty.NO
                if stack:
                    known[macro] = Certainty.MAYBE
            if what.startswith(b"if"):
                # Any other condition is an error of the assembler's.
                defined = known.get(macro) if what in (b"ifdef", b"ifndef") else Certainty.MAYBE
                stack.append(Branch(macro, what != b"ifndef", defined))
            elif what == b"else" and stack:
                stack[-1] = stack[-1]._replace(wanted=not stack[-1].wanted)
            elif what == b"endif" and stack:
                stack.pop()
            else:
                continue
            self._starts.append(match.start())
            self._conditions.append(tuple(stack))

    def at(self, offset: int) -> Conditions:
        """Return the conditions that an offset stands under; none for most."""
        return self._conditions[bisect_right(self._starts, offset) - 1]
