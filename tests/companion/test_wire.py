"""Messages on a pipe."""

from __future__ import annotations

import io

import pytest

from linkname_ls.companion.wire import WireError, parse, read


def test_messages_are_read_one_after_the_other_until_the_end() -> None:
    stream = io.BytesIO(b"Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length:3\r\n\r\n{ }")
    assert [read(stream), read(stream), read(stream)] == [b"{}", b"{ }", None]


def test_message_that_breaks_off_is_the_end() -> None:
    assert read(io.BytesIO(b"Content-Length: 20\r\n\r\n{}")) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"Hello\n", r"Instead of a message came b'Hello\\n'."),
        (b"Content-Type: x\r\n\r\n", "A message has no Content-Length."),
        (b"Content-Length: two\r\n\r\n", "A message has the Content-Length b'two'."),
    ],
)
def test_what_is_no_message_is_said_in_words(text: bytes, why: str) -> None:
    with pytest.raises(WireError, match=why):
        read(io.BytesIO(text))


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_has_no_members(body: bytes) -> None:
    assert parse(body) == {}
