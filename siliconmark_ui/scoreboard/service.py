"""Scoring a job when it ends, in the transaction that ends it: lists and the badge only read what is kept here."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.benchmarks.quick_mark import read_figures, read_quick_mark
from siliconmark_ui.db import Database
from siliconmark_ui.models import Job, Task
from siliconmark_ui.scoreboard import repository
from siliconmark_ui.scoreboard.aggregate import quickmark_aggregate
from siliconmark_ui.scoreboard.expectations import (
    GROUP_METRICS,
    INTERCONNECT,
    INTERCONNECT_MIN_GPUS,
    SCORED_METRICS,
    FleetMedian,
    expectations_for,
)
from siliconmark_ui.scoreboard.fleet import FleetSpread, Kind, fleet_spread
from siliconmark_ui.scoreboard.ratios import ScoredNode
from siliconmark_ui.scoreboard.reference import expected_per_gpu
from siliconmark_ui.scoreboard.repository import FleetNode
from siliconmark_ui.scoreboard.schemas import NodePerformance
from siliconmark_ui.scoreboard.score import score_job as score_nodes

KINDS_MAX = 4


async def score_job(session: AsyncSession, job: Job) -> None:
    """Keep the score, the summary and the fleet figures of an ended job; nothing when no node reported."""
    measured = await repository.measured_tasks(session, job.id)
    if not measured:
        return
    await repository.add_figures(session, [_figures(task, results, ended) for task, results, ended in measured])
    nodes = await _measured_nodes(session, measured)
    scored = score_nodes(nodes)
    if scored is None:
        return
    performance, performance_nodes = scored
    job.performance_status = performance["status"]
    job.performance_score = performance["score"]
    summary = {
        "quickmark_aggregate_results": quickmark_aggregate(nodes),
        "performance": performance,
        "performance_nodes": performance_nodes,
    }
    await repository.keep_summary(session, job.id, summary)


async def nodes_so_far(db: Database, job_id: int) -> list[NodePerformance]:
    """Return how the nodes that have reported stand while their job goes on, scored as its end would; keeps nothing."""
    async with db.session_scope() as session:
        nodes = await _measured_nodes(session, await repository.measured_tasks(session, job_id))
    scored = await asyncio.to_thread(score_nodes, nodes)
    return scored[1] if scored else []


async def fleet_spreads(db: Database, nodes: Sequence[NodePerformance]) -> dict[Kind, FleetSpread]:
    """Return where the fleet stands for each kind of node (at most four, the commonest first) among `nodes`.

    What it costs does not grow with the number of jobs: of each kind the newest 500 runs are read, each machine once.
    """
    kinds = Counter((node["gpu_model"], node["gpu_count"]) for node in nodes if node["gpu_model"])
    spreads = {}
    for (model, count), _ in kinds.most_common(KINDS_MAX):
        kind = (str(model), count)
        async with db.reader() as reader:
            documents = await repository.newest_runs(reader, *kind)
        # Hundreds of documents take some hundredths of a second; meanwhile others are answered.
        spreads[kind] = await asyncio.to_thread(_spread, kind, list(documents.values()))
    return spreads


def _spread(kind: Kind, documents: Sequence[msgspec.Raw]) -> FleetSpread:
    return fleet_spread(kind, (read_figures(bytes(document), kind[1]) for document in documents))


async def _measured_nodes(session: AsyncSession, measured: Sequence[tuple[Task, Any, Any]]) -> list[ScoredNode]:
    """Return what each node reported and what is expected of it."""
    fleets = _Fleets(session)
    medians = [await fleets.medians(task) for task, _, _ in measured]
    # Hundreds of results take some tenths of a second to read; meanwhile others are answered.
    reported = [(task, results, known) for (task, results, _), known in zip(measured, medians, strict=True)]
    return await asyncio.to_thread(lambda: [_node(*each) for each in reported])


def _node(task: Task, results: Mapping[str, Any], medians: Mapping[str, FleetMedian]) -> ScoredNode:
    return ScoredNode(
        task_id=str(task.id),
        machine_uuid=task.machine_uuid,
        machine_ip=task.machine_ip,
        gpu_model=task.gpu_model,
        gpu_count=task.gpu_count,
        reading=read_quick_mark(results, task.gpu_count),
        expected=expectations_for(task.gpu_model, task.gpu_count, expected_per_gpu, medians),
    )


def _figures(task: Task, results: Mapping[str, Any], measured_at: object) -> dict[str, Any]:
    figures = read_quick_mark(results, task.gpu_count).sound_node()
    return {
        "task_id": task.id,
        "job_id": task.job_id,
        "machine_uuid": task.machine_uuid,
        "gpu_model": task.gpu_model,
        "gpu_count": task.gpu_count,
        "measured_at": measured_at,
        **{metric: figures.get(metric) for metric in SCORED_METRICS},
    }


class _Fleets:
    """The fleets that one job's nodes are held against, each read once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._read: dict[tuple[str, int | None], list[FleetNode]] = {}

    async def medians(self, task: Task) -> dict[str, FleetMedian]:
        """Return the medians over other machines of what the catalogue cannot say for this node."""
        if task.gpu_model is None:
            return {}
        known = expected_per_gpu(task.gpu_model)
        own = [name for name in SCORED_METRICS if METRICS[name].group != INTERCONNECT and name not in known]
        found = _medians(await self._fleet(task.gpu_model, None), own, task, per_gpu=True) if own else {}
        if task.gpu_count >= INTERCONNECT_MIN_GPUS:
            alike = await self._fleet(task.gpu_model, task.gpu_count)
            found |= _medians(alike, GROUP_METRICS[INTERCONNECT], task, per_gpu=False)
        return found

    async def _fleet(self, gpu_model: str, gpu_count: int | None) -> list[FleetNode]:
        key = (gpu_model, gpu_count)
        if key not in self._read:
            self._read[key] = await repository.fleet(self._session, gpu_model, gpu_count)
        return self._read[key]


def _medians(
    fleet: Sequence[FleetNode], metrics: Sequence[str], task: Task, *, per_gpu: bool
) -> dict[str, FleetMedian]:
    others = [node for node in fleet if node.machine_uuid != task.machine_uuid]
    medians = {}
    for metric in metrics:
        figures = [
            node.figures[metric] / (node.gpu_count if per_gpu else 1) for node in others if metric in node.figures
        ]
        if figures:
            medians[metric] = FleetMedian(median(figures), len(figures))
    return medians
