"""Every statement about reports: orders, claims, what became of them, and the job that a report tells of."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, delete, false, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.db import Reader
from siliconmark_ui.instants import to_text
from siliconmark_ui.jobs.statements import compiled
from siliconmark_ui.models import LIVE, Customer, Job, JobSummary, Result, Task
from siliconmark_ui.reports.source import ReportSource
from siliconmark_ui.reports.tables import Report


class Claim(NamedTuple):
    """A report that this process makes (`state` pending) or takes away (discarded), for as long as its lease runs."""

    job_id: int
    state: str
    wanted_at: datetime
    attempts: int


class Standing(TypedDict):
    """A live job and its report; the report's fields are None while nobody ever ordered one.

    `is_claimed` tells that a process makes it now.
    """

    job_state: str
    is_anonymous: bool
    has_ended: bool
    state: str | None
    error: str | None
    made_at: str | None
    shown_state: str | None
    object_key: str | None
    bytes: int | None
    is_claimed: bool
    name: str


# More columns than SQLAlchemy's types can tell one by one.
_STANDING_COLUMNS: tuple[Any, ...] = (
    Job.name,
    Job.state.label("job_state"),
    Job.customer_id.is_(None).label("is_anonymous"),
    Job.ended_at.is_not(None).label("has_ended"),
    Report.state,
    Report.error,
    Report.made_at,
    Report.job_state.label("shown_state"),
    Report.object_key,
    Report.bytes,
    func.coalesce(Report.claimed_until > func.now(), false()).label("is_claimed"),
)
_STANDING = compiled(
    select(*_STANDING_COLUMNS).outerjoin(Report, Report.job_id == Job.id).where(Job.id == bindparam("job_id"), LIVE)
)
_JOB = compiled(
    select(
        Job.id,
        Job.name,
        Job.description,
        Job.state,
        Job.node_count,
        Job.current_nodes,
        Job.benchmark_sequence,
        Job.tags,
        Job.created_at,
        Job.started_at,
        Job.ended_at,
        Customer.name.label("customer"),
        Customer.is_demo,
        JobSummary.performance,
        JobSummary.performance_nodes,
    )
    .join(Customer, Customer.id == Job.customer_id)
    .outerjoin(JobSummary, JobSummary.job_id == Job.id)
    .where(Job.id == bindparam("job_id"), LIVE)
)
_TASKS = compiled(
    select(
        Task.id,
        Task.machine_uuid,
        Task.machine_ip,
        Task.gpu_model,
        Task.gpu_count,
        Task.state,
        Task.failed_message,
        Task.started_at,
        Task.ended_at,
        Task.inventory,
    )
    .where(Task.job_id == bindparam("job_id"))
    .order_by(Task.id)
)
_RESULTS = compiled(
    select(
        Result.task_id,
        Result.key,
        Result.state,
        Result.started_at,
        Result.ended_at,
        Result.error_message,
        Result.document,
    )
    .where(Result.job_id == bindparam("job_id"))
    .order_by(Result.task_id, Result.key)
)


async def standing(reader: Reader, job_id: int) -> Standing | None:
    """Return how a live job and its report stand, None when there is no such job."""
    return cast("Standing | None", await (await reader.execute(_STANDING, {"job_id": job_id})).fetchone())


async def source_of(reader: Reader, job_id: int, moment: datetime) -> ReportSource | None:
    """Return what a report tells of a live job that belongs to somebody; uploaded documents stay the texts they are."""
    async with reader.transaction():
        await reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row: Any = await (await reader.execute(_JOB, {"job_id": job_id})).fetchone()
        if row is None:
            return None
        tasks: Any = await (await reader.execute(_TASKS, {"job_id": job_id})).fetchall()
        results: Any = await (await reader.execute(_RESULTS, {"job_id": job_id})).fetchall()
    return {
        "performance": row.pop("performance"),
        "performance_nodes": row.pop("performance_nodes") or [],
        "job": row,
        "tasks": tasks,
        "results": results,
        "made_at": to_text(moment),
    }


async def order(session: AsyncSession, job_id: int, moment: datetime) -> None:
    """Order a report, also in place of one that is there, failed or on its way."""
    values: dict[str, Any] = {
        "state": "pending",
        "wanted_at": moment,
        "attempts": 0,
        "claimed_until": None,
        "error": None,
    }
    new = insert(Report).values(job_id=job_id, **values)
    await session.execute(
        new.on_conflict_do_update(index_elements=["job_id"], set_=values, where=Report.state != "discarded")
    )


async def discard(session: AsyncSession, job_id: int) -> None:
    """Let the report of a deleted job be taken out of the store."""
    values = {"state": "discarded", "claimed_until": None, "error": None}
    await session.execute(update(Report).where(Report.job_id == job_id).values(**values))


async def claim(session: AsyncSession, moment: datetime, lease: timedelta) -> Claim | None:
    """Claim what waits, the newest order first: somebody may be looking at it. None when nothing does."""
    waiting = (
        select(Report.job_id)
        .where(
            text("state IN ('pending', 'discarded')"),
            or_(Report.claimed_until.is_(None), Report.claimed_until < moment),
        )
        .order_by(Report.wanted_at.desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = await session.scalar(waiting)
    if job_id is None:
        return None
    claimed = (
        update(Report)
        .where(Report.job_id == job_id)
        .values(claimed_until=moment + lease, attempts=Report.attempts + 1)
        .returning(Report.job_id, Report.state, Report.wanted_at, Report.attempts)
    )
    return Claim(*(await session.execute(claimed)).one())


async def mark_made(
    session: AsyncSession, claimed: Claim, made_at: datetime, job_state: str, key: str, size: int
) -> bool:
    """Record a document that is in the store; return False when the order was withdrawn or replaced meanwhile."""
    return await _end(
        session,
        claimed,
        {"state": "ready", "error": None, "made_at": made_at, "job_state": job_state, "object_key": key, "bytes": size},
    )


async def mark_failed(session: AsyncSession, claimed: Claim, error: str) -> bool:
    """Record why there is no new document; an earlier one stays. Returns as `mark_made`."""
    return await _end(session, claimed, {"state": "failed", "error": error})


async def _end(session: AsyncSession, claimed: Claim, values: dict[str, Any]) -> bool:
    statement = (
        update(Report)
        .where(Report.job_id == claimed.job_id, Report.state == "pending", Report.wanted_at == claimed.wanted_at)
        .values(claimed_until=None, **values)
        .returning(Report.job_id)
    )
    return await session.scalar(statement) is not None


async def release(session: AsyncSession, claimed: Claim) -> None:
    """Give a claim back, as if it had never been made."""
    values = {"claimed_until": None, "attempts": Report.attempts - 1}
    await session.execute(update(Report).where(Report.job_id == claimed.job_id).values(**values))


async def is_kept(session: AsyncSession, job_id: int) -> bool:
    """Tell whether there is a row for a report that is not to be taken away."""
    found = await session.scalar(select(Report.job_id).where(Report.job_id == job_id, Report.state != "discarded"))
    return found is not None


async def forget(session: AsyncSession, job_id: int) -> None:
    """Take away the row of a report whose document is out of the store."""
    await session.execute(delete(Report).where(Report.job_id == job_id, Report.state == "discarded"))
