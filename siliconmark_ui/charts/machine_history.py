"""Charts of one machine's figures over time: against what was expected, with a mark at each change of level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from siliconmark_ui.benchmarks.catalogue import METRICS, ResultField
from siliconmark_ui.charts.documents import (
    BAD,
    GOOD,
    GRID,
    INK,
    MAIN,
    NEUTRAL,
    PANEL,
    FigureDocument,
    Heading,
    Sheet,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.words import figure as figure_of
from siliconmark_ui.charts.words import plain, plural, quantity, ratio
from siliconmark_ui.machines.levels import SHORTEST_PART, Level, LevelChange, levels
from siliconmark_ui.machines.schemas import Measurement
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS
from siliconmark_ui.scoreboard.ratios import LOWER_BOUND, UPPER_BOUND, status_of

HEIGHT = 260
# Plotly does not fade a filled area: its colour is half transparent already.
BAND = "var(--plot-band)"
NAMED_CHANGES = 10
NAMED_POINTS = 40
AXIS_LETTERS = 32
"""Letters that stand beside the axis of a chart of this height."""
_LOOKS = {
    "underperforming": (BAD, "triangle-down"),
    "outperforming": (GOOD, "triangle-up"),
    "as_expected": (MAIN, "circle"),
    "unknown": (NEUTRAL, "circle"),
}


@dataclass(frozen=True)
class MetricPoint:
    """One measurement of one metric, in the metric's unit for the whole node; `expected` is None without one."""

    job_id: str
    job_name: str
    measured_at: str
    value: float
    expected: float | None
    gpu_count: int

    @property
    def ratio(self) -> float | None:
        """The figure as a ratio of what was expected then."""
        return self.value / self.expected if self.expected else None

    def words(self) -> str:
        """Give the figure's status as the scoreboard judges it."""
        return status_of(self.ratio).replace("_", " ")


@dataclass(frozen=True)
class MetricHistory:
    """One metric of a machine in order of time, and the parts in which it kept one level (per GPU where it scales)."""

    metric: str
    points: list[MetricPoint]
    levels: list[Level]

    @property
    def changes(self) -> list[LevelChange]:
        """The changes between the levels; `index` points to the first measurement of the later one."""
        pairs = zip(self.levels, self.levels[1:], strict=False)
        return [LevelChange(after.start, before.median, after.median) for before, after in pairs]


def metric_histories(measurements: Sequence[Measurement]) -> list[MetricHistory]:
    """Give the history of every metric that was ever measured: those with a change of level first, then scored ones."""
    histories = [
        _history(metric, measurements) for metric in METRICS if any(metric in each["figures"] for each in measurements)
    ]
    return sorted(histories, key=lambda history: (not history.changes, history.metric not in SCORED_METRICS))


def _history(metric: str, measurements: Sequence[Measurement]) -> MetricHistory:
    points = [
        MetricPoint(
            each["job_id"],
            each["job_name"],
            each["measured_at"],
            each["figures"][metric],
            each["expected"].get(metric),
            each["gpu_count"],
        )
        for each in measurements
        if metric in each["figures"]
    ]
    return MetricHistory(metric, points, levels([point.value / _share(metric, point) for point in points]))


def _share(metric: str, point: MetricPoint) -> int:
    """Give by what a node's figure is divided: one that takes part with half of its GPUs has not become slower."""
    return point.gpu_count if METRICS[metric].additive else 1


def history_sheet(measurements: Sequence[Measurement]) -> Sheet:
    """Give one chart per measured metric, by the metric's name."""
    return {history.metric: metric_history(history) for history in metric_histories(measurements)}


def metric_history(history: MetricHistory) -> FigureDocument:
    """Draw a metric's measurements over time, the band that was expected, its levels and the changes between them."""
    field = METRICS[history.metric]
    marks = [_change_mark(history, change) for change in history.changes]
    points = [trace for status in _LOOKS if (trace := _points(history, status)) is not None]
    figure = new_figure(
        *_band(history.points),
        *_level_lines(history),
        *points,
        xaxis=axis("Measured (UTC)", type="date", showgrid=False),
        yaxis=axis(_beside(field), rangemode="normal"),
        shapes=[line for line, _ in marks],
        annotations=[label for _, label in marks],
        margin={"l": 56, "r": 16, "t": 28, "b": 44},
    )
    heading = history_heading(history)
    return make_document(
        figure,
        title=heading.title,
        note=heading.note,
        alternative=history_in_words(history),
        height=heading.height,
        min_width=300,
    )


def _beside(field: ResultField) -> str:
    """Give the axis its name: one that is longer than the axis is high has its unit in a line of its own."""
    name = field.display_name
    return name if len(name) <= AXIS_LETTERS else f"{field.label}<br>({field.unit})"


def history_heading(history: MetricHistory) -> Heading:
    """Give the heading of a metric's chart without drawing it."""
    return Heading(history_finding(history), _band_note(history.points), HEIGHT)


def history_finding(history: MetricHistory) -> str:
    """Say what the history shows: its newest change of level, or that it kept one."""
    field = METRICS[history.metric]
    if history.changes:
        change = history.changes[-1]
        moment = history.points[change.index].measured_at[:10]
        others = len(history.changes) - 1
        more = f" ({plural(others, 'earlier change')})" if others else ""
        return f"{field.label} {_moved(change)} from {moment} (UTC){more}"
    count = plural(len(history.points), "measurement")
    if len(history.points) < 2 * SHORTEST_PART:
        return f"{field.label}: {count}, too few to tell a change of level"
    low = sum(status_of(point.ratio) == "underperforming" for point in history.points)
    below = f"; {low} below {LOWER_BOUND:.2f} ×" if low else ""
    return f"{field.label} kept its level over {count}{below}"


def change_words(history: MetricHistory, change: LevelChange) -> str:
    """Say one change of level with both levels and the moment from which it shows."""
    field = METRICS[history.metric]
    point = history.points[change.index]
    per_gpu = " per GPU" if field.additive and point.gpu_count > 1 else ""
    levels_text = f"{figure_of(change.before, field.unit)} to {quantity(change.after, field.unit)}{per_gpu}"
    return f"{field.label} {_moved(change)}, {levels_text}, from {_moment(point)}"


def _moment(point: MetricPoint) -> str:
    return f"{point.measured_at[:16].replace('T', ' ')} UTC"


def history_in_words(history: MetricHistory) -> str:
    """Give the chart's content as text: the range, the newest figure against its expectation, changes, and figures."""
    field, points = METRICS[history.metric], history.points
    low, high = (pick(point.value for point in points) for pick in (min, max))
    newest = points[-1]
    held = f", {ratio(newest.ratio)} of the expected {quantity(newest.expected, field.unit)}" if newest.expected else ""
    span = f"from {points[0].measured_at[:10]} to {newest.measured_at[:10]} (UTC)"
    changes = "; ".join(
        f"{change_words(history, change)} (job {points[change.index].job_name})"
        for change in history.changes[:NAMED_CHANGES]
    )
    return (
        f"{field.label}: {plural(len(points), 'measurement')} {span}, between {figure_of(low, field.unit)} and "
        f"{quantity(high, field.unit)}; the newest is {quantity(newest.value, field.unit)}{held}. "
        + (f"Changes of level: {changes}." if changes else "No change of level.")
        + f" Newest first: {_each(points, field.unit)}."
    )


def _each(points: Sequence[MetricPoint], unit: str) -> str:
    newest = [
        f"{figure_of(point.value, unit)} ({point.measured_at[:10]})" for point in points[: -NAMED_POINTS - 1 : -1]
    ]
    return ", ".join(newest) + (" …" if len(points) > NAMED_POINTS else "")


def _moved(change: LevelChange) -> str:
    return f"{'rose' if change.share > 0 else 'fell'} {abs(change.share):.0%}".replace("%", " %")


def _band_note(points: Sequence[MetricPoint]) -> str:
    known = sum(point.expected is not None for point in points)
    band = f"Band: {LOWER_BOUND:.2f} to {UPPER_BOUND:.2f} × of what was expected"
    if any(status_of(point.ratio) in {"underperforming", "outperforming"} for point in points):
        band += "; triangles lie outside it"
    if known == len(points):
        return band
    return f"{band}, known for {known} of {plural(len(points), 'measurement')}" if known else "Without an expectation"


def _band(points: Sequence[MetricPoint]) -> list[go.Scatter]:
    """Give the expected range as an area between two lines that a missing expectation interrupts."""
    if all(point.expected is None for point in points):
        return []
    times = [point.measured_at for point in points]
    common: dict[str, Any] = {"x": times, "mode": "lines", "hoverinfo": "skip", "line": {"width": 0, "color": GRID}}
    low, high = (
        [point.expected * bound if point.expected else None for point in points] for bound in (LOWER_BOUND, UPPER_BOUND)
    )
    return [go.Scatter(y=low, **common), go.Scatter(y=high, fill="tonexty", fillcolor=BAND, **common)]


def _level_lines(history: MetricHistory) -> list[go.Scatter]:
    traces = []
    for level in history.levels if history.changes else []:
        part = history.points[level.start : level.stop]
        heights = [level.median * _share(history.metric, point) for point in part]
        line = {"color": INK, "width": 1.5}
        traces.append(
            go.Scatter(x=[point.measured_at for point in part], y=heights, mode="lines", hoverinfo="skip", line=line)
        )
    return traces


def _points(history: MetricHistory, status: str) -> go.Scatter | None:
    unit = METRICS[history.metric].unit
    chosen = [point for point in history.points if status_of(point.ratio) == status]
    if not chosen:
        return None
    colour, symbol = _LOOKS[status]
    return go.Scatter(
        x=[point.measured_at for point in chosen],
        y=[point.value for point in chosen],
        customdata=[[plain(point.job_name), _moment(point), _held(point, unit)] for point in chosen],
        meta=headings(["Job", "", "Ratio to the expected figure"], series="Status"),
        name=status.replace("_", " "),
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 8, "line": {"color": PANEL, "width": 1}},
        hovertemplate=(
            f"%{{customdata[0]}}<br>%{{customdata[1]}}<br>%{{y:,.7~g}} {unit}, %{{customdata[2]}}<extra></extra>"
        ),
    )


def _held(point: MetricPoint, unit: str) -> str:
    return f"{ratio(point.ratio)} of {quantity(point.expected, unit)}" if point.expected else "no expectation"


def _change_mark(history: MetricHistory, change: LevelChange) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    moment = history.points[change.index].measured_at
    line = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": moment,
        "x1": moment,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1, "dash": "dash"},
    }
    label = {
        "x": moment,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "text": f"{change.share:+.0%}".replace("%", " %"),
        "showarrow": False,
        "yanchor": "bottom",
        "font": {"size": 11, "color": INK},
    }
    return line, label
