"""What the QuickMark tab shows: each node's figures against their expectation, and one node's GPUs."""

import dataclasses
from collections.abc import Mapping, Sequence

from siliconmark_ui.benchmarks.catalogue import METRICS, ResultField
from siliconmark_ui.benchmarks.quick_mark import GpuReading, QuickMarkReading
from siliconmark_ui.charts import words
from siliconmark_ui.charts.documents import Heading, headings_of
from siliconmark_ui.charts.figures import NO_SPREADS, node_readings
from siliconmark_ui.charts.fleet_ranks import fleet_note, rank_words
from siliconmark_ui.charts.gpus import gpu_sheet
from siliconmark_ui.charts.nodes import node_names
from siliconmark_ui.charts.quickmark import quickmark_headings
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.scoreboard.expectations import FLEET_MINIMUM, GROUPS
from siliconmark_ui.scoreboard.fleet import FleetSpread, Kind
from siliconmark_ui.scoreboard.ratios import status_of
from siliconmark_ui.scoreboard.schemas import MetricScore, NodePerformance
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import ExportChoice
from siliconmark_ui.ui.pages.job_detail.exports import job_exports
from siliconmark_ui.ui.pages.job_detail.overview import no_figures, what_comes

ROWS_SHOWN = 64
SENSOR = "sensor?"
SENSOR_HINT = "The power sensor reports under 20 W per GPU while computing, so its figures are left out"
NOT_REPORTED = "This node has not reported this figure as a whole; its GPUs may have, see below"
NO_LINKS = "The links between the GPUs of this node were not measured."
ONE_GPU = "This node has one GPU, so there are no links between GPUs."


@dataclasses.dataclass(frozen=True)
class CellView:
    """One figure of a table: text, hover text, a status where it is outside the expected range, and its percentile."""

    text: str = words.MISSING
    hint: str = NOT_REPORTED
    status: str = ""
    rank: str = ""


@dataclasses.dataclass(frozen=True)
class NodeFiguresView:
    """One node's row: its score, its figures in the order of the heads, and the address that shows its GPUs."""

    uuid: str = ""
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
    nothing: str = ""
    hint: str = ""
    has_ratios: bool = False
    has_scores: bool = False
    has_ranks: bool = False
    has_heat: bool = False
    headings: dict[str, Heading] = dataclasses.field(default_factory=dict)
    focus_chart: str = ""
    fleet_note: str = ""
    gpu_source: str = ""
    gpu_charts: list[str] = dataclasses.field(default_factory=list)
    no_links: str = ""
    heads: list[str] = dataclasses.field(default_factory=list)
    rows: list[NodeFiguresView] = dataclasses.field(default_factory=list)
    rows_note: str = ""
    all_rows_href: str = ""
    gpu_title: str = ""
    gpu_heads: list[str] = dataclasses.field(default_factory=list)
    gpus: list[GpuView] = dataclasses.field(default_factory=list)
    exports: list[ExportChoice] = dataclasses.field(default_factory=list)


def quickmark_tab_view(
    detail: JobDetail,
    nodes: Sequence[NodePerformance],
    chosen_node: str,
    spreads: Mapping[Kind, FleetSpread] = NO_SPREADS,
    *,
    show_all: bool,
) -> QuickMarkTabView:
    """Give the tab; GPUs are those of `chosen_node` (machine UUID or task id), the lowest node's when it is unknown."""
    readings = node_readings(detail)
    if not nodes:
        has_ended = detail["ended_at"] is not None
        return QuickMarkTabView(nothing=no_figures(has_ended=has_ended), hint=what_comes(has_ended=has_ended))
    ranked = sorted(nodes, key=lambda node: (node["score"] is None, node["score"] or 0.0))
    chosen = next((node for node in ranked if chosen_node in {node["task_id"], node["machine_uuid"]}), ranked[0])
    metrics = [name for name in METRICS if any(name in reading.node for reading in readings.values())]
    look = _Look(detail["id"], readings, metrics, node_names(nodes), spreads, chosen["task_id"])
    shown = ranked if show_all else ranked[:ROWS_SHOWN]
    is_cut = len(shown) < len(ranked)
    headings = quickmark_headings(nodes, readings, spreads)
    view = QuickMarkTabView(
        source=urls.figures(detail["id"], "quickmark"),
        has_figures=True,
        has_ratios="metric_ratios" in headings,
        has_scores="node_scores" in headings,
        has_ranks="fleet_ranks" in headings,
        has_heat="power_temperature" in headings,
        headings=headings,
        fleet_note=fleet_words(spreads),
        heads=[METRICS[name].display_name for name in metrics],
        rows=[_node_row(look, node) for node in shown],
        rows_note=_rows_note(detail, len(shown), len(ranked)),
        all_rows_href=urls.job(detail["id"], tab="quickmark", rows="all") if is_cut else "",
        exports=_exports(detail["id"], readings),
    )
    drawn = {"metric_ratios": view.has_ratios, "fleet_ranks": view.has_ranks, "power_temperature": view.has_heat}
    focus = next((chart for chart, is_drawn in drawn.items() if is_drawn), "")
    return _with_gpus(dataclasses.replace(view, focus_chart=focus if len(nodes) > 1 else ""), look, chosen)


def _rows_note(detail: JobDetail, shown: int, reported: int) -> str:
    note = f"The {shown} lowest of {words.plural(reported, 'node')}" if shown < reported else "Lowest score first"
    if detail["ended_at"] is not None:
        return note
    return f"{note}. So far {reported} of {words.plural(detail['node_count'], 'node')} reported figures"


def _exports(job_id: str, readings: Mapping[str, QuickMarkReading]) -> list[ExportChoice]:
    rows = sum(1 + len(reading.gpus) for reading in readings.values() if reading.node)
    gpus = sum(len(reading.gpus) for reading in readings.values())
    count = f"{words.plural(len(readings), 'node')}, {words.plural(gpus, 'GPU')}"
    return job_exports(job_id, "quickmark", rows, count)


@dataclasses.dataclass(frozen=True)
class _Look:
    """What all rows are made from: readings by task id, shown metrics, names by UUID, the fleet, the chosen task."""

    job_id: str
    readings: Mapping[str, QuickMarkReading]
    metrics: Sequence[str]
    names: Mapping[str, str]
    spreads: Mapping[Kind, FleetSpread]
    chosen: str

    def spread(self, node: NodePerformance) -> FleetSpread | None:
        """Give the fleet of nodes like this one."""
        return self.spreads.get((node["gpu_model"] or "", node["gpu_count"]))


def _with_gpus(view: QuickMarkTabView, look: _Look, chosen: NodePerformance) -> QuickMarkTabView:
    reading = look.readings.get(chosen["task_id"])
    name = look.names[str(chosen["machine_uuid"])]
    if reading is None:
        return view
    heads, gpus = gpu_rows(reading, chosen, look.spread(chosen))
    links = headings_of(gpu_sheet(reading, name))
    return dataclasses.replace(
        view,
        gpu_title=f"GPUs of {name}",
        gpu_heads=heads,
        gpus=gpus,
        gpu_source=urls.figures(look.job_id, "gpus", node=str(chosen["machine_uuid"])),
        gpu_charts=list(links),
        headings={**view.headings, **links},
        no_links=NO_LINKS if chosen["gpu_count"] > 1 else ONE_GPU,
    )


def fleet_words(spreads: Mapping[Kind, FleetSpread]) -> str:
    """Say what the percentiles in the tables are over, or that there are too few runs for any."""
    if not any(spread.runs >= FLEET_MINIMUM for spread in spreads.values()):
        return f"No percentiles: fewer than {FLEET_MINIMUM} runs of such nodes in the fleet"
    return f"p12: higher than 12 %. {fleet_note(spreads)}"


def _node_row(look: _Look, node: NodePerformance) -> NodeFiguresView:
    reading = look.readings.get(node["task_id"])
    uuid = str(node["machine_uuid"])
    return NodeFiguresView(
        uuid=uuid,
        name=look.names[uuid],
        href=urls.job(look.job_id, tab="quickmark", node=uuid) + "#gpus",
        gpus=f"{node['gpu_count']} × {node['gpu_model'] or 'unknown GPU'}",
        status=node["status"],
        score=words.ratio(node["score"]),
        hint=", ".join(f"{name} {words.ratio(node['groups'][name]['score'])}" for name in GROUPS),
        is_chosen=node["task_id"] == look.chosen,
        cells=[_node_cell(reading, name, node["metrics"].get(name), look.spread(node)) for name in look.metrics],
    )


def _node_cell(
    reading: QuickMarkReading | None, metric: str, score: MetricScore | None, spread: FleetSpread | None
) -> CellView:
    if reading is None or metric not in reading.node:
        return CellView()
    field = METRICS[metric]
    if field.needs_power_sensor and not reading.power_sound:
        return CellView(SENSOR, SENSOR_HINT, "sensor")
    value = reading.node[metric]
    percent = spread.node_percentile(metric, value) if spread else None
    of = words.plural(spread.runs, "run") if spread else ""
    return _ranked(CellView(words.figure(value, field.unit), *_judged(field, value, score)), percent, of)


def _ranked(cell: CellView, percent: float | None, of: str) -> CellView:
    """Give the cell with its percentile; no figure is higher than itself, so it reads p1 to p99."""
    if percent is None:
        return cell
    rank = f"p{min(99, max(1, round(percent)))}"
    return dataclasses.replace(cell, rank=rank, hint=f"{cell.hint}; {rank_words(percent, of)}")


def _judged(field: ResultField, value: float, score: MetricScore | None) -> tuple[str, str]:
    figure = f"{field.label}: {words.quantity(value, field.unit)}"
    if score is None or score["expected"] is None or score["ratio"] is None:
        return f"{figure}, without an expectation", ""
    status = score["status"] if score["status"] in {"underperforming", "outperforming"} else ""
    return (
        f"{figure}, {words.ratio(score['ratio'])} of expected {words.quantity(score['expected'], field.unit)}",
        status,
    )


def gpu_rows(
    reading: QuickMarkReading, node: NodePerformance, spread: FleetSpread | None = None
) -> tuple[list[str], list[GpuView]]:
    """Give the heads and one row per GPU; compute and memory are held against the node's expectation per GPU."""
    metrics = [name for name in METRICS if any(name in gpu.metrics for gpu in reading.gpus)]
    rows = [
        GpuView(f"GPU {gpu.index}", gpu.gpu_id, [_gpu_cell(gpu, name, node, spread) for name in metrics])
        for gpu in reading.gpus
    ]
    return [METRICS[name].display_name for name in metrics], rows


def _gpu_cell(gpu: GpuReading, metric: str, node: NodePerformance, spread: FleetSpread | None) -> CellView:
    field, value = METRICS[metric], gpu.metrics.get(metric)
    if value is None:
        return CellView(hint="This GPU has not reported this figure")
    if field.needs_power_sensor and not gpu.power_sound:
        return CellView(SENSOR, SENSOR_HINT, "sensor")
    percent = spread.gpu_percentile(metric, value) if spread else None
    of = f"the GPUs of {words.plural(spread.runs, 'run')}" if spread else ""
    cell = CellView(words.figure(value, field.unit), *_judged(field, value, _own_score(value, metric, node)))
    return _ranked(cell, percent, of)


def _own_score(value: float, metric: str, node: NodePerformance) -> MetricScore | None:
    score = node["metrics"].get(metric)
    expected = score["expected"] if score and METRICS[metric].group in {"compute", "memory"} else None
    if not expected:
        return None
    share = expected / node["gpu_count"]
    return {"value": value, "expected": share, "ratio": value / share, "status": status_of(value / share)}
