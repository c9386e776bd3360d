"""What a chart is when it leaves: a Plotly figure whose title says the finding, and the same figures in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

import numpy as np
import plotly.graph_objects as go

INK = "var(--plot-ink)"
MUTED = "var(--plot-muted)"
GRID = "var(--plot-grid)"
AXIS = "var(--plot-axis)"
MAIN = "var(--plot-main)"
SOFT = "var(--plot-soft)"
BAD = "var(--plot-bad)"
GOOD = "var(--plot-good)"
NEUTRAL = "var(--plot-neutral)"
PANEL = "var(--plot-panel)"


NUMBERS = {"separatethousands": True, "exponentformat": "none"}
"""How the numbers beside axes and scales are written: as everywhere, `20,000` and not `20k`."""


class Focus(TypedDict):
    """What the page needs to mark one node in a chart: machine UUIDs and the names that the chart gives them, in order.

    `kind` says where a node is: a row and a column (map), a place on the axis (means), its links (spread, whose figures
    are those of the map `of`), or marks whose details begin with its name. `words` is a sentence for each node.
    """

    kind: Literal["map", "means", "spread", "marks"]
    nodes: list[str]
    names: list[str]
    of: NotRequired[str]
    words: NotRequired[list[str]]


class Pick(TypedDict):
    """What a click on a mark chooses: `value` is what the page is told, `text` says it in words.

    A mark belongs to the pick with the last `point` (a place in the trace) up to its own.
    """

    point: int
    value: str
    text: str
    is_chosen: bool


class FigureDocument(TypedDict):
    """One chart. `height` and `min_width` are pixels; `figure` is Plotly's data and layout.

    Colours are custom properties of the stylesheet, which the page replaces, so that light and dark share one figure.
    """

    title: str
    note: str
    alternative: str
    height: int
    min_width: int
    figure: dict[str, Any]
    focus: NotRequired[Focus]
    picks: NotRequired[list[Pick]]


Sheet = dict[str, FigureDocument]


@dataclass(frozen=True)
class Heading:
    """What stands above a chart and how many pixels high its drawing is: known with the page, before its figures."""

    title: str = ""
    note: str = ""
    height: int = 0


def headings_of(sheet: Sheet) -> dict[str, Heading]:
    """Give the heading of each chart of a sheet."""
    return {
        chart: Heading(document["title"], document["note"], document["height"]) for chart, document in sheet.items()
    }


def new_figure(*traces: Any, **layout: Any) -> go.Figure:
    """Give a figure without a template, with room for axes and nothing else."""
    base = {
        "template": go.layout.Template(),
        "margin": {"l": 56, "r": 16, "t": 12, "b": 44},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": "zoom",
    }
    return go.Figure(data=list(traces), layout={**base, **layout})


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Give an axis that names what it shows and its unit."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": 12, "color": MUTED}},
        "gridcolor": GRID,
        "linecolor": AXIS,
        "tickcolor": AXIS,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"size": 11, "color": MUTED},
        **NUMBERS,
        **more,
    }


def colour_bar(unit: str) -> dict[str, Any]:
    """Give the scale beside a heat map."""
    return {
        "title": {"text": unit, "side": "right"},
        "thickness": 10,
        "outlinewidth": 0,
        "tickfont": {"size": 11},
        **NUMBERS,
    }


def headings(
    details: Sequence[str] = (),
    *,
    x: str | None = None,
    y: str | None = None,
    z: str | None = None,
    series: str | None = None,
) -> dict[str, Any]:
    """Give what a trace says of its columns when its figures leave as a table (a trace's `meta`).

    `details` names the columns of its custom data, in order, `series` that of the traces' names, `z` that of a heat
    map's cells, `x` and `y` stand for the axes' titles where those do not say it. An empty name leaves a column out.
    """
    named = {"x": x, "y": y, "z": z, "series": series}
    return {"details": list(details), **{side: name for side, name in named.items() if name is not None}}


def make_document(
    figure: go.Figure, *, title: str, alternative: str, note: str = "", height: int = 320, min_width: int = 0
) -> FigureDocument:
    """Give the document of a figure; arrays leave in Plotly's compact form."""
    figure.update_layout(height=height)
    drawn = figure.to_dict()
    for trace in drawn["data"]:
        # Plotly leaves an empty array as it is, which no JSON can hold.
        trace.update({name: values.tolist() for name, values in trace.items() if isinstance(values, np.ndarray)})
    return {
        "title": title,
        "note": note,
        "alternative": alternative,
        "height": height,
        "min_width": min_width,
        "figure": drawn,
    }
