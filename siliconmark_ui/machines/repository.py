"""Reading machines from the tasks of visible jobs: the only place that talks to the database about them.

A statement is built once per shape (scope, filters in use, order) and compiled to text for psycopg, as for jobs.
"""

from functools import lru_cache
from typing import Any, LiteralString

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    case,
    cast,
    collate,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, INET

from siliconmark_ui.accounts.roles import Scope, ScopeKind
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.statements import compiled, in_scope
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.models import LIVE, Job, JobSummary, NodeFigures, Task
from siliconmark_ui.scoreboard.expectations import SCORED_METRICS

Row = dict[str, Any]

# Written into the text: a statement takes no values but a question's own.
_SCORE: ColumnElement[Any] = literal_column("(scored.node ->> 'score')::float8")
_STATUS: ColumnElement[Any] = literal_column("scored.node ->> 'status'")
_NODE_TASK: ColumnElement[Any] = literal_column("nodes.node ->> 'task_id'")
_OF_TASK: ColumnElement[Any] = literal_column("'$[*] ? (@.task_id == $task)'::jsonpath")
_TASK_KEY: ColumnElement[Any] = literal_column("'task'")
_ARRAY: ColumnElement[Any] = literal_column("'array'")
_NO_NODES: ColumnElement[Any] = literal_column("'[]'::jsonb")
_ONE: ColumnElement[Any] = literal_column("1")


def _visible(scope: ScopeKind) -> list[ColumnElement[bool]]:
    return [*in_scope(scope, Job), LIVE]


def _machines(scope: ScopeKind, *, searched: bool) -> CTE:
    """Give each machine of the scope as its last task describes it, or those that are searched for."""
    seen = (
        select(Task.machine_uuid, func.count().label("jobs"), func.max(Task.id).label("last_task_id"))
        .join(Job, Job.id == Task.job_id)
        .where(*_visible(scope))
        .group_by(Task.machine_uuid)
        .cte("seen")
    )
    pattern: ColumnElement[str] = bindparam("pattern")
    parts = [func.lower(text).like(pattern) for text in (Task.machine_uuid, Task.machine_ip, Task.gpu_model)]
    return (
        select(
            Task.machine_uuid,
            Task.machine_ip,
            Task.gpu_model,
            Task.gpu_count,
            Task.created_at.label("last_seen_at"),
            Task.state.label("last_state"),
            seen.c.jobs,
            seen.c.last_task_id,
        )
        .join(seen, seen.c.last_task_id == Task.id)
        .where(*([or_(*parts)] if searched else []))
        .cte("machines")
    )


def _scored(scope: ScopeKind, machines: CTE) -> CTE:
    """Give `node`, the newest score, of each of the machines that has one.

    A job's scores are unfolded once, however many of its machines are asked for.
    """
    newest = (
        select(NodeFigures.task_id, NodeFigures.job_id)
        .join(Job, Job.id == NodeFigures.job_id)
        .where(NodeFigures.machine_uuid == machines.c.machine_uuid, *_visible(scope))
        .order_by(NodeFigures.measured_at.desc(), NodeFigures.task_id.desc())
        .limit(_ONE)
        .lateral("newest")
    )
    measured = select(machines.c.machine_uuid, newest.c.task_id, newest.c.job_id).join(newest, true()).cte("measured")
    ended = select(measured.c.job_id).distinct().subquery("ended")
    stored = JobSummary.performance_nodes
    unfolded = func.jsonb_array_elements(case((func.jsonb_typeof(stored) == _ARRAY, stored), else_=_NO_NODES))
    node = unfolded.table_valued("value").lateral("node")
    nodes = (
        select(node.c.value.label("node"))
        .select_from(ended.join(JobSummary, JobSummary.job_id == ended.c.job_id).join(node, true()))
        .cte("nodes")
    )
    return (
        select(measured.c.machine_uuid, nodes.c.node)
        .join(nodes, cast(measured.c.task_id, Text) == _NODE_TASK)
        .cte("scored")
    )


def _order(query: MachineQuery, machines: CTE) -> list[ColumnElement[Any]]:
    keys: dict[str, ColumnElement[Any]] = {
        "last_seen": machines.c.last_task_id,
        "address": cast(machines.c.machine_ip, INET),
        "gpu_model": func.lower(machines.c.gpu_model),
        "gpu_count": machines.c.gpu_count,
        "jobs": machines.c.jobs,
        "score": _SCORE,
    }
    columns = (keys[query.sort_by], machines.c.machine_uuid)
    return [each.asc().nulls_last() if query.sort_order == "asc" else each.desc().nulls_last() for each in columns]


@lru_cache(maxsize=256)
def _page_text(scope: ScopeKind, query: MachineQuery) -> LiteralString:
    """Give the text that yields one page and the total: at least one row, without a UUID for an empty page."""
    machines = _machines(scope, searched=query.search is not None)
    found: Select[Any] = select(*machines.c)
    # Scores of all machines are unfolded only when they decide which rows there are, or in which order.
    if query.status is not None or query.sort_by == "score":
        scored = _scored(scope, machines)
        found = found.outerjoin(scored, scored.c.machine_uuid == machines.c.machine_uuid)
    if query.status is not None:
        found = found.where(bindparam("status") == _STATUS)
    total = found.with_only_columns(func.count().label("total"), maintain_column_froms=True).subquery("counted")
    place = func.row_number().over(order_by=_order(query, machines)).label("place")
    page_rows = found.add_columns(place).order_by(place).limit(bindparam("limit")).offset(bindparam("offset"))
    rows = page_rows.subquery("page")
    return compiled(select(total.c.total, *rows.c).select_from(total.outerjoin(rows, true())).order_by(rows.c.place))


async def page(reader: Reader, scope: Scope, query: MachineQuery) -> tuple[int, list[Row]]:
    """Return the exact total and one page of machines, each with its last task."""
    values = {
        "scope_id": scope.id,
        "pattern": f"%{_escaped((query.search or '').lower())}%",
        "status": query.status,
        "limit": query.per_page,
        "offset": query.offset,
    }
    shape = MachineQuery(
        search=query.search and "x",
        status=query.status and "unknown",
        sort_by=query.sort_by,
        sort_order=query.sort_order,
    )
    rows = await (await reader.execute(_page_text(scope.kind, shape), values, prepare=False)).fetchall()
    return int(rows[0]["total"]), [row for row in rows if row["machine_uuid"] is not None]


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@lru_cache(maxsize=3)
def _newest_scores_text(scope: ScopeKind) -> LiteralString:
    given = func.unnest(cast(bindparam("machine_uuids"), ARRAY(Text)))
    wanted = select(collate(given, "C").label("machine_uuid")).cte("wanted")
    scored = _scored(scope, wanted)
    return compiled(select(scored.c.machine_uuid, scored.c.node))


async def newest_scores(reader: Reader, scope: Scope, machine_uuids: list[str]) -> dict[str, Any]:
    """Return machine UUID -> node performance of its newest scored task in the scope, for those that have one."""
    values = {"machine_uuids": machine_uuids, "scope_id": scope.id}
    rows = await (await reader.execute(_newest_scores_text(scope.kind), values, prepare=False)).fetchall()
    return {row["machine_uuid"]: row["node"] for row in rows}


def _tasks_of_machine(scope: ScopeKind, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Task)
        .join(Job, Job.id == Task.job_id)
        .where(Task.machine_uuid == bindparam("machine_uuid"), *_visible(scope))
        .order_by(Task.id.desc())
    )


@lru_cache(maxsize=3)
def _machine_text(scope: ScopeKind) -> LiteralString:
    columns = (
        Task.machine_uuid,
        Task.machine_ip,
        Task.gpu_model,
        Task.gpu_count,
        Task.created_at.label("last_seen_at"),
        Task.state.label("last_state"),
        func.count().over().label("jobs"),
    )
    return compiled(_tasks_of_machine(scope, *columns).limit(_ONE))


async def machine(reader: Reader, scope: Scope, machine_uuid: str) -> Row | None:
    """Return one machine with its last task, None when no visible job has a task of it."""
    values = {"machine_uuid": machine_uuid, "scope_id": scope.id}
    return await (await reader.execute(_machine_text(scope.kind), values)).fetchone()


def _node_of(task_id: SQLColumnExpression[int]) -> ColumnElement[Any]:
    """Give the stored score of one task's node out of its job's summary, null without one."""
    named = func.jsonb_build_object(_TASK_KEY, cast(task_id, Text))
    return func.jsonb_path_query_first(JobSummary.performance_nodes, _OF_TASK, named).label("performance")


@lru_cache(maxsize=3)
def _jobs_text(scope: ScopeKind) -> LiteralString:
    columns = (
        Task.job_id,
        Job.name.label("job_name"),
        Job.state.label("job_state"),
        Job.node_count,
        Task.id.label("task_id"),
        Task.state.label("task_state"),
        Task.failed_message,
        Task.created_at,
        Task.started_at,
        Task.ended_at,
        Task.gpu_model,
        Task.gpu_count,
        _node_of(Task.id),
    )
    statement = _tasks_of_machine(scope, *columns).outerjoin(JobSummary, JobSummary.job_id == Job.id)
    return compiled(statement.limit(bindparam("limit")).offset(bindparam("offset")))


async def jobs(reader: Reader, scope: Scope, machine_uuid: str, limit: int, offset: int) -> list[Row]:
    """Return one page of the machine's visible jobs, newest first, each with the machine's own task and score."""
    values = {"machine_uuid": machine_uuid, "scope_id": scope.id, "limit": limit, "offset": offset}
    return await (await reader.execute(_jobs_text(scope.kind), values)).fetchall()


@lru_cache(maxsize=3)
def _measurements_text(scope: ScopeKind) -> LiteralString:
    newest = (
        select(
            NodeFigures.job_id,
            NodeFigures.task_id,
            Job.name.label("job_name"),
            NodeFigures.measured_at,
            NodeFigures.gpu_model,
            NodeFigures.gpu_count,
            func.count().over().label("total"),
            *(getattr(NodeFigures, metric) for metric in SCORED_METRICS),
        )
        .join(Job, Job.id == NodeFigures.job_id)
        .where(NodeFigures.machine_uuid == bindparam("machine_uuid"), *_visible(scope))
        .order_by(NodeFigures.measured_at.desc(), NodeFigures.task_id.desc())
        .limit(bindparam("most"))
        .cte("newest")
    )
    statement = select(*newest.c, _node_of(newest.c.task_id))
    joined = statement.outerjoin(JobSummary, JobSummary.job_id == newest.c.job_id)
    return compiled(joined.order_by(newest.c.measured_at.desc(), newest.c.task_id.desc()))


async def measurements(reader: Reader, scope: Scope, machine_uuid: str, most: int) -> list[Row]:
    """Return the machine's newest measurements in visible jobs, newest first, with `total` and the stored score."""
    values = {"machine_uuid": machine_uuid, "scope_id": scope.id, "most": most}
    return await (await reader.execute(_measurements_text(scope.kind), values)).fetchall()
