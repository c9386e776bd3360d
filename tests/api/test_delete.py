"""Deleting jobs: who may, in which state, once."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from tests.api.agent import start
from tests.api.expect import invalid, not_found, ok, refused
from tests.api.paths import DELETE, JOBS, STATS, TAGS
from tests.factories import Caller, make_caller, make_job


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def delete(http: httpx.AsyncClient, caller: Caller, job_id: Any) -> httpx.Response:
    return await http.request("DELETE", DELETE, json={"id": job_id}, headers=caller.headers)


@pytest.mark.parametrize("form", [str, int])
async def test_created_job_is_deleted_and_gone_for_everybody(
    http: httpx.AsyncClient, db: Database, ann: Caller, form: Any
) -> None:
    staff = await make_caller(db, "stu@maker.example", Role.STAFF, "Maker")
    job = await make_job(db, ann.actor, tags=["t"])
    body = ok(await delete(http, ann, form(job["id"])))
    assert body == {"message": "Job deleted successfully", "requires_agent_stop": False}
    for caller in (ann, staff):
        not_found(await http.get(f"{JOBS}/{job['id']}", headers=caller.headers))
        not_found(await http.get(f"{JOBS}/{job['id']}/results", headers=caller.headers))
        for query in ("", "?state=created", "?tags=t", "?name=job"):
            page = ok(await http.get(f"{JOBS}{query}", headers=caller.headers))
            assert page["results"] == []
            assert page["pagination"]["total"] == 0
        assert ok(await http.get(TAGS, headers=caller.headers)) == {"tags": []}
        assert ok(await http.get(f"{STATS}?state=created", headers=caller.headers)) == {"alert_job_count": 0}
    assert not_found(await delete(http, ann, form(job["id"]))) == f"Job with id {job['id']} not found"


async def test_starting_job_is_deleted_and_its_agents_must_stop(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=2)
    await agent.joined()
    assert ok(await delete(http, ann, agent.job["id"])) == {
        "message": "Job deleted successfully",
        "requires_agent_stop": True,
    }
    assert (await agent.register(1)).status_code == 401


async def test_running_job_is_not_deleted(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    await agent.joined()
    refused(await delete(http, ann, agent.job["id"]), 400, "JOB_STATE_CONFLICT")
    assert ok(await http.get(f"{JOBS}/{agent.job['id']}", headers=ann.headers))["state"] == "running"


async def test_ended_job_is_deleted(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    await agent.complete(await agent.joined())
    assert ok(await delete(http, ann, agent.job["id"]))["requires_agent_stop"] is False


@pytest.mark.parametrize(
    ("role", "customer", "status"),
    [
        (Role.USER, "Acme", 200),
        (Role.CUSTOMER_ADMIN, "Acme", 200),
        (Role.STAFF, "Acme", 200),
        (Role.ROOT_ADMIN, "Acme", 200),
        (Role.USER, "Zeta", 403),
        (Role.CUSTOMER_ADMIN, "Zeta", 403),
        (Role.STAFF, "Zeta", 403),
        (Role.ROOT_ADMIN, "Zeta", 403),
    ],
)
async def test_jobs_of_the_own_customer_alone_may_be_deleted(
    http: httpx.AsyncClient, db: Database, ann: Caller, role: Role, customer: str, status: int
) -> None:
    other = await make_caller(db, "other@x.example", role, customer)
    job, running = await make_job(db, ann.actor), await start(http, ann)
    await running.joined()
    answer = await delete(http, other, job["id"])
    assert answer.status_code == status
    if status == 403:
        refused(answer, 403, "PERMISSION_DENIED")
        refused(await delete(http, other, running.job["id"]), 403, "PERMISSION_DENIED")
        ok(await http.get(f"{JOBS}/{job['id']}", headers=ann.headers))


async def test_anonymous_job_belongs_to_no_customer(http: httpx.AsyncClient, db: Database) -> None:
    job = await make_job(db, None)
    for role in Role:
        caller = await make_caller(db, f"{role}@x.example", role)
        refused(await delete(http, caller, job["id"]), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    "value",
    [None, 0, -1, "0", "-1", "", " 5", "5 ", "x", "1.0", "1e3", "+5", "٣", "9" * 41, 1.0, 5.5, True, [5], {"id": 5}],
)
async def test_id_that_breaks_a_rule_is_invalid(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    invalid(await delete(http, ann, value), "id")


async def test_id_is_required_and_alone(http: httpx.AsyncClient, ann: Caller) -> None:
    invalid(await http.request("DELETE", DELETE, json={}, headers=ann.headers), "id")
    invalid(await http.request("DELETE", DELETE, json={"id": 5, "force": True}, headers=ann.headers), "force")
    invalid(await http.request("DELETE", f"{DELETE}?id=5", json={"id": 5}, headers=ann.headers), "id")


@pytest.mark.parametrize("value", [1, "1", 2**53, 2**63 - 1, 2**63, 10**30, str(10**30)])
async def test_id_of_no_job_is_not_found(http: httpx.AsyncClient, ann: Caller, value: Any) -> None:
    not_found(await delete(http, ann, value))


async def test_one_of_many_deletions_at_once_succeeds(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    job = await make_job(db, ann.actor)
    answers = await asyncio.gather(*(delete(http, ann, job["id"]) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 404: 19}
    assert ok(await http.get(JOBS, headers=ann.headers))["pagination"]["total"] == 0


async def test_deletion_and_registration_at_once_agree(http: httpx.AsyncClient, ann: Caller) -> None:
    for _ in range(5):
        agent = await start(http, ann)
        deleted, registered = await asyncio.gather(delete(http, ann, agent.job["id"]), agent.register())
        assert (deleted.status_code, registered.status_code) in {(200, 401), (400, 201), (200, 201)}
        if registered.status_code == 201 and deleted.status_code == 200:
            assert deleted.json()["requires_agent_stop"] is True
