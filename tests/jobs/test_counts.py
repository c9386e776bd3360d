"""What the database keeps beside the jobs (counts, alerts, tags, names) never drifts, whatever happens to them."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.agents.repository import fold_counts
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.service import delete_job
from siliconmark_ui.models import JOB_STATES, STATUSES
from tests.factories import make_caller, make_job
from tests.jobs.population import Stored, row_of

RECOUNTED = text("""
    SELECT kind, scope_id, state, count(*), count(*) FILTER (WHERE performance_status = 'underperforming'),
           count(performance_status)
    FROM jobs CROSS JOIN LATERAL
         (VALUES ('all', 0), ('customer', customer_id), ('owner', owner_id)) AS scope (kind, scope_id)
    WHERE deleted_at IS NULL AND scope_id IS NOT NULL GROUP BY kind, scope_id, state
""")
KEPT = text("""
    SELECT scope_kind, scope_id, state, sum(jobs), sum(alerts), sum(judged)
    FROM job_counts GROUP BY scope_kind, scope_id, state
    HAVING sum(jobs) <> 0 OR sum(alerts) <> 0 OR sum(judged) <> 0
""")
RETAGGED = text("""
    SELECT DISTINCT id, tag, customer_id, owner_id FROM jobs CROSS JOIN LATERAL unnest(tags) AS tag
    WHERE deleted_at IS NULL
""")
TAGGED = text("SELECT job_id, tag, customer_id, owner_id FROM job_tags")
RENAMED = text("SELECT id, name_lower FROM jobs WHERE deleted_at IS NULL")
NAMED = text("SELECT job_id, name_lower FROM job_names")

# To make an example smaller would ask the database for minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
numbers = st.integers(0, 11)
states = st.sampled_from(JOB_STATES)
statuses = st.none() | st.sampled_from(STATUSES)
tags = st.lists(st.sampled_from("abc"), max_size=3)
names = st.sampled_from(["ab", "abcd"])
owners = st.sampled_from([0, 1, 2, None])


def _operation(kind: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(values))


operations = st.one_of(
    _operation("create", number=numbers, state=states, tags=tags, owner=owners),
    _operation("create", number=numbers, state=states, tags=tags, owner=owners),
    _operation("move", number=numbers, state=states, status=statuses),
    _operation("move_all", state=states, status=statuses),
    _operation("retag", number=numbers, tags=tags),
    _operation("rename", number=numbers, name=names),
    _operation("give", number=numbers, owner=owners),
    _operation("delete", number=numbers),
    _operation("undelete", number=numbers),
    _operation("remove", number=numbers),
    _operation("remove_all"),
    _operation("fold"),
)


async def agree(db: Database) -> None:
    """Hold what is kept to what the jobs say."""
    async with db.session_scope() as session:
        for kept, said in ((KEPT, RECOUNTED), (TAGGED, RETAGGED), (NAMED, RENAMED)):
            rows = [tuple(row) for row in await session.execute(kept)]
            assert Counter(rows) == Counter(tuple(row) for row in await session.execute(said))


def _id(number: int) -> int:
    return Stored("", number, number).id


async def _create(session: AsyncSession, number: int, state: str, its_tags: list[str], owner: Actor | None) -> None:
    if not await session.scalar(text("SELECT 1 FROM jobs WHERE id = :id"), {"id": _id(number)}):
        session.add(row_of(Stored(f"job {number}", number, number, state, tags=tuple(its_tags), owner=owner)))


_MOVED = """UPDATE jobs SET state = :state, performance_status = :status,
            ended_at = CASE WHEN :state IN ('created', 'starting', 'running') THEN NULL ELSE created_at END"""
_STATEMENTS = {
    "move": f"{_MOVED} WHERE id = :id",
    "move_all": _MOVED,
    "retag": "UPDATE jobs SET tags = :tags WHERE id = :id",
    "rename": "UPDATE jobs SET name_lower = :name WHERE id = :id",
    "give": "UPDATE jobs SET customer_id = :customer_id, owner_id = :owner_id WHERE id = :id",
    "delete": "UPDATE jobs SET deleted_at = now() WHERE id = :id",
    "undelete": "UPDATE jobs SET deleted_at = NULL WHERE id = :id",
    "remove": "DELETE FROM jobs WHERE id = :id",
    "remove_all": "DELETE FROM jobs",
}


async def _run(session: AsyncSession, people: list[Actor], kind: str, values: dict[str, Any]) -> None:
    owner = None if values.get("owner") is None else people[values["owner"]]
    if kind == "create":
        await _create(session, values["number"], values["state"], values["tags"], owner)
    elif kind == "fold":
        await fold_counts(session)
    else:
        whose = {"customer_id": owner.customer_id if owner else None, "owner_id": owner.user_id if owner else None}
        bound = {**values, **whose, "id": _id(values.get("number", 0))}
        statement = text(_STATEMENTS[kind])
        await session.execute(statement, {name: bound[name] for name in statement.compile().params})


@given(st.lists(operations, min_size=10, max_size=40))
@settings(max_examples=20, phases=NO_SHRINKING, deadline=None, suppress_health_check=list(HealthCheck))
async def test_counts_tags_and_names_agree_with_the_jobs_after_any_history(db: Database, history: list[Any]) -> None:
    async with db.session_scope() as session:
        for statement in ("DELETE FROM jobs", "DELETE FROM job_counts", "DELETE FROM users", "DELETE FROM customers"):
            await session.execute(text(statement))
    people = [
        (await make_caller(db, f"{name}@x.example", Role.USER, customer)).actor
        for name, customer in (("ann", "Acme"), ("bob", "Acme"), ("zoe", "Zeta"))
    ]
    for operation in history:
        async with db.session_scope() as session:
            await _run(session, people, *operation)
        await agree(db)


async def test_counts_and_tags_agree_after_a_transaction_that_failed(db: Database) -> None:
    person = (await make_caller(db)).actor

    async def store_the_same_name_twice() -> None:
        async with db.session_scope() as session:
            session.add(row_of(Stored("x", 1, owner=person, tags=("a",))))
            await session.flush()
            session.add(row_of(Stored("x", 2, owner=person, tags=("b",))))

    with pytest.raises(IntegrityError):
        await store_the_same_name_twice()
    await agree(db)


@pytest.mark.parametrize(
    "drift",
    [
        "INSERT INTO job_counts (scope_kind, scope_id, state, jobs, alerts) VALUES ('all', 0, 'created', 1, 0)",
        "DELETE FROM job_counts WHERE scope_kind = 'owner'",
        "DELETE FROM job_tags",
        "UPDATE job_tags SET tag = 'b'",
        "DELETE FROM job_names",
        "UPDATE job_names SET name_lower = 'b'",
    ],
)
async def test_drift_would_be_noticed(db: Database, drift: str) -> None:
    await make_job(db, (await make_caller(db)).actor, tags=["a"])
    await agree(db)
    async with db.session_scope() as session:
        await session.execute(text(drift))
    with pytest.raises(AssertionError):
        await agree(db)


async def test_counts_and_tags_agree_after_writers_at_once(db: Database) -> None:
    people = [(await make_caller(db, f"{name}@x.example")).actor for name in ("ann", "bob")]
    chance = random.Random(20260504)

    async def work(person: Actor) -> None:
        for _ in range(12):
            job = await make_job(db, person, tags=[chance.choice("abc")])
            await asyncio.sleep(0)
            async with db.session_scope() as session:
                state = chance.choice(JOB_STATES[:3])
                await session.execute(
                    text("UPDATE jobs SET state = :state WHERE id = :id"), {"state": state, "id": int(job["id"])}
                )
            if state != "running" and chance.random() < 0.5:
                await delete_job(db, person, int(job["id"]))

    async def fold() -> None:
        for _ in range(12):
            async with db.session_scope() as session:
                await fold_counts(session)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(work(person) for person in people for _ in range(3)), fold())
    await agree(db)


async def test_fold_leaves_few_rows_and_the_same_sums(quiet_db: Database) -> None:
    person = (await make_caller(quiet_db)).actor
    for _ in range(40):
        await make_job(quiet_db, person)
    count = text("SELECT count(*) FROM job_counts")
    async with quiet_db.session_scope() as session:
        assert int(await session.scalar(count) or 0) == 120
        await fold_counts(session)
        assert int(await session.scalar(count) or 0) == 3
    await agree(quiet_db)
