"""How a heat map marks its dead links: a cross each, or one image of them all where they are many."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.charts.documents import BAD, headings
from siliconmark_ui.charts.words import plain

CROSSES_MAX = 300
"""More dead links are drawn as one image: each cross is a shape of its own in the browser."""
_HOVER = "%{y} → %{x}<br>dead: %{customdata}<extra></extra>"
_REPORTED = "Reported of the dead link"


class DeadCell(NamedTuple):
    """A dead link by its place in the map, and what was reported of it."""

    row: int
    column: int
    error: str


def dead_note(dead: int) -> str:
    """Say how that many dead links are marked."""
    return "A cross marks a dead link." if dead <= CROSSES_MAX else "Dead links are filled in red."


def dead_marks(dead: Sequence[DeadCell], labels: list[str], gap: int) -> list[go.Scatter | go.Heatmap]:
    """Give what marks the dead links over a map of nodes with these labels, whose cells stand `gap` pixels apart."""
    if not dead:
        return []
    return [_crosses(dead, labels) if len(dead) <= CROSSES_MAX else _filled(dead, labels, gap)]


def _crosses(dead: Sequence[DeadCell], labels: list[str]) -> go.Scatter:
    size = max(3, min(14, 300 // len(labels)))
    return go.Scatter(
        x=[labels[link.column] for link in dead],
        y=[labels[link.row] for link in dead],
        customdata=[plain(link.error) for link in dead],
        meta=headings([_REPORTED]),
        mode="markers",
        marker={"symbol": "x-thin", "size": size, "line": {"color": BAD, "width": 2}},
        hovertemplate=_HOVER,
    )


def _filled(dead: Sequence[DeadCell], labels: list[str], gap: int) -> go.Heatmap:
    size = len(labels)
    cells = np.full((size, size), np.nan, dtype=np.float32)
    errors = [[""] * size for _ in range(size)]
    for row, column, error in dead:
        cells[row, column] = 1
        errors[row][column] = plain(error)
    return go.Heatmap(
        z=cells,
        x=labels,
        y=labels,
        customdata=errors,
        meta=headings([_REPORTED], z=""),
        colorscale=[[0, BAD], [1, BAD]],
        showscale=False,
        hoverongaps=False,
        xgap=gap,
        ygap=gap,
        hovertemplate=_HOVER,
    )
