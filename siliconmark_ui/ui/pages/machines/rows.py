"""What the list of machines shows of each: texts made once on the server."""

import dataclasses

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts import words
from siliconmark_ui.charts.nodes import SHORT_UUID
from siliconmark_ui.machines.schemas import MachineRow
from siliconmark_ui.scoreboard.schemas import NodePerformance
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.pages.jobs.rows import short_gpu

NO_SCORE = "No ended job holds QuickMark figures of this machine"
NO_EXPECTATION = "There is no expectation for the figures of this machine"
NO_MODEL = "The agent has not named the GPU model"


@dataclasses.dataclass(frozen=True)
class MachineView:
    """One row; `worst` names the metric with the lowest ratio to its expectation."""

    uuid: str = ""
    short_uuid: str = ""
    name: str = ""
    href: str = ""
    gpu_model: str = ""
    gpu_hint: str = ""
    gpu_count: str = ""
    jobs: str = ""
    last_job_id: str = ""
    last_seen_at: str = ""
    state: str = ""
    performance: str = ""
    score: str = ""
    performance_hint: str = ""
    worst: str = ""
    worst_hint: str = ""
    is_worst_low: bool = False


def machine_view(row: MachineRow) -> MachineView:
    """Give the texts of one machine."""
    performance = row["performance"]
    worst = lowest_metric(performance)
    return MachineView(
        uuid=row["machine_uuid"],
        short_uuid=row["machine_uuid"][:SHORT_UUID],
        name=machine_name(row),
        href=urls.machine(row["machine_uuid"]),
        gpu_model=short_gpu(row["gpu_model"]) if row["gpu_model"] else words.MISSING,
        gpu_hint=row["gpu_model"] or NO_MODEL,
        gpu_count=words.count(row["gpu_count"]),
        jobs=words.count(row["jobs"]),
        last_job_id=row["last_job_id"],
        last_seen_at=row["last_seen_at"],
        state=row["last_state"],
        performance=performance["status"] if performance else "",
        score=words.ratio(performance["score"]) if performance else "",
        performance_hint=score_hint(performance),
        worst=f"{METRICS[worst[0]].label} {words.ratio(worst[1])}" if worst else words.MISSING,
        worst_hint=metric_hint(performance, worst[0]) if worst and performance else score_hint(performance),
        is_worst_low=bool(worst and performance and _status(performance, worst[0]) == "underperforming"),
    )


def machine_name(row: MachineRow) -> str:
    """Give what people call a machine: its address or, without one, the start of its UUID."""
    return row["machine_ip"] or row["machine_uuid"][:SHORT_UUID]


def lowest_metric(performance: NodePerformance | None) -> tuple[str, float] | None:
    """Give the metric with the lowest ratio to its expectation, None without any ratio."""
    metrics = performance["metrics"] if performance else {}
    ratios = [(score["ratio"], name) for name, score in metrics.items() if score["ratio"] is not None]
    return (min(ratios)[1], min(ratios)[0]) if ratios else None


def score_hint(performance: NodePerformance | None) -> str:
    """Give the hover text of a machine's score: its groups, or why there is none."""
    if performance is None:
        return NO_SCORE
    groups = [
        f"{name} {words.ratio(group['score'])}" for name, group in performance["groups"].items() if group["score"]
    ]
    return ", ".join(groups) or NO_EXPECTATION


def metric_hint(performance: NodePerformance, metric: str) -> str:
    """Give the hover text of a metric: its figure and what was expected."""
    field, score = METRICS[metric], performance["metrics"][metric]
    value, expected = words.figure(score["value"], field.unit), words.quantity(score["expected"], field.unit)
    return f"{field.label}: {value} of {expected} expected"


def _status(performance: NodePerformance, metric: str) -> str:
    return performance["metrics"][metric]["status"]
