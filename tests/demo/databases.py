"""Databases of a test's own on the run's server, for what is too slow to fill before each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from siliconmark_ui.db import Database, psycopg_url
from siliconmark_ui.server.database import migrate


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(psycopg_url(url), autocommit=True) as connection:
        connection.execute(statement.encode())


@asynccontextmanager
async def fresh_database(database_url: str, name: str) -> AsyncIterator[Database]:
    """Yield a migrated database of that name beside the one of `database_url`, and drop it afterwards."""
    url = database_url.replace("/siliconmark?", f"/{name}?")
    assert url != database_url
    _execute(database_url, f"CREATE DATABASE {name}")
    database = Database(url, pool_size=2)
    try:
        migrate(url)
        await database.open()
        yield database
    finally:
        await database.close()
        _execute(database_url, f"DROP DATABASE {name} WITH (FORCE)")
