"""Reading machines as a scope sees them: the only place that talks to the database about them.

Which there are stands in a table that triggers keep; their jobs and figures are read from the tasks of visible jobs.
A statement is built once per shape (scope, filters in use, order) and compiled to text for psycopg, as for jobs.
"""

from functools import lru_cache
from typing import Any, LiteralString

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, INET

from siliconmark_ui.accounts.roles import Scope, ScopeKind
from siliconmark_ui.benchmarks.catalogue import QUICK_MARK
from siliconmark_ui.db import Reader
from siliconmark_ui.jobs.statements import compiled, in_scope
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.machines.tables import SeenMachine
from siliconmark_ui.models import LIVE, Job, JobSummary, NodeFigures, Result, Task

Row = dict[str, Any]

# Written into the text: a statement takes no values but a question's own.
_OF_TASK: ColumnElement[Any] = literal_column("'$[*] ? (@.task_id == $task)'::jsonpath")
_TASK_KEY: ColumnElement[Any] = literal_column("'task'")
_ARRAY: ColumnElement[Any] = literal_column("'array'")
_NO_NODES: ColumnElement[Any] = literal_column("'[]'::jsonb")
_NODE_TASK: ColumnElement[Any] = literal_column("node.value ->> 'task_id'")
_SHOWN = (
    SeenMachine.machine_uuid,
    SeenMachine.machine_ip,
    SeenMachine.gpu_model,
    SeenMachine.gpu_count,
    SeenMachine.jobs,
    SeenMachine.last_task_id,
    SeenMachine.score_task_id,
)
_LAST = (
    Task.job_id.label("last_job_id"),
    Task.created_at.label("last_seen_at"),
    Task.state.label("last_state"),
)


def _visible(scope: ScopeKind) -> list[ColumnElement[bool]]:
    return [*in_scope(scope, Job), LIVE]


def _seen() -> list[ColumnElement[bool]]:
    """Give the condition that keeps the scope's own rows of the table of machines."""
    return [SeenMachine.scope_kind == bindparam("scope_kind"), SeenMachine.scope_id == bindparam("scope_id")]


def _wanted(query: MachineQuery) -> list[ColumnElement[bool]]:
    conditions = _seen()
    if query.search is not None:
        pattern: ColumnElement[str] = bindparam("pattern")
        texts = (SeenMachine.machine_uuid, SeenMachine.machine_ip, SeenMachine.gpu_model)
        conditions.append(or_(*(func.lower(text).like(pattern) for text in texts)))
    if query.status is not None:
        conditions.append(SeenMachine.score_status == bindparam("status"))
    return conditions


def _order(query: MachineQuery) -> list[ColumnElement[Any]]:
    keys: dict[str, ColumnElement[Any]] = {
        "last_seen": SeenMachine.last_task_id.expression,
        "address": cast(SeenMachine.machine_ip, INET),
        "gpu_model": func.lower(SeenMachine.gpu_model),
        "gpu_count": SeenMachine.gpu_count.expression,
        "jobs": SeenMachine.jobs.expression,
        "score": SeenMachine.score.expression,
    }
    columns = (keys[query.sort_by], SeenMachine.machine_uuid.expression)
    return [each.asc().nulls_last() if query.sort_order == "asc" else each.desc().nulls_last() for each in columns]


@lru_cache(maxsize=256)
def _page_text(query: MachineQuery) -> LiteralString:
    """Give the text that yields one page and the total: at least one row, without a UUID for an empty page."""
    total = select(func.count().label("total")).select_from(SeenMachine).where(*_wanted(query)).subquery("counted")
    place = func.row_number().over(order_by=_order(query)).label("place")
    found = select(*_SHOWN, place).where(*_wanted(query)).order_by(place)
    page = found.limit(bindparam("limit")).offset(bindparam("offset")).subquery("page")
    described = total.outerjoin(page, true()).outerjoin(Task, Task.id == page.c.last_task_id)
    return compiled(select(total.c.total, *page.c, *_LAST).select_from(described).order_by(page.c.place))


async def page(reader: Reader, scope: Scope, query: MachineQuery) -> tuple[int, list[Row]]:
    """Return the exact total and one page of machines, each with its last task."""
    values = {
        "scope_kind": scope.kind,
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
    rows = await (await reader.execute(_page_text(shape), values, prepare=False)).fetchall()
    return int(rows[0]["total"]), [row for row in rows if row["machine_uuid"] is not None]


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@lru_cache(maxsize=1)
def _scores_text() -> LiteralString:
    """Give the text that yields the scores of tasks; a job of theirs is unfolded once, however many it holds."""
    given = func.unnest(cast(bindparam("task_ids"), ARRAY(BigInteger))).column_valued("task_id")
    wanted = (
        select(NodeFigures.task_id, NodeFigures.job_id, NodeFigures.machine_uuid)
        .where(NodeFigures.task_id.in_(select(given)))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    ended = select(wanted.c.job_id).distinct().subquery("ended")
    stored = JobSummary.performance_nodes
    unfolded = func.jsonb_array_elements(case((func.jsonb_typeof(stored) == _ARRAY, stored), else_=_NO_NODES))
    node = unfolded.table_valued("value").lateral("node")
    statement = (
        select(wanted.c.machine_uuid, node.c.value.label("node"))
        .select_from(ended.join(JobSummary, JobSummary.job_id == ended.c.job_id).join(node, true()))
        .join(wanted, (wanted.c.job_id == ended.c.job_id) & (cast(wanted.c.task_id, Text) == _NODE_TASK))
    )
    return compiled(statement)


async def scores(reader: Reader, task_ids: list[int]) -> dict[str, Any]:
    """Return machine UUID -> node performance of scored tasks, which are those of as many machines."""
    rows = await (await reader.execute(_scores_text(), {"task_ids": task_ids}, prepare=False)).fetchall()
    return {row["machine_uuid"]: row["node"] for row in rows}


@lru_cache(maxsize=1)
def _machine_text() -> LiteralString:
    joined = select(*_SHOWN, *_LAST).join(Task, Task.id == SeenMachine.last_task_id)
    return compiled(joined.where(*_seen(), SeenMachine.machine_uuid == bindparam("machine_uuid")))


async def machine(reader: Reader, scope: Scope, machine_uuid: str) -> Row | None:
    """Return one machine with its last task, None when no visible job has a task of it."""
    values = {"machine_uuid": machine_uuid, "scope_kind": scope.kind, "scope_id": scope.id}
    return await (await reader.execute(_machine_text(), values)).fetchone()


def _tasks_of_machine(scope: ScopeKind, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Task)
        .join(Job, Job.id == Task.job_id)
        .where(Task.machine_uuid == bindparam("machine_uuid"), *_visible(scope))
        .order_by(Task.id.desc())
    )


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
        )
        .join(Job, Job.id == NodeFigures.job_id)
        .where(NodeFigures.machine_uuid == bindparam("machine_uuid"), *_visible(scope))
        .order_by(NodeFigures.measured_at.desc(), NodeFigures.task_id.desc())
        .limit(bindparam("most"))
        .cte("newest")
    )
    statement = select(*newest.c, _node_of(newest.c.task_id), Result.document)
    own_result = (Result.task_id == newest.c.task_id) & (Result.key == bindparam("key"))
    joined = statement.outerjoin(JobSummary, JobSummary.job_id == newest.c.job_id).outerjoin(Result, own_result)
    return compiled(joined.order_by(newest.c.measured_at.desc(), newest.c.task_id.desc()))


async def measurements(reader: Reader, scope: Scope, machine_uuid: str, most: int) -> list[Row]:
    """Return the machine's newest measurements in visible jobs, newest first.

    Each with `total`, the stored score, and the document that the machine reported.
    """
    values = {"machine_uuid": machine_uuid, "scope_id": scope.id, "most": most, "key": QUICK_MARK}
    return await (await reader.execute(_measurements_text(scope.kind), values)).fetchall()
