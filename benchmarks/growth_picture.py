"""The picture of how times and memory grow: panels with two logarithmic axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PANELS = (
    ("first", "Start to first definition", "s"),
    ("index", "Start to full index", "s"),
    ("index_kept", "The same, from the cache", "s"),
    ("memory", "Peak memory", "MB"),
    ("definition", "Warm definition", "s"),
    ("references", "Warm references", "s"),
    ("first_edit", "First edit to diagnostics", "s"),
    ("edit", "Later edits to diagnostics", "s"),
)
_COLOURS = ("#00add8", "#5b5ea6", "#d1495b")
_RIPGREP = "#8a8a8a"
_WIDTH, _HEIGHT = 252, 200
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 34, 22, 30
_ACROSS = 4
_LEGEND = 44
_STYLE = """
  text { font: 12px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #6b6b6b; }
  .title { font-weight: 600; fill: #262626; }
  .grid { stroke: #e6e6e6; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
"""


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where the numbers of a logarithmic axis are."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        part = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return self.begin + part * (self.end - self.begin)

    def marks(self) -> list[float]:
        """Return round numbers on the axis: powers of ten, or more where these are too few."""
        tens = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in ((1,), (1, 3), (1, 2, 5)):
            found = [step * 10.0**ten for ten in tens for step in steps if self.low <= step * 10.0**ten <= self.high]
            if len(found) >= 3:
                break
        return found


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    colour: str
    points: list[tuple[float, float]]
    dashed: bool = False


def draw(figures: Sequence[dict[str, float]], path: Path) -> None:
    """Draw the figures of workspaces into an SVG file."""
    rows = -(-len(_PANELS) // _ACROSS)
    width, height = _ACROSS * _WIDTH, rows * _HEIGHT + _LEGEND
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>How times and memory grow with the workspace</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (key, title, unit) in enumerate(_PANELS):
        below, beside = divmod(number, _ACROSS)
        parts.append(f'<g transform="translate({beside * _WIDTH} {below * _HEIGHT})">')
        parts += _panel(title, unit, _lines(figures, key))
        parts.append("</g>")
    parts += _legend(_lines(figures, "index"), width, rows * _HEIGHT)
    parts.append("</svg>")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n")


def _lines(figures: Sequence[dict[str, float]], key: str) -> list[_Line]:
    numbers = sorted({int(one["directives"]) for one in figures})
    found = [
        _Line(f"{number:,} directives", colour, _points(figures, key, number))
        for number, colour in zip(numbers, _COLOURS, strict=False)
    ]
    if key == "index":
        found.append(_Line("rg -l of the same files", _RIPGREP, _points(figures, "rg", numbers[0]), dashed=True))
    return found


def _points(figures: Sequence[dict[str, float]], key: str, directives: int) -> list[tuple[float, float]]:
    return sorted((one["files"], one[key]) for one in figures if one["directives"] == directives)


def _panel(title: str, unit: str, lines: Sequence[_Line]) -> Iterator[str]:
    sizes = [x for line in lines for x, _ in line.points]
    values = [y for line in lines for _, y in line.points]
    across = _Scale(min(sizes) / 1.5, max(sizes) * 1.5, _LEFT, _WIDTH - _RIGHT)
    # At least a factor of ten, or what is the same everywhere would look as if it grew.
    room = max(1.6, math.sqrt(10 * min(values) / max(values)))
    up = _Scale(min(values) / room, max(values) * room, _HEIGHT - _BOTTOM, _TOP)
    yield f'<text class="title" x="{_LEFT}" y="20">{title}</text>'
    for mark in up.marks():
        y = up(mark)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_amount(mark, unit)}</text>'
    for size in sorted(set(sizes)):
        amount = f"{size:,.0f} files" if size == min(sizes) else f"{size:,.0f}"
        yield f'<text x="{across(size):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{amount}</text>'
    for line in lines:
        places = [(across(x), up(y)) for x, y in line.points]
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline class="line" stroke="{line.colour}"{dash} points="{joined}"/>'
        if not line.dashed:
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>' for x, y in places)


def _legend(lines: Sequence[_Line], width: float, top: float) -> Iterator[str]:
    step = width / (len(lines) + 0.5)
    for number, line in enumerate(lines):
        x, y = (number + 0.4) * step, top + _LEGEND / 2
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        yield f'<line class="line" stroke="{line.colour}"{dash} x1="{x:.1f}" x2="{x + 24:.1f}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{x + 32:.1f}" y="{y + 4}">{line.label}</text>'


def _amount(value: float, unit: str) -> str:
    return f"{value * 1000:.3g} ms" if unit == "s" and value < 0.9 else f"{value:,.3g} {unit}"
