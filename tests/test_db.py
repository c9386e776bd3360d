"""The reader pool: what it does when the server has ended connections that rest in it."""

import asyncio
import time

import pytest
from psycopg import AsyncConnection

from siliconmark_ui.db import Database, Reader, psycopg_url
from tests.conftest import beside
from tests.outage import unreachable

READERS = 4


async def _answer(reader: Reader) -> int:
    row = await (await reader.execute("SELECT pg_backend_pid() AS pid")).fetchone()
    assert row is not None
    return int(row["pid"])


async def _pids(db: Database) -> set[int]:
    """Use that many readers at once, and return the server's processes behind them."""
    together = asyncio.Barrier(READERS)

    async def one() -> int:
        async with db.reader() as reader:
            await together.wait()
            return await _answer(reader)

    return set(await asyncio.gather(*(one() for _ in range(READERS))))


async def test_reader_works_when_the_server_had_just_ended_the_resting_ones(db: Database) -> None:
    pids = await _pids(db)
    async with await AsyncConnection.connect(psycopg_url(db.url), autocommit=True) as other:
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s::integer[]) AS pid"
        await other.execute(ended, (list(pids),))
    fresh = await _pids(db)
    assert len(fresh) == READERS
    assert not fresh & pids


async def test_readers_do_not_run_out_when_their_blocks_raise(db: Database) -> None:
    async def divide() -> None:
        async with db.reader() as reader:
            await _answer(reader)
            raise ZeroDivisionError

    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            await divide()
    assert len(await _pids(db)) == READERS


async def test_reader_is_whole_again_when_its_statement_was_cancelled(db: Database) -> None:
    async def rest() -> None:
        async with db.reader() as reader:
            await reader.execute("SELECT pg_sleep(60)")

    sleeping = asyncio.create_task(rest())
    await asyncio.sleep(0.2)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    assert len(await _pids(db)) == READERS


async def test_readers_are_back_at_once_when_an_outage_of_some_seconds_is_over(database_url: str) -> None:
    db = Database(beside(database_url, "lost_for_a_while"), pool_size=4)
    await db.open()

    async def read() -> None:
        async with db.reader() as reader:
            await _answer(reader)

    await read()
    with unreachable(db.url):
        # The first to come lets the pool see the outage; how long it waits may end with the outage or before its end.
        first = asyncio.create_task(read())
        await asyncio.sleep(4.0)
        waiting = asyncio.create_task(read())
        # As long as the pool by itself would then wait for the double of it.
        await asyncio.sleep(5.0)
        assert not waiting.done()
    began = time.monotonic()
    await waiting
    await read()
    assert time.monotonic() - began < 3
    await asyncio.gather(first, return_exceptions=True)
    await db.close()
