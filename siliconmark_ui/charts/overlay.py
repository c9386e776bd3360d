"""The figures of several jobs as curves over each other: which share of them reaches how far."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.charts.documents import (
    INK,
    MAIN,
    MUTED,
    FigureDocument,
    Heading,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import Floats
from siliconmark_ui.charts.words import plain, plural, quantity

STEPS = 200
"""Points of a curve at most: more figures are drawn by that many of their quantiles."""
# Jobs are told apart by the line's kind first: eight hues could not be, least of all by everybody.
LINES = [(colour, dash) for dash in ("solid", "dash", "dot", "longdashdot") for colour in (MAIN, INK)]


class Figures(Protocol):
    """One job's figures of one quantity, never empty, under its full and its short name."""

    @property
    def name(self) -> str:
        """The job's name."""

    @property
    def short(self) -> str:
        """The name beside the curve, another for each job."""

    @property
    def values(self) -> Floats:
        """The figures."""


def overlaid_curves(rows: Sequence[Figures], *, label: str, unit: str, of: str) -> FigureDocument:
    """Draw for each job which share of its figures is at most so high, over one axis (`label`).

    `of` names what one figure belongs to (GPU, node, live link), `unit` is that of the figures.
    """
    figure = new_figure(
        *(_curve(row, place, unit) for place, row in enumerate(rows)),
        xaxis=axis(label),
        yaxis=axis("Share at most so high (%)", range=[-2, 102], tickvals=[0, 25, 50, 75, 100]),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": MUTED, "size": 12}},
        margin={"l": 56, "r": 16, "t": 24 + 20 * -(-len(rows) // 2), "b": 44},
    )
    title, words = _finding(rows, unit, of)
    return make_document(figure, title=title, alternative=words, height=compared_height(len(rows)), min_width=320)


def curves_heading(rows: Sequence[Figures], *, unit: str, of: str) -> Heading:
    """Give the heading of the curves of these jobs without drawing them."""
    return Heading(_finding(rows, unit, of)[0], "", compared_height(len(rows)))


def compared_height(jobs: int) -> int:
    """Give the pixels of a chart of so many jobs, rows or curves: charts beside each other end on one line."""
    # Each row has its room; above the curves two names stand on a line.
    return max(72 + 56 * jobs, 300 + 20 * -(-jobs // 2))


def _curve(row: Figures, place: int, unit: str) -> go.Scatter:
    figures = np.sort(row.values)
    if figures.size > STEPS:
        shares = np.linspace(0, 100, STEPS)
        figures = np.percentile(figures, shares)
    else:
        shares = 100 * np.arange(1, figures.size + 1) / figures.size
    colour, dash = LINES[place % len(LINES)]
    look: dict[str, Any] = {"color": colour, "dash": dash, "width": 2, "shape": "hv"}
    return go.Scatter(
        x=figures,
        y=shares,
        mode="lines" if figures.size > 1 else "markers",
        meta=headings(series="Job"),
        name=plain(row.short),
        line=look,
        marker={"color": colour},
        hovertemplate=f"%{{fullData.name}}<br>%{{y:.0f}} % at most %{{x:,.7~g}} {unit}<extra></extra>",
    )


def _finding(rows: Sequence[Figures], unit: str, of: str) -> tuple[str, str]:
    spans = [(float(row.values.min()), float(row.values.max()), row) for row in rows]
    each = "; ".join(
        f"{row.name}: {plural(row.values.size, of)}, {quantity(low, unit)} to {quantity(high, unit)},"
        f" a quarter at most {quantity(float(np.percentile(row.values, 25)), unit)},"
        f" three quarters at most {quantity(float(np.percentile(row.values, 75)), unit)}"
        for low, high, row in spans
    )
    if len(rows) == 1:
        return f"All figures of {rows[0].name}", f"{each}."
    apart = [
        f"every figure of {one[2].short} is above all of {other[2].short}"
        for one in spans
        for other in spans
        if one[0] > other[1]
    ]
    if not apart:
        return "The figures of these jobs overlap", f"{each}."
    more = f" ({plural(len(apart) - 1, 'more pair')} like that)" if len(apart) > 1 else ""
    return f"{apart[0][0].upper()}{apart[0][1:]}{more}", f"{each}."
