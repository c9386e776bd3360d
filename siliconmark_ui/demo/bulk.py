"""Loading very many demonstration jobs by COPY: the one place outside repositories with statements of its own.

What the services would keep true is kept by the same means: constraints and triggers check and count, ids carry their
moments, scores come from the scoreboard's functions. Python makes the next batch while PostgreSQL stores the last one.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from psycopg import sql

from siliconmark_ui.accounts import passwords
from siliconmark_ui.accounts.service import DEMO_PASSWORD
from siliconmark_ui.agents.repository import fold_counts
from siliconmark_ui.config import Settings
from siliconmark_ui.db import Database, psycopg_url
from siliconmark_ui.demo.crowd import Crowd, Words, build_crowd
from siliconmark_ui.demo.rows import COLUMNS, DAY, SECOND, Batch, BulkJob, draw_states
from siliconmark_ui.demo.service import Say, run_on
from siliconmark_ui.demo.templates import JobTemplate, build_large, build_pool
from siliconmark_ui.identifiers import make_id

DAYS = 730
TEMPLATES = 4000
BATCH_JOBS = 20_000
DELETED_SHARE = 0.05
LARGE_NODES = 256
LARGE_NAME = "whole fabric, 256 nodes"
# Numbers taken from the id sequence for each job: its own, its tasks' and its results'.
NUMBERS_PER_JOB = 12
CHUNK_LINES = 500
LOAD_NUMBER = r"SELECT 1 + coalesce(max(substring(name FROM '^Load (\d{1,8}): ')::integer), 0) FROM customers"

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Load:
    """One load: what jobs are drawn from, and the database ids of its customers and people in the crowd's order."""

    seed: int
    count: int
    today: datetime
    crowd: Crowd
    customer_ids: tuple[int, ...]
    user_ids: tuple[int, ...]
    first_number: int


def load_jobs(settings: Settings, count: int, seed: int, today: datetime, say: Say) -> None:
    """Load `count` jobs of the two years before `today`, and one of 256 nodes, into any migrated database.

    Each load has customers and people of its own, so that it never meets a name that is taken. Memory stays bounded:
    a few batches at a time.
    """
    started = time.monotonic()
    with _connect(settings) as connection:
        load = _begin(settings, connection, count, seed, today)
        say(f"Loading {count:,} jobs of {len(load.customer_ids)} customers: measuring {TEMPLATES:,} kinds of job")
        _load_batches(connection, load, say, started)
        run_on(settings, _fold)
        say("Gathering statistics and cleaning up")
        _tidy(connection)
    for person in load.crowd.people:
        if person.signs_in:
            say(f"  {person.email} / {DEMO_PASSWORD} ({person.role}, {load.crowd.customers[person.customer]})")
    say(f"Loaded {count:,} jobs in {_span(time.monotonic() - started)}")


def _tidy(connection: Connection) -> None:
    """Let the planner know the tables, and index-only scans skip them."""
    # Rows count as visible to all only when their commit is on disk, so nothing may be left to be written later.
    connection.execute("SET synchronous_commit = on")
    for step in ("ANALYZE", "VACUUM"):
        connection.execute(f"{step} customers, users, jobs, job_names, job_tags, job_counts, job_summaries".encode())
        connection.execute(f"{step} tasks, results, node_figures, seen_machines".encode())


def _connect(settings: Settings) -> Connection:
    options = "-c timezone=UTC -c synchronous_commit=off"
    return psycopg.connect(psycopg_url(settings.database_url), autocommit=True, options=options)


def _begin(settings: Settings, connection: Connection, count: int, seed: int, today: datetime) -> Load:
    """Store the crowd and take the numbers that the load's ids will carry."""
    crowd = build_crowd(_scalar(connection, LOAD_NUMBER))
    people = len(crowd.customers) + len(crowd.people)
    numbers = people + (count + LARGE_NODES) * NUMBERS_PER_JOB
    taken = _scalar(connection, "SELECT setval('id_sequence', nextval('id_sequence') + %s)", numbers)
    first = taken - numbers
    ids = [make_id(today, first + place) for place in range(people)]
    customer_ids, user_ids = ids[: len(crowd.customers)], ids[len(crowd.customers) :]
    password_hash = run_on(settings, _hash_demo_password)
    with connection.transaction():
        _copy_crowd(connection, crowd, customer_ids, user_ids, password_hash)
    return Load(seed, count, today, crowd, tuple(customer_ids), tuple(user_ids), first + people)


def _scalar(connection: Connection, statement: str, *values: object) -> int:
    row = connection.execute(statement.encode(), values).fetchone()
    if row is None:
        raise LookupError("The database returned no row")
    return int(str(row[0]))


async def _hash_demo_password(_: Database) -> str:
    return await passwords.hash_password(DEMO_PASSWORD)


async def _fold(db: Database) -> None:
    async with db.session_scope() as session:
        await fold_counts(session)


def _copy_crowd(
    connection: Connection, crowd: Crowd, customer_ids: list[int], user_ids: list[int], password_hash: str
) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY customers (id, name, is_demo) FROM STDIN") as copy:
            for customer_id, name in zip(customer_ids, crowd.customers, strict=True):
                copy.write_row((customer_id, name, True))
        columns = "id, email, name, password_hash, role, customer_id, is_active"
        with cursor.copy(f"COPY users ({columns}) FROM STDIN") as copy:
            for user_id, person in zip(user_ids, crowd.people, strict=True):
                owner = (person.role.value, customer_ids[person.customer], person.signs_in)
                copy.write_row((user_id, person.email, person.name, password_hash, *owner))


def _load_batches(connection: Connection, load: Load, say: Say, started: float) -> None:
    stored = 0
    with ThreadPoolExecutor(max_workers=1) as executor:
        before: Future[None] | None = None
        for batch, jobs in _batches(load):
            if before:
                before.result()
            before = executor.submit(_store, connection, batch)
            stored += jobs
            say(f"  {stored:,} of {load.count:,} jobs made ({_span(time.monotonic() - started)})")
        if before:
            before.result()


def _store(connection: Connection, batch: Batch) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            lines = batch.lines[table]
            with cursor.copy(statement) as copy:
                for start in range(0, len(lines), CHUNK_LINES):
                    copy.write("".join(lines[start : start + CHUNK_LINES]).encode())


def _batches(load: Load) -> Iterator[tuple[Batch, int]]:
    """Batches with their numbers of jobs, oldest first; the last one holds the job of 256 nodes."""
    rng = np.random.default_rng([load.seed, 4])
    pool, words = build_pool(rng, TEMPLATES), Words()
    number = load.first_number
    for start in range(0, load.count, BATCH_JOBS):
        size = min(BATCH_JOBS, load.count - start)
        batch = Batch(number)
        for job in _jobs(rng, load, pool, words, start, size):
            batch.add(job)
        yield batch, size
        number = batch.next_number
    batch = Batch(number)
    batch.add(_large_job(rng, load))
    yield batch, 0


def _jobs(
    rng: np.random.Generator, load: Load, pool: list[JobTemplate], words: Words, start: int, size: int
) -> Iterator[BulkJob]:
    """The jobs number `start` to `start + size` of the load, in the order of their creation."""
    today = int(load.today.timestamp() * SECOND)
    oldest, slice_of = today - DAYS * DAY, DAYS * DAY / load.count
    moments = np.sort(oldest + (start + rng.random(size) * size) * slice_of).astype(np.int64).tolist()
    templates = [pool[place] for place in rng.integers(len(pool), size=size).tolist()]
    states = draw_states(rng, [today - moment for moment in moments], [len(kind.nodes) for kind in templates])
    customers, people = load.crowd.draw_owners(rng, size)
    names, tags = words.draw_names(rng, size), words.draw_tags(rng, size)
    removed = (rng.random(size) < DELETED_SHARE).tolist()
    owners = zip(customers.tolist(), people.tolist(), strict=True)
    for place, (customer, person) in enumerate(owners):
        created = moments[place]
        gone = removed[place] and created < today - 2 * DAY
        yield BulkJob(
            customer_id=load.customer_ids[customer],
            owner_id=load.user_ids[person],
            name=f"{names[place]} {np.base_repr(start + place, 36).lower()}",
            tags=tags[place],
            state=states[place],
            created_at=created,
            deleted_at=created + DAY + (start + place) % DAY if gone else None,
            template=templates[place],
        )


def _large_job(rng: np.random.Generator, load: Load) -> BulkJob:
    created = load.today.astimezone(UTC) - timedelta(days=2)
    return BulkJob(
        customer_id=load.customer_ids[0],
        owner_id=load.user_ids[0],
        name=LARGE_NAME,
        tags=["fabric", "production"],
        state="completed",
        created_at=int(created.timestamp() * SECOND),
        deleted_at=None,
        template=build_large(rng, LARGE_NODES),
    )


def _span(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02} min"
