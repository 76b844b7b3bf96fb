"""What comments say of a name that is to be changed; see :mod:`linkname_ls.features.rename`.

* The comment above a declaration begins with its name, as Go's comments do. Further on the name is changed only where
  it cannot be an English word: ``now`` is one, ``nanotime1`` and ``timeNow`` are none.
* Links in comments, ``[Now]`` and ``[clock.Now]`` (https://go.dev/doc/comment#doclinks), follow the name.

Directives are no prose: their arguments are names, which others take in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.source.comments import line_comments
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from linkname_ls.features.rename_plan import Plan
    from linkname_ls.links.packages import Package
    from linkname_ls.links.sources import Source

_DIRECTIVE = re.compile(rb"//(?:[a-z0-9]+:[a-z0-9]|line |extern |export )")


def add_docs(plan: Plan, package: Package, importers: list[tuple[Source, str]]) -> None:
    """Take in what the comments of a package, and of the files that import it, say of the name."""
    name = plan.old.encode()
    for declared in package.find(plan.old):
        _add_doc(plan, declared.source, declared.declaration.span.start, name)
    for source in package.sources:
        _add_links(plan, source, name)
    for source, qualifier in importers:
        _add_links(plan, source, name if qualifier == "." else f"{qualifier}.{plan.old}".encode())


def _add_doc(plan: Plan, source: Source, start: int, name: bytes) -> None:
    """Take in the ``//`` lines right above a declaration."""
    word = re.compile(rb"(?<![\w\x80-\xff.])%b(?![\w\x80-\xff])" % re.escape(name))
    lines: list[Span] = []
    at = source.lines.line_of(start)
    while at > 0 and source.data[(line := source.lines.line_span(at - 1)).start : line.end].lstrip().startswith(b"//"):
        lines.insert(0, line)
        at -= 1
    first = True
    for line in lines:
        text = source.data[line.start : line.end]
        if _DIRECTIVE.match(text.lstrip()):
            continue
        for found in word.finditer(text):
            begins = first and not text[: found.start()].strip(b" \t/")
            if begins or not _is_english(plan.old):
                plan.add(source, Span(line.start + found.start(), line.start + found.end()))
        first = False


def _is_english(name: str) -> bool:
    """Whether a name could be meant as a word of a sentence."""
    return name.isalpha() and name[1:].islower()


def _add_links(plan: Plan, source: Source, name: bytes) -> None:
    """Take in the links ``[name]`` in a file's ``//`` comments."""
    link = b"[%b]" % name
    if link not in source.data:
        return
    for comment in line_comments(source.data):
        at = source.data.find(link, comment.start, comment.end)
        while at >= 0:
            end = at + len(link) - 1
            # "[name]: https://..." says where a link of the writer's own leads; "[]name[name]" is code.
            if source.data[end + 1 : end + 2] != b":" and source.data[at - 1 : at] in (b" ", b"\t", b"(", b"/", b'"'):
                plan.add(source, Span(end - len(plan.old.encode()), end))
            at = source.data.find(link, end, comment.end)
