"""What is shown as Markdown is read by a parser, as editors do: nothing of a repository becomes more than text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from linkname_ls.features.gotext import bare, code, doc_markdown, escape, fence, quote
from linkname_ls.features.hover import End, Hover, markdown
from linkname_ls.source.positions import Span

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
MEANT = {
    "inline",
    "text",
    "softbreak",
    "paragraph",
    "bullet_list",
    "list_item",
    "fence",
    "code_inline",
    "blockquote",
}
EVIL = [
    "[a](command:evil)",
    "![i](http://evil.example/x.png)",
    "[a]: command:evil",
    "<img src=x>",
    "<command:evil>",
    "<!--",
    "<https://evil.example>",
    "&lt;",
    "`",
    "``",
    "```\n",
    "~~~\n",
    "\\",
    "\n",
    "\n\n",
    "\t",
    "    ",
    "- ",
    "1. ",
    "# ",
    "> ",
    "| a | b |\n|---|---|\n",
    "***",
    "__",
    "~~",
    "===\n",
    "a",
    " ",
    "\r",
    "\x00",
    "\u2028",
    "](command:evil)",
    "[",
    ")",
]
TEXT = st.lists(st.one_of(st.sampled_from(EVIL), st.text(max_size=4)), max_size=12).map("".join)
WITHIN = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def tokens(text: str) -> list[Token]:
    found = [inner for token in READER.parse(text) for inner in (token, *(token.children or ()))]
    return [token for token in found if token.nesting >= 0]


def kinds(text: str) -> set[str]:
    return {token.type.removesuffix("_open") for token in tokens(text)}


@WITHIN
@given(TEXT)
def test_doc_comment_is_text_lists_and_code(doc: str) -> None:
    assert kinds(doc_markdown(doc)) <= MEANT
    assert kinds(quote(doc_markdown(doc))) <= MEANT


@WITHIN
@given(TEXT)
def test_escaped_line_is_one_paragraph_of_text(text: str) -> None:
    assert kinds(escape(" ".join(text.split()))) <= {"paragraph", "inline", "text"}


@WITHIN
@given(TEXT)
def test_name_is_one_piece_of_code(name: str) -> None:
    found = [token.type for token in tokens(f"x {code(name)} y")]
    assert found == ["paragraph_open", "inline", "text", *(["code_inline", "text"] if name else [])]


@WITHIN
@given(TEXT)
def test_source_is_one_block_of_code(source: str) -> None:
    assert [token.type for token in tokens(fence(source))] == ["fence"]


@WITHIN
@given(TEXT, TEXT, TEXT, st.text(max_size=5))
def test_hover_leads_to_the_files_that_it_names_and_nowhere_else(symbol: str, place: str, text: str, path: str) -> None:
    end = End(place, Path(path.replace("\0", "") or "x"), 3, f"function {code(symbol)}", text, in_build=False)
    shown = Hover(
        Span(0, 1), f"{code(symbol)} pulls {code(place)}{bare(text)}", "func f()", text, text, (text,), (end,)
    )
    found = tokens(markdown(shown, lambda path, _: f"file:///{path}"))
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    # A name with brackets is no link to all parsers: what its address holds is then text.
    assert {token.type.removesuffix("_open") for token in found} <= MEANT | {
        "link",
        "em",
        "strong",
        "s",
        "code_block",
        "hardbreak",
    }
    assert all(link.startswith("file:///") for link in links)


@pytest.mark.parametrize("name", ["a`b", "`", "``", "a\n\nb", " a ", "\\`"])
def test_name_with_a_backquote_is_shown_whole(name: str) -> None:
    found = next(token for token in tokens(f"x {code(name)}") if token.type == "code_inline")
    assert found.content == name.replace("\n", "\N{REPLACEMENT CHARACTER}")
