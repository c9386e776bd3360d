"""The rows of bulk-loaded jobs as text for PostgreSQL's COPY, every state of a job's life included. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from siliconmark_ui.agents.life import EXPIRED_MESSAGE
from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, QUICK_MARK
from siliconmark_ui.demo.templates import JobTemplate, NodeTemplate
from siliconmark_ui.demo.wording import NETWORK_FAILURES, TASK_FAILURES
from siliconmark_ui.identifiers import EPOCH, SEQUENCE_BITS, SEQUENCE_SIZE
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS

SECOND = 1000
DAY = 24 * 3600 * SECOND
# Of the jobs of the last day.
UNFINISHED_SHARE = 0.45
NULL = "\\N"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "jobs": (
        *("id", "customer_id", "owner_id", "name", "name_lower", "description", "node_count", "benchmark_sequence"),
        *("benchmark_ids", "tags", "created_at", "expires_at", "state", "current_nodes", "started_at", "ended_at"),
        *("deleted_at", "gpu_models", "performance_status", "performance_score"),
    ),
    "tasks": (
        *("id", "job_id", "machine_uuid", "machine_ip", "gpu_model", "gpu_count", "created_at", "state"),
        *("failed_message", "started_at", "ended_at"),
    ),
    "results": (
        *("id", "job_id", "task_id", "key", "state", "started_at", "ended_at", "config", "error_message", "document"),
    ),
    "job_summaries": ("job_id", "quickmark_aggregate_results", "performance", "performance_nodes"),
    "node_figures": (
        *("task_id", "job_id", "machine_uuid", "gpu_model", "gpu_count", "measured_at"),
        *SCORED_METRICS,
    ),
}
_EPOCH_MILLISECONDS = int(EPOCH.timestamp()) * SECOND
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class BulkJob:
    """What is a loaded job's own; moments are milliseconds since 1970, `deleted_at` None for a live job."""

    customer_id: int
    owner_id: int
    name: str
    tags: Sequence[str]
    state: str
    created_at: int
    deleted_at: int | None
    template: JobTemplate


@dataclass(slots=True)
class Batch:
    """Lines for each table's COPY, in the order of `COLUMNS`; ids come from `next_number` on, distinct for each row."""

    next_number: int
    lines: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def add(self, job: BulkJob) -> None:
        """Add a job with what its state says of its tasks, results, score and figures."""
        _Writer(self, job).write()

    def new_id(self, moment: int) -> int:
        """Return an id made at `moment`."""
        self.next_number += 1
        return ((moment - _EPOCH_MILLISECONDS) << SEQUENCE_BITS) | (self.next_number % SEQUENCE_SIZE)

    def add_row(self, table: str, values: Iterable[object]) -> None:
        """Add one line; None is NULL."""
        self.lines[table].append("\t".join([_text(value) for value in values]) + "\n")


class _Writer:
    """Writes one job. Times: nodes register after a minute, measure for some, the network follows."""

    def __init__(self, batch: Batch, job: BulkJob) -> None:
        self.batch = batch
        self.job = job
        self.nodes = job.template.nodes
        self.id = batch.new_id(job.created_at)
        self.registered = job.created_at + 60 * SECOND
        self.running = self.registered + (len(self.nodes) + 4) * SECOND
        self.measured = self.running + (100 + 19 * self.nodes[0].machine.gpu_count) * SECOND
        self.finished = self.measured + (10 + 9 * len(self.nodes)) * SECOND

    def write(self) -> None:
        state = self.job.state
        present = self.nodes[: self._present(state)]
        measured = state in {"completed", "completed_with_warnings"}
        self._write_job(present, measured=measured)
        task_ids = [self._write_task(place, node) for place, node in enumerate(present)]
        if measured:
            for task_id, node in zip(task_ids, present, strict=True):
                self._write_measurement(task_id, node)
            self._write_network()
            self._write_summary(task_ids)

    def _present(self, state: str) -> int:
        """How many nodes registered: none, some, or all."""
        if state == "created":
            return 0
        if state in {"starting", "aborted"}:
            return self.id % len(self.nodes) if state == "aborted" else max(1, len(self.nodes) // 2)
        return len(self.nodes)

    def _ended_at(self) -> int | None:
        if self.job.state == "aborted":
            return self.job.created_at + DAY
        return self.finished if self.job.state in {"completed", "completed_with_warnings", "failed"} else None

    def _write_job(self, present: Sequence[NodeTemplate], *, measured: bool) -> None:
        job, template = self.job, self.job.template
        self.batch.add_row(
            "jobs",
            (
                *(self.id, job.customer_id, job.owner_id, job.name, job.name.lower(), None, len(self.nodes)),
                *(template.sequence, _array(template.benchmark_ids), _array(job.tags)),
                *(_instant(job.created_at), _instant(job.created_at + DAY), job.state, len(present)),
                *(_instant(self.registered if present else None), _instant(self._ended_at())),
                *(_instant(job.deleted_at), _array(sorted({node.machine.gpu_model for node in present}))),
                *((template.status, template.score) if measured else (None, None)),
            ),
        )

    def _write_task(self, place: int, node: NodeTemplate) -> int:
        machine, registered = node.machine, self.registered + place * SECOND
        task_id = self.batch.new_id(registered)
        state, message = self._progress(place)
        begun = None if state in {"created", "aborted"} else self.running
        ended = self._ended_at() if state in {"completed", "failed", "aborted"} else None
        self.batch.add_row(
            "tasks",
            (
                *(task_id, self.id, machine.uuid, machine.ip, machine.gpu_model, machine.gpu_count),
                *(_instant(registered), state, message, _instant(begun), _instant(ended)),
            ),
        )
        return task_id

    def _progress(self, place: int) -> tuple[str, str | None]:
        """A task's state and message, as the job's state says it."""
        state = self.job.state
        if state == "aborted":
            return "aborted", EXPIRED_MESSAGE
        spoilt = state == "completed_with_warnings" and place == 0 and self.job.template.network is None
        if state == "failed" or spoilt:
            return "failed", TASK_FAILURES[self.id % len(TASK_FAILURES)].format(gpu=0)
        if state == "starting":
            return "created", None
        return ("running", None) if state == "running" else ("completed", None)

    def _write_measurement(self, task_id: int, node: NodeTemplate) -> None:
        machine, measured = node.machine, _instant(self.measured)
        document = f'{node.document}{measured}"}}'
        result = (self.batch.new_id(self.measured), self.id, task_id, QUICK_MARK, "completed")
        self.batch.add_row("results", (*result, _instant(self.running), measured, "{}", None, document))
        # What was measured in a job that is deleted says nothing about the fleet any more.
        if self.job.deleted_at is None:
            machine_columns = (machine.uuid, machine.gpu_model, machine.gpu_count)
            figures = (node.figures.get(metric) for metric in SCORED_METRICS)
            self.batch.add_row("node_figures", (task_id, self.id, *machine_columns, measured, *figures))

    def _write_network(self) -> None:
        template = self.job.template
        if template.network is None:
            return
        failed = self.job.state == "completed_with_warnings"
        message = NETWORK_FAILURES[0].format(ip=self.nodes[-1].machine.ip) if failed else None
        moments = (_instant(self.measured), _instant(self.finished))
        result = (self.batch.new_id(self.finished), self.id, None, CLUSTER_NETWORK, "failed" if failed else "completed")
        document = "{}" if failed else template.network
        self.batch.add_row("results", (*result, *moments, template.network_config, message, document))

    def _write_summary(self, task_ids: Sequence[int]) -> None:
        template = self.job.template
        entries = [
            f"{before}{task_id}{after}"
            for task_id, (before, after) in zip(task_ids, (node.performance for node in self.nodes), strict=True)
        ]
        summary = (self.id, template.aggregate, template.performance, f"[{','.join(entries)}]")
        self.batch.add_row("job_summaries", summary)


def draw_states(rng: np.random.Generator, ages: Sequence[int], sizes: Sequence[int]) -> list[str]:
    """Return a state for each job by its age in milliseconds and number of nodes: only young ones are unfinished."""
    chances = rng.random(len(ages)).tolist()
    return [_state(chance, age, size) for chance, age, size in zip(chances, ages, sizes, strict=True)]


def _state(chance: float, age: int, size: int) -> str:
    # Half an hour before expiry, so that the sweep of the first minutes finds nothing to do.
    if age < DAY // 48 * 47:
        if chance < UNFINISHED_SHARE or age < DAY // 24:
            return _unfinished(chance, size)
        chance = (chance - UNFINISHED_SHARE) / (1 - UNFINISHED_SHARE)
    if chance < 0.06:
        # No job could have expired within a day.
        return "aborted" if age > DAY else "failed"
    if chance < 0.12:
        return "failed"
    return "completed_with_warnings" if chance < 0.18 else "completed"


def _unfinished(chance: float, size: int) -> str:
    if chance < UNFINISHED_SHARE / 3:
        return "created"
    return "starting" if chance < UNFINISHED_SHARE * 2 / 3 and size > 1 else "running"


def _instant(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def _text(value: object) -> str:
    if value is None:
        return NULL
    text = value if type(value) is str else str(value)
    return text.translate(_ESCAPES) if "\\" in text or "\n" in text or "\t" in text else text
