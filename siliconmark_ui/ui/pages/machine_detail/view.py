"""What a machine's page shows: texts made once on the server."""

import dataclasses
from collections.abc import Sequence

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts import words
from siliconmark_ui.charts.documents import Heading
from siliconmark_ui.charts.machine_history import MetricHistory, change_words, history_heading
from siliconmark_ui.machines.levels import LevelChange
from siliconmark_ui.machines.schemas import MachineJob, MachineJobPage, MachineRow
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.pages.jobs.rows import short_gpu
from siliconmark_ui.ui.pages.machine_detail.question import MachineQuestion
from siliconmark_ui.ui.pages.machines.rows import lowest_metric, machine_name, metric_hint, score_hint

COMPARED = 8
"""Newest jobs that the page offers to compare."""
CHANGES_SHOWN = 12


@dataclasses.dataclass(frozen=True)
class MachineHeadingView:
    """The head of a machine's page."""

    uuid: str = ""
    name: str = ""
    gpus: str = ""
    jobs: str = ""
    last_seen_at: str = ""
    state: str = ""
    performance: str = ""
    score: str = ""
    performance_hint: str = ""
    worst: str = ""


@dataclasses.dataclass(frozen=True)
class MachineJobView:
    """One of the machine's jobs: how the job went, and how this machine did in it."""

    id: str = ""
    name: str = ""
    href: str = ""
    state: str = ""
    task_state: str = ""
    nodes: str = ""
    gpus: str = ""
    performance: str = ""
    score: str = ""
    performance_hint: str = ""
    created_at: str = ""
    started_at: str = ""
    ended_at: str = ""
    message: str = ""


@dataclasses.dataclass(frozen=True)
class ChangeView:
    """One change of level in words, and the job that first showed it.

    `is_fall` is its direction; `verdict` is `bad`, `good`, or empty where neither direction is.
    """

    text: str = ""
    job: str = ""
    is_fall: bool = False
    verdict: str = ""


@dataclasses.dataclass(frozen=True)
class HistoryView:
    """The metric charts by name, the changes of level in words, and how much of the history they show.

    `toggle_href` shows the metrics that are left out, or leaves them out again; empty where there are none.
    """

    source: str = ""
    toggle_href: str = ""
    toggle_word: str = ""
    metrics: list[str] = dataclasses.field(default_factory=list)
    headings: dict[str, Heading] = dataclasses.field(default_factory=dict)
    changes: list[ChangeView] = dataclasses.field(default_factory=list)
    note: str = ""


@dataclasses.dataclass(frozen=True)
class JobsView:
    """One page of the machine's jobs; the addresses are empty at the ends."""

    rows: list[MachineJobView] = dataclasses.field(default_factory=list)
    summary: str = ""
    compare_href: str = ""
    earlier_href: str = ""
    later_href: str = ""


def machine_heading_view(row: MachineRow) -> MachineHeadingView:
    """Give the head of a machine's page."""
    performance = row["performance"]
    worst = lowest_metric(performance)
    return MachineHeadingView(
        uuid=row["machine_uuid"],
        name=machine_name(row),
        gpus=gpus_text(row["gpu_model"], row["gpu_count"]),
        jobs=words.count(row["jobs"]),
        last_seen_at=row["last_seen_at"],
        state=row["last_state"],
        performance=performance["status"] if performance else "",
        score=words.ratio(performance["score"]) if performance else "",
        performance_hint=score_hint(performance),
        worst=f"{metric_hint(performance, worst[0])}, {words.ratio(worst[1])}" if worst and performance else "",
    )


def gpus_text(model: str | None, count: int) -> str:
    """Give a machine's GPUs: `8 × NVIDIA H200`."""
    return f"{count} × {model}" if model else words.plural(count, "GPU")


def history_view(question: MachineQuestion, histories: Sequence[MetricHistory], shown: int, total: int) -> HistoryView:
    """Give the charts to draw, and every change of level in words, newest first.

    A metric that is not scored is drawn when it has changed its level or when the question asks for all.
    """
    if not histories:
        return HistoryView()
    changes = [(history, change) for history in histories for change in history.changes]
    changes.sort(key=lambda pair: pair[0].points[pair[1].index].measured_at, reverse=True)
    measurements = words.plural(total, "measurement")
    first = [history for history in histories if history.changes or history.metric in SCORED_METRICS]
    drawn, others = histories if question.shows_all or not first else first, len(histories) - len(first)
    more = "Show scored metrics only" if question.shows_all else f"Show {words.plural(others, 'more metric')}"
    return HistoryView(
        source=urls.machine_figures(question.machine_uuid),
        toggle_href=question.with_all(shows_all=not question.shows_all) if others and first else "",
        toggle_word=more,
        metrics=[history.metric for history in drawn],
        headings={history.metric: history_heading(history) for history in drawn},
        changes=[_change_view(history, change) for history, change in changes[:CHANGES_SHOWN]],
        note=measurements if shown == total else f"The newest {words.count(shown)} of {measurements}",
    )


def _change_view(history: MetricHistory, change: LevelChange) -> ChangeView:
    is_high_good, is_fall = METRICS[history.metric].higher_is_better, change.share < 0
    verdict = "" if is_high_good is None else "bad" if is_fall == is_high_good else "good"
    return ChangeView(change_words(history, change), history.points[change.index].job_name, is_fall, verdict)


def jobs_view(question: MachineQuestion, page: MachineJobPage) -> JobsView:
    """Give one page of the machine's jobs."""
    place = page["pagination"]
    rows = [_job_view(row) for row in page["results"]]
    first = (place["page"] - 1) * place["per_page"] + 1
    span = f"{words.count(first)}–{words.count(first + len(rows) - 1)} of {words.plural(place['total'], 'job')}"
    newest = [row["job_id"] for row in page["results"]][:COMPARED]
    # The jobs before a page past the end are those of the last page.
    earlier = min(place["page"] - 1, place["total_pages"])
    return JobsView(
        rows=rows,
        summary=span if rows else "",
        compare_href=urls.comparison(newest) if len(newest) > 1 else "",
        earlier_href=question.turned(earlier) if place["has_prev"] else "",
        later_href=question.turned(place["page"] + 1) if place["has_next"] else "",
    )


def _job_view(row: MachineJob) -> MachineJobView:
    performance = row["performance"]
    return MachineJobView(
        id=row["job_id"],
        name=row["job_name"],
        href=urls.job(row["job_id"]),
        state=row["job_state"],
        task_state=row["task_state"],
        nodes=words.count(row["node_count"]),
        gpus=gpus_text(row["gpu_model"] and short_gpu(row["gpu_model"]), row["gpu_count"]),
        performance=performance["status"] if performance else "",
        score=words.ratio(performance["score"]) if performance else "",
        performance_hint=score_hint(performance) if performance else "This job holds no score of the machine",
        created_at=row["created_at"],
        started_at=row["started_at"] or "",
        ended_at=row["ended_at"] or "",
        message=row["failed_message"] or "",
    )
