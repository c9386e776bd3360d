"""Nodes over HTTP: how they register, what is refused, races, and what a task says of itself."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.instants import from_text
from tests.api.agent import Agent, seen, start
from tests.api.expect import conflict, invalid, not_found, ok
from tests.api.paths import JOBS, TASK_FIELDS, TASKS
from tests.factories import Caller, machine, make_caller, node, quick_mark

AFTER_EXPIRY = timedelta(hours=24, minutes=1)


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def state_of(agent: Agent, caller: Caller) -> str:
    state: str = (await seen(agent, caller))["state"]
    return state


async def test_task_is_answered_in_the_specifications_shape(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    fields = {
        "machine_ip": "192.168.1.10",
        "gpu_count": 8,
        "inventory": {"cpu": {"count": 64}, "x": [1, None, "\u00e9"]},
    }
    task = await agent.joined(7, **fields)
    assert task.keys() == TASK_FIELDS
    assert isinstance(task["id"], str)
    assert task["job_id"] == agent.job["id"]
    assert task["machine_uuid"] == machine(7)
    assert task["machine_ip"] == "192.168.1.10"
    assert (task["state"], task["gpu_count"], task["gpu_model"]) == ("created", 8, "NVIDIA A100-SXM4-80GB")
    assert task["created_at"].endswith("Z")
    assert task["failed_message"] is task["started_at"] is task["ended_at"] is task["pdf_report_url"] is None
    assert task["benchmark_results"] == {}
    running = ok(await agent.report(task, "running"))
    assert running["started_at"] is not None
    assert running["ended_at"] is None
    failed = ok(await agent.report(task, "failed", failed_message="GPU 3 fell off the bus"))
    assert (failed["state"], failed["failed_message"]) == ("failed", "GPU 3 fell off the bus")
    assert failed["started_at"] == running["started_at"]
    assert from_text(failed["ended_at"]) >= from_text(failed["started_at"])
    assert (await seen(agent, ann))["tasks"] == [failed]


async def test_node_may_leave_out_what_it_does_not_know(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    body = {"machine_uuid": machine(1), "gpu_count": 1}
    task = ok(await http.post(TASKS, json=body, headers=agent.headers), 201)
    assert task["machine_ip"] is task["gpu_model"] is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"machine_uuid": None}, "machine_uuid"),
        ({"machine_uuid": ""}, "machine_uuid"),
        ({"machine_uuid": "not a uuid"}, "machine_uuid"),
        ({"machine_uuid": machine(1) + "0"}, "machine_uuid"),
        ({"machine_uuid": 5}, "machine_uuid"),
        ({"gpu_count": 0}, "gpu_count"),
        ({"gpu_count": -1}, "gpu_count"),
        ({"gpu_count": 65}, "gpu_count"),
        ({"gpu_count": True}, "gpu_count"),
        ({"gpu_count": 1.0}, "gpu_count"),
        ({"gpu_count": "1"}, "gpu_count"),
        ({"gpu_count": None}, "gpu_count"),
        ({"gpu_model": 5}, "gpu_model"),
        ({"gpu_model": "a\x00"}, "gpu_model"),
        ({"gpu_model": "x" * 201}, "gpu_model"),
        ({"machine_ip": "localhost"}, "machine_ip"),
        ({"machine_ip": "300.1.1.1"}, "machine_ip"),
        ({"machine_ip": 5}, "machine_ip"),
        ({"machine_ip": ""}, "machine_ip"),
        ({"inventory": []}, "inventory"),
        ({"inventory": "x"}, "inventory"),
        ({"inventory": {"x": "a\x00"}}, "inventory"),
        ({"hostname": "x"}, "hostname"),
    ],
)
async def test_node_that_breaks_a_rule_is_invalid(
    http: httpx.AsyncClient, ann: Caller, fields: dict[str, Any], word: str
) -> None:
    agent = await start(http, ann)
    invalid(await agent.register(1, **fields), word)
    assert await state_of(agent, ann) == "created"


async def test_registration_without_required_fields_is_invalid(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    for field in ("machine_uuid", "gpu_count"):
        body = {name: value for name, value in node(1).items() if name != field}
        invalid(await http.post(TASKS, json=body, headers=agent.headers), field)


@pytest.mark.parametrize("depth", [50, 70, 500, 900, 990, 5000])
async def test_deep_inventory_is_stored_or_invalid(http: httpx.AsyncClient, ann: Caller, depth: int) -> None:
    agent = await start(http, ann)
    body = json.dumps(node(1, inventory="HERE")).replace('"HERE"', '{"a":' * depth + "1" + "}" * depth)
    headers = {**agent.headers, "Content-Type": "application/json"}
    answer = await http.post(TASKS, content=body, headers=headers)
    if depth < 60:
        ok(answer, 201)
    else:
        invalid(answer)


@pytest.mark.parametrize("number", [10**19, -(10**30), 1e300, 2**64, 0.1, -0.0])
async def test_inventory_keeps_any_number(http: httpx.AsyncClient, ann: Caller, number: float) -> None:
    agent = await start(http, ann)
    ok(await agent.register(1, inventory={"n": number}), 201)


async def test_same_machine_again_gets_the_same_task(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=2)
    task = await agent.joined(1)
    again = ok(await agent.register(1, gpu_count=4))
    assert again == task
    assert ok(await agent.register(1, machine_uuid=machine(1).upper())) == task
    assert (await seen(agent, ann))["current_nodes"] == 1
    await agent.joined(2)
    assert ok(await agent.register(1)) == task


async def test_machine_beyond_the_node_count_is_a_conflict(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    await agent.joined(1)
    conflict(await agent.register(2))
    job = await seen(agent, ann)
    assert (job["current_nodes"], len(job["tasks"])) == (1, 1)


async def test_nodes_that_register_at_once_become_exactly_the_tasks_asked_for(
    http: httpx.AsyncClient, ann: Caller
) -> None:
    agent = await start(http, ann, node_count=5)
    answers = await asyncio.gather(*(agent.register(number) for number in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 5, 409: 15}
    job = await seen(agent, ann)
    assert (job["state"], job["current_nodes"]) == ("running", 5)
    assert len({task["machine_uuid"] for task in job["tasks"]}) == 5


async def test_one_machine_that_registers_many_times_at_once_has_one_task(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=5)
    answers = await asyncio.gather(*(agent.register(1) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 19}
    assert len({answer.json()["id"] for answer in answers}) == 1
    job = await seen(agent, ann)
    assert (job["state"], job["current_nodes"], len(job["tasks"])) == ("starting", 1, 1)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "state"),
        ({"state": None}, "state"),
        ({"state": "created"}, "state"),
        ({"state": "aborted"}, "state"),
        ({"state": "done"}, "state"),
        ({"state": ["running"]}, "state"),
        ({"state": "failed", "failed_message": 5}, "failed_message"),
        ({"state": "failed", "failed_message": "a\x00b"}, "failed_message"),
        ({"state": "failed", "failed_message": "x" * 10_001}, "failed_message"),
        ({"state": "failed", "progress": 5}, "progress"),
    ],
)
async def test_report_that_breaks_a_rule_is_invalid(
    http: httpx.AsyncClient, ann: Caller, body: dict[str, Any], word: str
) -> None:
    agent = await start(http, ann)
    task = await agent.joined()
    invalid(await http.patch(f"{TASKS}/{task['id']}", json=body, headers=agent.headers), word)


async def test_task_of_no_number_or_of_nobody_is_refused(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    for text in ("x", "1.0", "٣"):
        invalid(await agent.report({"id": text}, "running"), "task_id")
        invalid(await agent.send({"id": text}, quick_mark()), "task_id")
    for number in (0, -1, 5, 2**63, 10**30):
        not_found(await agent.report({"id": number}, "running"))
        not_found(await agent.send({"id": number}, quick_mark()))


async def test_models_of_a_job_are_sorted_and_distinct(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=5)
    for number, model in enumerate(["NVIDIA L4", "AMD MI300X", None, "NVIDIA L4", "amd"]):
        await agent.joined(number, gpu_model=model)
    row = ok(await http.get(f"{JOBS}?include_results=true", headers=ann.headers))["results"][0]
    assert row["gpu_models"] == ["AMD MI300X", "NVIDIA L4", "amd"]


async def test_largest_job_takes_all_its_nodes_at_once(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=256)
    answers = await asyncio.gather(*(agent.register(number) for number in range(260)))
    assert Counter(answer.status_code for answer in answers) == {201: 256, 409: 4}
    assert (await seen(agent, ann))["state"] == "running"
