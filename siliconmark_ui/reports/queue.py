"""The queue of reports: each process of the server takes one order at a time, and no order is taken twice at once.

An order is a row of `reports`, written in the transaction that ends the job. Whoever makes it holds a lease, not a
lock: nothing waits for a report but who asked for it, and the order of a process that died is taken up again.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.reports import repository
from siliconmark_ui.reports.making import LONGEST_SECONDS, ReportFailure, make_pdf
from siliconmark_ui.reports.repository import Claim
from siliconmark_ui.reports.store import ReportStore, StoreFailure, key_of

LOOK_SECONDS = 1.0
LEASE = timedelta(seconds=LONGEST_SECONDS + 60)
# Of processes that died over it; a failure that can be told counts at once.
MOST_ATTEMPTS = 3
# The lease keeps an order that was under way when the database went.
DATABASE_ERRORS = (SQLAlchemyError, psycopg.Error)
log = logging.getLogger("siliconmark_ui.reports")
_awake: list[asyncio.Event] = []


async def make_reports_for_ever(db: Database, store: ReportStore) -> None:
    """Make what is ordered until cancelled; a database that cannot be reached is tried again."""
    awake = asyncio.Event()
    _awake.append(awake)
    try:
        while True:
            awake.clear()
            try:
                while await make_next(db, store):
                    pass
            except DATABASE_ERRORS as error:
                log.warning("reports wait for the database: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await awake.wait()
    finally:
        _awake.remove(awake)


def wake_queue() -> None:
    """Let this process look for orders now."""
    for event in _awake:
        event.set()


async def make_next(db: Database, store: ReportStore) -> bool:
    """Make, or take away, one report; return whether there was one to. A failure is recorded, not raised."""
    async with db.session_scope() as session:
        claimed = await repository.claim(session, now(), LEASE)
    if claimed is None:
        return False
    try:
        if claimed.state == "discarded":
            await _take_away(db, store, claimed)
        else:
            await _make(db, store, claimed)
    except StoreFailure as problem:
        log.error("the store of reports failed for job %s: %s", claimed.job_id, problem)  # noqa: TRY400
        await _fail(db, claimed, "The report could not be stored")
    except ReportFailure as problem:
        await _fail(db, claimed, str(problem))
    except DATABASE_ERRORS:
        raise
    except asyncio.CancelledError:
        await _release(db, claimed)
        raise
    except Exception:
        log.exception("the report of job %s failed", claimed.job_id)
        await _fail(db, claimed, "The report could not be made; the server's log says why")
    return True


async def _make(db: Database, store: ReportStore, claimed: Claim) -> None:
    if claimed.attempts > MOST_ATTEMPTS:
        raise ReportFailure(f"The server stopped {MOST_ATTEMPTS} times while it made the report")
    made_at, key = now(), key_of(claimed.job_id)
    async with db.reader() as reader:
        source = await repository.source_of(reader, claimed.job_id, made_at)
    if source is None:
        raise ReportFailure("The job is not there any more")
    document = await make_pdf(source)
    await store.put(key, document)
    async with db.session_scope() as session:
        kept = await repository.mark_made(session, claimed, made_at, source["job"]["state"], key, len(document))
        if not kept and not await repository.is_kept(session, claimed.job_id):
            await store.delete(key)


async def _release(db: Database, claimed: Claim) -> None:
    """Leave an order to the next process: this one is told to stop."""
    with contextlib.suppress(*DATABASE_ERRORS):
        async with db.session_scope() as session:
            await repository.release(session, claimed)


async def _fail(db: Database, claimed: Claim, error: str) -> None:
    async with db.session_scope() as session:
        await repository.mark_failed(session, claimed, error)


async def _take_away(db: Database, store: ReportStore, claimed: Claim) -> None:
    await store.delete(key_of(claimed.job_id))
    async with db.session_scope() as session:
        await repository.forget(session, claimed.job_id)
