"""Charts of QuickMark figures: every node and metric held against what is expected, centred on 1.00."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading
from siliconmark_ui.charts.documents import (
    BAD,
    GOOD,
    GRID,
    INK,
    MUTED,
    NEUTRAL,
    PANEL,
    FigureDocument,
    Focus,
    Heading,
    Sheet,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.fleet_ranks import fleet_note, fleet_ranks, ranks, ranks_heading
from siliconmark_ui.charts.gpus import heat_heading, power_temperature
from siliconmark_ui.charts.marks import bound_labels, spread_out, threshold
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.words import figure as figure_of
from siliconmark_ui.charts.words import plural, quantity, ratio
from siliconmark_ui.scoreboard.fleet import FleetSpread, Kind
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND
from siliconmark_ui.scoreboard.schemas import NodePerformance

NOTHING: Mapping[Any, Any] = MappingProxyType({})
NAMED_NODES_MAX = 40
SMALLEST_REACH = 0.15
EDGE = 0.03
LARGE_MARKS_MAX = 64


@dataclass(frozen=True)
class StatusMark:
    """How a status is drawn: its words, symbol and colour."""

    word: str
    symbol: str
    colour: str


MARKS = {
    "underperforming": StatusMark("underperforming", "triangle-down", BAD),
    "as_expected": StatusMark("as expected", "circle", NEUTRAL),
    "outperforming": StatusMark("outperforming", "triangle-up", GOOD),
}


@dataclass(frozen=True)
class RatioPoint:
    """One metric of one node with an expectation."""

    node: str
    metric: str
    value: float
    expected: float
    ratio: float
    status: str

    def words(self) -> str:
        """Give the ratio with the figure and its expectation: `0.87 × (2,605 of 2,995 GB/s)`."""
        unit = METRICS[self.metric].unit
        return f"{ratio(self.ratio)} ({figure_of(self.value, unit)} of {quantity(self.expected, unit)})"


def quickmark_sheet(
    nodes: Sequence[NodePerformance],
    readings: Mapping[str, QuickMarkReading] = NOTHING,
    spreads: Mapping[Kind, FleetSpread] = NOTHING,
) -> Sheet:
    """Give the charts of a job's scored nodes, of which those without figures are left out.

    `readings` holds what nodes reported by task id, `spreads` the fleet by kind of node. One node needs no ranking.
    """
    points, found = ratio_points(nodes), ranks(nodes, readings, spreads)
    names = node_names(nodes)
    heat = power_temperature(
        _scored_readings(nodes, readings), {node["task_id"]: names[str(node["machine_uuid"])] for node in nodes}
    )
    sheet: Sheet = {}
    if points:
        sheet["metric_ratios"] = metric_ratios(points)
    if found:
        sheet["fleet_ranks"] = fleet_ranks(found, fleet_note(spreads))
    if heat is not None:
        sheet["power_temperature"] = heat
    if sum(node["score"] is not None for node in nodes) > 1:
        sheet["node_scores"] = node_scores(nodes)
    focus: Focus = {"kind": "marks", "nodes": list(names), "names": list(names.values())}
    return {chart: {**document, "focus": focus} for chart, document in sheet.items()}


def _scored_readings(
    nodes: Sequence[NodePerformance], readings: Mapping[str, QuickMarkReading]
) -> dict[str, QuickMarkReading]:
    return {node["task_id"]: readings[node["task_id"]] for node in nodes if node["task_id"] in readings}


def ratio_points(nodes: Sequence[NodePerformance]) -> list[RatioPoint]:
    """Give every metric of every node that has an expectation, in the order of nodes and of the catalogue."""
    names = node_names(nodes)
    return [
        RatioPoint(
            names[str(node["machine_uuid"])], metric, score["value"], score["expected"], score["ratio"], score["status"]
        )
        for node in nodes
        for metric in METRICS
        if (score := node["metrics"].get(metric)) and score["expected"] is not None and score["ratio"] is not None
    ]


def metric_ratios(points: Sequence[RatioPoint]) -> FigureDocument:
    """Draw a row per metric with every node as a mark at its ratio to the expectation."""
    metrics = [metric for metric in METRICS if any(point.metric == metric for point in points)]
    heights = _heights(points, metrics)
    traces = [_marks(points, heights, status) for status in MARKS]
    labels = [METRICS[metric].label for metric in metrics]
    figure = new_figure(
        *(trace for trace in traces if trace is not None),
        xaxis=axis("Ratio to the expectation (×)", range=_reach([point.ratio for point in points]), tickformat=".2f"),
        yaxis=axis(
            "Metric",
            tickmode="array",
            tickvals=list(range(len(metrics))),
            ticktext=labels,
            range=[len(metrics) - 0.4, -0.6],
            gridcolor=GRID,
        ),
        **_ratio_layout(),
    )
    title, words = _ratio_finding(points)
    return make_document(figure, title=title, alternative=words, height=_ratios_height(len(metrics)), min_width=480)


def node_scores(nodes: Sequence[NodePerformance]) -> FigureDocument:
    """Draw each node's score (its lowest group), lowest first: named rows for few nodes, ranks for many."""
    scored = _scored(nodes)
    is_named = len(scored) <= NAMED_NODES_MAX
    traces = [_score_marks(scored, status, is_named=is_named) for status in MARKS]
    rows: dict[str, Any] = (
        {
            "type": "category",
            "autorange": "reversed",
            "categoryorder": "array",
            "categoryarray": [name for _, name, _ in scored],
        }
        if is_named
        else {"autorange": "reversed"}
    )
    figure = new_figure(
        *(trace for trace in traces if trace is not None),
        xaxis=axis(
            "Score: ratio of the lowest group (×)", range=_reach([score for score, _, _ in scored]), tickformat=".2f"
        ),
        yaxis=axis("Node" if is_named else "Node, by rank", showgrid=is_named, **rows),
        **_ratio_layout(),
    )
    title, words = _score_finding(scored, len(nodes))
    return make_document(figure, title=title, alternative=words, height=_scores_height(len(scored)), min_width=360)


def _scored(nodes: Sequence[NodePerformance]) -> list[tuple[float, str, str]]:
    names = node_names(nodes)
    return sorted(
        (node["score"], names[str(node["machine_uuid"])], node["status"]) for node in nodes if node["score"] is not None
    )


def quickmark_headings(
    nodes: Sequence[NodePerformance],
    readings: Mapping[str, QuickMarkReading] = NOTHING,
    spreads: Mapping[Kind, FleetSpread] = NOTHING,
) -> dict[str, Heading]:
    """Give the heading of each chart that `quickmark_sheet` draws of the same, without drawing any."""
    points, found, scored = ratio_points(nodes), ranks(nodes, readings, spreads), _scored(nodes)
    heat = heat_heading(_scored_readings(nodes, readings))
    named: dict[str, Heading] = {}
    if points:
        metrics = {point.metric for point in points}
        named["metric_ratios"] = Heading(_ratio_finding(points)[0], "", _ratios_height(len(metrics)))
    if found:
        named["fleet_ranks"] = ranks_heading(found, fleet_note(spreads))
    if heat is not None:
        named["power_temperature"] = heat
    if len(scored) > 1:
        named["node_scores"] = Heading(_score_finding(scored, len(nodes))[0], "", _scores_height(len(scored)))
    return named


def _ratios_height(metrics: int) -> int:
    return 100 + 44 * metrics


def _scores_height(nodes: int) -> int:
    return max(200, 120 + 22 * nodes) if nodes <= NAMED_NODES_MAX else 480


def _ratio_layout() -> dict[str, Any]:
    band = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": LOWER_BOUND,
        "x1": UPPER_BOUND,
        "y0": 0,
        "y1": 1,
        "fillcolor": GRID,
        "opacity": 0.35,
        "line": {"width": 0},
        "layer": "below",
    }
    centre = {**threshold(1.0), "line": {"color": INK, "width": 1}}
    return {
        "shapes": [band, threshold(LOWER_BOUND), threshold(UPPER_BOUND), centre],
        "annotations": bound_labels(),
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "top",
            "yref": "container",
            "font": {"size": 12, "color": MUTED},
        },
        "margin": {"l": 56, "r": 24, "t": 48, "b": 44},
    }


def _reach(ratios: Sequence[float]) -> list[float]:
    return [min(1 - SMALLEST_REACH, min(ratios) - EDGE), max(1 + SMALLEST_REACH, max(ratios) + EDGE)]


def _heights(points: Sequence[RatioPoint], metrics: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    heights = np.zeros(len(points))
    for row, metric in enumerate(metrics):
        members = np.array([index for index, point in enumerate(points) if point.metric == metric])
        values = np.array([points[index].ratio for index in members])
        heights[members] = row + (spread_out(values, 0.32) if len(members) > 1 else 0)
    return heights


def _mark(status: str, *, is_crowded: bool) -> dict[str, Any]:
    look = MARKS[status]
    size, edge = (5, 0) if is_crowded and status == "as_expected" else (9, 1)
    return {"symbol": look.symbol, "color": look.colour, "size": size, "line": {"color": PANEL, "width": edge}}


def _marks(
    points: Sequence[RatioPoint], heights: np.ndarray[Any, np.dtype[np.float64]], status: str
) -> go.Scatter | None:
    chosen = [index for index, point in enumerate(points) if point.status == status]
    if not chosen:
        return None
    return go.Scatter(
        x=np.array([points[index].ratio for index in chosen]),
        y=heights[chosen],
        customdata=[
            [points[index].node, METRICS[points[index].metric].label, points[index].words()] for index in chosen
        ],
        meta=headings(["Node", "", "Ratio with its figure and the expected one"], series="Status"),
        name=MARKS[status].word,
        mode="markers",
        marker=_mark(status, is_crowded=len({point.node for point in points}) > LARGE_MARKS_MAX),
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
    )


def _score_marks(scored: Sequence[tuple[float, str, str]], status: str, *, is_named: bool) -> go.Scatter | None:
    chosen = [(rank, score, name) for rank, (score, name, own) in enumerate(scored, start=1) if own == status]
    if not chosen:
        return None
    return go.Scatter(
        x=np.array([score for _, score, _ in chosen]),
        y=[name if is_named else rank for rank, _, name in chosen],
        customdata=[[name, ratio(score)] for _, score, name in chosen],
        meta=headings(["Node", ""], y="" if is_named else "Rank, lowest score first", series="Status"),
        name=MARKS[status].word,
        mode="markers",
        marker=_mark(status, is_crowded=len(scored) > LARGE_MARKS_MAX),
        hovertemplate="%{customdata[0]}<br>score %{customdata[1]}<extra></extra>",
    )


def _ratio_finding(points: Sequence[RatioPoint]) -> tuple[str, str]:
    low = sorted((point for point in points if point.status == "underperforming"), key=lambda point: point.ratio)
    metrics = list(dict.fromkeys(METRICS[point.metric].label for point in low))
    summary = f"{plural(len(points), 'figure')} of {plural(len({point.node for point in points}), 'node')}"
    if not low:
        lowest = min(points, key=lambda point: point.ratio)
        title = f"All {summary} are at least {LOWER_BOUND:.2f} × of what is expected"
        return title, f"{title}. The lowest is {METRICS[lowest.metric].label} of {lowest.node}: {lowest.words()}."
    worst = "; ".join(f"{METRICS[point.metric].label} of {point.node} {point.words()}" for point in low[:10])
    more = f"; and {len(low) - 10} more" if len(low) > 10 else ""
    title = f"{len(low)} of {summary} below {LOWER_BOUND:.2f} ×: {', '.join(metrics[:3])}" + (
        " and more" if metrics[3:] else ""
    )
    return title, f"{title}. Lowest first: {worst}{more}."


def _score_finding(scored: Sequence[tuple[float, str, str]], total: int) -> tuple[str, str]:
    low = [(score, name) for score, name, status in scored if status == "underperforming"]
    unknown = total - len(scored)
    rest = f" {plural(unknown, 'node')} without an expectation." if unknown else ""
    score, name = scored[0][0], scored[0][1]
    lowest = f"the lowest is {name} at {ratio(score)}"
    lead = (
        f"{len(low)} of {plural(len(scored), 'node')} below {LOWER_BOUND:.2f} ×"
        if low
        else f"No node of {len(scored)} below {LOWER_BOUND:.2f} ×"
    )
    each = ", ".join(f"{name} {ratio(score)}" for score, name, _ in scored[:20])
    return (
        f"{lead}; {lowest}",
        f"{lead}; {lowest}. Scores, lowest first: {each}{' …' if len(scored) > 20 else ''}.{rest}",
    )
