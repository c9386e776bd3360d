"""The demonstration as it stands in a real database after it was lived through."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, LiteralString

import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import DEMO_PASSWORD, demo_accounts, verify_credentials
from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.demo.service import fill, fill_if_empty
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import JOB_STATES
from tests.demo.databases import fresh_database

# What these tests share takes its time: on one worker it is made once.
pytestmark = pytest.mark.xdist_group("filled demonstration")

SEED = 5
JOBS = 140
Rows = list[dict[str, Any]]


def ignore(_: str) -> None:
    """Take a line of progress and say nothing."""


async def rows(database: Database, statement: LiteralString, *values: object) -> Rows:
    """Return what a statement answers to its values, times as texts."""
    async with database.reader() as reader:
        return await (await reader.execute(statement, values or None)).fetchall()


@pytest.fixture(scope="module")
def today() -> datetime:
    """The day that the demonstration ends on."""
    return now()


@pytest.fixture(scope="module")
async def filled(database_url: str, open_database: Database, today: datetime) -> AsyncIterator[Database]:
    """A database with the demonstration in it; `open_database` holds the key that signs."""
    async with fresh_database(database_url, "demo_filled") as database:
        await fill(database, SEED, JOBS, today, ignore)
        yield database


async def test_fill_makes_jobs_in_every_state(filled: Database) -> None:
    found = await rows(filled, "SELECT state, count(*) FROM jobs GROUP BY state")
    assert {row["state"] for row in found} == set(JOB_STATES)
    assert sum(row["count"] for row in found) == JOBS


async def test_fill_leaves_most_jobs_healthy_and_some_alerts(filled: Database) -> None:
    found = await rows(filled, "SELECT performance_status AS status, count(*) FROM jobs GROUP BY 1")
    counts = {row["status"]: row["count"] for row in found}
    assert 0.04 <= counts["underperforming"] / JOBS <= 0.18
    assert counts["as_expected"] / JOBS > 0.5


async def test_fill_labels_its_two_customers_as_demonstration(filled: Database) -> None:
    found = await rows(filled, "SELECT name, is_demo FROM customers")
    assert len(found) == 2
    assert all(row["is_demo"] and row["name"].startswith("Demo: ") for row in found)


async def test_fill_adds_people_of_every_role_who_can_sign_in(filled: Database) -> None:
    accounts = await demo_accounts(filled)
    assert {account.role for account in accounts} == set(Role)
    assert all(account.email.endswith("@demo.example") for account in accounts)
    assert await verify_credentials(filled, accounts[0].email, DEMO_PASSWORD, "127.0.0.1") > 0


async def test_times_of_filled_jobs_follow_each_other_in_the_past(filled: Database, today: datetime) -> None:
    wrong = await rows(
        filled,
        """SELECT jobs.id FROM jobs LEFT JOIN tasks ON tasks.job_id = jobs.id
        WHERE jobs.started_at < jobs.created_at OR jobs.ended_at < jobs.started_at
           OR jobs.ended_at > jobs.expires_at OR tasks.created_at < jobs.created_at
           OR tasks.ended_at < tasks.started_at OR tasks.ended_at > jobs.ended_at""",
    )
    assert wrong == []
    latest = await rows(filled, "SELECT max(greatest(created_at, started_at, ended_at)) AS moment FROM jobs")
    assert datetime.fromisoformat(latest[0]["moment"]) <= today


async def test_unfinished_jobs_outlive_the_first_hours_of_sweeping(filled: Database, today: datetime) -> None:
    statement = "SELECT id, state FROM jobs WHERE ended_at IS NULL ORDER BY id"
    before = await rows(filled, statement)
    with at(today + timedelta(hours=3)):
        assert await sweep(filled) == 0
    assert await rows(filled, statement) == before
    assert {row["state"] for row in before} == {"created", "starting", "running"}


async def test_half_speed_node_makes_its_jobs_alerts_by_compute_alone(filled: Database) -> None:
    found = await rows(
        filled,
        """SELECT performance FROM job_summaries
        WHERE (performance->'groups'->'compute'->>'score')::float BETWEEN 0.5 AND 0.62""",
    )
    assert found
    for row in found:
        groups = row["performance"]["groups"]
        assert row["performance"]["status"] == groups["compute"]["status"] == "underperforming"
        assert groups["memory"]["status"] == "as_expected"


async def test_broken_power_sensor_is_in_no_sum(filled: Database) -> None:
    found = await rows(
        filled,
        """SELECT (quickmark_aggregate_results->>'power_consumption_watts')::float AS watts,
                  (quickmark_aggregate_results->>'gpu_count')::int AS gpus,
                  (SELECT sum((document->'aggregate_results'->>'power_consumption_watts')::float) FROM results
                   WHERE results.job_id = job_summaries.job_id AND key = 'quick_mark' AND task_id IS NOT NULL
                     AND (document->'aggregate_results'->>'power_consumption_watts')::float > 160) AS sound
        FROM job_summaries WHERE job_id IN (
          SELECT job_id FROM results WHERE key = 'quick_mark' AND state = 'completed'
            AND (document->'aggregate_results'->>'power_consumption_watts')::float < 60
            AND json_array_length(document->'test_results') = 8)""",
    )
    assert found
    for row in found:
        assert (row["watts"] is None) == (row["sound"] is None)
        assert row["watts"] is None or row["watts"] == pytest.approx(row["sound"], abs=0.01)


async def test_deleted_jobs_are_gone_and_anonymous_ones_belong_to_nobody(filled: Database) -> None:
    found = await rows(
        filled,
        """SELECT count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted,
                  count(*) FILTER (WHERE owner_id IS NULL) AS anonymous FROM jobs""",
    )
    assert found[0]["deleted"] >= 1
    assert found[0]["anonymous"] >= 1


async def test_fill_does_nothing_when_somebody_is_there(filled: Database) -> None:
    assert await fill_if_empty(filled, ignore) is False
    assert (await rows(filled, "SELECT count(*) FROM jobs"))[0]["count"] == JOBS


async def test_fill_adds_jobs_under_free_names_when_asked_again(filled: Database, database_url: str) -> None:
    async with fresh_database(database_url, "demo_again") as database:
        for _ in range(2):
            await fill(database, SEED, 6, now(), ignore)
        found = await rows(database, "SELECT count(*) AS jobs, count(DISTINCT (customer_id, name)) AS names FROM jobs")
        assert found == [{"jobs": 12, "names": 12}]
        assert (await rows(database, "SELECT count(*) FROM customers"))[0]["count"] == 2


async def test_fill_is_the_same_twice_when_seed_and_day_are(
    database_url: str, open_database: Database, today: datetime
) -> None:
    stories = []
    for name in ("demo_first", "demo_second"):
        async with fresh_database(database_url, name) as database:
            await fill(database, SEED, 24, today, ignore)
            stories.append(
                await rows(
                    database,
                    """SELECT jobs.id, jobs.name, jobs.state, jobs.tags, jobs.description, jobs.started_at,
                              jobs.ended_at, jobs.performance_score, job_summaries.performance_nodes,
                              (SELECT string_agg(document::text, ',' ORDER BY id) FROM results WHERE job_id = jobs.id)
                    FROM jobs LEFT JOIN job_summaries ON job_id = jobs.id ORDER BY jobs.id""",
                )
            )
    assert stories[0] == stories[1]
    assert len(stories[0]) == 24
