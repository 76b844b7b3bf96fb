"""The picture of how times and memory grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, NullFormatter

_PANELS = (
    ("first", "Spawn to first definition", "s"),
    ("index", "Spawn to full index, no cache", "s"),
    ("index_kept", "Spawn to full index, from the cache", "s"),
    ("definition", "Warm definition", "s"),
    ("edit", "Edit to diagnostics", "s"),
    ("memory", "Peak memory", "MB"),
)
_COLOURS = ("#00add8", "#5b5ea6", "#d1495b")
_INK, _PALE, _GRID = "#333333", "#8a8a8a", "#e4e4e4"
_MARGIN = 2.5
"""How much room a panel has below and above its points, as a factor."""


def draw(figures: Sequence[dict[str, float]], path: Path) -> None:
    """Draw figures of workspaces into an SVG file."""
    style: dict[str, Any] = {
        "font.family": "sans-serif",
        "font.size": 9,
        "svg.hashsalt": "linkname-ls",
        "axes.edgecolor": _GRID,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _PALE,
        "ytick.color": _PALE,
    }
    numbers = sorted({int(one["directives"]) for one in figures})
    with mpl.rc_context(style):
        figure, panels = pyplot.subplots(2, 3, figsize=(10, 6), layout="constrained")
        for panel, (key, title, unit) in zip(panels.flat, _PANELS, strict=True):
            for number, colour in zip(numbers, _COLOURS, strict=False):
                some = sorted((one["files"], one[key]) for one in figures if one["directives"] == number)
                label = f"{number:,} directives"
                panel.plot(*zip(*some, strict=True), "o-", color=colour, label=label, linewidth=1.8, markersize=4.5)
            if key == "index":
                _ripgrep(panel, figures)
            _dress(panel, title, unit, [one[key] for one in figures] + ([one["rg"] for one in figures] * (key == "index")))
        for panel in panels[1]:
            panel.set_xlabel("Go files in the workspace")
        handles, labels = panels.flat[1].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format=path.suffix[1:], metadata={"Date": None}, facecolor="white", dpi=110)
        pyplot.close(figure)


def _ripgrep(panel: Any, figures: Sequence[dict[str, float]]) -> None:
    sizes = sorted({one["files"] for one in figures})
    fastest = [min(one["rg"] for one in figures if one["files"] == size) for size in sizes]
    panel.plot(sizes, fastest, "--", color=_PALE, label="rg -l, for comparison", linewidth=1.4)


def _dress(panel: Any, title: str, unit: str, values: Sequence[float]) -> None:
    panel.set_xscale("log")
    panel.set_yscale("log")
    low, high = min(values) / _MARGIN, max(values) * _MARGIN
    panel.set_ylim(low, high)
    panel.set_title(title, loc="left", fontsize=10, color=_INK)
    panel.grid(visible=True, which="major", color=_GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(which="both", length=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(value, unit)))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_minor_formatter(NullFormatter())


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 0.9:
        return f"{value * 1000:.3g} ms"
    return f"{value:,.3g} {unit}"
