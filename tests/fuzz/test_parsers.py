"""Whatever the bytes, every parser says what it can and nothing that is not so. ``tools/fuzz.py`` goes on for long."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.fragments import PIECES, mutated, seeds
from support.properties import TARGETS


def texts(language: str) -> st.SearchStrategy[bytes]:
    """Pieces of the language in any order, real files with a little gone or added, and any bytes."""
    pieces = PIECES[language]

    def change(text: bytes, seed: int) -> bytes:
        return mutated(text, pieces, random.Random(seed))

    changed = st.builds(change, st.sampled_from(seeds(language)), st.integers(0))
    return st.one_of(st.lists(st.sampled_from(pieces), max_size=30).map(b"".join), changed, st.binary(max_size=200))


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes(name: str) -> None:
    check, language = TARGETS[name]

    @settings(
        max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(texts(language))
    def try_all(data: bytes) -> None:
        check(data)

    try_all()
