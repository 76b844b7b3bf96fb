"""Go doc comments as Markdown, harmless: nothing that a comment says can become a link, an image or a command."""

from __future__ import annotations

import re

# What could start a link, an image, HTML, an entity, emphasis, code, a heading, a list or a table. An underscore inside
# a word starts nothing, so that the text stays readable where it is shown unrendered.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|~(?=~)|(?<=~)~"
    r"|(?:(?<=^)|(?<=^ )|(?<=^  )|(?<=^   ))[#+=-]|[.)](?=[ \t]|$)(?<=\d[.)])"
)
# Ends a line where "\n" alone should, or shows nothing.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_UNSEEN = "\N{REPLACEMENT CHARACTER}"
_BULLET = re.compile(r"^\s*[-*+•]\s+(.*)$")
_NOTE_START = re.compile(
    r"should be an internal detail|should be internal details?|idely used packages access|hall of shame"
    r"|Do not remove or change the type signature",
)


def escape(text: str) -> str:
    """Return text with every character that Markdown gives a meaning escaped."""
    lines = _CONTROL.sub(_UNSEEN, text).split("\n")
    return "\n".join(_SPECIAL.sub(lambda match: "\\" + match[0], line) for line in lines)


def code(text: str) -> str:
    """Return text as inline code, whatever it holds: a file's name may have backquotes and line ends."""
    text = re.sub(r"[\t\n]", _UNSEEN, _CONTROL.sub(_UNSEEN, text))
    if not text:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    # A blank at both ends is not shown: it keeps a backquote there from joining the others, and blanks from going.
    blank = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def bare(text: str) -> str:
    """Return a name that stands in a sentence without backquotes, so that it cannot bring any of its own."""
    return text.replace("`", "'")


def fence(text: str, language: str = "go") -> str:
    """Return text as a code block, whatever it holds."""
    text = _CONTROL.sub(_UNSEEN, text.replace("\r\n", "\n"))
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def doc_markdown(doc: str) -> str:
    """Return a doc comment as Markdown: paragraphs, lists, and indented text as code (go.dev/doc/comment)."""
    out: list[str] = []
    block: list[str] = []

    def flush() -> None:
        if block:
            out.append(fence("\n".join(line.removeprefix("\t") for line in block)))
            block.clear()

    for line in doc.splitlines():
        bullet = _BULLET.match(line) if line[:1] in " \t" else None
        if bullet is not None:
            flush()
            out.append(f"- {escape(bullet[1])}")
        elif line[:1] in (" ", "\t") and line.strip() and not (out and out[-1].startswith("- ")):
            block.append(line)
        else:
            flush()
            out.append(escape(line.strip()))
    flush()
    return "\n".join(out).strip("\n")


def split_notes(doc: str) -> tuple[str, str]:
    """Split a doc comment into what it documents and the Go tree's notes on linkname (either may be "").

    The notes begin with the paragraph that says that packages access the symbol by linkname, and run to the end.
    """
    paragraphs = re.split(r"\n[ \t]*\n", doc)
    for at, paragraph in enumerate(paragraphs):
        if _NOTE_START.search(paragraph):
            end = at + 1
            while end < len(paragraphs) and _continues(paragraphs[end]):
                end += 1
            rest = [*paragraphs[:at], *paragraphs[end:]]
            return "\n\n".join(rest).strip("\n"), "\n\n".join(paragraphs[at:end]).strip("\n")
    return doc, ""


def _continues(paragraph: str) -> bool:
    return _NOTE_START.search(paragraph) is not None or "go.dev/issue/" in paragraph or "linkname" in paragraph


def quote(text: str) -> str:
    """Return Markdown as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
