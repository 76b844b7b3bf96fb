"""Byte offsets, lines, and the units that editors count in."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from linkname_ls.source import positions as module
from linkname_ls.source.positions import Encoding, LargeLines, Lines, Position, Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def positions(text: str | bytes, encoding: Encoding = "utf-16") -> list[tuple[int, int]]:
    """The editor's position of every byte offset of a text, its end included."""
    data = text.encode() if isinstance(text, str) else text
    lines = Lines(data)
    found = [lines.position(offset, encoding) for offset in range(len(data) + 1)]
    return [(position.line, position.character) for position in found]


def test_an_empty_text_is_one_empty_line() -> None:
    lines = Lines(b"")
    assert len(lines) == 1
    assert lines.line_span(0) == Span(0, 0)
    assert lines.position(0, "utf-16") == Position(0, 0)


def test_a_newline_at_the_end_begins_an_empty_line() -> None:
    lines = Lines(b"a\n")
    assert len(lines) == 2
    assert lines.position(2, "utf-16") == Position(1, 0)


def test_the_offset_of_a_newline_is_on_the_line_that_it_ends() -> None:
    assert positions("a\nb") == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("odd", ["\f", "\v", "\r", "\x1c", "\x85", "\u2028", "\u2029", "\0"])
def test_only_a_newline_ends_a_line(odd: str) -> None:
    lines = Lines(f"a{odd}b\nc".encode())
    assert len(lines) == 2
    assert lines.position(len(f"a{odd}".encode()), "utf-32") == Position(0, 2)


def test_the_carriage_return_of_a_crlf_is_no_text() -> None:
    lines = Lines(b"ab\r\ncd\r\n")
    assert [lines.line_span(line) for line in range(len(lines))] == [Span(0, 2), Span(4, 6), Span(8, 8)]
    assert lines.offset(0, 99, "utf-16") == 2


def test_a_carriage_return_at_the_end_of_the_file_is_text() -> None:
    assert Lines(b"ab\r").line_span(0) == Span(0, 3)


def test_a_place_inside_a_crlf_means_the_end_of_the_text() -> None:
    assert positions("a\r\nb") == [(0, 0), (0, 1), (0, 1), (1, 0), (1, 1)]


def test_utf16_counts_an_astral_character_twice() -> None:
    text = "𝔤x"
    assert Lines(text.encode()).position(4, "utf-16") == Position(0, 2)
    assert Lines(text.encode()).offset(0, 2, "utf-16") == 4


def test_utf32_counts_an_astral_character_once() -> None:
    assert Lines("𝔤x".encode()).position(4, "utf-32") == Position(0, 1)


def test_utf8_counts_bytes() -> None:
    assert Lines("𝔤x".encode()).position(4, "utf-8") == Position(0, 4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_combining_mark_counts_by_itself(encoding: Encoding) -> None:
    assert Lines("e\u0301x".encode()).position(3, encoding) == Position(0, 2)


def test_an_offset_inside_a_character_means_its_start() -> None:
    assert positions("aé𝔤b") == [(0, 0), (0, 1), (0, 1), (0, 2), (0, 2), (0, 2), (0, 2), (0, 4), (0, 5)]
    assert positions("é", "utf-8") == [(0, 0), (0, 0), (0, 2)]


def test_a_position_inside_a_surrogate_pair_means_the_start_of_the_character() -> None:
    assert [Lines("a𝔤b".encode()).offset(0, character, "utf-16") for character in range(6)] == [0, 1, 1, 5, 6, 6]


def test_a_utf8_position_inside_a_character_means_its_start() -> None:
    assert [Lines("a€b".encode()).offset(0, character, "utf-8") for character in range(6)] == [0, 1, 1, 1, 4, 5]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["ab\ncd", "é𝔤\r\nü"])
def test_beyond_the_end_of_a_line_means_its_end(text: str, encoding: Encoding) -> None:
    lines = Lines(text.encode())
    assert lines.offset(0, 1000, encoding) == lines.line_span(0).end


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_beyond_the_end_of_the_file_means_its_end(encoding: Encoding) -> None:
    lines = Lines("a\né".encode())
    assert lines.offset(2, 0, encoding) == 4
    assert lines.offset(1000, 1000, encoding) == 4
    assert lines.position(1000, encoding) == lines.position(4, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_negative_means_the_start(encoding: Encoding) -> None:
    lines = Lines("é\nb".encode())
    assert lines.offset(-1, 5, encoding) == 0
    assert lines.offset(1, -5, encoding) == 3
    assert lines.position(-1, encoding) == Position(0, 0)


@pytest.mark.parametrize(
    ("data", "characters"),
    [
        (b"\x80x", 2),
        (b"\xffx", 2),
        (b"\xff\xff\xffx", 4),
        (b"\xe2\x82x", 2),  # the start of a character: one U+FFFD in an editor
        (b"\xf0\x9f\x98x", 2),
        (b"\xf0\x9fx", 2),
        (b"\xed\xa0\x80x", 4),  # half of a surrogate pair
        (b"\xc0\x80x", 3),  # too long
        (b"\xf5\x80\x80\x80x", 5),  # beyond Unicode
        (b"\xc3\xe2\x82\xacx", 3),
        (b"x\xe2\x82", 2),
    ],
)
def test_invalid_bytes_count_as_an_editor_shows_them(data: bytes, characters: int) -> None:
    assert characters == len(data.decode("utf-8", "replace"))
    assert Lines(data).position(len(data), "utf-16").character == characters
    assert Lines(data).offset(0, characters, "utf-16") == len(data)


def test_invalid_bytes_are_bytes_where_positions_count_bytes() -> None:
    lines = Lines(b"\xff\xe2\x82x")
    assert lines.position(4, "utf-8") == Position(0, 4)
    assert lines.offset(0, 3, "utf-8") == 3


def test_the_compiler_counts_from_one_and_in_bytes() -> None:
    lines = Lines("é x\n\tf".encode())
    assert lines.compiler(0) == (1, 1)
    assert lines.compiler(3) == (1, 4)
    assert lines.compiler(6) == (2, 2)


def test_a_compiler_position_beyond_the_text_is_clipped() -> None:
    lines = Lines(b"ab\ncd")
    assert lines.from_compiler(1, 99) == 2
    assert lines.from_compiler(99, 1) == 5
    assert lines.from_compiler(0, 0) == 0
    assert lines.from_compiler(2, 0) == 3


def test_a_span_holds_a_cursor_at_its_end() -> None:
    span = Span(2, 4)
    assert [offset for offset in range(7) if span.holds(offset)] == [2, 3, 4]


ALPHABET = ["a", "b", " ", "\t", "\n", "\r\n", "\r", "\f", "\u2028", "é", "€", "𝔤", "e\u0301", "\ufeff", "👩‍👧"]


def random_texts() -> Iterator[str]:
    choose = random.Random(20)
    for size in range(120):
        yield "".join(choose.choices(ALPHABET, k=size % 40))


def units(character: str, encoding: Encoding) -> int:
    return len(character.encode(f"{encoding}-le" if encoding != "utf-8" else encoding)) // (int(encoding[4:]) // 8)


def model(text: str, encoding: Encoding) -> Iterator[tuple[int, Position]]:
    """(offset, position) of the start of every character and of the text's end; nothing inside a CRLF."""
    offset = line = character = 0
    for at, letter in enumerate(text):
        if not (letter == "\n" and text[at - 1 : at] == "\r"):
            yield offset, Position(line, character)
        offset += len(letter.encode())
        character += units(letter, encoding)
        if letter == "\n":
            line, character = line + 1, 0
    yield offset, Position(line, character)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_offsets_and_positions_are_those_of_a_slow_model(encoding: Encoding) -> None:
    for text in random_texts():
        lines = Lines(text.encode())
        for offset, position in model(text, encoding):
            assert lines.position(offset, encoding) == position, (text, offset)
            assert lines.offset(position.line, position.character, encoding) == offset, (text, position)


def test_compiler_positions_lead_back_to_their_offset() -> None:
    for text in random_texts():
        data = text.encode()
        lines = Lines(data)
        for offset in range(len(data) + 1):
            if data[offset - 1 : offset + 1] != b"\r\n":
                assert lines.from_compiler(*lines.compiler(offset)) == offset, (text, offset)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_random_bytes_never_fail_and_never_run_backwards(encoding: Encoding) -> None:
    choose = random.Random(21)
    for _ in range(100):
        data = bytes(choose.choices([10, 13, 65, 0x80, 0xC3, 0xA9, 0xE2, 0x82, 0xF0, 0x9F, 0xFF], k=20))
        found = positions(data, encoding)
        assert found == sorted(found), data
        lines = Lines(data)
        for offset, (line, character) in enumerate(found):
            back = lines.offset(line, character, encoding)
            assert back <= offset, data
            assert lines.position(back, encoding) == Position(line, character), data


def test_lines_after_edits_are_those_of_the_new_text() -> None:
    chance = random.Random(1)
    lines = Lines(b"package a\n\nfunc f() {\n\tg()\n}\n")
    for _ in range(4000):
        data = lines.data
        start = chance.randint(0, len(data))
        end = start if chance.random() < 0.7 else min(len(data), start + chance.randint(0, 9))
        text = chance.choice((b"", b"x", b"xy", b"\n", b"a\nb", b"\r\n", b"\n\n"))
        for _ in range(chance.choice((1, 1, 5))):  # as who types on one line
            data = data[:start] + text + data[end:]
            lines, fresh = lines.edited(Span(start, end), data), Lines(data)
            start = end = start + len(text)
            assert len(lines) == len(fresh)
            assert [lines.line_span(at) for at in range(len(fresh))] == [
                fresh.line_span(at) for at in range(len(fresh))
            ]
            offsets = [chance.randint(0, len(data)) for _ in range(5)]
            assert [lines.compiler(at) for at in offsets] == [fresh.compiler(at) for at in offsets]
        if len(data) > 400:
            lines = Lines(data[:100])


def test_lines_of_a_large_text_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(1)
    for _ in range(300):
        monkeypatch.setattr(module, "_BLOCK", dice.choice((1, 2, 5, 16)))
        data = bytes(dice.choice(b"ab\r\n\n\xc3") for _ in range(dice.randrange(40)))
        lines, large = Lines(data), LargeLines(data)
        assert len(large) == len(lines)
        for at in range(-2, len(data) + 3):
            assert large.compiler(at) == lines.compiler(at)
            assert large.position(at, "utf-16") == lines.position(at, "utf-16")
            assert large.line_span(at) == lines.line_span(at)
            assert large.offset(at, 1, "utf-8") == lines.offset(at, 1, "utf-8")
            assert large.from_compiler(at, 2) == lines.from_compiler(at, 2)
