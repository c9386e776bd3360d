"""The sweep: once at a time, job by job, beside agents that are still at work."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.repository import add_mark
from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents import sweep as sweeping
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.agents.repository import SWEEP_LOCK
from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.service import count_alerts, delete_job, list_jobs
from siliconmark_ui.models import Job
from tests.factories import make_caller, make_job, node, quick_mark, upload
from tests.ui.finished import finished_job

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


async def test_job_that_was_ended_stays_ended_when_the_sweep_fails_at_a_later_one(
    quiet_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = (await make_caller(quiet_db)).actor
    for _ in range(5):
        await make_job(quiet_db, actor, at=now() - LONG_AGO)
    expire, ended = sweeping._expire, 0

    async def fail_at_the_third(session: AsyncSession, job: Job) -> None:
        nonlocal ended
        await expire(session, job)
        ended += 1
        if ended == 3:
            raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(sweeping, "_expire", fail_at_the_third)
        with pytest.raises(ConnectionError):
            await sweep(quiet_db)
    assert (await list_jobs(quiet_db, actor, JobQuery(state=("aborted",))))["pagination"]["total"] == 2
    assert await sweep(quiet_db) == 3


async def _overdue(db: Database, actor: Actor, first: int) -> None:
    """Make a job that is past its day, in which machine `first` has measured itself and the next one has not."""
    job = await make_job(db, actor, node_count=2)
    tasks = [(await agents.register_node(db, job["token"], read_node(node(first + one))))[0] for one in range(2)]
    body = read_upload(msgspec.json.encode(upload(quick_mark(1))), "quick_mark")
    await agents.store_task_result(db, job["token"], int(tasks[0]["id"]), "quick_mark", body)
    await agents.report_task(db, job["token"], int(tasks[0]["id"]), read_progress({"state": "completed"}))


async def test_deletion_and_a_sweep_of_the_same_machines_never_wait_for_each_other(
    quiet_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = (await make_caller(quiet_db)).actor
    with at(now() - LONG_AGO):
        for first in (1, 0):
            await _overdue(quiet_db, actor, first)
    deleted = await finished_job(quiet_db, actor, nodes=2)
    has_ended_one, goes_on = asyncio.Event(), asyncio.Event()
    expire = sweeping._expire

    async def pausing(session: AsyncSession, job: Job) -> None:
        await expire(session, job)
        has_ended_one.set()
        await goes_on.wait()

    monkeypatch.setattr(sweeping, "_expire", pausing)
    swept = asyncio.create_task(sweep(quiet_db))
    await has_ended_one.wait()
    # The deletion holds what it needs of machine 0 and waits for machine 1, which the sweep has not let go of.
    deletion = asyncio.ensure_future(delete_job(quiet_db, actor, int(deleted)))
    await _until_somebody_waits(quiet_db)
    goes_on.set()
    assert (await deletion)["message"] == "Job deleted successfully"
    assert await swept == 2


async def _until_somebody_waits(db: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10), db.session_scope() as session:
        while not await session.scalar(waiting):
            await session.execute(text("SELECT pg_sleep(0.02)"))


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
