"""The sweep: once at a time, in batches, beside agents that are still at work."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from siliconmark_ui.accounts.repository import add_mark
from siliconmark_ui.agents import sweep as sweeping
from siliconmark_ui.agents.repository import SWEEP_LOCK
from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.service import count_alerts, list_jobs
from tests.factories import make_caller, make_job

LONG_AGO = timedelta(hours=30)


async def test_sweep_ends_every_job_that_is_due(quiet_db: Database) -> None:
    actor = (await make_caller(quiet_db)).actor
    for _ in range(7):
        await make_job(quiet_db, actor, at=now() - LONG_AGO)
    young = await make_job(quiet_db, actor)
    assert await sweep(quiet_db) == 7
    assert await sweep(quiet_db) == 0
    page = await list_jobs(quiet_db, actor, JobQuery(state=("created",)))
    assert [row["id"] for row in page["results"]] == [young["id"]]
    assert (await list_jobs(quiet_db, actor, JobQuery(state=("aborted",))))["pagination"]["total"] == 7
    assert await count_alerts(quiet_db, actor, JobQuery(state=("aborted",))) == 0


async def test_sweep_takes_more_jobs_than_one_batch(quiet_db: Database) -> None:
    actor = (await make_caller(quiet_db)).actor
    for _ in range(5):
        await make_job(quiet_db, actor, at=now() - LONG_AGO)
    before = sweeping.JOBS_PER_SWEEP
    sweeping.JOBS_PER_SWEEP = 2
    try:
        assert await sweep(quiet_db) == 5
    finally:
        sweeping.JOBS_PER_SWEEP = before


async def test_two_sweeps_at_once_end_each_job_once(quiet_db: Database) -> None:
    actor = (await make_caller(quiet_db)).actor
    for _ in range(10):
        await make_job(quiet_db, actor, at=now() - LONG_AGO)
    assert sum(await asyncio.gather(*(sweep(quiet_db) for _ in range(4)))) == 10


async def test_sweep_does_nothing_while_another_worker_sweeps(quiet_db: Database) -> None:
    await make_job(quiet_db, (await make_caller(quiet_db)).actor, at=now() - LONG_AGO)
    async with quiet_db.session_scope() as session:
        await session.execute(text(f"SELECT pg_advisory_xact_lock({SWEEP_LOCK})"))
        assert await sweep(quiet_db) == 0
    assert await sweep(quiet_db) == 1


async def test_sweep_passes_over_a_job_that_an_agent_holds(quiet_db: Database) -> None:
    actor = (await make_caller(quiet_db)).actor
    held, free = [await make_job(quiet_db, actor, at=now() - LONG_AGO) for _ in range(2)]
    async with quiet_db.session_scope() as session:
        await session.execute(text("SELECT id FROM jobs WHERE id = :id FOR UPDATE"), {"id": int(held["id"])})
        assert await sweep(quiet_db) == 1
    page = await list_jobs(quiet_db, actor, JobQuery(state=("aborted",)))
    assert [row["id"] for row in page["results"]] == [free["id"]]
    assert await sweep(quiet_db) == 1


async def test_sweep_forgets_tries_that_count_no_more(quiet_db: Database) -> None:
    async with quiet_db.session_scope() as session:
        await add_mark(session, "old", now() - timedelta(days=2))
        await add_mark(session, "new", now())
    await sweep(quiet_db)
    async with quiet_db.session_scope() as session:
        assert list(await session.scalars(text("SELECT bucket FROM throttle_marks"))) == ["new"]
