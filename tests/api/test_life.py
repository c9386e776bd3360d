"""The life of a job through the agents' routes: every way to every end, repeats, races, expiry."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from siliconmark_ui.agents.sweep import sweep
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, from_text, now
from tests.api.agent import Agent, seen, start
from tests.api.expect import conflict, not_found, ok
from tests.api.paths import DELETE, JOBS
from tests.factories import Caller, cluster_network, make_caller, make_job, quick_mark

AFTER_EXPIRY = timedelta(hours=24, minutes=1)


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


async def expire(db: Database) -> None:
    """Sweep as if it were a day later; the served process may be sweeping just then, so try until it was our turn."""
    with at(now() + AFTER_EXPIRY):
        for _ in range(50):
            if await sweep(db):
                return
            await asyncio.sleep(0.1)
    raise AssertionError("nothing was due")


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
    # Ordered as the job ends; made before anything is compared.
    ok(await http.post(f"{JOBS}/{agent.job['id']}/generate-report", headers=agent.headers))
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
    assert await seen(agent, ann) == before
    assert ok(await http.post(f"{JOBS}/{agent.job['id']}/generate-report", headers=agent.headers)).keys() == {
        "pdf_report_url"
    }


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
    ok(await http.post(f"{JOBS}/{ended.job['id']}/generate-report", headers=ended.headers))
    before = await seen(ended, ann)
    await expire(db)
    assert await state_of(young, ann) == "aborted"
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
