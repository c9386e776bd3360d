"""The database: one engine for what changes, one pool of plain psycopg connections for what is only read.

`session_scope()` holds the only commit of the program. Reads that must be fast (lists, totals, badges, who is calling)
go through `reader()`: a connection in autocommit mode whose rows already have the shape that leaves, so that nothing is
converted twice.
"""

import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from siliconmark_ui.relay import PROMISE, Relay

DRIVER = "postgresql+psycopg://"
# A client that has waited this long for a connection is told so; it never waits without end.
POOL_WAIT_SECONDS = 10.0
REST_SECONDS = 5.0
# After an outage pages are read again at once: left to itself, the pool doubles its wait with each attempt, to minutes.
RECONNECT_SECONDS = 3.0

Reader = AsyncConnection[DictRow]


def sqlalchemy_url(url: str) -> str:
    """Return `url` (postgres://, postgresql:// or already with a driver) as SQLAlchemy wants it for psycopg 3."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    return DRIVER + rest


def psycopg_url(url: str) -> str:
    """Return `url` in the form that libpq reads."""
    return "postgresql://" + sqlalchemy_url(url).removeprefix(DRIVER)


class _InstantLoader(Loader):
    """Reads a timestamptz of a UTC session as RFC 3339 text with `Z`, the only form in which times leave."""

    def load(self, data: Buffer) -> str:
        moment = bytes(data).decode("ascii")
        return f"{moment[:10]}T{moment[11:-3]}Z"


class _DocumentLoader(Loader):
    """Hands JSON text on as it stands: uploaded documents are passed through, never parsed and written again."""

    def load(self, data: Buffer) -> msgspec.Raw:
        return msgspec.Raw(bytes(data))


class _ValueLoader(Loader):
    """Reads jsonb into plain values."""

    def load(self, data: Buffer) -> Any:
        return msgspec.json.decode(data)


class ReaderConnection(AsyncConnection[DictRow]):
    """A connection of the reader pool, which knows when it was last known to work."""

    sound_at: float = 0.0


async def _check(connection: AsyncConnection[DictRow]) -> None:
    """Ask the server whether a connection works: once it has rested, or when the server has said something meanwhile.

    One in steady use shows by its use that it works. One that the server has ended was told so: that can be seen from
    here, without a round trip.
    """
    moment = time.monotonic()
    if not isinstance(connection, ReaderConnection):
        return
    if moment - connection.sound_at > REST_SECONDS or _is_spoken_to(connection):
        await AsyncConnectionPool.check_connection(connection)
        connection.sound_at = moment


def _is_spoken_to(connection: ReaderConnection) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


async def _try_again(pool: AsyncConnectionPool[Any]) -> None:
    """Begin a new row of attempts in place of one that was given up, for whoever still waits."""
    await pool.check()


async def _prepare_reader(connection: Reader) -> None:
    connection.adapters.register_loader("timestamptz", _InstantLoader)
    connection.adapters.register_loader("json", _DocumentLoader)
    connection.adapters.register_loader("jsonb", _ValueLoader)


class Database:
    """Engine and reader pool of one server; open it once per process with `open()`, close it with `close()`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        session_options = {"options": "-c timezone=UTC"}
        self.url = sqlalchemy_url(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=True,
            connect_args={"options": f"{session_options['options']} {PROMISE}"},
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._readers: AsyncConnectionPool[ReaderConnection] = AsyncConnectionPool(
            psycopg_url(url),
            connection_class=ReaderConnection,
            min_size=2,
            max_size=pool_size,
            timeout=POOL_WAIT_SECONDS,
            open=False,
            configure=_prepare_reader,
            check=_check,
            reconnect_timeout=RECONNECT_SECONDS,
            reconnect_failed=_try_again,
            kwargs={"autocommit": True, "row_factory": dict_row, **session_options},
        )
        self._relay = Relay(self.engine, self.reader)

    async def open(self) -> None:
        """Open the reader pool; raises psycopg_pool.PoolTimeout when the server cannot be reached."""
        await self._readers.open(wait=True, timeout=POOL_WAIT_SECONDS)

    async def close(self) -> None:
        """Close every connection."""
        await self._relay.finish()
        await self._readers.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def session_scope(self) -> AsyncIterator[AsyncSession]:
        """Yield a session; commit when the block ends, roll back when it raises. The only commit there is."""
        async with self.sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """Yield a psycopg connection in autocommit mode for statements that only read."""
        # Not the pool's own block, which would end a transaction that there never is.
        connection = await self._readers.getconn()
        try:
            yield connection
        finally:
            await self._readers.putconn(connection)

    async def migration(self) -> str | None:
        """Return the revision that the database stands at, None for an empty one."""
        async with self.engine.connect() as connection:
            if not await connection.scalar(text("SELECT to_regclass('alembic_version')")):
                return None
            revision: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return revision


_current: list[Database] = []


def use_database(database: Database | None) -> None:
    """Make `database` the one that this process serves from (None: no longer any)."""
    _current[:] = [database] if database else []


def get_database() -> Database:
    """Return the database that this process serves from."""
    if not _current:
        raise RuntimeError("no database is open in this process")
    return _current[0]
