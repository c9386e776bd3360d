"""A cluster network result: heat maps, how the links are spread, the slowest and the dead ones, the slowest nodes."""

import numpy as np

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, CLUSTER_NETWORK, benchmark_of_key
from siliconmark_ui.benchmarks.cluster_network import Spread, read_cluster_network
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.network import BANDWIDTH, LATENCY, NetworkView, Quantity, network_sheet, network_view
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.words import MISSING, count, figure, plural, quantity
from siliconmark_ui.reports.blocks import Block, Cell, Chart, charts, facts, heading, left, paragraph, right, table
from siliconmark_ui.reports.drawing.network import is_large, link_distribution, link_map
from siliconmark_ui.reports.source import ReportSource, SourceResult
from siliconmark_ui.reports.words import shortened

SLOWEST_LINKS = 15
SLOWEST_NODES = 10
DEAD_LINKS = 30


def networks(source: ReportSource) -> list[Block]:
    """Return a chapter for each completed cluster network result of the job."""
    names = node_names(source["tasks"])
    chapters = [
        _chapter(result, names)
        for result in source["results"]
        if benchmark_of_key(result["key"]) == CLUSTER_NETWORK and result["state"] == "completed"
    ]
    return [block for chapter in chapters for block in chapter]


def _chapter(result: SourceResult, names: dict[str, str]) -> list[Block]:
    _, _, number = result["key"].partition(":")
    title = BENCHMARKS[CLUSTER_NETWORK].name + (f", entry {number} of the sequence" if number else "")
    document = result["document"] if isinstance(result["document"], dict) else {}
    view = network_view(read_cluster_network(document), names)
    blocks = [heading(title), _overview(view, document)]
    if not view.names:
        return [*blocks, paragraph("The result holds no single links, only the figures above.")]
    sheet = network_sheet(view)
    maps = [
        _chart(sheet[f"{key}_map"], link_map(view, of)) for key, of in (("bandwidth", BANDWIDTH), ("latency", LATENCY))
    ]
    spreads = [
        _chart(sheet[f"{key}_distribution"], link_distribution(view, of))
        for key, of in (("bandwidth", BANDWIDTH), ("latency", LATENCY))
    ]
    blocks += [charts(maps, columns=1 if is_large(view) else 2), charts(spreads, columns=2)]
    return [*blocks, *_dead(view, names), *_slowest_links(view, names), *_slowest_nodes(view)]


def _chart(words: FigureDocument, svg: str) -> Chart:
    return {"svg": svg, "title": words["title"], "note": words["note"], "alternative": words["alternative"]}


def _overview(view: NetworkView, document: dict[str, object]) -> Block:
    reading, size = view.reading, len(view.names)
    live = int(np.isfinite(reading.bandwidth).sum())
    dead = len(reading.dead)
    pairs: list[tuple[str, str | Cell]] = [
        ("Nodes", count(size) if size else _reported(document, "node_count", "")),
        ("Live links", f"{count(live)} of {count(size * (size - 1))}" if size else MISSING),
        ("Dead links", {"text": count(dead), "mark": "cross", "tone": "bad"} if dead else "0"),
        ("Links tested, as reported", _reported(document, "total_links_tested", "")),
    ]
    for of, spread, mean in (
        (BANDWIDTH, reading.bandwidth_spread, "avg_bandwidth_gbps"),
        (LATENCY, reading.latency_spread, "avg_latency"),
    ):
        pairs += _spread(of, spread, _reported(document, mean, of.unit))
    return facts(pairs)


def _spread(of: Quantity, spread: Spread | None, reported: str) -> list[tuple[str, str | Cell]]:
    ends = f"{figure(spread.minimum, of.unit)} to {quantity(spread.maximum, of.unit)}" if spread else MISSING
    middle = quantity(spread.median, of.unit) if spread else MISSING
    late = quantity(spread.p95, of.unit) if spread else MISSING
    return [
        (f"{of.name}, median", middle),
        (f"{of.name}, 95th percentile", late),
        (f"{of.name}, range", ends),
        (f"{of.name}, average as reported", reported),
    ]


def _reported(document: dict[str, object], name: str, unit: str) -> str:
    value = document.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return MISSING
    return quantity(float(value), unit) if unit else count(int(value))


def _dead(view: NetworkView, names: dict[str, str]) -> list[Block]:
    dead = view.reading.dead
    if not dead:
        return []
    rows: list[list[str | Cell]] = [
        [names.get(link.source, link.source), names.get(link.target, link.target), shortened(link.error)]
        for link in dead[:DEAD_LINKS]
    ]
    title = plural(len(dead), "dead link")
    blocks = [heading(title, 3), table(title, [left("From", 2), left("To", 2), left("Reported", 4)], rows)]
    if len(dead) > DEAD_LINKS:
        blocks.append(paragraph(f"And {count(len(dead) - DEAD_LINKS)} more: the heat map crosses them all.", "muted"))
    return blocks


def _slowest_links(view: NetworkView, names: dict[str, str]) -> list[Block]:
    reading = view.reading
    links = reading.slowest_links(SLOWEST_LINKS)
    if not links or reading.bandwidth_spread is None:
        return []
    median = reading.bandwidth_spread.median
    rows: list[list[str | Cell]] = [
        [
            names.get(link.source, link.source),
            names.get(link.target, link.target),
            figure(link.bandwidth_gbps, BANDWIDTH.unit),
            f"{link.bandwidth_gbps / median:.2f} ×" if median else MISSING,
            figure(link.latency, LATENCY.unit),
        ]
        for link in links
    ]
    columns = [
        left("From", 3),
        left("To", 3),
        right("Bandwidth (Gbit/s)"),
        right("Of the median"),
        right("Latency (ms)"),
    ]
    title = "Slowest links" if len(rows) > 1 else "Slowest link"
    return [heading(title, 3), table(title, columns, rows)]


def _slowest_nodes(view: NetworkView) -> list[Block]:
    (out, into), (late_out, late_in) = view.means(BANDWIDTH), view.means(LATENCY)
    lowest = np.fmin(out, into)
    order = [int(index) for index in np.argsort(lowest, kind="stable") if np.isfinite(lowest[index])][:SLOWEST_NODES]
    if len(view.names) <= 2 or not order:
        return []
    rows: list[list[str | Cell]] = [
        [
            view.names[index],
            figure(float(out[index]), BANDWIDTH.unit),
            figure(float(into[index]), BANDWIDTH.unit),
            figure(float(late_out[index]), LATENCY.unit),
            figure(float(late_in[index]), LATENCY.unit),
        ]
        for index in order
    ]
    columns = [left("Node", 3)]
    columns += [right(f"{of.name} {way} ({of.unit})") for of in (BANDWIDTH, LATENCY) for way in ("out", "in")]
    title = "Nodes by the mean of their links, slowest first"
    return [heading(title, 3), table(title, columns, rows)]
