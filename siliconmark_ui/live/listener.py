"""The one connection of a process that hears the database's notifications; lost, it comes back by itself."""

import asyncio
import logging

import psycopg

from siliconmark_ui.db import psycopg_url
from siliconmark_ui.live.changes import read_change
from siliconmark_ui.live.service import LiveUpdates
from siliconmark_ui.relay import CHANNEL

log = logging.getLogger("siliconmark_ui.live")

LONGEST_WAIT_SECONDS = 5.0
FIRST_WAIT_SECONDS = 0.05
QUIET_FAILURES = 3
"""Tries that fail before anybody is told: a server that restarts is back sooner."""
NAME = "siliconmark live updates"

Connection = psycopg.AsyncConnection[tuple[object, ...]]


async def listen_for_ever(url: str, live: LiveUpdates) -> None:
    """Pass on what the database at `url` tells until cancelled; after a loss every tab catches up."""
    failures = 0
    while True:
        try:
            async with await _connect(url) as connection:
                failures = 0
                live.heal()
                await _hear(connection, live)
        except (psycopg.Error, OSError) as error:
            log.warning("the database is not heard and will be tried again: %s", str(error).strip())
        failures += 1
        if failures > QUIET_FAILURES:
            live.lose()
        await asyncio.sleep(min(FIRST_WAIT_SECONDS * 2**failures, LONGEST_WAIT_SECONDS))


async def _connect(url: str) -> Connection:
    # The kernel asks whether a silent connection still stands, so that nothing here has to.
    connection = await psycopg.AsyncConnection.connect(
        psycopg_url(url),
        autocommit=True,
        application_name=NAME,
        connect_timeout=5,
        keepalives_idle=15,
        keepalives_interval=5,
        keepalives_count=3,
    )
    await connection.execute(f"LISTEN {CHANNEL}".encode())
    return connection


async def _hear(connection: Connection, live: LiveUpdates) -> None:
    """Pass on each notification as it comes; raises psycopg.Error when the connection is lost.

    psycopg's own generator of notifications wakes up ten times a second; here the event loop wakes when something came.
    """
    loop = asyncio.get_running_loop()
    lost: asyncio.Future[None] = loop.create_future()

    def read() -> None:
        try:
            connection.pgconn.consume_input()
            while notice := connection.pgconn.notifies():
                live.hear(read_change(notice.extra.decode("utf-8", "replace")))
        except psycopg.Error as error:
            loop.remove_reader(descriptor)
            if not lost.done():
                lost.set_exception(error)

    descriptor = connection.fileno()
    loop.add_reader(descriptor, read)
    try:
        await lost
    finally:
        loop.remove_reader(descriptor)
