"""All that can be asked of a Go file in a small package, whatever its bytes: the target ``answers`` of the fuzzer."""

from __future__ import annotations

from pathlib import Path

from linkname_ls.checks.rules import check_source
from linkname_ls.features import calls, rename
from linkname_ls.features.completion import completion
from linkname_ls.features.declaration import declaration
from linkname_ls.features.definition import definition
from linkname_ls.features.doclinks import doclinks
from linkname_ls.features.highlight import highlights
from linkname_ls.features.hover import hover, markdown, plain
from linkname_ls.features.implementation import implementation
from linkname_ls.features.inlay import inlays
from linkname_ls.features.lenses import lenses
from linkname_ls.features.references import references
from linkname_ls.features.rename_plan import Refused
from linkname_ls.features.symbols import outline
from linkname_ls.features.tokens import tokens
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import Source
from linkname_ls.source.positions import Span
from support.ask import snapshot_of

_OTHER = """package p

import _ "unsafe"

//go:linkname f runtime.fastrand
func f() uint32

type T struct{ a, b int }

func (t *T) m()

func g(x bool) {
	if x {
		f()
	}
}
"""


class Answers:
    """A package on disk in which one file is open, with whatever bytes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "p.go"
        (folder / "go.mod").write_text("module example.com/m\n\ngo 1.26\n")
        (folder / "q.go").write_text(_OTHER)
        (folder / "q.s").write_text('#include "textflag.h"\n\nTEXT ·f(SB), NOSPLIT, $0-8\n\tCALL ·g(SB)\n\tRET\n')
        self._file.write_text("package p\n")
        self._base = snapshot_of(folder)

    def check(self, data: bytes) -> None:
        """Check the file and ask everything about three places of it; positions in answers lie in their files."""
        source = Source(self._file, data)
        base = self._base
        snapshot = Snapshot(base.universe, {str(self._file): source}, base.store, base.index, complete=True)
        for finding in check_source(snapshot, source):
            assert 0 <= finding.span.start <= finding.span.end <= len(data)
            for fix in finding.fixes:
                assert all(0 <= edit.span.start <= edit.span.end <= len(data) for edit in fix.edits)
        self._decorate(snapshot, source)
        directives = [one.span.start + 14 for one in source.directives[:1]]
        names = [data.find(word) for word in (b"f(", b"T") if word in data]
        for offset in {*directives, *names, len(data) // 2}:
            self._ask(snapshot, source, min(offset, len(data)))

    def _decorate(self, snapshot: Snapshot, source: Source) -> None:
        for one in (*tokens(snapshot, source), *doclinks(snapshot, source), *lenses(snapshot, source)):
            assert 0 <= one.span.start <= one.span.end <= len(source.data)
        inlays(snapshot, source, Span(0, len(source.data)))
        outline(snapshot, source)

    def _ask(self, snapshot: Snapshot, source: Source, offset: int) -> None:
        shown = hover(snapshot, source, offset)
        if shown is not None:
            markdown(shown, lambda path, line: f"{path}#{line}")
            plain(shown)
        for question in (definition, declaration, implementation):
            found = question(snapshot, source, offset)
            for site in found[1] if found is not None else ():
                assert 0 <= site.span.start <= site.span.end <= len(site.source.data)
        references(snapshot, source, offset)
        highlights(snapshot, source, offset)
        completion(snapshot, source, offset)
        for item in calls.prepare(snapshot, source, offset):
            for direction in (calls.incoming, calls.outgoing):
                direction(snapshot, item.source, item.selection.start, item.symbol)
        try:
            rename.prepare(snapshot, source, offset)
            rename.rename(snapshot, source, offset, "renamed")
        except Refused:
            pass
