"""Every node's figures among the newest runs of like nodes: a row per metric, the percentile across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading
from siliconmark_ui.charts.documents import (
    BAD,
    GRID,
    MAIN,
    PANEL,
    FigureDocument,
    Heading,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import spread_out, threshold
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.words import plural, quantity
from siliconmark_ui.scoreboard.fleet import FleetSpread, Kind
from siliconmark_ui.scoreboard.schemas import NodePerformance

WORST = 5.0
"""A figure nearer to the bad end than this many percent is among the worst."""
WORST_RUNS = 20
"""Of fewer runs than these, the least is no rare figure, so none is called among the worst."""
NAMED_MAX = 10
LARGE_MARKS_MAX = 64


@dataclass(frozen=True)
class Rank:
    """One metric of one node: its figure and the share of the fleet's runs below it, in percent."""

    node: str
    metric: str
    value: float
    percent: float
    runs: int

    @property
    def is_worst(self) -> bool:
        """Whether the figure is among the worst of the fleet."""
        is_high_good = METRICS[self.metric].higher_is_better
        if is_high_good is None or self.runs < WORST_RUNS:
            return False
        return (self.percent if is_high_good else 100 - self.percent) < WORST

    def words(self) -> str:
        """Give the figure with its place: `2,605 GB/s, higher than 3 % of 397 runs`."""
        figure = quantity(self.value, METRICS[self.metric].unit)
        return f"{figure}, {rank_words(self.percent, plural(self.runs, 'run'))}"


def rank_words(percent: float, of: str) -> str:
    """Write a percentile as a sentence's part: `higher than 12 % of 397 runs`."""
    return f"higher than {percent:.0f} % of {of}"


def ranks(
    nodes: Sequence[NodePerformance],
    readings: Mapping[str, QuickMarkReading],
    spreads: Mapping[Kind, FleetSpread],
) -> list[Rank]:
    """Give every node figure that the fleet has enough runs of, in the order of nodes and of the catalogue."""
    names = node_names(nodes)
    found = []
    for node in nodes:
        spread, reading = spreads.get((node["gpu_model"] or "", node["gpu_count"])), readings.get(node["task_id"])
        if spread is None or reading is None:
            continue
        for metric, value in reading.sound_node().items():
            percent = spread.node_percentile(metric, value)
            if percent is not None:
                found.append(Rank(names[str(node["machine_uuid"])], metric, value, percent, spread.runs))
    return found


def fleet_note(spreads: Mapping[Kind, FleetSpread]) -> str:
    """Say what percentiles are over; empty without any."""
    parts = [
        f"{plural(spread.runs, 'run')} of nodes with {spread.gpu_count} × {spread.gpu_model}"
        for spread in spreads.values()
    ]
    return f"Percentiles among the newest runs of all customers, each machine once: {'; '.join(parts)}" if parts else ""


def ranks_heading(found: Sequence[Rank], note: str) -> Heading:
    """Give the heading of the chart of these ranks without drawing it."""
    return Heading(_finding(found)[0], note, _height(len({rank.metric for rank in found})))


def _height(metrics: int) -> int:
    return 80 + 34 * metrics


def fleet_ranks(found: Sequence[Rank], note: str) -> FigureDocument:
    """Draw a row per metric with every node as a mark at its percentile; the worst of the fleet are marked by shape."""
    metrics = [metric for metric in METRICS if any(rank.metric == metric for rank in found)]
    heights = np.zeros(len(found))
    for row, metric in enumerate(metrics):
        members = np.array([index for index, rank in enumerate(found) if rank.metric == metric])
        values = np.array([found[index].percent for index in members])
        heights[members] = row + (spread_out(values, 0.32) if len(members) > 1 else 0)
    is_crowded = len({rank.node for rank in found}) > LARGE_MARKS_MAX
    figure = new_figure(
        *(
            _marks(found, heights, is_worst=is_worst, is_crowded=is_crowded)
            for is_worst in (False, True)
            if any(rank.is_worst == is_worst for rank in found)
        ),
        xaxis=axis("Percentile among the fleet's runs (%)", range=[-3, 103], tickvals=[5, 25, 50, 75, 95]),
        yaxis=axis(
            "Metric",
            tickmode="array",
            tickvals=list(range(len(metrics))),
            ticktext=[METRICS[metric].label for metric in metrics],
            range=[len(metrics) - 0.4, -0.6],
            gridcolor=GRID,
        ),
        shapes=[threshold(WORST), threshold(50.0), threshold(100.0 - WORST)],
        margin={"l": 56, "r": 24, "t": 12, "b": 44},
    )
    title, words = _finding(found)
    return make_document(
        figure, title=title, note=note, alternative=f"{words} {note}.", height=_height(len(metrics)), min_width=480
    )


def _marks(
    found: Sequence[Rank],
    heights: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    *,
    is_worst: bool,
    is_crowded: bool,
) -> go.Scatter:
    chosen = [index for index, rank in enumerate(found) if rank.is_worst == is_worst]
    size = 9 if is_worst or not is_crowded else 5
    return go.Scatter(
        x=np.array([found[index].percent for index in chosen]),
        y=heights[chosen],
        customdata=[[found[index].node, METRICS[found[index].metric].label, found[index].words()] for index in chosen],
        meta=headings(["Node", "", "Figure with its place in the fleet"], series="Place"),
        name="among the worst 5 %" if is_worst else "elsewhere",
        mode="markers",
        marker={
            "symbol": "diamond" if is_worst else "circle",
            "color": BAD if is_worst else MAIN,
            "size": size,
            "line": {"color": PANEL, "width": 0 if size == 5 else 1},
        },
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
    )


def _finding(found: Sequence[Rank]) -> tuple[str, str]:
    worst = [rank for rank in found if rank.is_worst]
    nodes = len({rank.node for rank in found})
    summary = f"{plural(len(found), 'figure')} of {plural(nodes, 'node')}"
    if max(rank.runs for rank in found) < WORST_RUNS:
        title = f"{summary} among too few runs of the fleet to call any the worst"
        return title, f"{title}."
    if not worst:
        title = f"None of {summary} is among the fleet's worst {WORST:.0f} %"
        return title, f"{title}."
    metrics = list(dict.fromkeys(METRICS[rank.metric].label for rank in worst))
    named = ", ".join(metrics[:3]) + (" and more" if metrics[3:] else "")
    title = f"{len(worst)} of {summary} among the fleet's worst {WORST:.0f} %: {named}"
    each = "; ".join(f"{METRICS[rank.metric].label} of {rank.node}: {rank.words()}" for rank in worst[:NAMED_MAX])
    rest = f"; and {len(worst) - NAMED_MAX} more" if len(worst) > NAMED_MAX else ""
    return title, f"{title}. {each}{rest}."
