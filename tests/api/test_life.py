"""The life of a job through the agents' routes: every way to every end, repeats, races, expiry."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, from_text, now
from tests.api.agent import Agent, seen, start
from tests.api.expect import conflict, invalid, not_found, ok
from tests.api.paths import DELETE, JOBS, TASK_FIELDS, TASKS
from tests.factories import Caller, cluster_network, machine, make_caller, make_job, node, quick_mark

AFTER_EXPIRY = timedelta(hours=24, minutes=1)


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def expire(db: Database) -> None:
    """Sweep as if it were a day later."""
    with at(now() + AFTER_EXPIRY):
        await sweep(db)


async def state_of(agent: Agent, caller: Caller) -> str:
    state: str = (await seen(agent, caller))["state"]
    return state


async def test_current_job_is_what_an_agent_needs(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=2, benchmarks=["cluster_network"])
    body = ok(await agent.current())
    assert body == {
        "id": agent.job["id"],
        "name": agent.job["name"],
        "state": "created",
        "node_count": 2,
        "current_nodes": 0,
        "benchmark_sequence": [
            {"benchmark_id": "quick_mark", "config": None},
            {"benchmark_id": "cluster_network", "config": None},
        ],
        "expires_at": agent.job["expires_at"],
    }


async def test_job_goes_from_created_over_starting_and_running_to_completed(
    http: httpx.AsyncClient, ann: Caller
) -> None:
    agent = await start(http, ann, node_count=2)
    first = await agent.joined(0)
    job = await seen(agent, ann)
    assert (job["state"], job["current_nodes"], job["started_at"]) == ("starting", 1, first["created_at"])
    second = await agent.joined(1)
    job = await seen(agent, ann)
    assert (job["state"], job["current_nodes"], job["started_at"]) == ("running", 2, first["created_at"])
    await agent.complete(first)
    assert await state_of(agent, ann) == "running"
    ok(await agent.report(second, "running"))
    await agent.complete(second)
    job = await seen(agent, ann)
    assert job["state"] == "completed"
    assert from_text(job["ended_at"]) >= from_text(job["started_at"])
    assert [task["state"] for task in job["tasks"]] == ["completed", "completed"]


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


async def test_reports_that_come_at_once_end_the_job_once(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=8)
    tasks = [await agent.joined(number) for number in range(8)]
    for answer in await asyncio.gather(*(agent.send(task, quick_mark()) for task in tasks)):
        ok(answer)
    reports = [agent.report(task, "completed") for task in tasks for _ in range(3)]
    for answer in await asyncio.gather(*reports):
        ok(answer)
    job = await seen(agent, ann)
    assert job["state"] == "completed"
    assert job["scoreboard_summary"]["scored_nodes"] == 8
    page = ok(await http.get(JOBS, params={"state": "completed"}, headers=ann.headers))
    assert page["pagination"]["total"] == 1


@pytest.mark.parametrize(
    ("reports", "with_results", "outcome"),
    [
        (("completed", "completed"), (True, True), "completed"),
        (("completed", "completed"), (True, False), "completed_with_warnings"),
        (("completed", "completed"), (False, False), "completed_with_warnings"),
        (("completed", "failed"), (True, True), "completed_with_warnings"),
        (("completed", "failed"), (True, False), "completed_with_warnings"),
        (("completed", "failed"), (False, False), "completed_with_warnings"),
        (("failed", "failed"), (True, False), "completed_with_warnings"),
        (("failed", "failed"), (False, False), "failed"),
    ],
)
async def test_end_follows_from_tasks_and_results(
    http: httpx.AsyncClient, ann: Caller, reports: tuple[str, str], with_results: tuple[bool, bool], outcome: str
) -> None:
    agent = await start(http, ann, node_count=2)
    tasks = [await agent.joined(number) for number in range(2)]
    for task, state, has_result in zip(tasks, reports, with_results, strict=True):
        if has_result:
            ok(await agent.send(task, quick_mark()))
        ok(await agent.report(task, state))
    assert await state_of(agent, ann) == outcome


@pytest.mark.parametrize(
    ("cluster", "outcome"),
    [("completed", "completed"), ("failed", "completed_with_warnings"), (None, "completed_with_warnings")],
)
async def test_end_follows_from_the_cluster_level_result_too(
    http: httpx.AsyncClient, ann: Caller, cluster: str | None, outcome: str
) -> None:
    agent = await start(http, ann, node_count=2, benchmarks=["cluster_network"])
    tasks = [await agent.joined(number) for number in range(2)]
    if cluster:
        results = cluster_network(2) if cluster == "completed" else None
        ok(await agent.send_cluster(results, state=cluster))
    for task in tasks:
        await agent.complete(task)
    assert await state_of(agent, ann) == outcome


async def test_failed_quick_mark_result_counts_as_not_succeeded(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    task = await agent.joined()
    ok(await agent.send(task, None, state="failed", error_message="driver"))
    ok(await agent.report(task, "completed"))
    job = await seen(agent, ann)
    assert job["state"] == "completed_with_warnings"
    assert job["scoreboard_summary"] is None
    assert job["tasks"][0]["benchmark_results"]["quick_mark"]["error_message"] == "driver"


async def test_second_entry_of_a_benchmark_has_its_own_key(http: httpx.AsyncClient, ann: Caller) -> None:
    sequence = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    agent = await start(http, ann, node_count=2, benchmarks=sequence)
    tasks = [await agent.joined(number) for number in range(2)]
    ok(await agent.send_cluster(cluster_network(2)))
    second = {**cluster_network(2), "avg_bandwidth_gbps": 50.5}
    ok(await agent.send_cluster(second, "cluster_network:2", config={"timeout": 60}))
    not_found(await agent.send_cluster(second, "cluster_network:3"))
    not_found(await agent.send_cluster(second, "cluster_network:1"))
    for task in tasks:
        await agent.complete(task)
    job = await seen(agent, ann)
    assert job["state"] == "completed"
    assert job["benchmark_results"].keys() == {"cluster_network", "cluster_network:2"}
    entry = job["benchmark_results"]["cluster_network:2"]
    assert entry["benchmark_id"] == "cluster_network"
    assert entry["config"] == {"timeout": 60}
    assert entry["results"]["avg_bandwidth_gbps"] == 50.5


async def test_missing_second_entry_is_a_warning(http: httpx.AsyncClient, ann: Caller) -> None:
    sequence = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    agent = await start(http, ann, node_count=2, benchmarks=sequence)
    tasks = [await agent.joined(number) for number in range(2)]
    ok(await agent.send_cluster(cluster_network(2)))
    for task in tasks:
        await agent.complete(task)
    assert await state_of(agent, ann) == "completed_with_warnings"


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


@pytest.mark.parametrize("state", ["running", "completed", "failed"])
async def test_same_state_again_is_no_error(http: httpx.AsyncClient, ann: Caller, state: str) -> None:
    agent = await start(http, ann, node_count=2)
    task = await agent.joined()
    first = ok(await agent.report(task, state))
    assert ok(await agent.report(task, state)) == first


@pytest.mark.parametrize(
    ("ended", "other"),
    [("completed", "running"), ("completed", "failed"), ("failed", "running"), ("failed", "completed")],
)
async def test_ended_task_does_not_change_any_more(
    http: httpx.AsyncClient, ann: Caller, ended: str, other: str
) -> None:
    agent = await start(http, ann, node_count=2)
    task = await agent.joined()
    first = ok(await agent.report(task, ended))
    conflict(await agent.report(task, other))
    assert (await seen(agent, ann))["tasks"] == [first]


async def test_ended_job_refuses_changes_and_answers_repeats(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=2, benchmarks=["cluster_network"])
    tasks = [await agent.joined(number) for number in range(2)]
    ok(await agent.send_cluster(cluster_network(2)))
    for task in tasks:
        await agent.complete(task)
    before = await seen(agent, ann)
    assert before["state"] == "completed"
    assert ok(await agent.current())["state"] == "completed"
    assert ok(await agent.register(0))["id"] == tasks[0]["id"]
    ok(await agent.report(tasks[0], "completed"))
    ok(await agent.send(tasks[0], quick_mark()))
    ok(await agent.send_cluster(cluster_network(2)))
    conflict(await agent.register(2))
    conflict(await agent.report(tasks[0], "failed"))
    conflict(await agent.report(tasks[0], "running"))
    conflict(await agent.send(tasks[0], quick_mark(share=0.9)))
    conflict(await agent.send(tasks[0], quick_mark(), error_message="x"))
    conflict(await agent.send_cluster({**cluster_network(2), "avg_latency": 0.5}))
    assert ok(await http.post(f"{JOBS}/{agent.job['id']}/generate-report", headers=agent.headers)).keys() == {
        "pdf_report_url"
    }
    assert await seen(agent, ann) == before


async def test_result_is_replaced_until_the_end(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann, node_count=2)
    first, second = [await agent.joined(number) for number in range(2)]
    ok(await agent.send(first, quick_mark(share=0.5)))
    ok(await agent.report(first, "completed"))
    ok(await agent.send(first, quick_mark()))
    await agent.complete(second)
    job = await seen(agent, ann)
    entry = job["tasks"][0]["benchmark_results"]["quick_mark"]
    assert entry["results"]["aggregate_results"]["bf16_tflops"] == 264.4
    assert job["scoreboard_summary"]["underperforming_nodes"] == 0


@pytest.mark.parametrize("nodes", [0, 1])
async def test_job_that_never_ran_is_aborted_at_its_expiry(
    http: httpx.AsyncClient, db: Database, ann: Caller, nodes: int
) -> None:
    agent = await start(http, ann, node_count=2)
    for number in range(nodes):
        await agent.joined(number)
    await expire(db)
    job = await seen(agent, ann)
    assert job["state"] == "aborted"
    assert job["ended_at"] == job["expires_at"]
    assert [task["state"] for task in job["tasks"]] == ["aborted"] * nodes


async def test_running_job_ends_at_its_expiry_as_its_tasks_say(
    http: httpx.AsyncClient, db: Database, ann: Caller
) -> None:
    done, none = await start(http, ann, node_count=2), await start(http, ann)
    tasks = [await done.joined(number) for number in range(2)]
    await done.complete(tasks[0])
    ok(await none.report(await none.joined(), "running"))
    await expire(db)
    job = await seen(done, ann)
    assert job["state"] == "completed_with_warnings"
    assert job["ended_at"] == job["expires_at"]
    assert [task["state"] for task in job["tasks"]] == ["completed", "failed"]
    assert job["tasks"][0]["failed_message"] is None
    assert job["tasks"][1]["failed_message"]
    assert job["scoreboard_summary"]["scored_nodes"] == 1
    assert await state_of(none, ann) == "failed"


async def test_sweep_leaves_other_jobs_alone(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    deleted, ended, young = [await start(http, ann) for _ in range(3)]
    ok(await http.request("DELETE", DELETE, json={"id": deleted.job["id"]}, headers=ann.headers))
    await ended.complete(await ended.joined())
    before = await seen(ended, ann)
    await sweep(db)
    assert await state_of(young, ann) == "created"
    await expire(db)
    assert await seen(ended, ann) == before
    assert (await http.get(f"{JOBS}/{deleted.job['id']}", headers=ann.headers)).status_code == 404


async def test_served_process_sweeps_by_itself(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    job = await make_job(db, ann.actor, at=now() - AFTER_EXPIRY)
    for _ in range(100):
        shown = ok(await http.get(f"{JOBS}/{job['id']}", headers=ann.headers))
        if shown["state"] == "aborted":
            break
        await asyncio.sleep(0.1)
    assert shown["state"] == "aborted"


async def test_report_link_is_for_the_job_and_for_those_who_see_it(
    http: httpx.AsyncClient, db: Database, ann: Caller
) -> None:
    agent = await start(http, ann)
    path = f"{JOBS}/{agent.job['id']}/generate-report"
    for headers in (agent.headers, ann.headers):
        assert ok(await http.post(path, headers=headers)).keys() == {"pdf_report_url"}
    stranger = await make_caller(db, "zoe@zeta.example", customer="Zeta")
    not_found(await http.post(path, headers=stranger.headers))
