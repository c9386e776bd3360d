"""Jobs with network results, laid by the agents' services into the tests' own database: no request is made a node."""

from collections.abc import Mapping
from typing import Any

import msgspec

from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from tests.factories import Caller, make_job, node, quick_mark, upload


def address_of(number: int) -> str:
    """Give the address of the machine with that number."""
    return f"10.0.{number // 128}.{number % 128 + 1}"


async def networked_job(
    db: Database, caller: Caller, nodes: int, results: Mapping[str, Any], *, has_figures: bool = False, **fields: Any
) -> str:
    """Give the id of a job with cluster results by their keys: running, or ended when each node has figures too.

    The first node's figures are the best, the last one's the worst.
    """
    job = await make_job(db, caller.actor, node_count=nodes, **fields)
    model = {"gpu_model": "NVIDIA A100-SXM4-80GB", "gpu_count": 1}
    tasks: list[int] = []
    for number in range(nodes):
        body = read_node(node(number, machine_ip=address_of(number), **model))
        task, _ = await agents.register_node(db, job["token"], body)
        if has_figures:
            task_id = int(task["id"])
            figures = msgspec.json.encode(upload(quick_mark(1, 1 - number / 1000)))
            read = read_upload(figures, "quick_mark")
            await agents.store_task_result(db, job["token"], task_id, "quick_mark", read)
            tasks.append(task_id)
    for key, result in results.items():
        read = read_upload(msgspec.json.encode(upload(result)), key)
        await agents.store_cluster_result(db, job["token"], key, read)
    for task_id in tasks:
        await agents.report_task(db, job["token"], task_id, read_progress({"state": "completed"}))
    return job["id"]
