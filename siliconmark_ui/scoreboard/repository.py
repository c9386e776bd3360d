"""Every statement of the scoreboard: a job's measured nodes, the fleet, and what is kept of a score."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.statements import compiled
from siliconmark_ui.models import JobSummary, NodeFigures, Result, Task
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS

# The newest measurements say what a model does today; more of them would not move a median, only cost time.
FLEET_ROWS = 5000
# Enough to tell a percentile, and few enough to read whole documents of: they alone hold every figure of every GPU.
SPREAD_RUNS = 500

_newest = (
    select(NodeFigures.task_id, NodeFigures.machine_uuid, NodeFigures.measured_at)
    .where(NodeFigures.gpu_model == bindparam("gpu_model"), NodeFigures.gpu_count == bindparam("gpu_count"))
    .order_by(NodeFigures.measured_at.desc())
    .limit(bindparam("most"))
    .subquery("newest")
)
_NEWEST_RUNS = compiled(
    select(_newest.c.machine_uuid, Result.document)
    .join(Result, (Result.task_id == _newest.c.task_id) & (Result.key == bindparam("key")))
    .order_by(_newest.c.measured_at.desc(), _newest.c.task_id.desc())
)


@dataclass(frozen=True, slots=True)
class FleetNode:
    """One measurement of a node: whole-node figures by metric, in the metric's unit."""

    machine_uuid: str
    gpu_count: int
    figures: dict[str, float]


async def measured_tasks(session: AsyncSession, job_id: int) -> list[tuple[Task, dict[str, Any], Any]]:
    """Return (task, QuickMark results, end of the measurement) of the nodes that reported, in order."""
    rows = await session.execute(
        select(Task, Result.document, Result.ended_at)
        .join(Result, Result.task_id == Task.id)
        .where(Task.job_id == job_id, Result.key == QUICK_MARK, Result.state == "completed")
        .order_by(Task.id)
    )
    return [(task, document, ended_at) for task, document, ended_at in rows]


async def fleet(session: AsyncSession, gpu_model: str, gpu_count: int | None = None) -> list[FleetNode]:
    """Return the newest measurement of each machine with that model (and GPU count), all customers, newest first."""
    conditions: list[ColumnElement[bool]] = [NodeFigures.gpu_model == gpu_model]
    if gpu_count is not None:
        conditions.append(NodeFigures.gpu_count == gpu_count)
    metrics = [getattr(NodeFigures, metric) for metric in SCORED_METRICS]
    rows = await session.execute(
        select(NodeFigures.machine_uuid, NodeFigures.gpu_count, *metrics)
        .where(*conditions)
        .order_by(NodeFigures.measured_at.desc())
        .limit(FLEET_ROWS)
    )
    newest: dict[str, FleetNode] = {}
    for machine_uuid, gpus, *values in rows:
        figures = {metric: value for metric, value in zip(SCORED_METRICS, values, strict=True) if value is not None}
        newest.setdefault(machine_uuid, FleetNode(machine_uuid, gpus, figures))
    return list(newest.values())


async def newest_runs(reader: Reader, gpu_model: str, gpu_count: int) -> dict[str, msgspec.Raw]:
    """Return machine UUID -> QuickMark document of its newest run among the newest 500 of like nodes."""
    values = {"gpu_model": gpu_model, "gpu_count": gpu_count, "most": SPREAD_RUNS, "key": QUICK_MARK}
    documents: dict[str, msgspec.Raw] = {}
    for row in await (await reader.execute(_NEWEST_RUNS, values)).fetchall():
        documents.setdefault(row["machine_uuid"], row["document"])
    return documents


async def add_figures(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Add the figures of an ended job's nodes to the fleet."""
    await session.execute(insert(NodeFigures), rows)


async def keep_summary(session: AsyncSession, job_id: int, values: dict[str, Any]) -> None:
    """Keep what a list row may be asked to include."""
    new = insert(JobSummary).values(job_id=job_id, **values)
    await session.execute(new.on_conflict_do_update(index_elements=["job_id"], set_=values))
