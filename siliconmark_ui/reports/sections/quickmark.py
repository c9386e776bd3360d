"""QuickMark figures against what is expected: two charts, and every metric of every kind of node in a table."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from siliconmark_ui.benchmarks.catalogue import METRICS, QUICK_MARK
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.charts.nodes import natural_order, node_names
from siliconmark_ui.charts.quickmark import quickmark_sheet, ratio_points
from siliconmark_ui.charts.words import MISSING, figure, plural, ratio
from siliconmark_ui.reports.blocks import Block, Cell, Chart, charts, heading, left, paragraph, right, table
from siliconmark_ui.reports.drawing import ratios
from siliconmark_ui.reports.source import ReportSource
from siliconmark_ui.reports.words import score_cell
from siliconmark_ui.scoreboard.schemas import MetricScore, NodePerformance

_BAND_NOTE = "The band from 0.90 to 1.10 × is as expected. Triangles point down below it and up above it."


class _Node(NamedTuple):
    reading: QuickMarkReading
    metrics: Mapping[str, MetricScore]


def quickmark(source: ReportSource) -> list[Block]:
    """Return the charts and tables; a sentence when no node reported."""
    kinds = _kinds(source)
    if not kinds:
        return [heading("QuickMark against expected"), paragraph("No node reported QuickMark figures.")]
    blocks = [heading("QuickMark against expected"), *_charts(source["performance_nodes"])]
    for (model, gpus), nodes in kinds.items():
        title = f"{plural(len(nodes), 'node')} with {gpus} × {model}"
        blocks += [heading(title, 3), _figures(title, nodes)]
    broken = sum(not node.reading.power_sound for nodes in kinds.values() for node in nodes)
    if broken:
        verb = "reports" if broken == 1 else "report"
        words = f"{plural(broken, 'node')} {verb} a power too low to be true (sensor?); those figures are left out."
        blocks.append(paragraph(words, "muted"))
    return blocks


def _charts(nodes: Sequence[NodePerformance]) -> list[Block]:
    sheet, names = quickmark_sheet(nodes), node_names(nodes)
    scored = [
        (node["score"], names[str(node["machine_uuid"])], node["status"]) for node in nodes if node["score"] is not None
    ]
    scored.sort(key=lambda node: (node[0], natural_order(node[1])))
    drawn: list[Chart] = []
    for key, note in (("metric_ratios", f"Each mark is one node. {_BAND_NOTE}"), ("node_scores", _BAND_NOTE)):
        if key in sheet:
            svg = ratios.metric_ratios(ratio_points(nodes)) if key == "metric_ratios" else ratios.node_scores(scored)
            chart = sheet[key]
            drawn.append({"svg": svg, "title": chart["title"], "note": note, "alternative": chart["alternative"]})
    return [charts(drawn)] if drawn else []


def _kinds(source: ReportSource) -> dict[tuple[str, int], list[_Node]]:
    """Return the nodes that reported, those with the same GPUs together."""
    documents = {
        result["task_id"]: result["document"]
        for result in source["results"]
        if result["key"] == QUICK_MARK and result["state"] == "completed" and isinstance(result["document"], dict)
    }
    scores = {node["task_id"]: node["metrics"] for node in source["performance_nodes"]}
    kinds: dict[tuple[str, int], list[_Node]] = {}
    for task in source["tasks"]:
        if task["id"] in documents:
            reading = read_quick_mark(documents[task["id"]], task["gpu_count"])
            kind = (task["gpu_model"] or "unknown GPU", task["gpu_count"])
            kinds.setdefault(kind, []).append(_Node(reading, scores.get(str(task["id"]), {})))
    return kinds


def _figures(title: str, nodes: Sequence[_Node]) -> Block:
    columns = [left("Metric", 3), left("Unit")]
    columns += [right(name, 1) for name in ("Lowest", "Median", "Highest", "Expected")]
    columns += [right("Lowest ratio"), right("Median ratio")]
    rows = [_row(metric, nodes) for metric in METRICS]
    return table(f"QuickMark figures of {title}", columns, [row for row in rows if row])


def _row(metric: str, nodes: Sequence[_Node]) -> list[str | Cell]:
    """Return a metric's row over the nodes that reported it, empty when none did."""
    field = METRICS[metric]
    values = [value for node in nodes if (value := node.reading.sound_node().get(metric)) is not None]
    if not values:
        return []
    scores = [node.metrics[metric] for node in nodes if metric in node.metrics]
    expected = [score["expected"] for score in scores if score["expected"] is not None]
    known = [score for score in scores if score["ratio"] is not None]
    written = [figure(value, field.unit) for value in (min(values), median(values), max(values))]
    return [
        field.label,
        field.unit,
        *written,
        figure(median(expected), field.unit) if expected else MISSING,
        *_ratios(known),
    ]


def _ratios(scores: Sequence[MetricScore]) -> list[str | Cell]:
    if not scores:
        return [MISSING, MISSING]
    worst = min(scores, key=lambda score: score["ratio"] or 0.0)
    middle = median(score["ratio"] for score in scores if score["ratio"] is not None)
    return [score_cell(worst["ratio"], worst["status"]), ratio(middle)]
