"""What leaves: the shapes of the specification's answers. Times are RFC 3339 texts in UTC, ids are texts of digits."""

from typing import Annotated, NotRequired

import msgspec
from pydantic import GetPydanticSchema, WithJsonSchema
from pydantic_core.core_schema import any_schema
from typing_extensions import TypedDict

from siliconmark_ui.benchmarks.sequence import SequenceEntry
from siliconmark_ui.scoreboard.schemas import NodePerformance, Performance, QuickMarkAggregate

# JSON text that passes through unparsed; in the API's description it is the object that it holds.
Document = Annotated[
    msgspec.Raw, GetPydanticSchema(lambda _type, _handler: any_schema()), WithJsonSchema({"type": "object"})
]


class CreatedJob(TypedDict):
    """Answer to the creation of a job; `token` is what its agents authenticate with."""

    id: str
    name: str
    description: str | None
    node_count: int
    benchmarks: list[str]
    tags: list[str]
    token: str
    created_at: str
    expires_at: str


class JobHead(TypedDict):
    """What a list row and the detail of a job have in common."""

    id: str
    name: str
    token: str
    description: str | None
    state: str
    node_count: int
    current_nodes: int
    benchmark_sequence: list[SequenceEntry]
    tags: list[str]
    created_at: str
    started_at: str | None
    expires_at: str
    ended_at: str | None


class JobRow(JobHead):
    """One row of the list; the four figures are null unless they were asked for."""

    gpu_models: list[str] | None
    quickmark_aggregate_results: QuickMarkAggregate | None
    performance: Performance | None
    performance_nodes: list[NodePerformance] | None
    benchmarks: list[str]


class Pagination(TypedDict):
    """Where a page stands in the whole; `total` is exact, `total_pages` is 0 for no rows."""

    total: int
    page: int
    per_page: int
    total_pages: int
    has_next: bool
    has_prev: bool


class JobPage(TypedDict):
    """One page of jobs."""

    results: list[JobRow]
    pagination: Pagination


class JobRows(TypedDict):
    """The rows of one page; `total` is exact, None when it has to be counted first."""

    results: list[JobRow]
    total: int | None


class ResultEntry(TypedDict):
    """One benchmark's result; `results` is the uploaded JSON text, passed on as it came."""

    benchmark_id: str
    benchmark_name: str
    started_at: str
    ended_at: str
    config: Document
    results: Document
    state: str
    error_message: str | None


class NamedResult(ResultEntry):
    """A result, with `display_names` (field -> human name with unit) when they were asked for."""

    display_names: NotRequired[dict[str, str]]


class TaskRow(TypedDict):
    """One node's part of a job, with the results it uploaded."""

    id: str
    job_id: str
    machine_uuid: str
    machine_ip: str | None
    state: str
    failed_message: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    gpu_model: str | None
    gpu_count: int
    pdf_report_url: str | None
    benchmark_results: dict[str, ResultEntry]


class JobDetail(JobHead):
    """Everything about one job; `benchmark_results` holds the cluster-level results by key."""

    benchmarks: list[str]
    tasks: list[TaskRow]
    benchmark_results: dict[str, ResultEntry]
    pdf_report_url: str | None
    scoreboard_summary: Performance | None


class TagList(TypedDict):
    """The tags in use within the caller's scope, sorted."""

    tags: list[str]


class JobStats(TypedDict):
    """The badge: jobs whose performance status is `underperforming`."""

    alert_job_count: int


class Deletion(TypedDict):
    """Answer to a deletion; `requires_agent_stop` tells that agents had registered already."""

    message: str
    requires_agent_stop: bool
