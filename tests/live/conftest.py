"""A process that serves pages: it listens to the run's PostgreSQL and tells its tabs."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection

from siliconmark_ui.db import Database, psycopg_url
from siliconmark_ui.live.listener import NAME, listen_for_ever
from siliconmark_ui.live.service import LiveUpdates
from tests.live.tabs import Tabs

OWN_LISTENERS = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"


async def listeners(url: str) -> set[int]:
    """Give the process ids of the connections that listen to the database."""
    async with await AsyncConnection.connect(psycopg_url(url), autocommit=True) as connection:
        rows = await (await connection.execute(OWN_LISTENERS, (NAME,))).fetchall()
    return {row[0] for row in rows}


async def until_listening(url: str) -> None:
    """Wait until somebody listens to the database."""
    for _ in range(250):
        if await listeners(url):
            return
        await asyncio.sleep(0.02)
    pytest.fail("nobody listens")


@pytest.fixture
async def tabs(quiet_db: Database) -> AsyncIterator[Tabs]:
    """The tabs of a process that listens to a database which nobody else serves."""
    made = Tabs()
    made.live = live = LiveUpdates(quiet_db, made.push)
    task = asyncio.create_task(listen_for_ever(quiet_db.url, live))
    await until_listening(quiet_db.url)
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await live.close()
