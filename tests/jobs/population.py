"""Jobs for lists, stored as rows: any state at any time, without living through it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.db import Database
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.jobs.rows import LIFE
from siliconmark_ui.models import ENDED_STATES, Job, JobSummary

# Far ahead, so that the sweep of the served API leaves unfinished jobs alone.
NOON = datetime(2040, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """One job as a test says it; times are NOON plus so many milliseconds, None for never."""

    name: str
    number: int
    created: int = 0
    state: str = "created"
    node_count: int = 1
    current_nodes: int = 0
    benchmarks: tuple[str, ...] = ("quick_mark",)
    tags: tuple[str, ...] = ()
    started: int | None = None
    ended: int | None = None
    status: str | None = None
    score: float | None = None
    is_deleted: bool = False
    owner: Actor | None = field(default=None, compare=False)

    @property
    def id(self) -> int:
        """The job's id: its moment of creation and its number."""
        return make_id(self.created_at, self.number)

    @property
    def created_at(self) -> datetime:
        """The moment of creation."""
        return NOON + timedelta(milliseconds=self.created)

    @property
    def started_at(self) -> datetime | None:
        """The moment at which the first node registered."""
        return None if self.started is None else NOON + timedelta(milliseconds=self.started)

    @property
    def ended_at(self) -> datetime | None:
        """The moment of the end, for every job that has ended."""
        return NOON + timedelta(milliseconds=self.ended or 0) if self.state in ENDED_STATES else None


def row_of(job: Stored) -> Job:
    """Return the row that stores a job."""
    return Job(
        id=job.id,
        customer_id=job.owner.customer_id if job.owner else None,
        owner_id=job.owner.user_id if job.owner else None,
        name=job.name,
        name_lower=job.name.lower(),
        description=None,
        node_count=job.node_count,
        benchmark_sequence=[{"benchmark_id": name, "config": None} for name in job.benchmarks],
        benchmark_ids=list(job.benchmarks),
        tags=list(job.tags),
        created_at=job.created_at,
        expires_at=job.created_at + LIFE,
        state=job.state,
        current_nodes=job.current_nodes,
        started_at=job.started_at,
        ended_at=job.ended_at,
        deleted_at=NOON if job.is_deleted else None,
        gpu_models=["NVIDIA A100-SXM4-80GB"] if job.status else [],
        performance_status=job.status,
        performance_score=job.score,
    )


def summary_of(job: Stored) -> JobSummary:
    """Return what is kept of the score of a job that has one."""
    score = {"score": job.score, "status": job.status}
    unknown = {"score": None, "status": "unknown"}
    groups = {"compute": score, "memory": unknown, "interconnect": unknown}
    is_alert = job.status == "underperforming"
    performance: dict[str, Any] = {
        "benchmark_id": "quick_mark",
        **score,
        "scored_nodes": 1,
        "underperforming_nodes": int(is_alert),
        "groups": groups,
        "reasons": ["BF16 of this node is below what is expected."] if is_alert else [],
    }
    node = {"task_id": str(job.id + 1), "machine_uuid": None, "machine_ip": None, "gpu_model": None, "gpu_count": 1}
    nodes = [{**node, **score, "groups": groups, "metrics": {}}]
    aggregate = {"bf16_tflops": 264.4, "node_count": 1, "gpu_count": 1}
    return JobSummary(
        job_id=job.id, quickmark_aggregate_results=aggregate, performance=performance, performance_nodes=nodes
    )


async def store(db: Database, jobs: Iterable[Stored]) -> None:
    """Store the jobs, and the summaries of those that have a status."""
    stored = list(jobs)
    async with db.session_scope() as session:
        session.add_all([row_of(job) for job in stored])
        await session.flush()
        session.add_all([summary_of(job) for job in stored if job.status])


def token_of(job: Stored) -> str:
    """Return the token of a stored job."""
    return get_signer().job_token(job.id, job.created_at + LIFE)
