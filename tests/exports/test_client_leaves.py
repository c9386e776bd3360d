"""A client that goes away stops what it asked for: the query, the worker process, its temporary files."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import psutil
import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now
from tests.api.paths import JOBS as LIST
from tests.factories import Caller, make_caller, unswept

EXPORT = f"{LIST}/export"
# Some 16 MB of CSV: more than the pipes and the sending side of sockets between the database and a client take in.
JOBS = 8_000
# The receiving side alone would take up to 32 MiB on some systems.
RECEIVE_BYTES = 64 * 1024
DESCRIPTION = "🔥" * 512
PATIENCE = 10.0
WORKER = "siliconmark_ui.exports.worker"


@pytest.fixture
async def owner(db: Database) -> Caller:
    """A person with more jobs than fit into any buffer."""
    caller = await make_caller(db)
    first = make_id(now(), 0)
    async with db.reader() as reader:
        await reader.execute(
            """
            INSERT INTO jobs (id, customer_id, owner_id, name, name_lower, description, node_count, current_nodes,
                              benchmark_sequence, benchmark_ids, tags, created_at, expires_at, state, gpu_models)
            SELECT %(first)s + g, %(customer)s, %(owner)s, 'job ' || g, 'job ' || g, %(text)s, 1, 0, '[]', '{}', '{}',
                   moment, moment + interval '24 hours', 'created', '{}'
            FROM generate_series(1, %(jobs)s) AS g,
                 LATERAL (SELECT timestamptz '2020-01-01 00:00:00+00'
                          + ((%(first)s + g) >> 22) * interval '1 millisecond' AS moment) AS created
            """,
            {
                "first": first,
                "customer": caller.actor.customer_id,
                "owner": caller.actor.user_id,
                "text": DESCRIPTION,
                "jobs": JOBS,
            },
        )
    return caller


@pytest.fixture
async def slow_http(api_address: str, db: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client that takes in little beyond what it reads, of a server whose own sweep reads no jobs meanwhile."""
    options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)]
    limits = httpx.Limits(max_connections=20)
    transport = httpx.AsyncHTTPTransport(socket_options=options, limits=limits)
    async with unswept(db), httpx.AsyncClient(base_url=api_address, transport=transport, timeout=30) as client:
        yield client


async def running_queries(db: Database) -> int:
    """Return how many statements that read jobs run now; the server shows no more than their beginning."""
    async with db.reader() as reader:
        found = await reader.execute(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() "
            "AND query LIKE '%SELECT jobs.id%'"
        )
        row = await found.fetchone()
    return int(row["n"]) if row else 0


def workers() -> list[psutil.Process]:
    """Return the worker processes of this run's server that live now."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found += [one] if WORKER in one.cmdline() else []
    return found


def folders(data_folder: Path) -> list[Path]:
    """Return the temporary folders of exports of a server that keeps them there."""
    return list(data_folder.glob("siliconmark-export-*"))


async def until(fulfilled: Callable[[], Awaitable[bool]]) -> bool:
    """Return whether it comes true before patience ends."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not await fulfilled():  # noqa: ASYNC110 - no event tells of what other processes do.
                await asyncio.sleep(0.05)
    return await fulfilled()


async def all_stopped(db: Database, data_folder: Path) -> bool:
    """Whether no query, no worker and no temporary folder is left."""
    return not workers() and not folders(data_folder) and await running_queries(db) == 0


async def worker_runs() -> bool:
    """Whether a worker process is at work."""
    return bool(workers())


@pytest.mark.parametrize("wanted", ["csv", "json", "parquet"])
async def test_the_query_stops_when_the_client_goes_away(
    slow_http: httpx.AsyncClient, db: Database, owner: Caller, data_folder: Path, wanted: str
) -> None:
    async with slow_http.stream("GET", EXPORT, params={"format": wanted}, headers=owner.headers) as answer:
        assert answer.status_code == 200
        if wanted == "parquet":
            assert await until(worker_runs)
        else:
            body = await _begin(answer)
            await asyncio.sleep(0.5)
            assert await running_queries(db) == 1
            del body
    assert await until(lambda: all_stopped(db, data_folder))


async def test_the_worker_stops_when_the_client_goes_away_before_the_file_begins(
    slow_http: httpx.AsyncClient, db: Database, owner: Caller, data_folder: Path
) -> None:
    request = slow_http.get(EXPORT, params={"format": "xlsx"}, headers=owner.headers)
    waiting = asyncio.create_task(request)
    assert await until(worker_runs)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await until(lambda: all_stopped(db, data_folder))


async def test_lists_are_answered_while_more_exports_stall_than_there_are_connections(
    slow_http: httpx.AsyncClient, db: Database, owner: Caller
) -> None:
    stalled = [asyncio.create_task(_stall(slow_http, owner)) for _ in range(14)]
    await asyncio.sleep(1)
    try:
        answer = await slow_http.get(LIST, headers=owner.headers, timeout=5)
        assert answer.json()["pagination"]["total"] == JOBS
        assert await running_queries(db) == 4
    finally:
        for task in stalled:
            task.cancel()
        await asyncio.gather(*stalled, return_exceptions=True)


async def test_half_a_file_never_looks_whole_when_the_database_fails(
    slow_http: httpx.AsyncClient, db: Database, owner: Caller, data_folder: Path
) -> None:
    async with slow_http.stream("GET", EXPORT, headers=owner.headers) as answer:
        body = await _begin(answer)
        async with db.reader() as reader:
            await reader.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT jobs.id%'"
            )
        with pytest.raises(httpx.RemoteProtocolError):
            await _read_out(body)
    assert await until(lambda: all_stopped(db, data_folder))


async def _begin(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Read the first bytes; the rest comes from what is returned, whose end closes the connection."""
    body = answer.aiter_raw()
    assert await anext(body)
    return body


async def _read_out(body: AsyncIterator[bytes]) -> None:
    async for _ in body:
        pass


async def _stall(slow_http: httpx.AsyncClient, owner: Caller) -> None:
    async with slow_http.stream("GET", EXPORT, headers=owner.headers) as answer:
        body = await _begin(answer)
        await asyncio.sleep(60)
        await _read_out(body)
