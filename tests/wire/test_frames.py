"""Messages are cut out of what comes, in whatever pieces it comes, and whatever is between them."""

from __future__ import annotations

import pytest

from linkname_ls.wire.frames import Frames

TWO = b"Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length:3\r\n\r\n[1]"


class Read:
    """What has come of some bytes."""

    def __init__(self, data: bytes, piece: int = 1 << 20) -> None:
        self.said: list[str] = []
        frames = Frames(self.said.append)
        self.bodies: list[bytes] = []
        for at in range(0, len(data), piece):
            self.bodies += frames.feed(data[at : at + piece])
        frames.close()


@pytest.mark.parametrize("piece", [1, 2, 7, 1000])
def test_messages_are_the_same_in_any_pieces(piece: int) -> None:
    read = Read(TWO, piece)
    assert read.bodies == [b"{}", b"[1]"]
    assert read.said == []


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [
        (b"nonsense\r\n", "Instead of a message came b'nonsense"),
        (b"\0" * 300_000, "Instead of a message came b'\\x00"),
        (b"Other: 5\r\n\r\n", "A message has no Content-Length."),
        (b"Content-Length: -1\r\n\r\n", "A message has the Content-Length b'-1'."),
        (b"Content-Length: 1e9\r\n\r\n", "A message has the Content-Length b'1e9'."),
        (b"Content-Length: 4294967296\r\n\r\n", "A message has the Content-Length b'4294967296'."),
        (b"rest of a body}", "Instead of a message came b'rest of a body}'."),
    ],
)
@pytest.mark.parametrize("piece", [1000, 1 << 20])
def test_nonsense_is_left_out_and_complained_of_once(nonsense: bytes, why: str, piece: int) -> None:
    read = Read(nonsense + TWO, piece)
    assert read.bodies == [b"{}", b"[1]"]
    (said,) = read.said
    assert said.startswith(why)
    assert said.endswith(" It is left out, up to the next header.")


def test_blank_lines_between_messages_are_nothing() -> None:
    read = Read(b"\r\n\n" + TWO + b"\r\n")
    assert read.bodies == [b"{}", b"[1]"]
    assert read.said == []


@pytest.mark.parametrize("data", [b"Content-Length: 5\r\n\r\n{", b"Content-Le"])
def test_message_that_breaks_off_is_said(data: bytes) -> None:
    read = Read(data)
    assert read.bodies == []
    assert read.said[0].startswith("The last message breaks off.")
