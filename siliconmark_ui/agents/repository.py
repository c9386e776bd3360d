"""Every statement about tasks and results, and the sweep's."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import cast, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import JSON, Text

from siliconmark_ui.agents.bodies import Upload
from siliconmark_ui.instants import to_text
from siliconmark_ui.models import LIVE, Job, JobCount, Result, Task

# Any number that no other program takes an advisory lock on.
SWEEP_LOCK = 0x5111C0
# Scopes with fewer rows than this are summed as they stand.
_FOLD_ABOVE = 16


async def live_job(session: AsyncSession, job_id: int) -> Job | None:
    """Return a live job as it stands; whoever changes it holds it instead (`jobs.repository.locked`)."""
    job: Job | None = await session.scalar(select(Job).where(Job.id == job_id, LIVE))
    return job


async def task_of_machine(session: AsyncSession, job_id: int, machine_uuid: str) -> Task | None:
    """Return the task that a machine has in a job."""
    task: Task | None = await session.scalar(
        select(Task).where(Task.job_id == job_id, Task.machine_uuid == machine_uuid)
    )
    return task


async def task_of_job(session: AsyncSession, job_id: int, task_id: int) -> Task | None:
    """Return a task when it belongs to that job."""
    task: Task | None = await session.scalar(select(Task).where(Task.job_id == job_id, Task.id == task_id))
    return task


async def tasks_of(session: AsyncSession, job_id: int) -> list[Task]:
    """Return a job's tasks in the order of their registration."""
    return list(await session.scalars(select(Task).where(Task.job_id == job_id).order_by(Task.id)))


async def count_unfinished(session: AsyncSession, job_id: int) -> int:
    """Return how many tasks of a job have not ended."""
    statement = select(func.count()).where(Task.job_id == job_id, Task.ended_at.is_(None))
    return int(await session.scalar(statement) or 0)


async def succeeded(session: AsyncSession, job_id: int) -> list[tuple[int | None, str]]:
    """Return (task id or None, key) of a job's completed results."""
    rows = await session.execute(
        select(Result.task_id, Result.key).where(Result.job_id == job_id, Result.state == "completed")
    )
    return [(task_id, key) for task_id, key in rows]


async def stored_result(session: AsyncSession, job_id: int, task_id: int | None, key: str) -> Result | None:
    """Return the result under a key of a node (or, with None, of the job)."""
    holder = Result.task_id.is_(None) if task_id is None else Result.task_id == task_id
    result: Result | None = await session.scalar(
        select(Result).where(Result.job_id == job_id, holder, Result.key == key)
    )
    return result


async def results_of_task(session: AsyncSession, task_id: int) -> list[dict[str, Any]]:
    """Return a node's results by key, with times and documents as the texts that leave."""
    texts = [cast(Result.document, Text).label("document"), cast(Result.config, Text).label("config")]
    columns = (Result.key, Result.state, Result.started_at, Result.ended_at, Result.error_message)
    rows = await session.execute(select(*columns, *texts).where(Result.task_id == task_id).order_by(Result.key))
    return [
        {
            **row,
            "started_at": to_text(row["started_at"]),
            "ended_at": to_text(row["ended_at"]),
            "document": msgspec.Raw(row["document"].encode()),
            "config": msgspec.Raw(row["config"].encode()),
        }
        for row in map(dict, rows.mappings())
    ]


async def replace_result(
    session: AsyncSession, result_id: int, job_id: int, task_id: int | None, key: str, upload: Upload
) -> None:
    """Store a result, in place of an earlier one under the same key; the document stays the text that was sent."""
    values: dict[str, Any] = {
        "state": upload.state,
        "started_at": upload.started_at,
        "ended_at": upload.ended_at,
        "config": upload.config,
        "error_message": upload.error_message,
        "document": cast(literal(upload.document, Text), JSON),
    }
    new = insert(Result).values(id=result_id, job_id=job_id, task_id=task_id, key=key, **values)
    holder = "job_id" if task_id is None else "task_id"
    where = text("task_id IS NULL" if task_id is None else "task_id IS NOT NULL")
    await session.execute(new.on_conflict_do_update(index_elements=[holder, "key"], index_where=where, set_=values))


async def try_sweep_lock(session: AsyncSession) -> bool:
    """Tell whether this transaction may sweep: one at a time over all workers."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(SWEEP_LOCK))))


async def expired_job(session: AsyncSession, moment: datetime) -> Job | None:
    """Return the unfinished job that is longest past its expiry, held; those held by others come next time."""
    statement = (
        select(Job)
        .where(Job.ended_at.is_(None), LIVE, Job.expires_at <= moment)
        .order_by(Job.expires_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job: Job | None = await session.scalar(statement)
    return job


async def fold_counts(session: AsyncSession) -> None:
    """Add up the appended count rows of each scope that has many, in one statement: no reader sees a gap."""
    scope = (JobCount.scope_kind, JobCount.scope_id, JobCount.state)
    many = select(*scope).group_by(*scope).having(func.count() > _FOLD_ABOVE).cte("many")
    gone = (
        delete(JobCount)
        .where(
            JobCount.scope_kind == many.c.scope_kind,
            JobCount.scope_id == many.c.scope_id,
            JobCount.state == many.c.state,
        )
        .returning(*scope, JobCount.jobs, JobCount.alerts, JobCount.judged)
        .cte("gone")
    )
    kept = (gone.c.scope_kind, gone.c.scope_id, gone.c.state)
    counts = ("jobs", "alerts", "judged")
    sums = select(*kept, *(func.sum(gone.c[name]) for name in counts)).group_by(*kept)
    names = ["scope_kind", "scope_id", "state", *counts]
    await session.execute(insert(JobCount).from_select(names, sums))
