"""Charts of a cluster network result: who reaches whom, how fast, how late, and how the links are spread."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from siliconmark_ui.benchmarks.cluster_network import ClusterNetworkReading
from siliconmark_ui.charts.dead_links import DeadCell, dead_marks, dead_note
from siliconmark_ui.charts.documents import (
    INK,
    MAIN,
    MUTED,
    PANEL,
    FigureDocument,
    Focus,
    Heading,
    Sheet,
    axis,
    colour_bar,
    headings,
    make_document,
    new_figure,
)
from siliconmark_ui.charts.marks import Floats, edges_of, inner_range, labelled_line, range_words, spread_out
from siliconmark_ui.charts.nodes import natural_order
from siliconmark_ui.charts.words import count, plain, plural, quantity, span

SLOW_LINK = 0.90
"""A link below this share of the median bandwidth is called slow."""
LATE_LINK = 1.50
"""A link above this multiple of the median latency is called late."""
NOTABLE = 0.05
"""A node whose mean is nearer to the median node than this is not singled out."""
STRIP_MAX = 64
SPREAD_HEIGHT = 280
MEANS_HEIGHT = 300
NAMED_NODES_MAX = 32
UPRIGHT_MAX = 6
ORDERS = ("node", "mean", "latency")
"""By name, by mean bandwidth and by mean latency, the last two with the worst node first."""


@dataclass(frozen=True)
class Quantity:
    """One of the two measured quantities: its words, its unit and which end is the bad one."""

    name: str
    unit: str
    is_high_good: bool

    def label(self) -> str:
        """Give the axis title."""
        return f"{self.name} ({self.unit})"


BANDWIDTH = Quantity("Bandwidth", "Gbit/s", is_high_good=True)
LATENCY = Quantity("Latency", "ms", is_high_good=False)


@dataclass(frozen=True)
class NetworkView:
    """A reading with its nodes named and put in order: `place` holds the original index of each shown node."""

    reading: ClusterNetworkReading
    names: list[str]
    place: NDArray[np.intp]

    @property
    def labels(self) -> list[str]:
        """Give the names as charts draw them: agents may call their nodes anything."""
        return [plain(name) for name in self.names]

    @property
    def uuids(self) -> list[str]:
        """The machine UUIDs of the shown nodes."""
        return [self.reading.nodes[index] for index in self.place]

    def matrix(self, of: Quantity) -> Floats:
        """Give the quantity's matrix in the shown order, NaN where no live link is."""
        figures = self.reading.bandwidth if of is BANDWIDTH else self.reading.latency
        return figures[np.ix_(self.place, self.place)]

    def means(self, of: Quantity) -> tuple[Floats, Floats]:
        """Give each shown node's mean over its outgoing and over its incoming live links."""
        figures = self.matrix(of)
        return self.reading.mean_out(figures), self.reading.mean_in(figures)

    @property
    def dead(self) -> list[DeadCell]:
        """The dead links by their places in the shown order."""
        rows = {uuid: row for row, uuid in enumerate(self.uuids)}
        return [DeadCell(rows[link.source], rows[link.target], link.error) for link in self.reading.dead]


def network_view(reading: ClusterNetworkReading, names: Mapping[str, str], order: str = "node") -> NetworkView:
    """Name the nodes (`names`: UUID -> name) and order them: by name, or the slowest or the latest first.

    Nodes without a live link are worse than all others.
    """
    shown = [names.get(node, node) for node in reading.nodes]
    indexes = sorted(range(len(shown)), key=lambda index: natural_order(shown[index]))
    if order in {"mean", "latency"}:
        mean = (
            _mean_of_both(reading, reading.bandwidth) if order == "mean" else -_mean_of_both(reading, reading.latency)
        )
        indexes.sort(key=lambda index: -np.inf if np.isnan(mean[index]) else mean[index])
    return NetworkView(reading, [shown[index] for index in indexes], np.array(indexes, dtype=np.intp))


def network_sheet(view: NetworkView) -> Sheet:
    """Give every chart of a network result that has links; empty without any."""
    if not view.names:
        return {}
    sheet: Sheet = {}
    for key, of in (("bandwidth", BANDWIDTH), ("latency", LATENCY)):
        nodes: Focus = {"kind": "map", "nodes": view.uuids, "names": view.names}
        sheet[f"{key}_map"] = {**link_map(view, of), "focus": nodes}
        spread: Focus = {**nodes, "kind": "spread", "of": f"{key}_map"}
        sheet[f"{key}_distribution"] = {**link_distribution(view, of), "focus": spread}
        sheet[f"{key}_means"] = {**node_means(view, of), "focus": {**nodes, "kind": "means"}}
    sheet["bandwidth_map"]["focus"]["words"] = node_sentences(view)
    return sheet


def node_sentences(view: NetworkView) -> list[str]:
    """Say of each shown node how fast and how late its links are, and how many are dead."""
    dead = Counter(end for link in view.reading.dead for end in (link.source, link.target))
    columns = [*view.means(BANDWIDTH), *view.means(LATENCY)]
    sentences = []
    for row, (name, uuid) in enumerate(zip(view.names, view.uuids, strict=True)):
        sent, received, wait_out, wait_in = (float(column[row]) for column in columns)
        text = (
            f"{name}: sends {quantity(sent, BANDWIDTH.unit)} ({quantity(wait_out, LATENCY.unit)}),"
            f" receives {quantity(received, BANDWIDTH.unit)} ({quantity(wait_in, LATENCY.unit)}) on average"
        )
        sentences.append(text + (f"; {plural(dead[uuid], 'dead link')}" if dead[uuid] else ""))
    return sentences


def link_map(view: NetworkView, of: Quantity) -> FigureDocument:
    """Draw the node × node heat map: rows send, columns receive, the diagonal blank, dead links crossed."""
    matrix = view.matrix(of)
    low, high, scale = _colour_range(matrix, of)
    size = len(view.names)
    gap = 1 if size <= NAMED_NODES_MAX else 0
    heat = go.Heatmap(
        z=matrix.astype(np.float32),
        x=view.labels,
        y=view.labels,
        meta=headings(z=of.label()),
        zmin=low,
        zmax=high,
        colorscale="Cividis",
        reversescale=not of.is_high_good,
        hoverongaps=False,
        hovertemplate=f"%{{y}} → %{{x}}<br>%{{z:,.7~g}} {of.unit}<extra></extra>",
        colorbar=colour_bar(of.unit),
        xgap=gap,
        ygap=gap,
    )
    spike = {"showspikes": True, "spikemode": "across", "spikethickness": 1, "spikecolor": INK, "spikedash": "solid"}
    ticks = {"type": "category", "showgrid": False, "constrain": "domain", **spike}
    figure = new_figure(
        heat,
        *dead_marks(view.dead, view.labels, gap),
        xaxis=axis("To node", range=[-0.5, size - 0.5], **ticks, **_tick_thinning(view.labels)),
        yaxis=axis("From node", range=[size - 0.5, -0.5], scaleanchor="x", **ticks, **_tick_thinning(view.labels)),
    )
    return make_document(
        figure,
        title=map_finding(view, of),
        note=_map_note(view, scale),
        alternative=_in_words(view, of),
        height=_map_height(size),
        min_width=320,
    )


def _map_note(view: NetworkView, scale: str) -> str:
    return f"{scale} {dead_note(len(view.reading.dead))}"


def _map_height(nodes: int) -> int:
    return min(480, max(340, 220 + 24 * nodes))


def link_distribution(view: NetworkView, of: Quantity) -> FigureDocument:
    """Draw how the live links are spread: every link up to 64, a histogram above, median and p95 as labelled lines."""
    matrix = view.matrix(of)
    live = matrix[np.isfinite(matrix)]
    least, median, p95 = (float(value) for value in np.percentile(live, [0, 50, 95])) if live.size else (0.0, 0.0, 0.0)
    drawn = _strip(view, matrix, of) if live.size <= STRIP_MAX else _histogram(live, of)
    lines = [
        labelled_line(median, f"median {quantity(median, of.unit)} ", side="left"),
        labelled_line(p95, f" p95 {quantity(p95, of.unit)}", side="right", dash="dot"),
        labelled_line(least, f" min {quantity(least, of.unit)}", side="right", dash="dash", row=1),
    ]
    figure = new_figure(
        drawn,
        xaxis=axis(of.label()),
        yaxis=axis("Links", rangemode="tozero")
        if live.size > STRIP_MAX
        else axis("Links", visible=False, range=[-1, 1]),
        shapes=[line for line, _ in lines] if live.size else [],
        annotations=[label for _, label in lines] if live.size else [],
        margin={"l": 56, "r": 96, "t": 42, "b": 44},
        bargap=0.04,
    )
    title, words = _distribution_finding(live, of)
    return make_document(figure, title=title, note=words, alternative=words, height=SPREAD_HEIGHT)


def _distribution_finding(live: Floats, of: Quantity) -> tuple[str, str]:
    words = f"{of.name} of {plural(int(live.size), 'live link')}: " + _spread_words(live, of)
    if not live.size:
        return "No live link", words
    median, p95 = (float(value) for value in np.percentile(live, [50, 95]))
    reach, answer = f"Half of the links reach {quantity(median, of.unit)}", quantity(p95, of.unit)
    return (reach if of.is_high_good else f"95 % of the links answer within {answer}"), words


def network_headings(view: NetworkView) -> dict[str, Heading]:
    """Give the heading of each chart by its name, without drawing any."""
    found = {}
    for of in (BANDWIDTH, LATENCY):
        matrix, name = view.matrix(of), of.name.lower()
        live = matrix[np.isfinite(matrix)]
        note = _map_note(view, _colour_range(matrix, of)[2])
        found[f"{name}_map"] = Heading(map_finding(view, of), note, _map_height(len(view.names)))
        found[f"{name}_distribution"] = Heading(*_distribution_finding(live, of), SPREAD_HEIGHT)
        found[f"{name}_means"] = Heading(_means_finding(view, of, *view.means(of))[0], "", MEANS_HEIGHT)
    return found


def node_means(view: NetworkView, of: Quantity) -> FigureDocument:
    """Draw each node's mean over its outgoing and its incoming links."""
    out, into = view.means(of)
    template = f"%{{x}}<br>%{{fullData.name}}: %{{y:,.7~g}} {of.unit}<extra></extra>"
    size = 7 if len(view.names) <= STRIP_MAX else 4
    marks = {"mode": "markers", "x": view.labels, "hovertemplate": template, "meta": headings(series="Mean over")}
    figure = new_figure(
        go.Scatter(
            y=out, name="mean of outgoing links", marker={"color": MAIN, "size": size, "symbol": "circle"}, **marks
        ),
        go.Scatter(
            y=into,
            name="mean of incoming links",
            marker={"color": PANEL, "size": size, "symbol": "square", "line": {"color": MUTED, "width": 1}},
            **marks,
        ),
        xaxis=axis("Node", type="category", showgrid=False, **_tick_thinning(view.labels), **_tilt(view.labels)),
        yaxis=axis(of.label()),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": MUTED, "size": 12}},
        margin={"l": 56, "r": 16, "t": 32, "b": 44},
    )
    title, words = _means_finding(view, of, out, into)
    return make_document(figure, title=title, alternative=words, height=MEANS_HEIGHT)


def map_finding(view: NetworkView, of: Quantity) -> str:
    """Say what the heat map shows: dead links, then links at the bad end of the scale."""
    matrix = view.matrix(of)
    live = matrix[np.isfinite(matrix)]
    dead = len(view.reading.dead)
    parts = [plural(dead, "dead link")] if dead and of is BANDWIDTH else []
    if live.size:
        median = float(np.median(live))
        bad = int((live < SLOW_LINK * median).sum() if of.is_high_good else (live > LATE_LINK * median).sum())
        limit = f"{SLOW_LINK:.2f} ×" if of.is_high_good else f"{LATE_LINK:.2f} ×"
        word = "below" if of.is_high_good else "above"
        number = f"{count(bad)} of {plural(int(live.size), 'link')}" if bad else f"No link of {count(int(live.size))}"
        parts.append(f"{number} {word} {limit} the median ({quantity(median, of.unit)})")
    return "; ".join(parts) or "No live link was measured"


def _mean_of_both(reading: ClusterNetworkReading, figures: Floats) -> Floats:
    out, into = reading.mean_out(figures), reading.mean_in(figures)
    both = np.vstack([out, into])
    finite = np.isfinite(both)
    sums = np.where(finite, both, 0).sum(axis=0)
    return np.where(finite.any(axis=0), sums / np.maximum(finite.sum(axis=0), 1), np.nan)


def _colour_range(matrix: Floats, of: Quantity) -> tuple[float, float, str]:
    live = matrix[np.isfinite(matrix)]
    if not live.size:
        return 0.0, 1.0, "No live link."
    low, high = inner_range(live)
    if low == high:
        low, high = low - abs(low) * 0.05 - 1e-9, high + abs(high) * 0.05 + 1e-9
    return low, high, f"{range_words(live, low, high, of.unit)} Light is good."


def _tick_thinning(names: list[str]) -> dict[str, Any]:
    if len(names) <= NAMED_NODES_MAX:
        return {"tickmode": "array", "tickvals": names}
    step = -(-len(names) // 16)
    return {"tickmode": "array", "tickvals": names[::step]}


def _tilt(names: list[str]) -> dict[str, Any]:
    """Tilt names that would touch each other; the drawing tilts them by itself only once they overlap."""
    return {"tickangle": -35} if len(names) > UPRIGHT_MAX else {}


def _strip(view: NetworkView, matrix: Floats, of: Quantity) -> go.Scatter:
    rows, columns = np.nonzero(np.isfinite(matrix))
    values = matrix[rows, columns]
    links = [f"{view.labels[row]} → {view.labels[column]}" for row, column in zip(rows, columns, strict=True)]
    return go.Scatter(
        x=values,
        y=spread_out(values, 0.7),
        customdata=links,
        meta=headings(["Link"]),
        mode="markers",
        marker={"size": 8, "color": MAIN, "opacity": 0.75, "line": {"color": PANEL, "width": 1}},
        hovertemplate=f"%{{customdata}}<br>%{{x:,.7~g}} {of.unit}<extra></extra>",
    )


def _histogram(live: Floats, of: Quantity) -> go.Bar:
    counts, edges = np.histogram(live, edges_of(live))
    middle = (edges[:-1] + edges[1:]) / 2
    ranges = [span(float(low), float(high)) for low, high in pairwise(edges)]
    return go.Bar(
        x=middle,
        y=counts,
        customdata=[[words, plural(int(links), "link")] for words, links in zip(ranges, counts, strict=True)],
        meta=headings([f"Range of the bar: {of.label()}", ""], x=f"Middle of the bar: {of.label()}"),
        width=np.diff(edges) * 0.96,
        marker={"color": MAIN, "line": {"width": 0}},
        hovertemplate=f"%{{customdata[0]}} {of.unit}<br>%{{customdata[1]}}<extra></extra>",
    )


def _spread_words(live: Floats, of: Quantity) -> str:
    if not live.size:
        return "none."
    least, p5, median, p95, most = (float(value) for value in np.percentile(live, [0, 5, 50, 95, 100]))
    figures = (("lowest", least), ("p5", p5), ("median", median), ("p95", p95), ("highest", most))
    return ", ".join(f"{word} {quantity(value, of.unit)}" for word, value in figures) + "."


def _in_words(view: NetworkView, of: Quantity) -> str:
    matrix = view.matrix(of)
    live = matrix[np.isfinite(matrix)]
    size = len(view.names)
    links = f"{count(int(live.size))} of {count(size * (size - 1))} directed links live"
    lead = f"{of.name} between {plural(size, 'node')}, {links}"
    return f"{lead}. {map_finding(view, of)}. Over the live links: {_spread_words(live, of)}"


def _means_finding(view: NetworkView, of: Quantity, out: Floats, into: Floats) -> tuple[str, str]:
    ends: list[tuple[float, str]] = []
    words = []
    for word, means in (("outgoing", out), ("incoming", into)):
        finite = np.flatnonzero(np.isfinite(means))
        if not finite.size:
            continue
        chosen = finite[np.argmin(means[finite]) if of.is_high_good else np.argmax(means[finite])]
        value, name = float(means[chosen]), view.names[int(chosen)]
        median = float(np.median(means[finite]))
        ends.append((value / median if median else 1.0, f"{name}: {word} links average {quantity(value, of.unit)}"))
        words.append(
            f"{word.capitalize()} links: median node {quantity(median, of.unit)}, "
            f"{'lowest' if of.is_high_good else 'highest'} {name} with {quantity(value, of.unit)}."
        )
    if not ends:
        return "No node has a live link", "No node has a live link."
    share, sentence = min(ends) if of.is_high_good else max(ends)
    if abs(share - 1) < NOTABLE:
        alike = f"{of.name}: every node's links average within {100 * NOTABLE:.0f} % of the median node"
        return alike, " ".join(words)
    return f"{sentence}, {share:.2f} × the median node", " ".join(words)
