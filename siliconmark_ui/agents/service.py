"""What agents do with a job token. Each change holds the job's row, so that two agents at once never lose an update."""

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import TypedDict

from siliconmark_ui.accounts.service import actor_for_token
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.agents import life, repository
from siliconmark_ui.agents.bodies import NewNode, Progress, Upload
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, benchmark_of_key
from siliconmark_ui.benchmarks.sequence import SequenceEntry, result_keys
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput, InvalidToken, JobStateConflict, NotFound
from siliconmark_ui.identifiers import LARGEST_ID, make_id
from siliconmark_ui.instants import now, to_text
from siliconmark_ui.jobs import repository as jobs
from siliconmark_ui.jobs.rows import result_entry, task_row
from siliconmark_ui.jobs.schemas import ResultEntry, TaskRow
from siliconmark_ui.jobs.service import require_visible
from siliconmark_ui.models import Job, Result, Task
from siliconmark_ui.reports.service import order_at_end
from siliconmark_ui.scoreboard.service import score_job


class CurrentJob(TypedDict):
    """What an agent needs to know of its job."""

    id: str
    name: str
    state: str
    node_count: int
    current_nodes: int
    benchmark_sequence: list[SequenceEntry]
    expires_at: str


async def check_token(db: Database, token: str, *, task_id: int | None = None, key: str | None = None) -> None:
    """Raise InvalidToken, or NotFound for a task or key that the job does not have, before a body is read."""
    async with db.session_scope() as session:
        job = await _job_of(session, token, to_change=False)
        if task_id is not None:
            await _task_of(session, job, task_id)
        if key is not None:
            _check_key(job, key, node_level=task_id is not None)


async def may_report(db: Database, token: str, job_id: int) -> None:
    """Raise unless the token is that job's own, or that of a person who sees the job."""
    signer = get_signer()
    try:
        own_id = signer.subject(token, "job")
    except InvalidToken:
        actor = await actor_for_token(db, signer, token)
        actor.require_write()
        await require_visible(db, actor, job_id)
        return
    if own_id != job_id:
        raise InvalidToken
    await check_token(db, token)


async def current_job(db: Database, token: str) -> CurrentJob:
    """Return the job of a job token; raises InvalidToken when it is deleted or expired."""
    async with db.session_scope() as session:
        job = await _job_of(session, token, to_change=False)
        return {
            "id": str(job.id),
            "name": job.name,
            "state": job.state,
            "node_count": job.node_count,
            "current_nodes": job.current_nodes,
            "benchmark_sequence": _sequence(job),
            "expires_at": to_text(job.expires_at),
        }


async def register_node(db: Database, token: str, node: NewNode) -> tuple[TaskRow, bool]:
    """Return a machine's task and whether it is new; raises JobStateConflict for one node too many."""
    async with db.session_scope() as session:
        job = await _job_of(session, token)
        known = await repository.task_of_machine(session, job.id, node.machine_uuid)
        if known:
            return await _shown(session, known), False
        _refuse_ended(job)
        if job.current_nodes >= job.node_count:
            raise JobStateConflict(f"All {job.node_count} nodes of this job have registered already")
        moment = now()
        task = Task(
            id=make_id(moment, await jobs.next_sequence(session)),
            job_id=job.id,
            machine_uuid=node.machine_uuid,
            machine_ip=node.machine_ip,
            gpu_model=node.gpu_model,
            gpu_count=node.gpu_count,
            inventory=node.inventory,
            created_at=moment,
        )
        session.add(task)
        await session.flush()
        job.current_nodes += 1
        job.started_at = job.started_at or moment
        job.state = life.state_with_nodes(job.current_nodes, job.node_count)
        if node.gpu_model and node.gpu_model not in job.gpu_models:
            job.gpu_models = sorted([*job.gpu_models, node.gpu_model])
        return _row_of(task, []), True


async def report_task(db: Database, token: str, task_id: int, progress: Progress) -> TaskRow:
    """Move a task on; the job ends with its last task. The same state again changes nothing."""
    async with db.session_scope() as session:
        job = await _job_of(session, token)
        task = await _task_of(session, job, task_id)
        if task.state != progress.state:
            _refuse_ended(job)
            if task.ended_at:
                raise JobStateConflict(f"Task with id {task_id} has ended as {task.state}")
            _move(task, progress)
            await session.flush()
            if job.state == "running" and not await repository.count_unfinished(session, job.id):
                await finish(session, job)
        return await _shown(session, task)


def _move(task: Task, progress: Progress) -> None:
    moment = now()
    task.state = progress.state
    task.started_at = task.started_at or moment
    if progress.state != "running":
        task.ended_at = moment
        task.failed_message = progress.failed_message


async def store_task_result(db: Database, token: str, task_id: int, key: str, upload: Upload) -> ResultEntry:
    """Store a node's result under `key`, in place of an earlier one, until the job has ended."""
    async with db.session_scope() as session:
        job = await _job_of(session, token)
        task = await _task_of(session, job, task_id)
        _check_key(job, key, node_level=True)
        return await _store(session, job, task.id, key, upload)


async def store_cluster_result(db: Database, token: str, key: str, upload: Upload) -> ResultEntry:
    """Store a cluster-level result under `key`, in place of an earlier one, until the job has ended."""
    async with db.session_scope() as session:
        job = await _job_of(session, token)
        _check_key(job, key, node_level=False)
        return await _store(session, job, None, key, upload)


async def _store(session: AsyncSession, job: Job, task_id: int | None, key: str, upload: Upload) -> ResultEntry:
    if life.has_ended(job.state):
        stored = await repository.stored_result(session, job.id, task_id, key)
        if stored is None or not _same(stored, upload):
            _refuse_ended(job)
    else:
        result_id = make_id(now(), await jobs.next_sequence(session))
        await repository.replace_result(session, result_id, job.id, task_id, key, upload)
    return result_entry(
        {
            "key": key,
            "started_at": to_text(upload.started_at),
            "ended_at": to_text(upload.ended_at),
            "config": msgspec.Raw(msgspec.json.encode(upload.config)),
            "document": msgspec.Raw(upload.document.encode()),
            "state": upload.state,
            "error_message": upload.error_message,
        }
    )


def _same(stored: Result, upload: Upload) -> bool:
    sent = (upload.state, upload.started_at, upload.ended_at, upload.config, upload.error_message)
    kept = (stored.state, stored.started_at, stored.ended_at, stored.config, stored.error_message)
    return sent == kept and bool(stored.document == msgspec.json.decode(upload.document))


async def finish(session: AsyncSession, job: Job, *, aborted: bool = False) -> None:
    """End a job whose tasks have all ended: its final state follows from them, it is scored, its report is ordered."""
    tasks = await repository.tasks_of(session, job.id)
    results = await repository.succeeded(session, job.id)
    keys = result_keys(_sequence(job))
    states = [(task.id, task.state) for task in tasks]
    job.state = "aborted" if aborted else life.outcome(states, keys, results)
    job.ended_at = min(now(), job.expires_at)
    await session.flush()
    await score_job(session, job)
    await order_at_end(session, job)


async def _job_of(session: AsyncSession, token: str, *, to_change: bool = True) -> Job:
    """Return the living job of a token, held until the transaction ends when it is going to change."""
    job_id = get_signer().subject(token, "job")
    job = await (jobs.locked(session, job_id) if to_change else repository.live_job(session, job_id))
    if job is None or job.expires_at <= now():
        raise InvalidToken
    return job


async def _task_of(session: AsyncSession, job: Job, task_id: int) -> Task:
    task = await repository.task_of_job(session, job.id, task_id) if 0 < task_id <= LARGEST_ID else None
    if task is None:
        raise NotFound(f"Task with id {task_id} not found in this job")
    return task


def _refuse_ended(job: Job) -> None:
    if life.has_ended(job.state):
        raise JobStateConflict(f"Job with id {job.id} has ended as {job.state}")


def _check_key(job: Job, key: str, *, node_level: bool) -> None:
    if key not in result_keys(_sequence(job)):
        raise NotFound(f"Benchmark '{key}' is not in the sequence of this job")
    if life.is_node_level(key) != node_level:
        level, route = ("node", "tasks/{task_id}/results") if not node_level else ("cluster", "jobs/current/results")
        name = BENCHMARKS[benchmark_of_key(key)].name
        raise InvalidInput(f"benchmark_id: {name} is measured per {level}; upload it to {route}/{key}")


def _sequence(job: Job) -> list[SequenceEntry]:
    return [{"benchmark_id": entry["benchmark_id"], "config": entry["config"]} for entry in job.benchmark_sequence]


async def _shown(session: AsyncSession, task: Task) -> TaskRow:
    return _row_of(task, await repository.results_of_task(session, task.id))


def _row_of(task: Task, results: list[dict[str, Any]]) -> TaskRow:
    row: dict[str, Any] = {column.key: getattr(task, column.key) for column in Task.__table__.c}
    for field in ("created_at", "started_at", "ended_at"):
        row[field] = to_text(row[field]) if row[field] else None
    return task_row(row, results)
