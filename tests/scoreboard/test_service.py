"""What is kept when a job ends: the fleet that its nodes are held against, and what leaves the fleet again."""

import json
from typing import Any

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.agents.service import register_node, report_task, store_task_result
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.schemas import CreatedJob
from siliconmark_ui.jobs.service import delete_job, get_job, list_jobs
from tests.factories import make_caller, make_job, node, quick_mark, upload

MODEL = "Homegrown X1"
WIDE = JobQuery(include_results=True, include=("performance", "performance_nodes"), per_page=1)


async def measure(
    db: Database, actor: Actor, number: int, share: float = 1.0, *, day: str = "2026-05-04", **fields: Any
) -> CreatedJob:
    """Live a one-node job of the machine with that number to its end, its figures at `share` of what is usual."""
    job = await make_job(db, actor)
    gpus = fields.get("gpu_count", 1)
    fields = {"gpu_model": MODEL, **fields}
    task, _ = await register_node(db, job["token"], read_node(node(number, **fields)))
    results = quick_mark(gpus, share)
    if gpus > 1:
        results["aggregate_results"]["allreduce_bandwidth_gbs"] = 200.0 * share
    times = {"started_at": f"{day}T03:00:00Z", "ended_at": f"{day}T03:02:00Z"}
    body = json.dumps(upload(results, **times)).encode()
    task_id = int(task["id"])
    await store_task_result(db, job["token"], task_id, "quick_mark", read_upload(body, "quick_mark"))
    await report_task(db, job["token"], task_id, read_progress({"state": "completed"}))
    return job


async def newest(db: Database, actor: Actor) -> Any:
    """Return the newest row of a person's list with everything included."""
    return (await list_jobs(db, actor, WIDE))["results"][0]


async def test_fleet_is_that_of_all_customers(db: Database) -> None:
    ann, zoe = (await make_caller(db)).actor, (await make_caller(db, "zoe@zeta.example", customer="Zeta")).actor
    for number in range(8):
        await measure(db, ann if number % 2 else zoe, number)
    await measure(db, ann, 20, 0.8)
    performance = (await newest(db, ann))["performance"]
    assert (performance["status"], performance["score"]) == ("underperforming", 0.8)
    assert not any("zeta" in reason.lower() for reason in performance["reasons"])


async def test_seven_other_machines_are_too_few_however_often_they_reported(db: Database) -> None:
    ann = (await make_caller(db)).actor
    for number in (*range(7), *range(7)):
        await measure(db, ann, number)
    await measure(db, ann, 20)
    assert (await newest(db, ann))["performance"]["status"] == "unknown"
    await measure(db, ann, 7)
    await measure(db, ann, 21)
    assert (await newest(db, ann))["performance"]["status"] == "as_expected"


async def test_machine_is_not_held_against_itself(db: Database) -> None:
    ann = (await make_caller(db)).actor
    for number in range(8):
        await measure(db, ann, number)
    await measure(db, ann, 0, 0.5)
    assert (await newest(db, ann))["performance"]["status"] == "unknown"


async def test_newest_measurement_of_a_machine_counts(db: Database) -> None:
    ann = (await make_caller(db)).actor
    for share, day in ((0.5, "2026-05-05"), (1.0, "2026-05-04")):
        for number in range(8):
            await measure(db, ann, number, share, day=day)
    await measure(db, ann, 20, 0.5)
    assert (await newest(db, ann))["performance_nodes"][0]["groups"]["compute"]["score"] == 1.0


async def test_deleted_job_leaves_the_fleet(db: Database) -> None:
    ann = (await make_caller(db)).actor
    jobs = [await measure(db, ann, number) for number in range(8)]
    await measure(db, ann, 20)
    assert (await newest(db, ann))["performance"]["status"] == "as_expected"
    await delete_job(db, ann, int(jobs[0]["id"]))
    await measure(db, ann, 20)
    assert (await newest(db, ann))["performance"]["status"] == "unknown"


async def test_interconnect_is_held_against_nodes_with_as_many_gpus(db: Database) -> None:
    ann = (await make_caller(db)).actor
    for number in range(8):
        await measure(db, ann, number, gpu_count=2)
    await measure(db, ann, 20, 0.5, gpu_count=4)
    of_four = (await newest(db, ann))["performance_nodes"][0]
    assert of_four["groups"]["interconnect"]["status"] == "unknown"
    # Compute is held per GPU, so that nodes of another size do count.
    assert of_four["groups"]["compute"]["score"] == 0.5
    await measure(db, ann, 21, 0.5, gpu_count=2)
    of_two = (await newest(db, ann))["performance_nodes"][0]
    assert of_two["groups"]["interconnect"] == {"score": 0.5, "status": "underperforming"}


async def test_node_without_a_model_is_shown_and_not_judged(db: Database) -> None:
    ann = (await make_caller(db)).actor
    job = await measure(db, ann, 1, gpu_model=None)
    row = await newest(db, ann)
    assert row["performance"]["status"] == "unknown"
    assert row["gpu_models"] == []
    assert row["quickmark_aggregate_results"]["bf16_tflops"] == 264.4
    assert (await get_job(db, ann, int(job["id"])))["scoreboard_summary"] == row["performance"]


async def test_score_does_not_change_when_the_fleet_grows(db: Database) -> None:
    ann = (await make_caller(db)).actor
    first = await measure(db, ann, 0, 0.8)
    for number in range(1, 10):
        await measure(db, ann, number)
    summary = (await get_job(db, ann, int(first["id"])))["scoreboard_summary"]
    assert summary is not None
    assert summary["status"] == "unknown"
