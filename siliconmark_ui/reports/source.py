"""What a report is made from: one job as the database holds it, taken once, so that all pages tell of one moment."""

from typing import Any

import msgspec
from typing_extensions import TypedDict

from siliconmark_ui.benchmarks.sequence import SequenceEntry
from siliconmark_ui.scoreboard.schemas import NodePerformance, Performance


class SourceJob(TypedDict):
    """The job; moments are RFC 3339 texts in UTC."""

    id: int
    name: str
    description: str | None
    state: str
    node_count: int
    current_nodes: int
    benchmark_sequence: list[SequenceEntry]
    tags: list[str]
    created_at: str
    started_at: str | None
    ended_at: str | None
    customer: str
    is_demo: bool


class SourceTask(TypedDict):
    """One node's part of the job; `inventory` is what the agent told of the machine."""

    id: int
    machine_uuid: str
    machine_ip: str | None
    gpu_model: str | None
    gpu_count: int
    state: str
    failed_message: str | None
    started_at: str | None
    ended_at: str | None
    inventory: dict[str, Any] | None


class SourceResult(TypedDict):
    """One result: of a node, or of the whole job when `task_id` is None; `document` as it was uploaded."""

    task_id: int | None
    key: str
    state: str
    started_at: str
    ended_at: str
    error_message: str | None
    document: Any


class ReportSource(TypedDict):
    """Everything that a report tells; `made_at` is the moment it tells of."""

    job: SourceJob
    tasks: list[SourceTask]
    results: list[SourceResult]
    performance: Performance | None
    performance_nodes: list[NodePerformance]
    made_at: str


def decode_source(text: bytes) -> ReportSource:
    """Read what the server sent to the process that makes the report."""
    source: ReportSource = msgspec.json.decode(text)
    return source
