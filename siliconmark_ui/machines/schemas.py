"""What the machines room hands out. Times are RFC 3339 texts in UTC, ids are texts of digits."""

from typing_extensions import TypedDict

from siliconmark_ui.jobs.schemas import Pagination
from siliconmark_ui.scoreboard.schemas import NodePerformance


class MachineRow(TypedDict):
    """A machine as its last task describes it; `jobs` counts those of the caller's scope, `last_job_id` is the newest.

    `last_seen_at` is when it last registered for a job; `performance` is its newest score in a job that ended, None
    when it has none.
    """

    machine_uuid: str
    machine_ip: str | None
    gpu_model: str | None
    gpu_count: int
    jobs: int
    last_job_id: str
    last_seen_at: str
    last_state: str
    performance: NodePerformance | None


class MachinePage(TypedDict):
    """One page of machines with the exact total."""

    results: list[MachineRow]
    pagination: Pagination


class MachineJob(TypedDict):
    """One job that a machine took part in, with how the machine itself did."""

    job_id: str
    job_name: str
    job_state: str
    node_count: int
    task_id: str
    task_state: str
    failed_message: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    gpu_model: str | None
    gpu_count: int
    performance: NodePerformance | None


class MachineJobPage(TypedDict):
    """One page of a machine's jobs, newest first, with the exact total."""

    results: list[MachineJob]
    pagination: Pagination


class Measurement(TypedDict):
    """A machine's QuickMark figures of one ended job: node figures by metric, and what was expected of them then.

    What hangs on a broken power sensor is not among them.
    """

    job_id: str
    job_name: str
    measured_at: str
    gpu_model: str | None
    gpu_count: int
    figures: dict[str, float]
    expected: dict[str, float]


class MachineHistory(TypedDict):
    """The newest measurements in order of time; `total` counts all of them."""

    total: int
    measurements: list[Measurement]
