"""Queries that stand before a lock, seen from the session that holds it."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'jobs'::regclass")


async def waiting_queries(session: AsyncSession, wanted: int) -> None:
    """Wait until exactly so many queries wait for the table of jobs; raises TimeoutError."""
    async with asyncio.timeout(30):
        while (await session.execute(_WAITING)).scalar_one() != wanted:
            await session.execute(text("SELECT pg_sleep(0.02)"))
