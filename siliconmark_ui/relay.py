"""Passing on, after their commit, the changes that the database's triggers tell beside an answer.

A NOTIFY inside a transaction makes its commit wait for that of every other one that notifies, disk and all: eight
writers fall to a third of their rate. So the connections of this process promise (`siliconmark.relay`) to notify by
themselves: what the triggers tell them is kept until the commit and then sent by a connection that writes nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import psycopg
from psycopg.errors import Diagnostic
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

CHANNEL = "siliconmark_changes"
PROMISE = "-c siliconmark.relay=on"
"""The option by which a session promises to pass changes on itself."""
TOLD = "SM001"
TRIES = 3

log = logging.getLogger("siliconmark_ui.live")

OpenReader = Callable[[], AbstractAsyncContextManager[psycopg.AsyncConnection[DictRow]]]


class Relay:
    """Collects what each connection of `engine` is told, and notifies through a `reader` once it is committed."""

    def __init__(self, engine: AsyncEngine, reader: OpenReader) -> None:
        self._reader = reader
        self._waiting: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        event.listen(engine.sync_engine, "connect", _collect)
        event.listen(engine.sync_engine, "commit", _mark_committed)
        event.listen(engine.sync_engine, "checkin", self._take)

    async def finish(self) -> None:
        """Wait until everything committed so far is passed on."""
        if self._sending:
            await self._sending

    def _take(self, _: Any, record: ConnectionPoolEntry) -> None:
        told: list[str] = record.info.get("told", [])
        if record.info.pop("is_committed", False) and told:
            self._waiting.update(told)
            if self._sending is None:
                self._sending = asyncio.get_running_loop().create_task(self._send())
        told.clear()

    async def _send(self) -> None:
        """Send what waits; what is committed meanwhile goes together in the next round."""
        try:
            while self._waiting:
                changes, self._waiting = sorted(self._waiting), set()
                await self._notify(changes)
        finally:
            self._sending = None

    async def _notify(self, changes: list[str]) -> None:
        for left in reversed(range(TRIES)):
            try:
                async with self._reader() as reader:
                    await reader.execute(
                        "SELECT pg_notify(%s, change) FROM unnest(%s::text[]) AS change", (CHANNEL, changes)
                    )
            except (psycopg.Error, PoolTimeout, OSError) as error:
                if not left:
                    log.warning("%d changes were not passed on: %s", len(changes), error)
            else:
                return


def _collect(connection: Any, record: ConnectionPoolEntry) -> None:
    told: list[str] = []
    record.info["told"] = told

    def hear(notice: Diagnostic) -> None:
        if notice.sqlstate == TOLD and notice.message_primary:
            told.append(notice.message_primary)

    connection.driver_connection.add_notice_handler(hear)


def _mark_committed(connection: Connection) -> None:
    connection.info["is_committed"] = True
