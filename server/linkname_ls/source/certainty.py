"""How sure an answer is that was worked out without a type checker, an optimiser or a linker."""

from __future__ import annotations

from enum import IntEnum


class Certainty(IntEnum):
    """NO and YES hold for sure, in every release that we know; MAYBE is all the rest.

    Ordered, so that ``min`` is "both" and ``max`` is "one of them".
    """

    NO = 0
    MAYBE = 1
    YES = 2
