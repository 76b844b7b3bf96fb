"""Hover: the linked declaration, which way the link goes, and what the Go tree says about it.

The first line says it all in plain words, for editors that show only that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linkname_ls.features.beside_gopls import Gopls
from linkname_ls.features.definition import ends
from linkname_ls.features.describe import condition, place, what
from linkname_ls.features.gotext import bare, code, doc_markdown, escape, fence, quote, split_notes
from linkname_ls.features.release_note import release_note
from linkname_ls.features.subject import Subject, subject_at
from linkname_ls.links.symbols import split_symbol
from linkname_ls.links.table import Direction, Role, Site, Table
from linkname_ls.source.gofile import comment_block, doc_comment
from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkname_ls.links.snapshot import Snapshot
    from linkname_ls.links.sources import Source

_MOST_ENDS = 12
# What would end a link's address.
_OPEN = re.compile(r"[\s()<>\\`\x00-\x1f\x7f]")
# Code as CommonMark finds it: between two runs of as many backquotes.
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
_NOWHERE = ", which is not defined in anything known here"


@dataclass(frozen=True, slots=True)
class End:
    """One line of the list of ends."""

    place: str
    path: Path
    line: int
    """0-based."""
    what: str
    condition: str
    in_build: bool


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show, as data; :func:`markdown` and :func:`plain` make text of it."""

    span: Span
    headline: str
    """One sentence; names of code in backquotes."""
    signature: str
    """Go source of the linked declaration, "" when there is none."""
    doc: str
    """Its doc comment, raw."""
    releases: str
    """What the Go releases make of it, without a full stop; "" for what is not the standard library's."""
    notes: tuple[str, ...]
    """The Go tree's remarks on the link, raw."""
    ends: tuple[End, ...]


def hover(snapshot: Snapshot, source: Source, offset: int, *, beside_gopls: bool = False) -> Hover | None:
    """Return what to show for the place under the cursor, or None where linking has no say.

    ``beside_gopls`` leaves out the declaration and comment that gopls shows there itself.
    """
    table = Table(snapshot)
    subject = subject_at(table, source, offset)
    if subject is None:
        return None
    found = ends(table, subject)
    here = (source.path, subject.span)
    others = [site for site in found if site.key != here]
    shown = _shown(found, table, subject)
    doc, own_note = split_notes(_doc(shown)) if shown is not None else ("", "")
    said = beside_gopls and shown is not None and Gopls(snapshot, subject, offset).shows(shown)
    notes = [own_note] if own_note and not said else []
    # A mark often stands in the declaration's own comment.
    notes += [note for note in _mark_notes(table, subject) if note not in (own_note, doc)]
    listed = [*found] if len(found) > 1 or others else []
    return Hover(
        subject.span,
        _headline(table, subject, found),
        _signature(shown) if shown is not None and not said else "",
        doc if not said else "",
        release_note(subject.symbol, snapshot, source.folder),
        tuple(dict.fromkeys(notes)),
        tuple(_end(snapshot, table, site) for site in listed),
    )


def _shown(found: list[Site], table: Table, subject: Subject) -> Site | None:
    """Return the Go declaration to show: the first end that is one, else the declaration that assembly implements."""
    folder = subject.source.folder
    if found and found[0].declaration is not None:
        return found[0]
    declared = [*table.named(subject.symbol, folder), *found]
    return next((site for site in declared if site.declaration is not None), None)


def _signature(site: Site) -> str:
    declaration = site.declaration
    if declaration is None:
        return ""
    text = site.source.text(declaration.header)
    return f"{declaration.kind} {text}" if declaration.kind in ("var", "const", "type") else text


def _doc(site: Site) -> str:
    """Return the comment above a declaration; where a spec of a group has none, that of the group, as gopls does."""
    declaration, data = site.declaration, site.source.data
    if declaration is None:
        return ""
    doc = doc_comment(data, declaration.span.start)
    if doc or declaration.kind not in ("var", "const"):
        return doc
    group = data.rfind(f"\n{declaration.kind} (".encode(), 0, declaration.span.start)
    inside = group >= 0 and b"\n)" not in data[group : declaration.span.start]
    return doc_comment(data, group + 1) if inside else ""


def _mark_notes(table: Table, subject: Subject) -> list[str]:
    """Return the comments above the directives that mark or push the symbol, where they speak of the link."""
    folder = subject.source.folder
    notes: list[str] = []
    for site in table.marks(subject.symbol, folder):
        doc, note = split_notes(comment_block(site.source.data, site.span.start))
        notes += [text for text in (note, doc) if text and _speaks_of_use(text)]
    for site in table.helpers(subject.symbol, folder):
        note = _file_note(site.source)
        if note:
            notes.append(note)
    return notes


def _speaks_of_use(text: str) -> bool:
    return text.lower().startswith(("used ", "for ", "accessed ", "called ", "referenced ")) or "linkname" in text


def _file_note(source: Source) -> str:
    """Return the note that a file of marks opens with (reflect/badlinkname.go), or ""."""
    at = source.data.find(b"idely used packages access")
    if at < 0:
        return ""
    note = comment_block(source.data, at)
    return note if "these symbols" in note else ""


def _headline(table: Table, subject: Subject, found: list[Site]) -> str:
    """Return one sentence that says which way the link goes and where its other end is."""
    symbol, first = code(subject.symbol), found[0] if found else None
    there = f"{_the(first)} {_in_package(first)}, {code(place(table.snapshot, first))}" if first is not None else ""
    package, declared = subject.package, subject.declared
    bound = subject.bound or (package.binding(declared[0]) if package is not None and declared else None)
    if bound is not None and package is not None and bound.directive.local is not None:
        local = code(bound.directive.local.text)
        if not declared:
            return f"{local} is no function or variable of this package: the directive binds nothing"
        direction = table.direction(package, bound)
        if direction is Direction.PUSH:
            return _push_headline(table, subject, local)
        if direction is Direction.PULL:
            own = {(one.source.path, one.declaration.name_span) for one in declared}
            if first is not None and first.key in own:
                return f"{local} pulls {symbol}{_nowhere(table, subject)}"
            if first is not None and first.declaration is not None and first.declaration.generic:
                return f"{local} pulls {symbol}, which is generic: it has no symbol until it is instantiated"
            return f"{local} pulls {symbol}" + (f": {there}" if first is not None else _nowhere(table, subject))
    if subject.place == "library":
        imported = next(cgo for cgo in subject.source.cgo_imports if cgo.local.span == subject.span)
        if imported.static:
            return f"{symbol} is a symbol of C code that is linked in"
        return f"{symbol} is {code(imported.remote)} of " + (
            f"the shared library {code(imported.library)}" if imported.library else "a shared library"
        )
    if subject.place == "assembly":
        here = (subject.source.path, subject.span)
        at_home = first is None or first.key == here
        return f"{symbol} is defined here in assembly" if at_home else f"{symbol} is {there}"
    if any(one.declaration.bodyless for one in declared):
        if first is None or first.role is not Role.DEFINES:
            return f"{symbol} has no body here, and none was found in anything known here"
        body = f"{_body(first)} {_in_package(first)}, {code(place(table.snapshot, first))}"
        return f"{symbol} has no body here; its body is {body}"
    return _owner_headline(table, subject, symbol)


def _nowhere(table: Table, subject: Subject) -> str:
    """Say why nothing was found: a module that is not on this machine, or no reason that is known."""
    parts = split_symbol(subject.symbol)
    path = parts[0] if parts is not None else ""
    for world in table.snapshot.worlds(subject.source.folder):
        for module in world.missing_modules():
            if path == module.path or path.startswith(f"{module.path}/"):
                wanted = bare(f"{module.path} {module.version}")
                return f": module {wanted} is not on this machine (go mod download fetches it)"
    return _NOWHERE


def _push_headline(table: Table, subject: Subject, local: str) -> str:
    folder = subject.source.folder
    awaiting = [site for site in table.named(subject.symbol, folder) if site.role is Role.REFERS]
    if not awaiting:
        awaiting = [
            site
            for site in table.bound(subject.symbol, folder)
            if site.role is Role.REFERS and site.declaration is not None
        ]
    symbol = code(subject.symbol)
    if not awaiting:
        return f"{local} is pushed as {symbol}; nothing known here declares or pulls that"
    first = awaiting[0]
    return (
        f"{local} is pushed as {symbol}: the body of {_the(first)} {_in_package(first)}, "
        f"{code(place(table.snapshot, first))}"
    )


def _owner_headline(table: Table, subject: Subject, symbol: str) -> str:
    """Return the headline of what has its body here and is used from elsewhere."""
    folder = subject.source.folder
    bound = [
        site
        for site in table.bound(subject.symbol, folder)
        if site.kind == "directive" and site.package is not subject.package
    ]
    pulls = f"pulled by {len(bound)} {'directive' if len(bound) == 1 else 'directives'} elsewhere" if bound else ""
    if table.marks(subject.symbol, folder):
        return f"{symbol} is marked: other packages may pull it" + (f" ({pulls})" if pulls else "")
    return f"{symbol} is {pulls}" if pulls else f"{symbol} is named by assembly of another package"


def _body(site: Site) -> str:
    return code(site.declaration.member) if site.declaration is not None else _the(site)


def _the(site: Site) -> str:
    word = what(site)
    return word if site.kind == "assembly" else f"the {word}"


def _in_package(site: Site) -> str:
    return f"in package {bare(site.package.path)}" if site.package is not None else ""


def _end(snapshot: Snapshot, table: Table, site: Site) -> End:
    name = code(site.declaration.member) if site.declaration is not None else ""
    return End(
        place(snapshot, site),
        site.source.path,
        site.source.lines.line_of(site.span.start),
        f"{what(site)} {name}".strip(),
        condition(site),
        table.in_build(site),
    )


def markdown(shown: Hover, link: Callable[[Path, int], str]) -> str:
    """Return the hover as Markdown; ``link`` makes the address of a file and 0-based line."""
    parts = [_headline_markdown(shown, link)]
    if shown.signature:
        parts.append(fence(shown.signature))
    if shown.doc:
        parts.append(doc_markdown(shown.doc))
    if shown.releases:
        parts.append(f"Go releases: {escape(shown.releases)}.")
    if not _said(shown):
        lines = [f"- {_link(end, link)} {end.what}{_label(end, code)}" for end in shown.ends[:_MOST_ENDS]]
        if len(shown.ends) > _MOST_ENDS:
            lines.append(f"- and {len(shown.ends) - _MOST_ENDS} more")
        parts.append("\n".join(lines))
    parts.extend(quote(doc_markdown(note)) for note in shown.notes)
    return "\n\n".join(parts)


def plain(shown: Hover) -> str:
    """Return the hover as plain text."""
    parts = [shown.headline.replace("`", "")]
    if shown.signature:
        parts.append(shown.signature)
    if shown.doc:
        parts.append(shown.doc)
    if shown.releases:
        parts.append(f"Go releases: {shown.releases}.")
    if not _said(shown):
        lines = [f"{end.place}: {end.what.replace('`', '')}{_label(end, str)}" for end in shown.ends[:_MOST_ENDS]]
        if len(shown.ends) > _MOST_ENDS:
            lines.append(f"and {len(shown.ends) - _MOST_ENDS} more")
        parts.append("\n".join(lines))
    parts.extend("\n".join(f"> {line}".rstrip() for line in note.splitlines()) for note in shown.notes)
    return "\n\n".join(parts)


def _said(shown: Hover) -> bool:
    """Whether the headline says all that the list of ends would."""
    return not shown.ends or (
        len(shown.ends) == 1 and code(shown.ends[0].place) in shown.headline and not _label(shown.ends[0], str)
    )


def _headline_markdown(shown: Hover, link: Callable[[Path, int], str]) -> str:
    """Return the headline with links to the places in it, and all else outside of backquotes escaped."""
    links = {code(end.place): _link(end, link) for end in shown.ends}
    pieces: list[str] = []
    at = 0
    for found in _CODE.finditer(shown.headline):
        pieces += escape(shown.headline[at : found.start()]), links.get(found[0], found[0])
        at = found.end()
    return "".join((*pieces, escape(shown.headline[at:])))


def _link(end: End, link: Callable[[Path, int], str]) -> str:
    address = _OPEN.sub(lambda letter: f"%{ord(letter[0]):02X}", link(end.path, end.line))
    return f"[{code(end.place)}]({address})"


def _label(end: End, style: Callable[[str], str]) -> str:
    if not end.condition:
        return "" if end.in_build else " (not in this build)"
    return f", {style(end.condition)}" + ("" if end.in_build else " (not in this build)")
