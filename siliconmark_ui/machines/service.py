"""What people ask about machines. A machine is seen through the jobs that the actor sees, and through nothing else."""

import asyncio
from typing import Any

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.benchmarks.quick_mark import read_figures
from siliconmark_ui.db import Database, Reader
from siliconmark_ui.errors import NotFound
from siliconmark_ui.jobs.rows import pagination
from siliconmark_ui.machines import repository
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.machines.schemas import (
    MachineHistory,
    MachineJob,
    MachineJobPage,
    MachinePage,
    MachineRow,
    Measurement,
)
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS

HISTORY_MAX = 500
"""Newest measurements of a machine that its history holds."""
LONGEST_UUID = 40


async def list_machines(db: Database, actor: Actor, query: MachineQuery) -> MachinePage:
    """Return one page of the machines that took part in jobs of the actor's scope, with the exact total."""
    async with db.reader() as reader:
        total, rows = await repository.page(reader, actor.scope, query)
        scores = await _newest_scores(reader, rows)
    results = [_machine_row(row, scores.get(row["machine_uuid"])) for row in rows]
    return {"results": results, "pagination": pagination(total, query.page, query.per_page)}


async def get_machine(db: Database, actor: Actor, machine_uuid: str) -> MachineRow:
    """Return one machine; raises NotFound when no job of the actor's scope has a task of it."""
    uuid = machine_uuid.lower()
    async with db.reader() as reader:
        row = await repository.machine(reader, actor.scope, uuid) if len(uuid) <= LONGEST_UUID else None
        if row is None:
            raise NotFound(f"Machine with UUID {machine_uuid[:LONGEST_UUID]} not found")
        scores = await _newest_scores(reader, [row])
    return _machine_row(row, scores.get(uuid))


async def list_machine_jobs(
    db: Database, actor: Actor, machine: MachineRow, *, page: int, per_page: int
) -> MachineJobPage:
    """Return one page of the jobs of a machine that the actor has read, newest first."""
    async with db.reader() as reader:
        rows = await repository.jobs(reader, actor.scope, machine["machine_uuid"], per_page, (page - 1) * per_page)
    return {"results": [_machine_job(row) for row in rows], "pagination": pagination(machine["jobs"], page, per_page)}


async def machine_history(db: Database, actor: Actor, machine_uuid: str) -> MachineHistory:
    """Return the machine's newest measurements in the actor's scope, oldest first; empty without any."""
    async with db.reader() as reader:
        rows = await repository.measurements(reader, actor.scope, machine_uuid.lower(), HISTORY_MAX)
    # Hundreds of documents take some hundredths of a second; meanwhile others are answered.
    measurements = await asyncio.to_thread(lambda: [_measurement(row) for row in reversed(rows)])
    return {"total": rows[0]["total"] if rows else 0, "measurements": measurements}


async def _newest_scores(reader: Reader, rows: list[dict[str, Any]]) -> dict[str, Any]:
    task_ids = [row["score_task_id"] for row in rows if row["score_task_id"] is not None]
    return await repository.scores(reader, task_ids) if task_ids else {}


def _machine_row(row: dict[str, Any], performance: Any) -> MachineRow:
    return {
        "machine_uuid": row["machine_uuid"],
        "machine_ip": row["machine_ip"],
        "gpu_model": row["gpu_model"],
        "gpu_count": row["gpu_count"],
        "jobs": row["jobs"],
        "last_job_id": str(row["last_job_id"]),
        "last_seen_at": row["last_seen_at"],
        "last_state": row["last_state"],
        "performance": performance,
    }


def _machine_job(row: dict[str, Any]) -> MachineJob:
    return {
        "job_id": str(row["job_id"]),
        "job_name": row["job_name"],
        "job_state": row["job_state"],
        "node_count": row["node_count"],
        "task_id": str(row["task_id"]),
        "task_state": row["task_state"],
        "failed_message": row["failed_message"],
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "gpu_model": row["gpu_model"],
        "gpu_count": row["gpu_count"],
        "performance": row["performance"],
    }


def _measurement(row: dict[str, Any]) -> Measurement:
    metrics = (row["performance"] or {}).get("metrics", {})
    known = {name: score["expected"] for name, score in metrics.items() if score["expected"] is not None}
    return {
        "job_id": str(row["job_id"]),
        "job_name": row["job_name"],
        "measured_at": row["measured_at"],
        "gpu_model": row["gpu_model"],
        "gpu_count": row["gpu_count"],
        "figures": read_figures(bytes(row["document"]), row["gpu_count"]).sound_node() if row["document"] else {},
        "expected": {name: value for name, value in known.items() if name in SCORED_METRICS},
    }
