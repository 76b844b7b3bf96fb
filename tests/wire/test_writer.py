"""Messages are written in their order, and who sends does not wait."""

from __future__ import annotations

import os
import socket
import threading

from linkname_ls.companion.wire import read
from linkname_ls.wire.writer import Writer

BODIES = [b"1", b"2" * 3_000_000, b"3", b"4" * 5_000, b"5"]


def test_messages_are_sent_in_their_order_without_waiting_for_who_reads() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as theirs:
        writer = Writer(os.fdopen(writing, "wb"))
        for body in BODIES:
            writer.send(body)  # nobody has read anything yet
        writer.close()
        assert [read(theirs) for _ in range(6)] == [*BODIES, None]


def test_what_is_sent_after_the_other_end_has_gone_is_dropped() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    writer = Writer(os.fdopen(writing, "wb"))
    for body in (b"1", b"2" * 3_000_000, b"3"):
        writer.send(body)
    writer.flush(5)


def test_socket_in_place_of_a_pipe_takes_the_same() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, theirs.makefile("rb") as stream:
        writer = Writer(ours.makefile("wb"))
        for body in BODIES:
            writer.send(body)
        assert [read(stream) for _ in BODIES] == BODIES
        writer.flush(60)


def test_end_of_who_reads_is_told() -> None:
    reading, writing = os.pipe()
    gone = threading.Event()
    writer = Writer(os.fdopen(writing, "wb"), gone.set)
    writer.send(b"1")
    assert not gone.is_set()
    os.close(reading)
    writer.send(b"2")
    assert gone.wait(60)
    writer.wait_for_room()
    writer.flush(60)
