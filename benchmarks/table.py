"""What was measured, beside what was wanted."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours, and what it is held against."""

    goal: str
    what: str
    ours: float
    unit: str
    rival: str = ""
    theirs: float | None = None
    share: float | None = None
    """Wanted: at most this many times theirs."""
    limit: float | None = None
    """Wanted: at most this, in the same unit."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether it is as wanted; None when nothing is."""
        held: list[bool] = []
        if self.share is not None and self.ratio is not None:
            held.append(self.ratio <= self.share)
        if self.limit is not None:
            held.append(self.ours <= self.limit)
        return all(held) if held else None

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}

    def cells(self) -> tuple[str, ...]:
        wanted = [_share(self.share)] if self.share is not None else []
        wanted += [f"{self.limit:g} {self.unit}"] if self.limit is not None else []
        met = {True: "yes", False: "NO", None: ""}[self.met]
        ours = f"{_number(self.ours)} {self.unit}"
        theirs = f"{_number(self.theirs)} {self.unit}" if self.theirs is not None else ""
        ratio = f"{self.ratio:.3f}" if self.ratio is not None else ""
        return (self.goal, self.what, ours, theirs, self.rival, ratio, ", ".join(wanted), met)


HEADS = ("goal", "what", "ours", "theirs", "whose", "ratio", "wanted, at most", "met")
_RIGHT = {2, 3, 5}


def draw(rows: Iterable[Row]) -> str:
    """Return a table as text."""
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADS))]
    drawn = [
        "  ".join(cell.rjust(width) if at in _RIGHT else cell.ljust(width) for at, (cell, width) in enumerate(pairs))
        for line in lines
        for pairs in [list(zip(line, widths, strict=True))]
    ]
    drawn.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in drawn)


def middle(seconds: Sequence[float]) -> float:
    """Return the median, in milliseconds."""
    return statistics.median(seconds) * 1000


def late(seconds: Sequence[float]) -> float:
    """Return what 99 of 100 stay below, in milliseconds."""
    return statistics.quantiles(seconds, n=100)[98] * 1000


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _share(value: float) -> str:
    simple = Fraction(value).limit_denominator(200)
    return f"1/{simple.denominator}" if simple.numerator == 1 and simple.denominator > 1 else f"{value:g}x"
