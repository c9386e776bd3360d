"""The table of machines never drifts from the jobs, tasks and scores that it is kept from, whatever happens to them."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.jobs.service import delete_job
from siliconmark_ui.models import STATUSES
from tests.factories import make_caller
from tests.jobs.population import NOON, Stored, row_of
from tests.machines.seen import agree
from tests.ui.finished import finished_job

# To make an example smaller would ask the database for minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
numbers = st.integers(0, 7)
machines = st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True)
owners = st.sampled_from([0, 1, 2, None])


def _operation(kind: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(values))


operations = st.one_of(
    _operation("create", number=numbers, owner=owners),
    _operation("register", number=numbers, machines=machines, gpus=st.integers(1, 8)),
    _operation("register", number=numbers, machines=machines, gpus=st.integers(1, 8)),
    _operation(
        "score", number=numbers, minute=st.integers(0, 9), status=st.sampled_from(STATUSES), order=st.booleans()
    ),
    _operation(
        "score", number=numbers, minute=st.integers(0, 9), status=st.sampled_from(STATUSES), order=st.booleans()
    ),
    _operation("rescore", number=numbers),
    _operation("forget_figures", number=numbers),
    _operation("correct", number=numbers),
    _operation("give", number=numbers, owner=owners),
    _operation("delete", number=numbers),
    _operation("undelete", number=numbers),
    _operation("remove_tasks", number=numbers),
    _operation("remove", number=numbers),
    _operation("remove_all"),
)

_STATEMENTS = {
    "rescore": """
        UPDATE job_summaries SET performance_nodes = (
          SELECT coalesce(jsonb_agg(node || jsonb_build_object('score', 0.5)), '[]')
          FROM jsonb_array_elements(performance_nodes) AS node) WHERE job_id = :id""",
    "forget_figures": "DELETE FROM node_figures WHERE job_id = :id",
    "correct": "UPDATE tasks SET machine_ip = '10.9.9.9', gpu_count = 3 WHERE job_id = :id",
    "give": "UPDATE jobs SET customer_id = :customer_id, owner_id = :owner_id WHERE id = :id",
    "delete": "UPDATE jobs SET deleted_at = now() WHERE id = :id",
    "undelete": "UPDATE jobs SET deleted_at = NULL WHERE id = :id",
    "remove_tasks": "DELETE FROM tasks WHERE job_id = :id",
    "remove": "DELETE FROM jobs WHERE id = :id",
    "remove_all": "DELETE FROM jobs",
}


def _id(number: int) -> int:
    return Stored("", number, number).id


async def _is_there(session: AsyncSession, number: int) -> bool:
    return bool(await session.scalar(text("SELECT 1 FROM jobs WHERE id = :id"), {"id": _id(number)}))


async def _register(session: AsyncSession, number: int, chosen: list[int], gpus: int, serial: int) -> None:
    if not await _is_there(session, number):
        return
    rows = [
        {"id": make_id(NOON, 1000 * serial + each), "job": _id(number), "uuid": f"machine-{each}", "gpus": gpus}
        | {"ip": f"10.0.{serial % 250}.{each}"}
        for each in chosen
    ]
    values = ", ".join(
        f"({row['id']}, {row['job']}, '{row['uuid']}', '{row['ip']}', 'GPU', {row['gpus']}, now(), 'created')"
        for row in rows
    )
    columns = "id, job_id, machine_uuid, machine_ip, gpu_model, gpu_count, created_at, state"
    await session.execute(text(f"INSERT INTO tasks ({columns}) VALUES {values} ON CONFLICT DO NOTHING"))  # noqa: S608


async def _score(session: AsyncSession, number: int, minute: int, status: str, *, figures_first: bool) -> None:
    tasks = (await session.execute(text("SELECT id FROM tasks WHERE job_id = :id"), {"id": _id(number)})).all()
    if not tasks:
        return
    nodes = [{"task_id": str(task_id), "score": task_id % 97 / 100, "status": status} for (task_id,) in tasks]
    figures = text("""
        INSERT INTO node_figures (task_id, job_id, machine_uuid, gpu_model, gpu_count, measured_at)
        SELECT id, job_id, machine_uuid, gpu_model, gpu_count, :moment FROM tasks WHERE job_id = :id
        ON CONFLICT DO NOTHING""").bindparams(moment=NOON + timedelta(minutes=minute), id=_id(number))
    summary = text("""
        INSERT INTO job_summaries (job_id, performance_nodes) VALUES (:id, cast(:nodes AS jsonb))
        ON CONFLICT (job_id) DO UPDATE SET performance_nodes = excluded.performance_nodes""")
    both = [figures, summary.bindparams(id=_id(number), nodes=msgspec.json.encode(nodes).decode())]
    for statement in both if figures_first else both[::-1]:
        await session.execute(statement)


async def _run(session: AsyncSession, people: list[Actor], serial: int, kind: str, values: dict[str, Any]) -> None:
    owner = None if values.get("owner") is None else people[values["owner"]]
    if kind == "create":
        if not await _is_there(session, values["number"]):
            session.add(row_of(Stored(f"job {values['number']}", values["number"], values["number"], owner=owner)))
    elif kind == "register":
        await _register(session, values["number"], values["machines"], values["gpus"], serial)
    elif kind == "score":
        await _score(session, values["number"], values["minute"], values["status"], figures_first=values["order"])
    else:
        whose = {"customer_id": owner.customer_id if owner else None, "owner_id": owner.user_id if owner else None}
        statement = text(_STATEMENTS[kind])
        bound = {**whose, "id": _id(values.get("number", 0))}
        await session.execute(statement, {name: bound[name] for name in statement.compile().params})


@given(st.lists(operations, min_size=15, max_size=50))
@settings(max_examples=25, phases=NO_SHRINKING, deadline=None, suppress_health_check=list(HealthCheck))
async def test_machines_agree_with_jobs_tasks_and_scores_after_any_history(db: Database, history: list[Any]) -> None:
    async with db.session_scope() as session:
        for statement in ("DELETE FROM jobs", "DELETE FROM users", "DELETE FROM customers"):
            await session.execute(text(statement))
    people = [
        (await make_caller(db, f"{name}@x.example", Role.USER, customer)).actor
        for name, customer in (("ann", "Acme"), ("bob", "Acme"), ("zoe", "Zeta"))
    ]
    start: list[tuple[str, dict[str, Any]]] = [
        ("create", {"number": number, "owner": number % 3}) for number in range(4)
    ]
    start += [("register", {"number": number, "machines": [number, 4], "gpus": 2}) for number in range(4)]
    for serial, operation in enumerate([*start, *history]):
        async with db.session_scope() as session:
            await _run(session, people, serial, *operation)
        await agree(db)


async def test_machines_agree_after_jobs_that_ran_and_were_deleted_at_once(db: Database) -> None:
    people = [(await make_caller(db, f"{name}@x.example")).actor for name in ("ann", "bob")]
    chance = random.Random(20260504)

    async def work(person: Actor) -> None:
        for _ in range(4):
            job_id = await finished_job(db, person, nodes=chance.randint(1, 3))
            if chance.random() < 0.6:
                await delete_job(db, person, int(job_id))

    await asyncio.gather(*(work(person) for person in people for _ in range(3)))
    assert await agree(db) > 0


@pytest.mark.parametrize(
    "drift",
    [
        "UPDATE seen_machines SET jobs = jobs + 1 WHERE scope_kind = 'owner'",
        "UPDATE seen_machines SET score = 0.1",
        "UPDATE seen_machines SET machine_ip = NULL",
        "DELETE FROM seen_machines WHERE scope_kind = 'customer'",
    ],
)
async def test_drift_of_machines_would_be_noticed(db: Database, drift: str) -> None:
    await finished_job(db, (await make_caller(db)).actor)
    assert await agree(db) == 3
    async with db.session_scope() as session:
        await session.execute(text(drift))
    with pytest.raises(AssertionError):
        await agree(db)
