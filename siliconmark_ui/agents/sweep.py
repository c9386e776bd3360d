"""The sweep: applies expiry and tidies up, once at a time across several workers."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.repository import purge_expired
from siliconmark_ui.accounts.throttle import LONGEST_WINDOW
from siliconmark_ui.agents import repository
from siliconmark_ui.agents.life import EXPIRED_MESSAGE
from siliconmark_ui.agents.service import finish
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.models import Job

log = logging.getLogger("siliconmark_ui.sweep")
INTERVAL_SECONDS = 5.0


async def sweep(db: Database) -> int:
    """Apply expiry to every job that is due; return how many ended. Does nothing while another worker sweeps."""
    ended = 0
    while await _sweep_next(db):
        ended += 1
    return ended


async def _sweep_next(db: Database) -> bool:
    """End the next job that is due; without one, tidy up and return False.

    Each job ends in a transaction of its own: scores are kept by machine, a transaction takes its machines in one
    order, and one of several jobs would take them in the order of the jobs. A deletion could then wait for it while it
    waits for the deletion.
    """
    async with db.session_scope() as session:
        if not await repository.try_sweep_lock(session):
            return False
        job = await repository.expired_job(session, now())
        if job is not None:
            await _expire(session, job)
            return True
        await repository.fold_counts(session)
        await purge_expired(session, now(), now() - LONGEST_WINDOW)
        return False


async def _expire(session: AsyncSession, job: Job) -> None:
    """A job that never ran is aborted; one that ran ends as its tasks say, unfinished ones failed."""
    aborted = job.state != "running"
    for task in await repository.tasks_of(session, job.id):
        if task.ended_at is None:
            task.state = "aborted" if aborted else "failed"
            task.failed_message = EXPIRED_MESSAGE
            task.ended_at = job.expires_at
    await session.flush()
    await finish(session, job, aborted=aborted)


async def sweep_for_ever(db: Database) -> None:
    """Sweep every few seconds until cancelled; a failure is logged and the next sweep tries again."""
    while True:
        try:
            await sweep(db)
        except (SQLAlchemyError, OSError) as error:
            log.warning("the sweep failed and will be tried again: %s", error)
        await asyncio.sleep(INTERVAL_SECONDS)
