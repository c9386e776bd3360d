"""What the QuickMark tab shows: each node's figures against their expectation, and one node's GPUs."""

import dataclasses
from collections.abc import Mapping, Sequence

from siliconmark_ui.benchmarks.catalogue import METRICS, QUICK_MARK, ResultField
from siliconmark_ui.benchmarks.quick_mark import POWER, GpuReading, QuickMarkReading, read_quick_mark
from siliconmark_ui.charts import words
from siliconmark_ui.charts.figures import document_of
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.scoreboard.expectations import GROUPS, SCORED_METRICS
from siliconmark_ui.scoreboard.ratios import status_of
from siliconmark_ui.scoreboard.schemas import MetricScore, NodePerformance
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import ExportChoice
from siliconmark_ui.ui.pages.job_detail.exports import job_exports

TEMPERATURE = "temperature_centigrade"
ROWS_SHOWN = 64
SENSOR = "sensor?"
SENSOR_HINT = "The power sensor reports under 20 W per GPU while computing, so its figures are left out"
NOT_REPORTED = "This node has not reported this figure"


@dataclasses.dataclass(frozen=True)
class CellView:
    """One figure of a table: its text, the hover text, and a status where it is outside the expected range."""

    text: str = words.MISSING
    hint: str = NOT_REPORTED
    status: str = ""


@dataclasses.dataclass(frozen=True)
class NodeFiguresView:
    """One node's row: its score, its figures in the order of the heads, and the address that shows its GPUs."""

    name: str = ""
    href: str = ""
    gpus: str = ""
    status: str = ""
    score: str = ""
    hint: str = ""
    is_chosen: bool = False
    cells: list[CellView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class GpuView:
    """One GPU's row."""

    name: str = ""
    hint: str = ""
    cells: list[CellView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class QuickMarkTabView:
    """What the tab shows; `source` is empty when nothing can be held against an expectation."""

    source: str = ""
    has_figures: bool = False
    has_ratios: bool = False
    has_scores: bool = False
    heads: list[str] = dataclasses.field(default_factory=list)
    rows: list[NodeFiguresView] = dataclasses.field(default_factory=list)
    rows_note: str = ""
    all_rows_href: str = ""
    gpu_title: str = ""
    gpu_heads: list[str] = dataclasses.field(default_factory=list)
    gpus: list[GpuView] = dataclasses.field(default_factory=list)
    exports: list[ExportChoice] = dataclasses.field(default_factory=list)


def quickmark_tab_view(
    detail: JobDetail, nodes: Sequence[NodePerformance], chosen_task: str, *, show_all: bool
) -> QuickMarkTabView:
    """Give the tab; the GPUs are those of `chosen_task`, of the lowest node when it is unknown."""
    readings = node_readings(detail)
    if not nodes:
        return QuickMarkTabView()
    ranked = sorted(nodes, key=lambda node: (node["score"] is None, node["score"] or 0.0))
    chosen = next((node for node in ranked if node["task_id"] == chosen_task), ranked[0])
    metrics = [
        name
        for name in (*SCORED_METRICS, POWER, TEMPERATURE)
        if any(name in reading.node for reading in readings.values())
    ]
    names = node_names(nodes)
    shown = ranked if show_all else ranked[:ROWS_SHOWN]
    is_cut = len(shown) < len(ranked)
    reading = readings.get(chosen["task_id"])
    heads, gpus = gpu_rows(reading, chosen) if reading else ([], [])
    return QuickMarkTabView(
        source=urls.figures(detail["id"], "quickmark"),
        has_figures=True,
        has_ratios=any(score["ratio"] is not None for node in nodes for score in node["metrics"].values()),
        has_scores=sum(node["score"] is not None for node in nodes) > 1,
        heads=[METRICS[name].display_name for name in metrics],
        rows=[_node_row(detail["id"], node, readings, metrics, names, chosen["task_id"]) for node in shown],
        rows_note=f"The {len(shown)} lowest of {words.plural(len(ranked), 'node')}" if is_cut else "Lowest score first",
        all_rows_href=urls.job(detail["id"], tab="quickmark", rows="all") if is_cut else "",
        gpu_title=f"GPUs of {names[str(chosen['machine_uuid'])]}",
        gpu_heads=heads,
        gpus=gpus,
        exports=_exports(detail["id"], readings),
    )


def _exports(job_id: str, readings: Mapping[str, QuickMarkReading]) -> list[ExportChoice]:
    rows = sum(1 + len(reading.gpus) for reading in readings.values() if reading.node)
    gpus = sum(len(reading.gpus) for reading in readings.values())
    count = f"{words.plural(len(readings), 'node')}, {words.plural(gpus, 'GPU')}"
    return job_exports(job_id, "quickmark", rows, count)


def node_readings(detail: JobDetail) -> dict[str, QuickMarkReading]:
    """Give task id -> QuickMark reading for the tasks that reported one."""
    return {
        task["id"]: read_quick_mark(document_of(task["benchmark_results"][QUICK_MARK]), task["gpu_count"])
        for task in detail["tasks"]
        if QUICK_MARK in task["benchmark_results"]
    }


def _node_row(
    job_id: str,
    node: NodePerformance,
    readings: Mapping[str, QuickMarkReading],
    metrics: Sequence[str],
    names: Mapping[str, str],
    chosen: str,
) -> NodeFiguresView:
    reading = readings.get(node["task_id"])
    return NodeFiguresView(
        name=names[str(node["machine_uuid"])],
        href=urls.job(job_id, tab="quickmark", node=node["task_id"]) + "#gpus",
        gpus=f"{node['gpu_count']} × {node['gpu_model'] or 'unknown GPU'}",
        status=node["status"],
        score=words.ratio(node["score"]),
        hint=", ".join(f"{name} {words.ratio(node['groups'][name]['score'])}" for name in GROUPS),
        is_chosen=node["task_id"] == chosen,
        cells=[_node_cell(reading, name, node["metrics"].get(name)) for name in metrics],
    )


def _node_cell(reading: QuickMarkReading | None, metric: str, score: MetricScore | None) -> CellView:
    if reading is None or metric not in reading.node:
        return CellView()
    field = METRICS[metric]
    if field.needs_power_sensor and not reading.power_sound:
        return CellView(SENSOR, SENSOR_HINT, "sensor")
    value = reading.node[metric]
    return CellView(words.figure(value, field.unit), *_judged(field, value, score))


def _judged(field: ResultField, value: float, score: MetricScore | None) -> tuple[str, str]:
    figure = f"{field.label}: {words.quantity(value, field.unit)}"
    if score is None or score["expected"] is None or score["ratio"] is None:
        return f"{figure}, without an expectation", ""
    status = score["status"] if score["status"] in {"underperforming", "outperforming"} else ""
    return (
        f"{figure}, {words.ratio(score['ratio'])} of expected {words.quantity(score['expected'], field.unit)}",
        status,
    )


def gpu_rows(reading: QuickMarkReading, node: NodePerformance) -> tuple[list[str], list[GpuView]]:
    """Give the heads and one row per GPU; compute and memory are held against the node's expectation per GPU."""
    metrics = [name for name in METRICS if any(name in gpu.metrics for gpu in reading.gpus)]
    rows = [
        GpuView(f"GPU {gpu.index}", gpu.gpu_id, [_gpu_cell(gpu, name, reading, node) for name in metrics])
        for gpu in reading.gpus
    ]
    return [METRICS[name].display_name for name in metrics], rows


def _gpu_cell(gpu: GpuReading, metric: str, reading: QuickMarkReading, node: NodePerformance) -> CellView:
    field, value = METRICS[metric], gpu.metrics.get(metric)
    if value is None:
        return CellView(hint="This GPU has not reported this figure")
    if field.needs_power_sensor and not reading.power_sound:
        return CellView(SENSOR, SENSOR_HINT, "sensor")
    score = node["metrics"].get(metric)
    expected = score["expected"] if score and field.group in {"compute", "memory"} else None
    if not expected:
        return CellView(words.figure(value, field.unit), f"{field.label}: {words.quantity(value, field.unit)}")
    share = expected / node["gpu_count"]
    own: MetricScore = {"value": value, "expected": share, "ratio": value / share, "status": status_of(value / share)}
    return CellView(words.figure(value, field.unit), *_judged(field, value, own))
