"""The rows of very many jobs come by whichever way is quicker, and the other one is taken back from the database."""

import asyncio

import pytest

from siliconmark_ui.accounts.roles import Actor, Scope
from siliconmark_ui.db import Database, Reader
from siliconmark_ui.jobs import first_rows as ways
from siliconmark_ui.jobs import repository
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.first_rows import first_rows
from siliconmark_ui.jobs.repository import Asked, Found
from tests.factories import make_caller, make_job

EVERYTHING = Scope("all", 0)
TWO_OF_SMALL = JobQuery(node_count_max=8, per_page=2)
SLEEPERS = """
    SELECT count(*) AS sleepers FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'"""
A_WHILE = 60.0


@pytest.fixture(autouse=True)
def _nothing_is_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MANY_JOBS", 0)


@pytest.fixture
async def owner(db: Database) -> Actor:
    """The owner of the jobs 0, 1 and 2."""
    actor = (await make_caller(db)).actor
    for number in range(3):
        await make_job(db, actor, name=f"job {number}")
    return actor


def names_of(found: Found) -> list[str]:
    """Return the names of the rows."""
    return [row["name"] for row in found.rows]


async def sleep_for_ever(reader: Reader, asked: Asked) -> Found:
    """Be the way that does not end."""
    await reader.execute("SELECT pg_sleep(600)")
    raise AssertionError("nobody waits for this")


async def sleepers(db: Database) -> int:
    """Return how many connections of the server are asleep in a statement."""
    async with db.reader() as reader:
        row = await (await reader.execute(SLEEPERS)).fetchone()
    assert row is not None
    return int(row["sleepers"])


async def test_rows_in_order_come_without_a_total_when_they_are_found_soon(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "PATIENCE", A_WHILE)
    monkeypatch.setattr(repository, "rows_read_once", sleep_for_ever)
    found = await first_rows(db, EVERYTHING, TWO_OF_SMALL)
    assert (found.total, names_of(found)) == (None, ["job 2", "job 1"])


async def test_rows_are_read_once_when_the_order_does_not_yield_them(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "PATIENCE", 0.0)
    monkeypatch.setattr(repository, "rows_in_order", sleep_for_ever)
    found = await first_rows(db, EVERYTHING, TWO_OF_SMALL)
    assert (found.total, names_of(found)) == (3, ["job 2", "job 1"])
    assert await sleepers(db) == 0


async def test_second_way_is_taken_back_when_the_first_one_ends_after_all(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_order, has_begun = repository.rows_in_order, asyncio.Event()

    async def late(reader: Reader, asked: Asked) -> Found:
        await has_begun.wait()
        return await in_order(reader, asked)

    async def begun(reader: Reader, asked: Asked) -> Found:
        has_begun.set()
        return await sleep_for_ever(reader, asked)

    monkeypatch.setattr(ways, "PATIENCE", 0.0)
    monkeypatch.setattr(repository, "rows_in_order", late)
    monkeypatch.setattr(repository, "rows_read_once", begun)
    assert names_of(await first_rows(db, EVERYTHING, TWO_OF_SMALL)) == ["job 2", "job 1"]
    assert await sleepers(db) == 0


async def test_total_comes_with_the_rows_when_the_scope_is_small(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MANY_JOBS", 4)
    assert (await first_rows(db, EVERYTHING, TWO_OF_SMALL)).total == 3


async def test_total_comes_with_the_rows_when_it_is_kept_or_the_name_is_rare(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "PATIENCE", A_WHILE)
    for question in (JobQuery(state=("created",), per_page=2), JobQuery(name="JOB", per_page=2)):
        assert (await first_rows(db, EVERYTHING, question)).total == 3


async def test_failure_of_a_way_is_the_failure_of_the_question(
    db: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Found:
        raise ConnectionError("the server is gone")

    monkeypatch.setattr(ways, "PATIENCE", A_WHILE)
    monkeypatch.setattr(repository, "rows_in_order", fail)
    with pytest.raises(ConnectionError):
        await first_rows(db, EVERYTHING, TWO_OF_SMALL)
