"""Jobs that have run: made by the agents' services, as real ones are."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import delete

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from siliconmark_ui.reports.tables import Report
from tests.factories import cluster_network, make_job, node, quick_mark, unswept, upload

Figures = Mapping[str, float]


async def finished_job(
    db: Database,
    actor: Actor,
    nodes: int = 1,
    gpus: int = 1,
    odd: Mapping[int, Figures] | None = None,
    failed: Mapping[int, str] | None = None,
    model: str = "NVIDIA A100-SXM4-80GB",
    is_reported: bool = False,
    **fields: Any,
) -> str:
    """Give the id of a job that has ended, of A100 nodes or of those of another `model`.

    `odd` holds other QuickMark figures per GPU by node, `failed` the messages of nodes that failed; a job of more than
    one node has a cluster network result too. The report that its end orders is left to be made where `is_reported`.
    """
    async with unswept(db):
        machine = {"gpu_count": gpus, "gpu_model": model}
        job_id = await _run(db, actor, nodes, machine, odd or {}, failed or {}, fields)
    if not is_reported:
        await _take_order_back(db, job_id)
    return job_id


async def _take_order_back(db: Database, job_id: str) -> None:
    """Spare the processors a document of a second each that nobody opens: served processes make whatever is ordered."""
    async with db.session_scope() as session:
        await session.execute(delete(Report).where(Report.job_id == int(job_id), Report.state == "pending"))


async def _run(
    db: Database,
    actor: Actor,
    nodes: int,
    machine: Mapping[str, Any],
    odd: Mapping[int, Figures],
    failed: Mapping[int, str],
    fields: Mapping[str, Any],
) -> str:
    benchmarks = ["quick_mark", "cluster_network"] if nodes > 1 else []
    job = await make_job(db, actor, node_count=nodes, benchmarks=benchmarks, **fields)
    tasks = [await _register(db, job["token"], index, machine) for index in range(nodes)]
    if nodes > 1:
        body = msgspec.json.encode(upload(cluster_network(nodes)))
        await agents.store_cluster_result(db, job["token"], "cluster_network", read_upload(body, "cluster_network"))
    for index, task in enumerate(tasks):
        message = failed.get(index)
        if message is None:
            body = msgspec.json.encode(upload(quick_mark(machine["gpu_count"], **odd.get(index, {}))))
            await agents.store_task_result(db, job["token"], task, "quick_mark", read_upload(body, "quick_mark"))
        end = {"state": "failed", "failed_message": message} if message else {"state": "completed"}
        await agents.report_task(db, job["token"], task, read_progress(end))
    return job["id"]


async def registered(db: Database, actor: Actor, nodes: int, of: int, **fields: Any) -> str:
    """Give the id of a job that has `nodes` of its `of` nodes: starting, or running when all are there."""
    job = await make_job(db, actor, node_count=of, **fields)
    for index in range(nodes):
        await _register(db, job["token"], index, {})
    return job["id"]


async def _register(db: Database, token: str, index: int, machine: Mapping[str, Any]) -> int:
    body = node(index, machine_ip=f"10.0.0.{index + 1}", **machine)
    task, _ = await agents.register_node(db, token, read_node(body))
    return int(task["id"])
