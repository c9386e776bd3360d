"""How the figures of several jobs are spread: one row a job over a shared axis, every value drawn up to 64 of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts.documents import (
    GRID,
    INK,
    MAIN,
    MUTED,
    PANEL,
    FigureDocument,
    Heading,
    Sheet,
    axis,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import Floats, edges_of, spread_out
from siliconmark_ui.charts.overlay import compared_height, curves_heading, overlaid_curves
from siliconmark_ui.charts.words import plain, plural, quantity, span
from siliconmark_ui.comparisons.reading import ComparedJob
from siliconmark_ui.comparisons.table import measured
from siliconmark_ui.scoreboard.expectations import INTERCONNECT, SCORED_METRICS

OVERLAY = "/curves"
"""What follows a chart's name in that of its curves."""
STRIP_MAX = 64
NAME_MAX = 24
NEAR = 0.01
"""Medians that lie nearer together than this share are called alike."""
MANIFOLD = 2.0
"""From this multiple on a median is called a multiple instead of so many percent higher."""
HALF_ROW = 0.28
LEAST_SHOWN = 0.06
"""Share of a row's height that a bar of a single figure has at least, so that it is seen."""


@dataclass(frozen=True)
class SpreadRow:
    """One job's figures of one quantity, never empty; `short` is the name beside the axis."""

    name: str
    short: str
    values: Floats

    @property
    def median(self) -> float:
        """The median of the figures."""
        return float(np.median(self.values))


@dataclass(frozen=True)
class Compared:
    """What is compared: its name, unit, what one value belongs to, and which end is good (None: neither)."""

    name: str
    unit: str
    of: str
    higher_is_better: bool | None

    @property
    def label(self) -> str:
        """The axis title."""
        return f"{self.name} ({self.unit})"


BANDWIDTH = Compared("Link bandwidth", "Gbit/s", "live link", higher_is_better=True)
LATENCY = Compared("Link latency", "ms", "live link", higher_is_better=False)


def comparison_sheet(jobs: Sequence[ComparedJob], metric: str) -> Sheet:
    """Give the charts of a comparison that have figures: `metric` of every GPU or node, and the links of each network.

    A network's charts are named `bandwidth` and `latency`, those of a second entry `bandwidth:2` and so on; each has
    its rows and, as `bandwidth/curves`, its curves over each other.
    """
    sheet: Sheet = {}
    for chart, of, rows in _compared(jobs, metric):
        sheet[chart] = overlaid(rows, of)
        sheet[f"{chart}{OVERLAY}"] = overlaid_curves(rows, label=of.label, unit=of.unit, of=of.of)
    return sheet


def comparison_headings(jobs: Sequence[ComparedJob], metric: str) -> dict[str, Heading]:
    """Give the heading of each chart that `comparison_sheet` draws of the same, without drawing any."""
    named: dict[str, Heading] = {}
    for chart, of, rows in _compared(jobs, metric):
        named[chart] = Heading(spread_finding(rows, of), _note(rows, of), compared_height(len(rows)))
        named[f"{chart}{OVERLAY}"] = curves_heading(rows, unit=of.unit, of=of.of)
    return named


def _compared(jobs: Sequence[ComparedJob], metric: str) -> Iterator[tuple[str, Compared, list[SpreadRow]]]:
    """Give each quantity that any job has figures of: its chart's name, what it is, and the rows of these jobs."""
    shorts = job_names(jobs)
    if metric in METRICS:
        field = METRICS[metric]
        of = Compared(field.label, field.unit, "node" if field.group == INTERCONNECT else "GPU", field.higher_is_better)
        figures = [SpreadRow(job.name, short, measured(job, metric)) for short, job in zip(shorts, jobs, strict=True)]
        if rows := _with_figures(figures):
            yield "metric", of, rows
    for key in network_keys(jobs):
        suffix = key.partition(":")[2]
        entry = f", entry {suffix}" if suffix else ""
        for chart, of in (("bandwidth", BANDWIDTH), ("latency", LATENCY)):
            figures = [
                SpreadRow(job.name, short, getattr(job.networks[key], chart))
                for short, job in zip(shorts, jobs, strict=True)
                if key in job.networks
            ]
            if rows := _with_figures(figures):
                yield f"{chart}:{suffix}" if suffix else chart, replace(of, name=of.name + entry), rows


def _with_figures(rows: Sequence[SpreadRow]) -> list[SpreadRow]:
    return [row for row in rows if row.values.size]


def network_keys(jobs: Sequence[ComparedJob]) -> list[str]:
    """Give the keys of the network results that list links in any of the jobs, in order."""
    return sorted({key for job in jobs for key, network in job.networks.items() if network.bandwidth.size})


def compared_metrics(jobs: Sequence[ComparedJob]) -> list[str]:
    """Give the metrics that any of the jobs has figures of, in the order of the catalogue."""
    return [metric for metric in METRICS if any(measured(job, metric).size for job in jobs)]


def most_different_metric(jobs: Sequence[ComparedJob]) -> str:
    """Give the scored metric whose medians lie farthest apart; empty when no job has figures."""
    known = [metric for metric in compared_metrics(jobs) if metric in SCORED_METRICS]
    return max(known, key=lambda metric: _distance(jobs, metric), default="")


def _distance(jobs: Sequence[ComparedJob], metric: str) -> float:
    medians = [float(np.median(values)) for job in jobs if (values := measured(job, metric)).size]
    return max(medians) / min(medians) - 1 if min(medians) > 0 else 0.0


def job_names(jobs: Sequence[ComparedJob]) -> list[str]:
    """Give each job a short name of its own: cut, and followed by the end of its id where two would be the same."""
    short = [job.name if len(job.name) <= NAME_MAX else f"{job.name[: NAME_MAX - 1].rstrip()}…" for job in jobs]
    return [
        name if short.count(name) == 1 else f"{name} ({job.id[-4:]})" for name, job in zip(short, jobs, strict=True)
    ]


def overlaid(rows: Sequence[SpreadRow], of: Compared) -> FigureDocument:
    """Draw the rows under each other over one axis: every value or, above 64 of them, a histogram to its highest bar.

    The bars of all jobs have the same edges. Median and p95 of each row are drawn as lines and written beside it.
    """
    long = [row.values for row in rows if row.values.size > STRIP_MAX]
    edges = edges_of(np.concatenate(long)) if long else np.zeros(0)
    traces = [
        _strip(row, place, of) if row.values.size <= STRIP_MAX else _bars(row, place, of, edges)
        for place, row in enumerate(rows)
    ]
    ticks = {"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": [plain(row.short) for row in rows]}
    figure = new_figure(
        *traces,
        xaxis=axis(of.label),
        yaxis=axis("Job", range=[len(rows) - 0.5, -0.5], gridcolor=GRID, **ticks),
        shapes=[line for place, row in enumerate(rows) for line in _lines(row, place)],
        annotations=[_label(row, place, of) for place, row in enumerate(rows)],
        margin={"l": 56, "r": 136, "t": 12, "b": 44},
    )
    return make_document(
        figure,
        title=spread_finding(rows, of),
        note=_note(rows, of),
        alternative=spread_in_words(rows, of),
        height=compared_height(len(rows)),
        min_width=484,
    )


def spread_finding(rows: Sequence[SpreadRow], of: Compared) -> str:
    """Say which job's median leads, and how far behind the last one is."""
    if len(rows) == 1:
        return f"Only {rows[0].name} has figures: median {quantity(rows[0].median, of.unit)}"
    ranked = sorted(rows, key=lambda row: row.median, reverse=of.higher_is_better is not False)
    first, last = ranked[0], ranked[-1]
    if abs(first.median - last.median) <= NEAR * max(first.median, last.median):
        return f"{of.name}: the medians lie within {100 * NEAR:.0f} % of each other"
    lead = f"{of.name}: median {quantity(first.median, of.unit)} in {first.name}"
    factor = last.median / first.median if first.median else 0.0
    if factor >= MANIFOLD:
        return f"{lead}, {factor:.1f} × that in {last.name}"
    word = "lower" if factor < 1 else "higher"
    return f"{lead}, {100 * abs(factor - 1):.0f} % {word} in {last.name}"


def spread_in_words(rows: Sequence[SpreadRow], of: Compared) -> str:
    """Give the chart's content as text: count, median and the ends of each row."""
    return " ".join(
        f"{row.name}: {plural(row.values.size, of.of)}, median {quantity(row.median, of.unit)}, "
        f"lowest {quantity(float(row.values.min()), of.unit)}, p5 {quantity(_at(row, 5), of.unit)}, "
        f"p95 {quantity(_at(row, 95), of.unit)}, highest {quantity(float(row.values.max()), of.unit)}."
        for row in rows
    )


def _note(rows: Sequence[SpreadRow], of: Compared) -> str:
    long = [row.values.size > STRIP_MAX for row in rows]
    parts = [] if all(long) else [f"Each dot is one {of.of}"]
    parts += [f"bars: {of.of}s, each job to its own highest"] if any(long) else []
    words = "; ".join([*parts, "line: median", "dotted: p95"])
    return words[0].upper() + words[1:]


def _at(row: SpreadRow, percentile: float) -> float:
    return float(np.percentile(row.values, percentile))


def _strip(row: SpreadRow, place: int, of: Compared) -> go.Scatter:
    return go.Scatter(
        x=row.values,
        y=place + spread_out(row.values, HALF_ROW),
        mode="markers",
        meta=headings(series="Job", y="Name beside the axis"),
        name=plain(row.name),
        marker={"color": MAIN, "size": 7, "opacity": 0.85, "line": {"color": PANEL, "width": 1}},
        # By its place and not as part of the template, in which `%{…}` would be replaced.
        hovertemplate=f"%{{fullData.name}}<br>%{{x:,.7~g}} {of.unit}<extra></extra>",
    )


def _bars(row: SpreadRow, place: int, of: Compared, edges: Floats) -> go.Bar:
    counts, _ = np.histogram(row.values, edges)
    shown = np.flatnonzero(counts)
    heights = np.maximum(LEAST_SHOWN, counts[shown] / counts.max()) * 2 * HALF_ROW
    ranges = [span(float(low), float(high)) for low, high in pairwise(edges)]
    return go.Bar(
        x=((edges[:-1] + edges[1:]) / 2)[shown],
        # The axis runs downwards: what stands on a row's floor reaches up by a negative height.
        y=-heights,
        base=[place + HALF_ROW] * len(shown),
        width=np.diff(edges)[shown],
        meta=headings(
            [f"Range of the bar: {of.label}", "", f"{of.of[0].upper()}{of.of[1:]}s"],
            x=f"Middle of the bar: {of.label}",
            y="",
            series="Job",
        ),
        name=plain(row.name),
        marker={"color": MAIN, "line": {"width": 0}},
        customdata=[[ranges[at], plural(int(counts[at]), of.of), int(counts[at])] for at in shown],
        hovertemplate=f"%{{fullData.name}}<br>%{{customdata[0]}} {of.unit}<br>%{{customdata[1]}}<extra></extra>",
    )


def _lines(row: SpreadRow, place: int) -> Iterator[Mapping[str, Any]]:
    for value, look in ((row.median, {"width": 2}), (_at(row, 95), {"width": 1.5, "dash": "dot"})):
        yield {
            "type": "line",
            "x0": value,
            "x1": value,
            "y0": place - HALF_ROW - 0.08,
            "y1": place + HALF_ROW + 0.08,
            "line": {"color": INK, **look},
        }


def _label(row: SpreadRow, place: int, of: Compared) -> Mapping[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "y": place,
        "xanchor": "left",
        "xshift": 8,
        "align": "left",
        "text": f"median {quantity(row.median, of.unit)}<br>p95 {quantity(_at(row, 95), of.unit)}",
        "showarrow": False,
        "font": {"size": 11, "color": MUTED},
    }
